// Any other tracker: every change is one POST, by default
//   {"event": "opened"|"updated"|"comment"|"state", "ticket": {…}, "title", "text", "markdown"}
// and with a template whatever it makes of these. Each carries `Idempotency-Key` (ticket, event and
// revision) and, with a secret, `X-Insight-Signature: sha256=…`, the HMAC of the body.
#pragma once

#include <optional>

#include "agent/outreach/listed.h"
#include "agent/tickets/tracker.h"

namespace insight::tickets {

using outreach::WebhookSettings;

class Webhook final : public Tracker {
  public:
    Webhook(outreach::Party party, WebhookSettings settings)
        : party_(std::move(party)), settings_(std::move(settings)) {}

    // Nothing can be looked up: the other side knows a repeat by its Idempotency-Key.
    Attempt<std::optional<Remote>> find(const Ticket& ticket) override;
    // What the answer calls `key` or `id`, and `url`, is kept.
    Attempt<Remote> create(const Ticket& ticket, const Sheet& sheet) override;
    Attempt<void> update(const Remote& remote, const Ticket& ticket, const Sheet& sheet) override;
    Attempt<void> comment(const Remote& remote, const Ticket& ticket, const Blocks& news) override;
    Attempt<std::string> move(const Remote& remote, const Ticket& ticket) override;
    outreach::Checks examine() override { return {outreach::reachable(party_)}; }

  private:
    Attempt<net::Response> post(const std::string& event, const Remote& remote,
                                const Ticket& ticket, const std::string& title,
                                const Blocks& blocks) const;

    outreach::Party party_;
    WebhookSettings settings_;
};

}  // namespace insight::tickets
