#include "agent/tickets/webhook.h"

#include <fmt/format.h>

#include "agent/outreach/answer.h"
#include "core/base/crypto.h"

namespace insight::tickets {

using base::Json;

Attempt<net::Response> Webhook::post(const std::string& event, const Remote& remote,
                                     const Ticket& ticket, const std::string& title,
                                     const Blocks& blocks) const {
    Json one = row_json(ticket);
    // The sheet has gone through the border; the finding's own words have not.
    one.erase("finding");
    one["title"] = title;
    const Json data{{"event", event},
                    {"ticket", std::move(one)},
                    {"remote", {{"key", remote.key}, {"url", remote.url}}},
                    {"title", title},
                    {"text", plain(blocks)},
                    {"markdown", markdown(blocks)}};
    std::string body =
        settings_.body
            ? settings_.body->fill(data, settings_.content_type.find("json") != std::string::npos)
            : base::dump_json(data);
    std::vector<net::Header> headers{
        {"Content-Type", settings_.content_type},
        {"Idempotency-Key", fmt::format("{}/{}/{}", ticket.id, event, ticket.revision)}};
    if (!settings_.secret.empty())
        headers.emplace_back(
            "X-Insight-Signature",
            "sha256=" + base::hex(base::hmac_sha256(settings_.secret.reveal(), body)));
    auto response = party_.send("POST", "", std::move(body), headers);
    if (response && !outreach::is_success(*response))
        return outreach::stop(party_.failure(*response));
    return response;
}

// Nothing can be asked of a hook; the Idempotency-Key lets its owner tell a repeat.
Attempt<std::optional<Remote>> Webhook::find(const Ticket&) {
    return std::optional<Remote>();
}

Attempt<Remote> Webhook::create(const Ticket& ticket, const Sheet& sheet) {
    const auto response = post("opened", {}, ticket, sheet.title, sheet.body);
    if (!response) return outreach::stop(response.error());
    const Json answer =
        base::parse_json(response->body, "the answer", {.bytes = 1U << 20, .depth = 32})
            .value_or(Json());
    Remote remote;
    for (const char* key : {"key", "id"}) {
        if (!remote.key.empty() || !answer.is_object() || !answer.contains(key)) continue;
        const Json& value = answer[key];
        remote.key = value.is_string() ? value.get<std::string>() : base::dump_json(value);
    }
    // A hook need not answer with anything: our own id serves as well.
    if (remote.key.empty() || remote.key.size() > 200) remote.key = ticket.id;
    remote.url = base::text_at(answer, "url");
    if (!remote.url.starts_with("http")) remote.url.clear();
    return remote;
}

Attempt<void> Webhook::update(const Remote& remote, const Ticket& ticket, const Sheet& sheet) {
    const auto response = post("updated", remote, ticket, sheet.title, sheet.body);
    if (!response) return outreach::stop(response.error());
    return {};
}

Attempt<void> Webhook::comment(const Remote& remote, const Ticket& ticket, const Blocks& news) {
    const auto response = post("comment", remote, ticket, ticket.id, news);
    if (!response) return outreach::stop(response.error());
    return {};
}

Attempt<std::string> Webhook::move(const Remote& remote, const Ticket& ticket) {
    const Blocks blocks{{Block::Kind::Text, fmt::format("State: {}", name(ticket.state)), ""}};
    const auto response = post("state", remote, ticket, ticket.id, blocks);
    if (!response) return outreach::stop(response.error());
    return std::string();
}

}  // namespace insight::tickets
