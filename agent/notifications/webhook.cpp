#include "agent/notifications/webhook.h"

#include <fmt/format.h>

#include "agent/outreach/answer.h"
#include "core/base/crypto.h"

namespace insight::notifications {

using base::Json;

Attempt<Json> WebhookChannel::say(const Message& message, const Json& handle, bool) {
    Json data{{"event", message.state == "approval" ? "approval"
                        : handle.is_null()          ? "opened"
                        : message.over()            ? "resolved"
                                                    : "changed"},
              {"id", message.id},
              {"incident", message.incident},
              {"title", message.title},
              {"severity", message.severity},
              {"state", message.state},
              {"summary", message.summary},
              {"facts", Json::object()},
              {"links", Json::object()},
              {"news", message.news},
              {"revision", message.revision},
              {"text", plain(message)}};
    for (const auto& [what, value] : message.facts) data["facts"][what] = value;
    for (const auto& [what, url] : message.links) data["links"][what] = url;
    const bool json = settings_.content_type.find("json") != std::string::npos;
    std::string body = settings_.body ? settings_.body->fill(data, json) : base::dump_json(data);
    std::vector<net::Header> headers{
        {"Content-Type", settings_.content_type},
        {"Idempotency-Key", fmt::format("{}/{}", message.id, message.revision)}};
    if (!settings_.secret.empty())
        headers.emplace_back(
            "X-Insight-Signature",
            "sha256=" + base::hex(base::hmac_sha256(settings_.secret.reveal(), body)));
    const auto response = party_.send("POST", "", std::move(body), headers);
    if (!response) return outreach::stop(response.error());
    if (!outreach::is_success(*response)) return outreach::stop(party_.failure(*response));
    return Json::object();
}

}  // namespace insight::notifications
