// PagerDuty, Events API v2: one alert a ticket by its dedup_key; triggered, acknowledged once
// somebody works on it, resolved with the ticket.
// Source: developer.pagerduty.com/docs/events-api-v2.
#pragma once

#include "agent/notifications/channel.h"
#include "core/base/secret.h"

namespace insight::notifications {

class PagerDuty final : public Channel {
  public:
    // `party` leads to the host (https://events.pagerduty.com).
    PagerDuty(outreach::Party party, base::Secret routing_key, std::string source)
        : party_(std::move(party)), key_(std::move(routing_key)), source_(std::move(source)) {}

    [[nodiscard]] bool updates() const override { return true; }
    Attempt<base::Json> say(const Message& message, const base::Json& handle, bool again) override;
    // Events have no request that only looks; a routing key is known by its form.
    outreach::Checks examine() override;

    // Without the routing key.
    static base::Json event_of(const Message& message, const std::string& source);

  private:
    outreach::Party party_;
    base::Secret key_;
    std::string source_;
};

}  // namespace insight::notifications
