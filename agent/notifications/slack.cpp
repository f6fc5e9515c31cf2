#include "agent/notifications/slack.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "agent/outreach/answer.h"
#include "core/base/text.h"

namespace insight::notifications {
namespace {

using agent::Delivery;
using base::Json;

// Limits of Block Kit.
constexpr std::size_t kLongestHeader = 150;
constexpr std::size_t kLongestSection = 2900;
constexpr std::size_t kMostFields = 10;
constexpr std::size_t kLongestField = 1900;
constexpr std::size_t kMostButtons = 5;
constexpr const char* kMetadata = "devops_insight";

// Somebody has to change something on one of both sides; until then it waits.
constexpr std::array<std::string_view, 9> kToBeMended{
    "invalid_auth",      "not_authed",     "account_inactive", "token_revoked", "token_expired",
    "channel_not_found", "not_in_channel", "is_archived",      "missing_scope"};
constexpr std::array<std::string_view, 5> kPassing{
    "internal_error", "fatal_error", "request_timeout", "service_unavailable", "team_added_to_org"};
constexpr std::array<std::string_view, 3> kGone{"message_not_found", "cant_update_message",
                                                "edit_window_closed"};

template <typename Words>
bool among_words(const Words& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

// The three characters that mrkdwn reads; with them no <!channel> and no link gets in.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else
            out += c;
    }
    return out;
}

std::string cut(const std::string& text, std::size_t most) {
    return base::shorten(text, most);
}

Json mrkdwn(const std::string& text) {
    return {{"type", "mrkdwn"}, {"text", text}};
}

std::string sign(const Message& message) {
    if (message.over()) return ":white_check_mark:";
    return message.severity == "critical"  ? ":red_circle:"
           : message.severity == "warning" ? ":large_orange_circle:"
                                           : ":large_blue_circle:";
}

}  // namespace

Json slack_body(const Message& message) {
    Json blocks = Json::array();
    blocks.push_back({{"type", "header"},
                      {"text",
                       {{"type", "plain_text"},
                        {"text", cut(sign(message) + " " + message.title, kLongestHeader)},
                        {"emoji", true}}}});
    if (!message.summary.empty())
        blocks.push_back({{"type", "section"},
                          {"text", mrkdwn(cut(escaped(message.summary), kLongestSection))}});
    if (!message.facts.empty()) {
        Json fields = Json::array();
        for (const auto& [what, value] : message.facts)
            if (fields.size() < kMostFields)
                fields.push_back(
                    mrkdwn(cut(fmt::format("*{}*\n{}", what, escaped(value)), kLongestField)));
        blocks.push_back({{"type", "section"}, {"fields", std::move(fields)}});
    }
    if (!message.links.empty()) {
        Json buttons = Json::array();
        for (const auto& [what, url] : message.links)
            if (buttons.size() < kMostButtons)
                buttons.push_back({{"type", "button"},
                                   {"action_id", fmt::format("open-{}", buttons.size())},
                                   {"text", {{"type", "plain_text"}, {"text", cut(what, 70)}}},
                                   {"url", url}});
        blocks.push_back({{"type", "actions"}, {"elements", std::move(buttons)}});
    }
    blocks.push_back(
        {{"type", "context"}, {"elements", Json::array({mrkdwn(escaped(message.id))})}});
    return {{"text",
             cut(escaped(fmt::format("{} ({}): {}", message.title, message.state, message.summary)),
                 kLongestSection)},
            {"blocks", std::move(blocks)}};
}

