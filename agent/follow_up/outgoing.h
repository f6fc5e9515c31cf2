// Tickets and notifications of a running service, put together from the configuration.
#pragma once

#include <memory>

#include "agent/follow_up/follow_up.h"
#include "agent/follow_up/listening.h"
#include "config/config.h"
#include "core/net/mail.h"
#include "core/net/transport.h"

namespace insight::agent {

class Outgoing {
  public:
    // Errors: Invalid (a tracker or a channel, naming the key), Unavailable (store). Everything
    // given must outlive it.
    static base::Result<std::unique_ptr<Outgoing>> open(const config::Config& config,
                                                        store::Store& store,
                                                        net::Transport& transport,
                                                        const base::Clock& clock);

    void start();
    void stop();  // finishes what runs; what is left is kept for the next start

  private:
    Outgoing(store::Store& store, const base::Clock& clock, tickets::Rules rules)
        : book_(store, clock, std::move(rules)) {}

    tickets::Book book_;
    std::unique_ptr<net::MailTransport> mail_;
    std::unique_ptr<tickets::TicketSender> tickets_;
    std::unique_ptr<notifications::NotificationSender> notifications_;
    std::unique_ptr<OutboxCourier> courier_;
    std::unique_ptr<FollowUp> follow_up_;
    std::unique_ptr<Listening> listening_;  // null: there is no tracker
};

}  // namespace insight::agent
