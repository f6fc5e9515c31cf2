#include "agent/notifications/message.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "core/base/crypto.h"
#include "core/base/text.h"

namespace insight::notifications {
namespace {

using tickets::Event;
using tickets::Link;
using tickets::Ticket;

constexpr std::size_t kLongestTitle = 150;
constexpr std::size_t kLongestText = 1500;
constexpr std::size_t kMostNews = 10;
// Kinds of events of a ticket's history that are worth a message of their own; what only those who
// work on it need is shown where a message is changed in place.
constexpr std::array<std::string_view, 6> kLoud{"finding",  "state",    "proposed",
                                                "reopened", "recurred", "withdrawn"};
constexpr std::array<std::string_view, 2> kForWorkers{"comment", "assigned"};

template <typename Kinds>
bool among_kinds(const Kinds& kinds, const std::string& kind) {
    return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

std::string clean(base::Border& border, std::string_view text, std::size_t most) {
    return base::shorten(border.hide(base::one_line(base::clean_utf8(text))), most);
}

}  // namespace

Message message_of(const Ticket& ticket, std::int64_t told, bool quietly, const std::string& pages,
                   base::Border& border) {
    Message message;
    message.id = ticket.id;
    message.title = clean(border, ticket.title, kLongestTitle);
    message.severity = ticket.severity;
    message.state = name(ticket.state);
    message.summary = clean(border, ticket.finding.summary, kLongestText);
    message.time = ticket.opened_at;
    message.revision = ticket.revision;
    const auto fact = [&](const char* what, const std::string& value) {
        if (!value.empty()) message.facts.emplace_back(what, clean(border, value, 300));
    };
    fact("State",
         std::string(name(ticket.state)) + (ticket.proposed ? " (resolution is proposed)" : ""));
    fact("Severity", ticket.severity);
    fact("Cause", cause_text(ticket.finding));
    if (!ticket.finding.causes.empty())
        fact("Confidence", fmt::format("{:.0f} %", ticket.finding.confidence * 100));
    fact("Affected", fmt::format("{}", fmt::join(ticket.finding.services, ", ")));
    fact("Assignee", ticket.assignee);
    if (ticket.recurrences > 0) fact("Came again", fmt::format("{} times", ticket.recurrences));
    for (const Link& link : ticket.links)
        if (link.kind == "incident") message.incident = link.target;
    if (!pages.empty() && !message.incident.empty())
        message.links.emplace_back("Report", pages + "/incidents/" + message.incident);
    for (const Link& link : ticket.links)
        if (!link.url.empty() && link.kind != "incident")
            message.links.emplace_back(link.target, link.url);
    // The first message says it all: there is no news beside it.
    if (told == 0) return message;
    for (const Event& event : ticket.history)
        if (event.revision > told &&
            (among_kinds(kLoud, event.kind) || (!quietly && among_kinds(kForWorkers, event.kind))))
            message.news.push_back(
                clean(border,
                      among_kinds(kForWorkers, event.kind) || event.kind == "state"
                          ? fmt::format("{}: {}", event.actor.empty() ? "somebody" : event.actor,
                                        event.text)
                          : event.text,
                      500));
    if (message.news.size() > kMostNews)
        // The newest stay: they say how things stand.
        message.news.erase(message.news.begin(),
                           message.news.end() - static_cast<std::ptrdiff_t>(kMostNews));
    return message;
}

Message message_of(const Request& request, base::Border& border) {
    Message message;
    message.id = request.id;
    message.incident = request.incident;
    message.title = clean(border, "Approval needed: " + request.title, kLongestTitle);
    message.severity = "warning";
    message.state = "approval";
    message.summary = clean(border, request.summary, kLongestText);
    message.links.emplace_back("Look and decide", request.link);
    message.revision = 1;
    return message;
}

std::string plain(const Message& message) {
    std::string out = fmt::format("{} [{}]\n", message.title, message.severity);
    if (!message.news.empty()) out += fmt::format("\n{}\n", fmt::join(message.news, "\n"));
    if (!message.summary.empty()) out += "\n" + message.summary + "\n";
    if (!message.facts.empty()) out += "\n";
    for (const auto& [what, value] : message.facts) out += fmt::format("{}: {}\n", what, value);
    if (!message.links.empty()) out += "\n";
    for (const auto& [what, url] : message.links) out += fmt::format("{}: {}\n", what, url);
    return out;
}

std::string digest_of(const Message& message) {
    Message shown = message;
    // News are of one message only; what is compared is what stands there for good.
    shown.news.clear();
    return base::sha256_hex(plain(shown));
}

}  // namespace insight::notifications
