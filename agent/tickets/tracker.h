// Where tickets are mirrored: Jira, GitHub Issues, or anything that takes a webhook.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "agent/outreach/party.h"
#include "agent/tickets/sheet.h"

namespace insight::tickets {

using outreach::Attempt;

// The copy of a ticket in a tracker.
struct Remote {
    std::string key;  // "OPS-7", "acme/shop#12"
    std::string url;  // for people
};

// One mirror of one ticket. What fails says whether it is worth another try. Threads: safe.
class Tracker {
  public:
    virtual ~Tracker() = default;

    // Looks for the copy of a ticket by the mark that create() left, for when its answer was lost.
    virtual Attempt<std::optional<Remote>> find(const Ticket& ticket) = 0;
    virtual Attempt<Remote> create(const Ticket& ticket, const Sheet& sheet) = 0;
    virtual Attempt<void> update(const Remote& remote, const Ticket& ticket,
                                 const Sheet& sheet) = 0;
    virtual Attempt<void> comment(const Remote& remote, const Ticket& ticket,
                                  const Blocks& news) = 0;
    // Brings the copy into the ticket's state. A tracker that has no such step says so in a
    // sentence, which is kept and is no failure.
    virtual Attempt<std::string> move(const Remote& remote, const Ticket& ticket) = 0;
};

}  // namespace insight::tickets
