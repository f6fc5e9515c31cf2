// The book of tickets: one incident, one ticket, whatever comes in and however often.
//
// Kept as documents: "tickets" by id, "tickets.incident" and "tickets.identity" point into it.
// Every change is one write that names the version it read, repeated when somebody else was faster,
// and one entry of the audit chain. Threads: safe.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "agent/tickets/ticket.h"
#include "core/store/store.h"

namespace insight::tickets {

// Which incidents get a ticket by themselves, how long a recurrence counts as one, and how often
// trackers are asked what people did there.
struct Rules {
    std::string least_severity = "info";                // info, warning, critical
    std::vector<std::string> origins{"alert", "scan"};  // alert, question, scan
    Nanos reopen_within = 7 * 24 * base::kHour;
    Nanos read_every = 5 * base::kMinute;  // copies in trackers; 0: never
};

enum class Step { None, Opened, Changed, Refreshed, Reopened };

struct Entry {
    Step step = Step::None;
    std::optional<Ticket> ticket;  // nothing: this incident needs none
};

struct Wish {
    std::optional<State> state;  // only those
    bool undone = false;         // neither resolved nor closed
    int limit = 50;
};

// What people did to the copy of a ticket in a tracker.
struct Heard {
    std::string tracker;
    std::string status;          // the tracker's own word, when it has changed
    std::optional<State> state;  // what that means here; nothing: no state of ours
    std::optional<std::string> assignee;
    std::vector<Comment> comments;  // ids "TRACKER:NUMBER", by which a repeat is known
    std::string gone;               // the key of a copy that was deleted there
};

// Documents {ticket} by incident and by the identity of a finding.
inline constexpr const char* kTicketsByIncident = "tickets.incident";
inline constexpr const char* kTicketsByIdentity = "tickets.identity";

class Book {
  public:
    Book(store::Store& store, const base::Clock& clock, Rules rules = {})
        : store_(store), clock_(clock), rules_(std::move(rules)) {}

    // What a report says goes into the incident's ticket: opens it, says what changed, or only
    // refreshes it. With `asked` also for incidents that get none by themselves.
    base::Result<Entry> record(const base::Json& report, const std::string& actor,
                               bool asked = false);
    // All alerts of the incident have gone, or one has come back.
    base::Result<Entry> alerts_gone(const std::string& incident, Nanos since);
    base::Result<Entry> alerts_back(const std::string& incident);

    base::Result<Ticket> ticket(const std::string& id);
    base::Result<std::optional<Ticket>> of_incident(const std::string& incident);
    base::Result<std::vector<Ticket>> tickets(const Wish& wish);  // newest change first

    // Errors: NotFound, Invalid (empty or too long), Conflict (an illegal step), TooLarge.
    base::Result<Ticket> comment(const std::string& id, const std::string& actor,
                                 const std::string& text);
    base::Result<Ticket> assign(const std::string& id, const std::string& actor,
                                const std::string& assignee);
    base::Result<Ticket> transition(const std::string& id, const std::string& actor, State to,
                                    const std::string& why);
    base::Result<Ticket> link(const std::string& id, const std::string& actor, const Link& link);
    // What was heard from a tracker, in one change; a step that is not legal here is only noted.
    // Errors: NotFound.
    base::Result<Ticket> hear(const std::string& id, const Heard& heard);
    // An item of the incident's post-mortem; the same item again is the same ticket.
    base::Result<Ticket> open_prevention(const Ticket& parent, const std::string& actor,
                                         const std::string& item);
    base::Result<std::optional<Ticket>> prevention(const Ticket& parent, const std::string& item);

  private:
    // True: write it, it has changed. The callback may run several times.
    using Change = std::function<base::Result<bool>(Ticket&)>;
    base::Result<Ticket> change(const std::string& id, const std::string& actor,
                                const Change& change);
    base::Result<Entry> open(const base::Json& report, const Finding& finding,
                             const std::string& actor);
    base::Result<std::optional<Ticket>> recurring(const std::string& identity);
    base::Status point(const std::string& collection, const std::string& key,
                       const std::string& ticket);
    base::Result<std::optional<std::string>> pointed(const std::string& collection,
                                                     const std::string& key);
    base::Result<Ticket> write(Ticket ticket);
    void audit(const Ticket& ticket, const std::string& actor, std::size_t known_events);

    store::Store& store_;
    const base::Clock& clock_;
    Rules rules_;
};

}  // namespace insight::tickets
