// An item of a list of parties in the configuration (`tickets.trackers`, `notifications.channels`):
// what is read of it the same way whoever it is. Errors: Invalid, naming the list and the item.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/outreach/party.h"
#include "agent/outreach/template.h"

namespace insight::outreach {

// How a webhook wants its bodies.
struct WebhookSettings {
    std::optional<Template> body;  // empty: the usual JSON
    std::string content_type = "application/json";
    base::Secret secret;  // signs them, when not empty
};

struct Listed {
    std::string_view list;  // "tickets.trackers"
    const config::Instance& item;

    [[nodiscard]] tl::unexpected<base::Error> wrong(std::string_view what) const;
    // At `url`, with the item's headers and authorities, without an authorization.
    [[nodiscard]] base::Result<Party> party(const std::string& url, net::Transport& transport,
                                            const base::Clock& clock) const;
    [[nodiscard]] base::Result<WebhookSettings> webhook() const;
};

}  // namespace insight::outreach
