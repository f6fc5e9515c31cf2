// What people did to the copies of tickets, read back into the tickets: a closed issue, another
// assignee, a comment.
//
// Only copies that have everything of their ticket are read, so that what we are about to write is
// never taken for what somebody else did; and what was heard from a tracker is not told to it
// again. Reading is bounded: so many copies a look, each after a while, the longest unread first.
#pragma once

#include <map>

#include "agent/tickets/copy.h"
#include "agent/tickets/settings.h"

namespace insight::tickets {

struct Hearing {
    base::Nanos every = 5 * base::kMinute;        // how often a copy is read
    int most_reads = 20;                          // of one look, all trackers together
    base::Nanos done_for = 2 * 24 * base::kHour;  // tickets done longer ago are not read any more
};

// Threads: one at a time; beside the sender, which keeps its copies by their versions.
class TrackerListener {
  public:
    // Everything given must outlive it.
    TrackerListener(store::Store& store, Book& book, const std::vector<NamedTracker>& trackers,
                    const base::Clock& clock, Hearing hearing = {})
        : store_(store), book_(book), trackers_(trackers), clock_(clock), hearing_(hearing) {}

    // Reads what is due, over the network. Gives how many tickets were changed by it. A tracker
    // that fails is left alone for a while and harms no other. Errors: of the store.
    base::Result<int> look();

  private:
    struct Due {
        const NamedTracker* tracker = nullptr;
        Ticket ticket;
        Copy copy;
    };
    base::Result<std::vector<Due>> due();
    // True: the ticket has changed.
    base::Result<bool> hear(Due& due);

    store::Store& store_;
    Book& book_;
    const std::vector<NamedTracker>& trackers_;
    const base::Clock& clock_;
    const Hearing hearing_;
    std::map<std::string, base::Nanos> silent_until_;  // by tracker
};

}  // namespace insight::tickets
