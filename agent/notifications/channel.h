// A way to tell people: Slack, Teams, PagerDuty, Opsgenie, mail, a webhook.
#pragma once

#include "agent/notifications/message.h"
#include "agent/outreach/check.h"
#include "agent/outreach/party.h"

namespace insight::notifications {

using outreach::Attempt;

class Channel {
  public:
    virtual ~Channel() = default;

    // True: what was said can be changed later, so that one message always tells the present.
    // False: only news are sent, each as a message of its own, and only the loud ones.
    [[nodiscard]] virtual bool updates() const = 0;

    // Says it. `handle` is what the last call for this message gave, null at first; what comes back
    // is kept for the next one. `again`: an earlier first attempt may have got through unheard.
    virtual Attempt<base::Json> say(const Message& message, const base::Json& handle,
                                    bool again) = 0;

    // Reachable, signed in, allowed, there, as far as that shows without saying anything.
    virtual outreach::Checks examine() { return {}; }
};

}  // namespace insight::notifications
