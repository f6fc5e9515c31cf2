// Microsoft Teams, by the webhook of a Workflow: an Adaptive Card (version 1.4). What was posted
// cannot be changed through it.
// Source: adaptivecards.io/schemas/adaptive-card.json, and Microsoft's page on Workflows webhooks.
#pragma once

#include "agent/notifications/channel.h"

namespace insight::notifications {

base::Json adaptive_card(const Message& message);

class Teams final : public Channel {
  public:
    explicit Teams(outreach::Party party) : party_(std::move(party)) {}

    [[nodiscard]] bool updates() const override { return false; }
    Attempt<base::Json> say(const Message& message, const base::Json& handle, bool again) override;
    outreach::Checks examine() override { return {outreach::reachable(party_)}; }

  private:
    outreach::Party party_;
};

}  // namespace insight::notifications
