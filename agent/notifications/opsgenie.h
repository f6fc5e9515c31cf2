// Opsgenie, Alert API v2: one alert a ticket by its alias; news become notes.
// Source: docs.opsgenie.com/docs/alert-api.
#pragma once

#include "agent/notifications/channel.h"

namespace insight::notifications {

class Opsgenie final : public Channel {
  public:
    // `party` leads to the host (https://api.opsgenie.com or api.eu.opsgenie.com).
    explicit Opsgenie(outreach::Party party) : party_(std::move(party)) {}

    [[nodiscard]] bool updates() const override { return true; }
    Attempt<base::Json> say(const Message& message, const base::Json& handle, bool again) override;
    // Counts alerts, which every key that may read can.
    outreach::Checks examine() override;

    static base::Json alert_of(const Message& message);

  private:
    Attempt<void> tell(const Message& message, const std::string& what, const std::string& note);

    outreach::Party party_;
};

}  // namespace insight::notifications
