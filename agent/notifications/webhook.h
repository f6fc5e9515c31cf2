// Any other receiver: one POST a piece of news, by default
//   {"event": "opened"|"changed"|"resolved"|"approval", "id", "incident", "title", "severity",
//    "state", "summary", "facts": {}, "links": {}, "news": [], "revision", "text"}
// and with a template whatever it makes of these. Each carries `Idempotency-Key` and, with a
// secret, `X-Insight-Signature: sha256=…`, the HMAC of the body.
#pragma once

#include "agent/notifications/channel.h"
#include "agent/outreach/listed.h"

namespace insight::notifications {

using outreach::WebhookSettings;

class WebhookChannel final : public Channel {
  public:
    WebhookChannel(outreach::Party party, WebhookSettings settings)
        : party_(std::move(party)), settings_(std::move(settings)) {}

    [[nodiscard]] bool updates() const override { return false; }
    Attempt<base::Json> say(const Message& message, const base::Json& handle, bool again) override;
    outreach::Checks examine() override { return {outreach::reachable(party_)}; }

  private:
    outreach::Party party_;
    WebhookSettings settings_;
};

}  // namespace insight::notifications
