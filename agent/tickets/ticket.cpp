#include "agent/tickets/ticket.h"

#include <fmt/format.h>

#include <array>

#include "core/base/text.h"

namespace insight::tickets {
namespace {

using base::Json;

constexpr std::array<std::string_view, 5> kStates{"open", "investigating", "mitigated", "resolved",
                                                  "closed"};
// A ticket is one document: with its comments it has to stay within what the store takes.
constexpr std::size_t kMostEvents = 200;
constexpr std::size_t kLongestText = 1000;

// From (row) to (column), in the order of the states.
constexpr std::array<std::array<bool, 5>, 5> kLegal{{{false, true, true, true, true},
                                                     {false, false, true, true, true},
                                                     {false, true, false, true, true},
                                                     {false, true, false, false, true},
                                                     {true, false, false, false, false}}};

Json time_json(Nanos time) {
    return time == 0 ? Json(nullptr) : Json(base::format_rfc3339(time));
}

// Times as numbers when stored, as text when shown.
using TimeForm = Json (*)(Nanos);
Json stored_time(Nanos time) {
    return time;
}

Json body(const Ticket& ticket, bool whole, TimeForm form) {
    Json out{{"id", ticket.id},
             {"kind", ticket.kind},
             {"title", ticket.title},
             {"severity", ticket.severity},
             {"state", name(ticket.state)},
             {"assignee", ticket.assignee},
             {"identity", ticket.identity},
             {"finding", to_json(ticket.finding)},
             {"recurrences", ticket.recurrences},
             {"openedAt", form(ticket.opened_at)},
             {"updatedAt", form(ticket.updated_at)},
             {"lastSeenAt", form(ticket.last_seen_at)},
             {"revision", ticket.revision},
             {"links", Json::array()},
             {"proposed", nullptr}};
    if (ticket.proposed)
        out["proposed"] = {{"state", "resolved"},
                           {"time", form(ticket.proposed->time)},
                           {"why", ticket.proposed->why}};
    for (const Link& link : ticket.links)
        out["links"].push_back({{"kind", link.kind}, {"target", link.target}, {"url", link.url}});
    if (!whole) return out;
    out["comments"] = Json::array();
    for (const Comment& one : ticket.comments)
        out["comments"].push_back(
            {{"id", one.id}, {"time", form(one.time)}, {"author", one.author}, {"text", one.text}});
    out["history"] = Json::array();
    for (const Event& one : ticket.history) {
        out["history"].push_back({{"time", form(one.time)},
                                  {"revision", one.revision},
                                  {"kind", one.kind},
                                  {"actor", one.actor},
                                  {"text", one.text}});
        if (!one.via.empty()) out["history"].back()["via"] = one.via;
    }
    out["droppedHistory"] = ticket.dropped_history;
    return out;
}

}  // namespace

std::string_view name(State state) {
    return kStates.at(static_cast<std::size_t>(state));
}

base::Result<State> state_from(std::string_view text) {
    for (std::size_t i = 0; i < kStates.size(); ++i)
        if (kStates.at(i) == text) return static_cast<State>(i);
    return base::fail(base::ErrorKind::Invalid,
                      fmt::format("\"{}\" is not a state of a ticket: use open, investigating, "
                                  "mitigated, resolved or closed",
                                  base::shorten(base::clean_utf8(text), 40)));
}

bool may_follow(State from, State to) {
    return kLegal.at(static_cast<std::size_t>(from)).at(static_cast<std::size_t>(to));
}

std::string Ticket::first_link(std::string_view wanted) const {
    for (const Link& link : links)
        if (link.kind == wanted) return link.target;
    return {};
}

void note(Ticket& ticket, Nanos time, std::string kind, std::string actor, std::string_view text) {
    // The revision that the change in hand will get when it is written.
    ticket.history.push_back({time, ticket.revision + 1, std::move(kind), std::move(actor),
                              base::shorten(text, kLongestText), ""});
    if (ticket.history.size() <= kMostEvents) return;
    // The first one says how it began and stays.
    ticket.history.erase(ticket.history.begin() + 1);
    ++ticket.dropped_history;
}

Json to_json(const Ticket& ticket) {
    return body(ticket, true, time_json);
}

Json row_json(const Ticket& ticket) {
    return body(ticket, false, time_json);
}

Json stored_json(const Ticket& ticket) {
    return body(ticket, true, stored_time);
}

base::Result<Ticket> ticket_from_json(const Json& stored) {
    Ticket ticket;
    ticket.id = base::text_at(stored, "id");
    const auto state = state_from(base::text_at(stored, "state"));
    if (!state || ticket.id.empty())
        return base::fail(base::ErrorKind::Corrupt,
                          fmt::format("the stored ticket {} cannot be read: restore it from a "
                                      "backup of the store",
                                      ticket.id));
    ticket.kind = base::text_at(stored, "kind");
    ticket.title = base::text_at(stored, "title");
    ticket.severity = base::text_at(stored, "severity");
    ticket.state = *state;
    ticket.assignee = base::text_at(stored, "assignee");
    ticket.identity = base::text_at(stored, "identity");
    ticket.finding = finding_from_json(base::object_at(stored, "finding"));
    ticket.recurrences = static_cast<int>(base::integer_at(stored, "recurrences"));
    ticket.opened_at = base::integer_at(stored, "openedAt");
    ticket.updated_at = base::integer_at(stored, "updatedAt");
    ticket.last_seen_at = base::integer_at(stored, "lastSeenAt");
    ticket.revision = base::integer_at(stored, "revision");
    ticket.dropped_history = base::integer_at(stored, "droppedHistory");
    if (const Json& proposed = base::object_at(stored, "proposed"); !proposed.empty())
        ticket.proposed =
            Proposal{base::integer_at(proposed, "time"), base::text_at(proposed, "why")};
    for (const Json& one : base::array_at(stored, "links"))
        ticket.links.push_back(
            {base::text_at(one, "kind"), base::text_at(one, "target"), base::text_at(one, "url")});
    for (const Json& one : base::array_at(stored, "comments"))
        ticket.comments.push_back({base::text_at(one, "id"), base::integer_at(one, "time"),
                                   base::text_at(one, "author"), base::text_at(one, "text")});
    for (const Json& one : base::array_at(stored, "history"))
        ticket.history.push_back({base::integer_at(one, "time"), base::integer_at(one, "revision"),
                                  base::text_at(one, "kind"), base::text_at(one, "actor"),
                                  base::text_at(one, "text"), base::text_at(one, "via")});
    return ticket;
}

}  // namespace insight::tickets
