// report ID --format postmortem: the report, the ticket's history and the items that came of it.
#include "agent/report/postmortem.h"

#include "agent/cli/postmortem.h"
#include "agent/tickets/book.h"

namespace insight::cli {

base::Result<std::string> postmortem_of(store::Store& store, const base::Json& report,
                                        bool open_tickets) {
    const base::SystemClock clock;
    tickets::Book book(store, clock);
    const std::string incident = base::text_at(base::object_at(report, "incident"), "id");
    auto ticket = book.of_incident(incident);
    if (!ticket) return base::fail(ticket.error());
    if (open_tickets && !*ticket) {
        auto entry = book.record(report, "command line", true);
        if (!entry) return base::fail(entry.error());
        *ticket = std::move(entry->ticket);
    }
    std::vector<std::string> known;
    // One entry an item, in their order, empty without a ticket: postmortem() matches them by
    // place.
    for (const std::string& item : report::prevention_items(report)) {
        if (!*ticket) break;
        if (open_tickets) {
            const auto opened = book.open_prevention(**ticket, "command line", item);
            if (!opened) return base::fail(opened.error());
        }
        const auto found = book.prevention(**ticket, item);
        if (!found) return base::fail(found.error());
        known.push_back(*found ? (*found)->id + ", " + std::string(name((*found)->state)) : "");
    }
    if (*ticket) {
        // read again: opening the items has written to its history
        auto fresh = book.ticket((*ticket)->id);
        if (!fresh) return base::fail(fresh.error());
        return report::postmortem(report, to_json(*fresh), known);
    }
    return report::postmortem(report, nullptr, known);
}

}  // namespace insight::cli