Attempt<Json> SlackBot::call(const std::string& method, const Json& body) const {
    const auto response = party_.send("POST", "/" + method, base::dump_json(body),
                                      {{"Content-Type", "application/json; charset=utf-8"}});
    if (!response) return outreach::stop(response.error());
    if (!outreach::is_success(*response)) return outreach::stop(party_.failure(*response));
    auto answer = base::parse_json(response->body, "the answer", {.bytes = 4U << 20, .depth = 64});
    if (!answer || !answer->is_object())
        return outreach::stop(Delivery::later(party_.who() + " answered with something else than "
                                                             "JSON: check the URL"));
    if (base::flag_at(*answer, "ok")) return std::move(*answer);
    const std::string error = base::text_at(*answer, "error", "no reason given");
    const std::string note = fmt::format("{} refused {}: {}", party_.who(), method, error);
    if (among_words(kToBeMended, error))
        // Long enough not to ask a refused token over and over, short enough that what was mended
        // is soon noticed (docs/notifications.md).
        return outreach::stop(Delivery::later(note, 15 * base::kMinute));
    if (error == "ratelimited" || error == "rate_limited")
        return outreach::stop(Delivery::later(note, base::kMinute));
    if (among_words(kPassing, error)) return outreach::stop(Delivery::later(note));
    return outreach::stop(Delivery::refused(note, {{"error", error}}));
}

// The message that an attempt made whose answer was lost, by its metadata; null when there is none
// or the bot may not read the channel.
Json SlackBot::find(const Message& message) const {
    // Methods that read take no JSON.
    const auto response = party_.send(
        "POST", "/conversations.history",
        net::encode_form(
            {{"channel", channel_}, {"limit", "100"}, {"include_all_metadata", "true"}}),
        {{"Content-Type", "application/x-www-form-urlencoded"}});
    if (!response || !outreach::is_success(*response)) return nullptr;
    const auto page =
        base::parse_json(response->body, "the answer", {.bytes = 4U << 20, .depth = 64});
    if (!page) return nullptr;
    for (const Json& one : base::array_at(*page, "messages")) {
        const Json& payload = base::object_at(base::object_at(one, "metadata"), "event_payload");
        if (base::text_at(payload, "id") == message.id)
            return {{"channel", channel_}, {"ts", base::text_at(one, "ts")}};
    }
    return nullptr;
}

Attempt<Json> SlackBot::say(const Message& message, const Json& handle, bool again) {
    Json body = slack_body(message);
    body["unfurl_links"] = false;
    Json where = handle;
    // Only after an attempt whose answer was lost: reading the history needs a scope more.
    if (where.is_null() && again) where = find(message);
    if (!where.is_null()) {
        // chat.update takes no unfurl_links.
        Json change = body;
        change.erase("unfurl_links");
        change["channel"] = where["channel"];
        change["ts"] = where["ts"];
        const auto changed = call("chat.update", change);
        if (!changed) {
            // Somebody deleted it: it is said anew.
            if (!among_words(kGone, base::text_at(changed.error().answer, "error")))
                return outreach::stop(changed.error());
            where = nullptr;
        }
    }
    if (where.is_null()) {
        body["channel"] = channel_;
        body["metadata"] = {{"event_type", kMetadata}, {"event_payload", {{"id", message.id}}}};
        const auto posted = call("chat.postMessage", body);
        if (!posted) return outreach::stop(posted.error());
        // chat.update wants the id of the channel, not its name.
        return Json{{"channel", base::text_at(*posted, "channel", channel_)},
                    {"ts", base::text_at(*posted, "ts")}};
    }
    if (!message.news.empty()) {
        const std::string text = escaped(fmt::format("{}", fmt::join(message.news, "\n")));
        const auto replied = call("chat.postMessage", {{"channel", where["channel"]},
                                                       {"thread_ts", where["ts"]},
                                                       {"text", cut(text, kLongestSection)},
                                                       {"unfurl_links", false}});
        if (!replied) return outreach::stop(replied.error());
    }
    return where;
}

Attempt<Json> SlackWebhook::say(const Message& message, const Json&, bool) {
    Json body = slack_body(message);
    if (!message.news.empty())
        body["blocks"].insert(
            body["blocks"].begin() + 1,
            {{"type", "section"},
             {"text", mrkdwn(cut(escaped(fmt::format("{}", fmt::join(message.news, "\n"))),
                                 kLongestSection))}});
    const auto response =
        party_.send("POST", "", base::dump_json(body), {{"Content-Type", "application/json"}});
    if (!response) return outreach::stop(response.error());
    if (!outreach::is_success(*response)) return outreach::stop(party_.failure(*response));
    return Json::object();
}

}  // namespace insight::notifications
