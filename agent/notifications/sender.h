// Tells people: the outbox's channel "notification".
//
// As with the copies of tickets a parcel names a channel, a ticket and a revision; what is said
// follows from the ticket as it is now and from what the channel was told. One incident is one
// message, however often it changes, in channels whose messages can be changed.
#pragma once

#include "agent/known_secrets/window_secrets.h"
#include "agent/notifications/settings.h"
#include "agent/outbox_courier.h"
#include "agent/tickets/book.h"
#include "core/base/redaction.h"
#include "core/base/secret.h"

namespace insight::notifications {

constexpr const char* kNotificationChannel = "notification";

// The parcel for a ticket as it is now, due when the channel's quiet hours are over.
store::Parcel parcel_of(const NamedChannel& channel, const tickets::Ticket& ticket,
                        base::Nanos now);
// The parcel that asks for the approval of a held one.
store::Parcel parcel_of(const NamedChannel& channel, const store::Parcel& held);

class NotificationSender final : public agent::Sender {
  public:
    // `pages` is where people reach ours; without it no links are sent. Everything given must
    // outlive it.
    NotificationSender(store::Store& store, tickets::Book& book, const base::Clock& clock,
                       std::vector<NamedChannel> channels, std::string pages, base::Border border,
                       base::Secret approval_key);

    agent::Delivery deliver(const store::Parcel& parcel,
                            const std::function<base::Status(const base::Json&)>& note) override;

    [[nodiscard]] const std::vector<NamedChannel>& channels() const { return channels_; }
    // Links to approve need an address that people can reach.
    [[nodiscard]] bool can_ask() const { return !pages_.empty(); }

  private:
    struct Told;
    agent::Delivery tell(NamedChannel& channel, const tickets::Ticket& ticket);
    void audit(const char* action, const NamedChannel& channel, const Message& message);
    agent::Delivery ask(NamedChannel& channel, const store::Parcel& parcel);
    // Nothing: go ahead.
    std::optional<agent::Delivery> not_now(NamedChannel& channel, const std::string& severity);

    store::Store& store_;
    tickets::Book& book_;
    const base::Clock& clock_;
    std::vector<NamedChannel> channels_;
    std::string pages_;
    base::Border border_;  // only on the channel's thread
    agent::WindowSecrets secrets_{store_};
    base::Secret approval_key_;
};

}  // namespace insight::notifications
