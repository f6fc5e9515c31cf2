// Mail: one thread a ticket (Message-ID, References), plain text, UTF-8.
#pragma once

#include "agent/notifications/channel.h"
#include "core/net/mail.h"

namespace insight::notifications {

struct MailSettings {
    net::MailServer server;
    std::string from;
    std::vector<std::string> to;
};

// The whole message (RFC 5322, lines end with CRLF). `host` is what identifiers end with.
std::string mail_text(const Message& message, const MailSettings& settings,
                      const base::Json& handle, base::Nanos now);

class MailChannel final : public Channel {
  public:
    MailChannel(MailSettings settings, net::MailTransport& transport, const base::Clock& clock)
        : settings_(std::move(settings)), transport_(transport), clock_(clock) {}

    [[nodiscard]] bool updates() const override { return false; }
    Attempt<base::Json> say(const Message& message, const base::Json& handle, bool again) override;
    // As far as the log-in: no mail is sent.
    outreach::Checks examine() override;

  private:
    MailSettings settings_;
    net::MailTransport& transport_;
    const base::Clock& clock_;
};

}  // namespace insight::notifications
