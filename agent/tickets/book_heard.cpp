// What people did to a copy of a ticket in a tracker becomes part of the ticket.
#include <fmt/format.h>

#include <algorithm>

#include "agent/tickets/book.h"
#include "core/base/text.h"

namespace insight::tickets {
namespace {

// Outside text: one line, valid, bounded.
std::string plain_name(const std::string& text) {
    return base::shorten(base::one_line(base::clean_utf8(text)), kLongestName);
}

void take_state(Ticket& ticket, const Heard& heard, Nanos now, const std::string& actor) {
    if (heard.status.empty()) return;
    const std::string there =
        fmt::format("{} moved the copy to {}", heard.tracker, plain_name(heard.status));
    // Several statuses of a tracker may be one state of ours: it is told, and nothing moves.
    if (!heard.state || *heard.state == ticket.state) {
        note(ticket, now, "state", actor, there + "; the ticket stays as it is.");
    } else if (may_follow(ticket.state, *heard.state)) {
        note(ticket, now, "state", actor,
             fmt::format("From {} to {}: {}.", name(ticket.state), name(*heard.state), there));
        ticket.state = *heard.state;
        if (ticket.done()) ticket.proposed.reset();
    } else {
        note(ticket, now, "state", actor,
             fmt::format("{}, which is {}; the ticket is {} and cannot become that.", there,
                         name(*heard.state), name(ticket.state)));
    }
    // Marked with where it came from, so that it is not told to that tracker again.
    ticket.history.back().via = heard.tracker;
}

void take_comment(Ticket& ticket, const Comment& comment, const Heard& heard, Nanos now) {
    const bool known = std::any_of(ticket.comments.begin(), ticket.comments.end(),
                                   [&](const Comment& one) { return one.id == comment.id; });
    const std::string text = base::clean_utf8(comment.text);
    if (known || ticket.comments.size() >= kMostComments ||
        text.find_first_not_of(" \t\r\n") == std::string::npos)
        return;
    const std::string author =
        plain_name(comment.author.empty() ? "somebody" : comment.author) + " at " + heard.tracker;
    ticket.comments.push_back({comment.id, now, author, base::shorten(text, kLongestComment)});
    note(ticket, now, "comment", author, base::shorten(base::one_line(text), 200));
    ticket.history.back().via = heard.tracker;
}

}  // namespace

base::Result<Ticket> Book::hear(const std::string& id, const Heard& heard) {
    const std::string actor = "somebody at " + heard.tracker;
    return change(id, actor, [&](Ticket& ticket) -> base::Result<bool> {
        const Nanos now = clock_.now();
        const auto before =
            ticket.history.size() + static_cast<std::size_t>(ticket.dropped_history);
        if (!heard.gone.empty()) {
            note(ticket, now, "linked", actor,
                 fmt::format("The copy {} is gone from {}: it is not kept up to date any more.",
                             plain_name(heard.gone), heard.tracker));
            ticket.history.back().via = heard.tracker;
        }
        take_state(ticket, heard, now, actor);
        if (heard.assignee && plain_name(*heard.assignee) != ticket.assignee) {
            ticket.assignee = plain_name(*heard.assignee);
            note(ticket, now, "assigned", actor,
                 ticket.assignee.empty()
                     ? fmt::format("Nobody is assigned any more ({}).", heard.tracker)
                     : fmt::format("Assigned to {} ({}).", ticket.assignee, heard.tracker));
            ticket.history.back().via = heard.tracker;
        }
        for (const Comment& one : heard.comments) take_comment(ticket, one, heard, now);
        return ticket.history.size() + static_cast<std::size_t>(ticket.dropped_history) != before;
    });
}

}  // namespace insight::tickets
