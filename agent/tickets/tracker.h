// Where tickets are mirrored: Jira, GitHub Issues, or anything that takes a webhook.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "agent/outreach/check.h"
#include "agent/outreach/party.h"
#include "agent/tickets/sheet.h"

namespace insight::tickets {

using outreach::Attempt;

// The copy of a ticket in a tracker.
struct Remote {
    std::string key;  // "OPS-7", "acme/shop#12"
    std::string url;  // for people
};

struct RemoteComment {
    std::int64_t number = 0;  // grows with every comment of the tracker
    std::string author;
    std::string text;
};

// How far a copy was read the last time.
struct ReadMark {
    std::string stamp;              // of the tracker: an ETag, a time of change; empty: never
    std::int64_t last_comment = 0;  // its number
};

// The copy as it stands in the tracker now.
struct Seen {
    std::string stamp;
    std::string status;                   // the tracker's own word: "closed", "Done"
    std::optional<State> means;           // which state of ours that is; nothing: none
    std::string assignee;                 // a name for people; empty: nobody
    std::vector<RemoteComment> comments;  // of people, after the mark, oldest first; at most 50
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
    // Carries a mark by which read() knows our own words again.
    virtual Attempt<void> comment(const Remote& remote, const Ticket& ticket,
                                  const Blocks& news) = 0;
    // Brings the copy into the ticket's state. A tracker that has no such step says so in a
    // sentence, which is kept and is no failure.
    virtual Attempt<std::string> move(const Remote& remote, const Ticket& ticket) = 0;

    // What people did to the copy. Nothing: it has not changed since the mark (asked conditionally
    // where the tracker allows it), or this tracker cannot be read.
    virtual Attempt<std::optional<Seen>> read(const Remote& /*remote*/, const Ticket& /*ticket*/,
                                              const ReadMark& /*mark*/) {
        return std::optional<Seen>();
    }
    // Reachable, signed in, allowed, there. Writes nothing.
    virtual outreach::Checks examine() { return {}; }
};

}  // namespace insight::tickets
