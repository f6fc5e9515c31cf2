// What doctor says about channels. Nothing here says anything to anybody.
#include <fmt/format.h>

#include "agent/notifications/mail.h"
#include "agent/notifications/opsgenie.h"
#include "agent/notifications/pagerduty.h"
#include "agent/notifications/slack.h"

namespace insight::notifications {
namespace {

using base::Json;
using outreach::Check;
using outreach::Checks;

constexpr std::chrono::seconds kMailTime{15};
constexpr std::size_t kRoutingKey = 32;  // an integration key of PagerDuty, hexadecimal

// Slack answers 200 and says in the body what is wrong.
std::string slack_fix(const std::string& error) {
    if (error == "missing_scope") return "add the missing scope to the Slack app and reinstall it";
    if (error == "channel_not_found")
        return "check the channel, and invite the app to it: /invite @NAME";
    if (error == "not_in_channel") return "invite the app to the channel: /invite @NAME";
    if (error == "is_archived") return "name a channel that is not archived";
    return "make a bot token (xoxb-…) with the scope chat:write and give it as `token`";
}

}  // namespace

Checks SlackBot::examine() {
    Checks out;
    const auto ask = [&](const std::string& method, std::string what,
                         const std::function<std::string(const Json&)>& finding) {
        const auto answer = party_.call("GET", "/" + method);
        Check check = checked(std::move(what), party_, answer, "", slack_fix(""));
        if (answer) {
            const std::string error = base::text_at(*answer, "error");
            check.ok = base::flag_at(*answer, "ok");
            check.finding = check.ok ? finding(*answer) : "Slack says " + error;
            check.fix = check.ok ? "" : slack_fix(error);
        }
        out.push_back(std::move(check));
        return out.back().ok;
    };
    if (!ask("auth.test", "sign in at " + party_.who(), [](const Json& answer) {
            return fmt::format("as {} of {}", base::text_at(answer, "user"),
                               base::text_at(answer, "team"));
        }))
        return out;
    // A name is not looked up: that would list every channel of the workspace.
    const bool is_id =
        channel_.size() > 8 && (channel_[0] == 'C' || channel_[0] == 'G') &&
        channel_.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == std::string::npos;
    if (!is_id) {
        out.push_back({"channel " + channel_, true,
                       "not looked up, because it is given by name; whether the app is in it shows "
                       "when something is said",
                       ""});
        return out;
    }
    ask("conversations.info?channel=" + channel_, "channel " + channel_, [](const Json& answer) {
        const Json& channel = base::object_at(answer, "channel");
        return "#" + base::text_at(channel, "name") +
               (base::flag_at(channel, "is_member") ? "" : ", the app is not in it yet");
    });
    return out;
}

Checks PagerDuty::examine() {
    Checks out{outreach::reachable(party_)};
    const std::string& key = key_.reveal();
    const bool form = key.size() == kRoutingKey &&
                      // Keys of newer integrations begin with "R", which is no hexadecimal digit.
                      key.find_first_not_of("0123456789abcdefABCDEFRr") == std::string::npos;
    out.push_back({"routing key", true,
                   form ? "has the form of one; whether it is known shows when something is said"
                        : fmt::format("has {} characters where PagerDuty's have {}; whether it is "
                                      "known shows when something is said",
                                      key.size(), kRoutingKey),
                   ""});
    return out;
}

Checks Opsgenie::examine() {
    const auto answer = party_.call("GET", "/v2/alerts/count");
    return {
        checked("sign in at " + party_.who(), party_, answer,
                answer ? fmt::format("{} alerts are there",
                                     base::integer_at(base::object_at(*answer, "data"), "count"))
                       : std::string(),
                "make an API integration in Opsgenie with the rights to read, create and update "
                "alerts, and give its key as `token`; of the EU name https://api.eu.opsgenie.com "
                "as `url`")};
}

Checks MailChannel::examine() {
    const auto greeted = transport_.greet(settings_.server, base::Deadline::after(kMailTime));
    const std::string where =
        fmt::format("log in at {}:{}", settings_.server.host, settings_.server.port);
    if (greeted)
        return {{where, true,
                 settings_.server.user.empty() ? "it greets; no log-in is configured"
                                               : "as " + settings_.server.user,
                 ""}};
    // The message of the transport ends with what to do.
    const std::string& message = greeted.error().message;
    // "what failed: what to do" is the form of every error (base::Error).
    const std::size_t colon = message.rfind(": ");
    return {
        {where, false, greeted.error().text(),
         colon == std::string::npos ? "check host, port and security" : message.substr(colon + 2)}};
}

}  // namespace insight::notifications
