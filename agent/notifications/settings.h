// The `notifications` block of the configuration.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/notifications/channel.h"
#include "agent/notifications/policy.h"
#include "config/block.h"
#include "core/net/mail.h"

namespace insight::notifications {

extern const config::Block kNotificationsBlock;

struct NamedChannel {
    std::string name;
    std::string least_severity;
    std::string urgent_severity;  // from here on quiet hours do not count
    bool approvals = false;       // requests for approval go here, too
    QuietHours quiet;
    RateLimit limit{0};
    std::unique_ptr<Channel> channel;
};

// Errors: Invalid, naming the channel and the key.
base::Result<std::vector<NamedChannel>> channels_of(const config::BlockSettings& block,
                                                    net::Transport& transport,
                                                    net::MailTransport& mail,
                                                    const base::Clock& clock);

}  // namespace insight::notifications
