// A ticket: what people do about an incident, and what came of it. Plain data; no I/O, no clock.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/tickets/finding.h"
#include "core/base/json.h"
#include "core/base/result.h"
#include "core/base/time.h"

namespace insight::tickets {

using base::Nanos;

// Together they keep a ticket well below the mebibyte that a document may have.
inline constexpr std::size_t kLongestName = 128;
inline constexpr std::size_t kLongestTitle = 200;
inline constexpr std::size_t kLongestComment = 4096;
inline constexpr std::size_t kMostComments = 100;
inline constexpr std::size_t kMostLinks = 100;

enum class State { Open, Investigating, Mitigated, Resolved, Closed };

std::string_view name(State state);
base::Result<State> state_from(std::string_view text);  // Errors: Invalid, naming the five
// open -> investigating -> mitigated -> resolved -> closed, steps may be left out; back only from
// mitigated and resolved to investigating, and from closed to open.
bool may_follow(State from, State to);

// kind: incident, pull_request, capsule, ticket, issue (of a tracker)
struct Link {
    std::string kind;
    std::string target;  // an id, or "owner/repo#7"
    std::string url;     // may be empty
    bool operator==(const Link&) const = default;
};

struct Comment {
    std::string id;
    Nanos time = 0;
    std::string author;
    std::string text;
};

// kind: opened, finding, state, proposed, withdrawn, reopened, recurred, assigned, linked, comment
struct Event {
    Nanos time = 0;
    std::int64_t revision = 0;  // of the ticket after it
    std::string kind;
    std::string actor;
    std::string text;  // one sentence
    std::string via;   // the tracker it was heard from, which is not told again; empty: from here
};

// The alert has gone: somebody should look whether the ticket is done.
struct Proposal {
    Nanos time = 0;
    std::string why;
};

struct Ticket {
    std::string id;    // "tkt-" and the incident's digits
    std::string kind;  // "incident", or "prevention": an item of a post-mortem
    std::string title;
    std::string severity;  // info, warning, critical
    State state = State::Open;
    std::optional<Proposal> proposed;
    std::string assignee;
    std::string identity;  // of the finding: who comes again is known by it
    Finding finding;
    std::vector<Link> links;
    std::vector<Comment> comments;
    std::vector<Event> history;        // ascending
    std::int64_t dropped_history = 0;  // older events that made room
    int recurrences = 0;
    Nanos opened_at = 0;
    Nanos updated_at = 0;
    Nanos last_seen_at = 0;
    std::int64_t revision = 0;  // grows with every change that others should hear of
    std::int64_t version = 0;   // of the stored document

    [[nodiscard]] bool done() const { return state == State::Resolved || state == State::Closed; }
    [[nodiscard]] std::string first_link(std::string_view kind) const;  // its target, or empty
};

// Adds to the history; the next revision belongs to it.
void note(Ticket& ticket, Nanos time, std::string kind, std::string actor, std::string_view text);

// The public shape: times RFC 3339, null where there is none.
base::Json to_json(const Ticket& ticket);
base::Json row_json(const Ticket& ticket);  // the same without history and comments
// As it is stored. Errors: Corrupt.
base::Json stored_json(const Ticket& ticket);
base::Result<Ticket> ticket_from_json(const base::Json& stored);

}  // namespace insight::tickets
