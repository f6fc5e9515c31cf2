// Tickets as rows: found, listed, written by their versions, and every change in the audit chain.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "agent/tickets/book.h"
#include "core/base/text.h"
#include "core/store/audit.h"
#include "core/store/documents.h"

namespace insight::tickets {
namespace {

using base::ErrorKind;

constexpr const char* kTickets = "tickets";
constexpr int kMostTries = 20;  // each of them means that somebody else got through

base::Result<Ticket> read(const store::Document& document) {
    auto ticket = ticket_from_json(document.body);
    if (ticket) ticket->version = document.version;
    return ticket;
}

}  // namespace

base::Result<Ticket> Book::ticket(const std::string& id) {
    const auto document = store_.documents().document(kTickets, id);
    if (!document && document.error().kind == ErrorKind::NotFound)
        return base::fail(ErrorKind::NotFound,
                          fmt::format("there is no ticket {}: `devops-insight tickets` lists them",
                                      base::shorten(base::clean_utf8(id), 64)));
    if (!document) return base::fail(document.error());
    return read(*document);
}

base::Result<std::optional<std::string>> Book::pointed(const std::string& collection,
                                                       const std::string& key) {
    const auto document = store_.documents().document(collection, key);
    if (document) return std::optional(base::text_at(document->body, "ticket"));
    if (document.error().kind != ErrorKind::NotFound) return base::fail(document.error());
    return std::optional<std::string>();
}

base::Status Book::point(const std::string& collection, const std::string& key,
                         const std::string& ticket) {
    for (int tries = 0;; ++tries) {
        store::Document document{collection, key, 0, clock_.now(), {{"ticket", ticket}}};
        if (const auto known = store_.documents().document(collection, key)) {
            if (base::text_at(known->body, "ticket") == ticket) return {};
            document.version = known->version;
        }
        const auto put = store_.documents().put(document);
        if (put) return {};
        if (put.error().kind != ErrorKind::Conflict || tries == kMostTries)
            return base::fail(put.error());
    }
}

base::Result<std::optional<Ticket>> Book::of_incident(const std::string& incident) {
    const auto id = pointed(kTicketsByIncident, incident);
    if (!id) return base::fail(id.error());
    if (!*id) return std::optional<Ticket>();
    auto found = ticket(**id);
    if (!found) return base::fail(found.error());
    return std::optional<Ticket>(std::move(*found));
}

base::Result<std::vector<Ticket>> Book::tickets(const Wish& wish) {
    const bool all = !wish.state && !wish.undone;
    const auto documents =
        // Documents know nothing of states: a wish for some looks through the newest thousand.
        store_.documents().documents({kTickets, "", "", all ? wish.limit : 1000, true});
    if (!documents) return base::fail(documents.error());
    std::vector<Ticket> found;
    for (const store::Document& document : *documents) {
        auto ticket = read(document);
        if (!ticket) return base::fail(ticket.error());
        if (wish.state && ticket->state != *wish.state) continue;
        if (wish.undone && ticket->done()) continue;
        found.push_back(std::move(*ticket));
        if (found.size() >= static_cast<std::size_t>(std::max(wish.limit, 0))) break;
    }
    return found;
}

void Book::audit(const Ticket& ticket, const std::string& actor, std::size_t first_event) {
    for (std::size_t i = first_event; i < ticket.history.size(); ++i) {
        const Event& event = ticket.history[i];
        // earlier ones have their entries
        if (event.revision != ticket.revision) continue;
        store::AuditEntry entry;
        entry.time = event.time;
        entry.actor = actor;
        entry.action = "ticket." + event.kind;
        entry.incident = ticket.first_link("incident");
        entry.detail = {{"ticket", ticket.id}, {"text", event.text}};
        if (const auto kept = store_.audit().append(std::move(entry)); !kept)
            spdlog::error("ticket {}: the audit chain has no entry of a change: {}", ticket.id,
                          kept.error().text());
    }
}

base::Result<Ticket> Book::write(Ticket ticket) {
    ticket.updated_at = clock_.now();
    ++ticket.revision;
    const auto version = store_.documents().put(
        {kTickets, ticket.id, ticket.version, ticket.updated_at, stored_json(ticket)});
    if (!version) return base::fail(version.error());
    ticket.version = *version;
    return ticket;
}

base::Result<Ticket> Book::change(const std::string& id, const std::string& actor,
                                  const Change& change) {
    for (int tries = 0;; ++tries) {
        auto current = ticket(id);
        if (!current) return current;
        // Read, changed and written by version: on a conflict all of it once more, on what stands
        // there then.
        const auto changed = change(*current);
        if (!changed) return base::fail(changed.error());
        if (!*changed) return current;
        auto written = write(std::move(*current));
        if (written) {
            audit(*written, actor, 0);
            return written;
        }
        if (written.error().kind != ErrorKind::Conflict || tries == kMostTries) return written;
    }
}

}  // namespace insight::tickets
