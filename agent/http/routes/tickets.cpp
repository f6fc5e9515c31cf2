// Tickets: list, show, open, comment, assign, move, link.
#include <fmt/format.h>

#include "agent/http/routes/routes.h"
#include "agent/tickets/book.h"
#include "core/base/text.h"
#include "core/store/outbox.h"

namespace insight::http {
namespace {

using base::ErrorKind;
using base::Json;
using tickets::Book;
using tickets::Ticket;

constexpr int kMostTickets = 200;

std::string actor_of(const Request& request) {
    return request.caller.empty() ? "this machine" : request.caller;
}

// The body's texts by key; others are refused with the keys there are.
base::Result<std::map<std::string, std::string>> texts_of(const Request& request,
                                                          const std::vector<std::string>& keys) {
    const auto json =
        base::parse_json(request.body, "the request body", {.bytes = 1U << 16, .depth = 8});
    if (!json) return base::fail(json.error());
    if (!json->is_object())
        return base::fail(ErrorKind::Invalid, "the request body must be an object");
    std::map<std::string, std::string> texts;
    for (const auto& [key, value] : json->items()) {
        if (std::find(keys.begin(), keys.end(), key) == keys.end())
            return base::fail(
                ErrorKind::Invalid,
                fmt::format("\"{}\" is not a key here: use {}",
                            base::shorten(base::clean_utf8(key), 64), fmt::join(keys, ", ")));
        if (!value.is_string())
            return base::fail(ErrorKind::Invalid, fmt::format("\"{}\" must be text", key));
        texts[key] = value.get<std::string>();
    }
    return texts;
}

Response answer(const Parts& parts, const Request& request, const base::Result<Ticket>& ticket) {
    if (!ticket) return parts.envelope.error(request, ticket.error());
    return parts.envelope.data(request, 200, to_json(*ticket));
}

Response list_tickets(const Parts& parts, const Request& request) {
    tickets::Wish wish;
    const auto limit = number_of(request, "limit", wish.limit, kMostTickets);
    if (!limit) return parts.envelope.error(request, limit.error());
    wish.limit = static_cast<int>(*limit);
    if (const auto text = request.query("state"); text && *text == "undone") {
        wish.undone = true;
    } else if (text) {
        const auto state = tickets::state_from(*text);
        if (!state) return parts.envelope.error(request, state.error());
        wish.state = *state;
    }
    const auto found = Book(parts.store, parts.clock).tickets(wish);
    if (!found) return parts.envelope.error(request, found.error());
    Json rows = Json::array();
    for (const Ticket& ticket : *found) rows.push_back(row_json(ticket));
    return parts.envelope.data(request, 200, {{"tickets", std::move(rows)}});
}

// What has been sent of it, and what could not be.
Json deliveries(const Parts& parts, const Ticket& ticket) {
    Json out = Json::array();
    for (const char* channel : {"ticket", "notification"}) {
        const auto parcels = parts.store.outbox().parcels(
            {channel, ticket.first_link("incident"), std::nullopt, 100});
        if (!parcels) continue;
        for (const store::Parcel& parcel : *parcels) {
            if (base::text_at(parcel.body, "ticket") != ticket.id) continue;
            constexpr const char* kStates[] = {"waiting", "held", "sent", "refused"};
            out.push_back({{"channel", channel},
                           {"key", parcel.key},
                           {"state", kStates[static_cast<int>(parcel.state)]},
                           {"attempts", parcel.attempts},
                           {"note", parcel.note},
                           {"updatedAt", base::format_rfc3339(parcel.updated_at)}});
        }
    }
    return out;
}

Response show_ticket(const Parts& parts, const Request& request) {
    const auto ticket = Book(parts.store, parts.clock).ticket(request.parameter("id"));
    if (!ticket) return parts.envelope.error(request, ticket.error());
    Json out = to_json(*ticket);
    out["deliveries"] = deliveries(parts, *ticket);
    return parts.envelope.data(request, 200, out);
}

Response open_ticket(const Parts& parts, const Request& request) {
    const auto texts = texts_of(request, {"incident"});
    if (!texts) return parts.envelope.error(request, texts.error());
    const auto incident = texts->find("incident");
    if (incident == texts->end())
        return parts.envelope.error(request, 400, "invalid", "incident is missing: inc-…");
    const auto text = parts.store.report(incident->second);
    if (!text) return parts.envelope.error(request, text.error());
    const auto report = base::parse_json(*text, "the stored report");
    if (!report) return parts.envelope.error(request, report.error());
    // true: a person asks, so there is a ticket even where a report alone would open none.
    const auto entry = Book(parts.store, parts.clock).record(*report, actor_of(request), true);
    if (!entry) return parts.envelope.error(request, entry.error());
    Response response = parts.envelope.data(
        request, entry->step == tickets::Step::Opened ? 201 : 200, to_json(*entry->ticket));
    response.headers.push_back({"Location", "/api/v1/tickets/" + entry->ticket->id});
    return response;
}

Response comment_ticket(const Parts& parts, const Request& request) {
    const auto texts = texts_of(request, {"text"});
    if (!texts) return parts.envelope.error(request, texts.error());
    const auto text = texts->find("text");
    return answer(parts, request,
                  Book(parts.store, parts.clock)
                      .comment(request.parameter("id"), actor_of(request),
                               text == texts->end() ? "" : text->second));
}

Response assign_ticket(const Parts& parts, const Request& request) {
    const auto texts = texts_of(request, {"assignee"});
    if (!texts) return parts.envelope.error(request, texts.error());
    const auto assignee = texts->find("assignee");
    if (assignee == texts->end())
        return parts.envelope.error(request, 400, "invalid",
                                    "assignee is missing: a name, or \"\" for nobody");
    return answer(parts, request,
                  Book(parts.store, parts.clock)
                      .assign(request.parameter("id"), actor_of(request), assignee->second));
}

Response move_ticket(const Parts& parts, const Request& request) {
    auto texts = texts_of(request, {"state", "why"});
    if (!texts) return parts.envelope.error(request, texts.error());
    const auto state = tickets::state_from((*texts)["state"]);
    if (!state) return parts.envelope.error(request, state.error());
    return answer(
        parts, request,
        Book(parts.store, parts.clock)
            .transition(request.parameter("id"), actor_of(request), *state, (*texts)["why"]));
}

Response link_ticket(const Parts& parts, const Request& request) {
    auto texts = texts_of(request, {"kind", "target", "url"});
    if (!texts) return parts.envelope.error(request, texts.error());
    const tickets::Link link{(*texts)["kind"], (*texts)["target"], (*texts)["url"]};
    if (link.kind != "pull_request" && link.kind != "capsule" && link.kind != "ticket")
        return parts.envelope.error(request, 400, "invalid",
                                    "kind must be pull_request, capsule or ticket");
    if (link.target.empty() || link.target.size() > 300 || link.url.size() > 1000 ||
        (!link.url.empty() && !link.url.starts_with("https://") &&
         !link.url.starts_with("http://")))
        return parts.envelope.error(request, 400, "invalid",
                                    "target must have 1 to 300 bytes, url must be http or https");
    return answer(
        parts, request,
        Book(parts.store, parts.clock).link(request.parameter("id"), actor_of(request), link));
}

}  // namespace

std::vector<Route> ticket_routes(const Parts& parts) {
    return {
        answered(parts, Method::Get, "/api/v1/tickets", Need::Viewer, list_tickets),
        answered(parts, Method::Post, "/api/v1/tickets", Need::Operator, open_ticket),
        answered(parts, Method::Get, "/api/v1/tickets/{id}", Need::Viewer, show_ticket),
        answered(parts, Method::Post, "/api/v1/tickets/{id}/comments", Need::Operator,
                 comment_ticket),
        answered(parts, Method::Post, "/api/v1/tickets/{id}/assignee", Need::Operator,
                 assign_ticket),
        answered(parts, Method::Post, "/api/v1/tickets/{id}/state", Need::Operator, move_ticket),
        answered(parts, Method::Post, "/api/v1/tickets/{id}/links", Need::Operator, link_ticket)};
}

}  // namespace insight::http
