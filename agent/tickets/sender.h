// Brings the copies of tickets up to date: the outbox's channel "ticket".
//
// A parcel names a tracker, a ticket and a revision, not a change: what has to be done follows from
// the ticket as it is now and from what the copy has already. So parcels may come late, twice or in
// any order, and many changes within a short time become one.
#pragma once

#include "agent/known_secrets/window_secrets.h"
#include "agent/outbox_courier.h"
#include "agent/tickets/copy.h"
#include "agent/tickets/settings.h"
#include "core/base/redaction.h"

namespace insight::tickets {

constexpr const char* kTicketChannel = "ticket";

// The parcel for a ticket as it is now.
store::Parcel parcel_of(const std::string& tracker, const Ticket& ticket);

class TicketSender final : public agent::Sender {
  public:
    // `pages` as in sheet_of. Everything given must outlive it.
    TicketSender(store::Store& store, Book& book, std::vector<NamedTracker> trackers,
                 std::string pages, base::Border border);

    agent::Delivery deliver(const store::Parcel& parcel,
                            const std::function<base::Status(const base::Json&)>& note) override;

    [[nodiscard]] const std::vector<NamedTracker>& trackers() const { return trackers_; }

  private:
    agent::Delivery bring(NamedTracker& tracker, const Ticket& ticket, Copy& copy);
    base::Status keep(Copy& copy);

    store::Store& store_;
    Book& book_;
    std::vector<NamedTracker> trackers_;
    std::string pages_;
    base::Border border_;  // only on the channel's thread
    agent::WindowSecrets secrets_{store_};
};

}  // namespace insight::tickets
