// What comes after a report: the ticket, its copies in trackers, messages to people, requests for
// approval. Nobody has to call it: it compares what is in the store with what has been done, so
// that neither a crash nor a forgotten call loses anything, and whoever changes a ticket (pipeline,
// API, command line) only writes it down.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "agent/notifications/sender.h"
#include "agent/outbox_courier.h"
#include "agent/tickets/book.h"
#include "agent/tickets/sender.h"

namespace insight::agent {

class FollowUp {
  public:
    // `posted` is called after parcels were put into the outbox. Everything given must outlive it.
    FollowUp(store::Store& store, const base::Clock& clock, tickets::Book& book,
             const std::vector<tickets::NamedTracker>& trackers,
             const notifications::NotificationSender& notifications, std::function<void()> posted);
    ~FollowUp();  // stops
    FollowUp(const FollowUp&) = delete;
    FollowUp& operator=(const FollowUp&) = delete;

    void start();
    void stop();
    void ring();  // something was reported: look now. Threads: any.

    // One look at everything, on the caller's thread: for commands and tests. Errors: of the store.
    base::Status look();

  private:
    void work();
    bool anything_new();  // can anything have happened since the last look?
    base::Status incidents();
    base::Status incident(const store::IncidentRow& row);
    base::Status tickets();
    base::Status approvals();
    // Pull requests and capsules that came of an incident belong to its ticket.
    base::Status results(const std::string& channel);
    base::Status link(const store::Parcel& parcel, const tickets::Link& link);
    base::Status post(const store::Parcel& parcel);

    store::Store& store_;
    const base::Clock& clock_;
    tickets::Book& book_;
    const std::vector<tickets::NamedTracker>& trackers_;
    const notifications::NotificationSender& notifications_;
    std::function<void()> posted_;
    std::map<std::string, std::string> seen_;            // incident to what of it was followed up
    std::map<std::string, std::int64_t> known_tickets_;  // to the revision that was posted
    std::set<std::string> linked_;                       // parcels whose results are in tickets
    std::set<std::string> asked_;                        // held parcels
    std::int64_t commits_ = -1;                          // of the store at the last look
    std::string newest_;   // the ticket that was changed last, and its revision
    int quiet_polls_ = 0;  // since the last look
    bool any_posted_ = false;
    std::mutex mutex_;
    std::condition_variable bell_;
    bool rung_ = false;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace insight::agent
