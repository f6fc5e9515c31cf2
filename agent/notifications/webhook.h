// Any other receiver: one POST a piece of news, by default
//   {"event": "opened"|"changed"|"resolved"|"approval", "id", "incident", "title", "severity",
//    "state", "summary", "facts": {}, "links": {}, "news": [], "revision", "text"}
// and with a template whatever it makes of these. Each carries `Idempotency-Key` and, with a
// secret, `X-Insight-Signature: sha256=…`, the HMAC of the body.
#pragma once

#include <optional>

#include "agent/notifications/channel.h"
#include "agent/outreach/template.h"
#include "core/base/secret.h"

namespace insight::notifications {

struct WebhookSettings {
    std::optional<outreach::Template> body;
    std::string content_type = "application/json";
    base::Secret secret;
};

class WebhookChannel final : public Channel {
  public:
    WebhookChannel(outreach::Party party, WebhookSettings settings)
        : party_(std::move(party)), settings_(std::move(settings)) {}

    [[nodiscard]] bool updates() const override { return false; }
    Attempt<base::Json> say(const Message& message, const base::Json& handle, bool again) override;

  private:
    outreach::Party party_;
    WebhookSettings settings_;
};

}  // namespace insight::notifications
