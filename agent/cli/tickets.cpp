// tickets: what is known, and what people do with them; also while the service runs, which tells
// trackers and channels of it.
#include "agent/tickets/book.h"

#include <fmt/format.h>

#include "agent/cli/actor.h"
#include "agent/cli/commands.h"
#include "agent/cli/output.h"
#include "agent/cli/wiring.h"
#include "core/base/text.h"

namespace insight::cli {
namespace {

using tickets::Ticket;

std::string line(const Ticket& ticket) {
    return fmt::format("{:20}  {:13}  {:8}  {:20}  {}\n", ticket.id, name(ticket.state),
                       ticket.severity,
                       base::format_rfc3339(ticket.updated_at / base::kSecond * base::kSecond),
                       base::shorten(base::clean_utf8(ticket.title), 80));
}

std::string whole_ticket(const Ticket& ticket) {
    std::string out =
        fmt::format("{}  {}\n{}\n\nstate     {}\nseverity  {}\nassignee  {}\n", ticket.id,
                    ticket.title, ticket.finding.summary, name(ticket.state), ticket.severity,
                    ticket.assignee.empty() ? "nobody" : ticket.assignee);
    if (ticket.proposed) out += "proposed  resolved: " + ticket.proposed->why + "\n";
    for (const tickets::Link& link : ticket.links)
        out += fmt::format("{:9} {} {}\n", link.kind, link.target, link.url);
    out += "\n";
    for (const tickets::Event& event : ticket.history)
        out += fmt::format("{}  {:9} {}\n",
                           base::format_rfc3339(event.time / base::kSecond * base::kSecond),
                           event.kind, event.text);
    for (const tickets::Comment& one : ticket.comments)
        out += fmt::format("\n{} {}:\n{}\n",
                           base::format_rfc3339(one.time / base::kSecond * base::kSecond),
                           one.author, one.text);
    return base::clean_utf8(out);
}

// A change of one ticket, and the ticket after it.
template <typename Change>
Exit changed(const Options& options, const Change& change) {
    auto store = configured_store(options.config);
    if (!store) return complain(store.error());
    const base::SystemClock clock;
    tickets::Book book(**store, clock);
    const base::Result<Ticket> ticket = change(book);
    if (!ticket) return complain(ticket.error());
    print(options.format == Format::Json ? base::dump_json(to_json(*ticket), 2)
                                         : whole_ticket(*ticket));
    return Exit::Done;
}

}  // namespace

Exit list_tickets(const Options& options) {
    auto store = configured_store(options.config);
    if (!store) return complain(store.error());
    const base::SystemClock clock;
    tickets::Wish wish;
    wish.limit = options.limit;
    if (options.name == "undone") {
        wish.undone = true;
    } else if (!options.name.empty()) {
        const auto state = tickets::state_from(options.name);
        if (!state) return complain(state.error());
        wish.state = *state;
    }
    const auto found = tickets::Book(**store, clock).tickets(wish);
    if (!found) return complain(found.error());
    if (options.format == Format::Json) {
        base::Json rows = base::Json::array();
        for (const Ticket& ticket : *found) rows.push_back(row_json(ticket));
        print(base::dump_json(rows, 2));
        return Exit::Done;
    }
    if (found->empty()) {
        print("no tickets: incidents get theirs while the service runs");
        return Exit::Done;
    }
    std::string out = fmt::format("{:20}  {:13}  {:8}  {:20}  {}\n", "TICKET", "STATE", "SEVERITY",
                                  "CHANGED", "TITLE");
    for (const Ticket& ticket : *found) out += line(ticket);
    print(out);
    return Exit::Done;
}

Exit show_ticket(const Options& options) {
    return changed(options, [&](tickets::Book& book) { return book.ticket(options.id); });
}

Exit comment_ticket(const Options& options) {
    return changed(options, [&](tickets::Book& book) {
        return book.comment(options.id, actor(), options.reason);
    });
}

Exit assign_ticket(const Options& options) {
    return changed(options, [&](tickets::Book& book) {
        return book.assign(options.id, actor(), options.owner);
    });
}

Exit move_ticket(const Options& options) {
    return changed(options, [&](tickets::Book& book) -> base::Result<Ticket> {
        const auto state = tickets::state_from(options.name);
        if (!state) return base::fail(state.error());
        return book.transition(options.id, actor(), *state, options.reason);
    });
}

}  // namespace insight::cli
