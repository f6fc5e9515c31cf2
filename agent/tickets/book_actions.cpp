// What people do with tickets, and the tickets that come of a post-mortem.
#include <fmt/format.h>

#include "agent/tickets/book.h"
#include "core/base/crypto.h"
#include "core/base/text.h"

namespace insight::tickets {
namespace {

using base::ErrorKind;

// The same item of the same incident has the same id: it is opened once.
std::string prevention_id(const Ticket& parent, const std::string& item) {
    return "tkt-" + base::sha256_hex(parent.id + "\n" + base::clean_utf8(item)).substr(0, 16);
}

base::Result<std::string> line_of(const std::string& text, const char* what, std::size_t most) {
    const std::string clean = base::clean_utf8(text);
    if (clean.find_first_not_of(" \t\n") == std::string::npos || clean.size() > most)
        return base::fail(ErrorKind::Invalid,
                          fmt::format("{} must have 1 to {} bytes of text", what, most));
    return clean;
}

}  // namespace

base::Result<Ticket> Book::comment(const std::string& id, const std::string& actor,
                                   const std::string& text) {
    const auto clean = line_of(text, "a comment", kLongestComment);
    if (!clean) return base::fail(clean.error());
    return change(id, actor, [&](Ticket& ticket) -> base::Result<bool> {
        if (ticket.comments.size() >= kMostComments)
            return base::fail(ErrorKind::TooLarge,
                              fmt::format("{} has {} comments already: go on in the tracker",
                                          ticket.id, kMostComments));
        const Nanos now = clock_.now();
        ticket.comments.push_back(
            {fmt::format("c{}", ticket.comments.size() + 1), now, actor, *clean});
        note(ticket, now, "comment", actor, base::shorten(base::one_line(*clean), 200));
        return true;
    });
}

base::Result<Ticket> Book::assign(const std::string& id, const std::string& actor,
                                  const std::string& assignee) {
    const std::string clean = base::one_line(base::clean_utf8(assignee));
    if (clean.size() > kLongestName)
        return base::fail(ErrorKind::Invalid,
                          fmt::format("an assignee has at most {} bytes", kLongestName));
    return change(id, actor, [&](Ticket& ticket) -> base::Result<bool> {
        if (ticket.assignee == clean) return false;
        note(ticket, clock_.now(), "assigned", actor,
             clean.empty() ? "Nobody is assigned any more." : "Assigned to " + clean + ".");
        ticket.assignee = clean;
        return true;
    });
}

base::Result<Ticket> Book::transition(const std::string& id, const std::string& actor, State to,
                                      const std::string& why) {
    if (why.size() > kLongestComment)
        return base::fail(ErrorKind::Invalid,
                          fmt::format("the reason has at most {} bytes", kLongestComment));
    return change(id, actor, [&](Ticket& ticket) -> base::Result<bool> {
        if (ticket.state == to) return false;
        if (!may_follow(ticket.state, to))
            return base::fail(ErrorKind::Conflict,
                              fmt::format("{} is {} and cannot become {} from there", ticket.id,
                                          name(ticket.state), name(to)));
        const std::string reason = base::one_line(base::clean_utf8(why));
        note(ticket, clock_.now(), "state", actor,
             fmt::format("From {} to {}{}", name(ticket.state), name(to),
                         reason.empty() ? "." : ": " + reason));
        ticket.state = to;
        if (ticket.done()) ticket.proposed.reset();
        return true;
    });
}

base::Result<Ticket> Book::link(const std::string& id, const std::string& actor, const Link& link) {
    return change(id, actor, [&](Ticket& ticket) -> base::Result<bool> {
        for (Link& known : ticket.links)
            if (known.kind == link.kind && known.target == link.target) {
                if (known.url == link.url) return false;
                known.url = link.url;
                return true;
            }
        if (ticket.links.size() >= kMostLinks)
            return base::fail(ErrorKind::TooLarge,
                              fmt::format("{} has {} links already", ticket.id, kMostLinks));
        ticket.links.push_back(link);
        note(ticket, clock_.now(), "linked", actor,
             fmt::format("Linked to {} {}.", link.kind, link.target));
        return true;
    });
}

base::Result<Ticket> Book::open_prevention(const Ticket& parent, const std::string& actor,
                                           const std::string& item) {
    const auto clean = line_of(item, "an item", kLongestComment);
    if (!clean) return base::fail(clean.error());
    Ticket ticket;
    ticket.id = prevention_id(parent, *clean);
    // Asked for twice it is the same ticket, in whatever state it is by now.
    if (auto known = this->ticket(ticket.id)) return known;
    const Nanos now = clock_.now();
    ticket.kind = "prevention";
    ticket.title = base::shorten(base::one_line(*clean), kLongestTitle);
    ticket.severity = "info";
    ticket.finding.summary = *clean;
    ticket.links = {{"ticket", parent.id, ""}, {"incident", parent.first_link("incident"), ""}};
    ticket.opened_at = ticket.last_seen_at = now;
    note(ticket, now, "opened", actor, "So that " + parent.id + " does not come again.");
    auto written = write(ticket);
    if (!written && written.error().kind == ErrorKind::Conflict) return this->ticket(ticket.id);
    if (!written) return written;
    audit(*written, actor, 0);
    if (auto linked = link(parent.id, actor, {"ticket", written->id, ""}); !linked)
        return base::fail(linked.error());
    return written;
}

base::Result<std::optional<Ticket>> Book::prevention(const Ticket& parent,
                                                     const std::string& item) {
    auto found = ticket(prevention_id(parent, item));
    if (found) return std::optional<Ticket>(std::move(*found));
    if (found.error().kind == ErrorKind::NotFound) return std::optional<Ticket>();
    return base::fail(found.error());
}

}  // namespace insight::tickets
