// Slack, by a bot (chat.postMessage, chat.update, replies in the thread) or an incoming webhook.
// Source: docs.slack.dev, Web API and Block Kit; types in the npm package @slack/types.
#pragma once

#include "agent/notifications/channel.h"

namespace insight::notifications {

// Text and blocks of a message, as both ways take them.
base::Json slack_body(const Message& message);

class SlackBot final : public Channel {
  public:
    // `channel` is an id (C0123…) or a name.
    SlackBot(outreach::Party party, std::string channel)
        : party_(std::move(party)), channel_(std::move(channel)) {}

    [[nodiscard]] bool updates() const override { return true; }
    Attempt<base::Json> say(const Message& message, const base::Json& handle, bool again) override;
    // auth.test and conversations.info, which say nothing to anybody.
    outreach::Checks examine() override;

  private:
    Attempt<base::Json> call(const std::string& method, const base::Json& body) const;
    [[nodiscard]] base::Json find(const Message& message) const;

    outreach::Party party_;
    std::string channel_;
};

class SlackWebhook final : public Channel {
  public:
    explicit SlackWebhook(outreach::Party party) : party_(std::move(party)) {}

    [[nodiscard]] bool updates() const override { return false; }
    Attempt<base::Json> say(const Message& message, const base::Json& handle, bool again) override;
    outreach::Checks examine() override { return {outreach::reachable(party_)}; }

  private:
    outreach::Party party_;
};

}  // namespace insight::notifications
