// What is asked of Slack, PagerDuty, Opsgenie, Teams and webhooks, and what their answers mean.
#include <gmock/gmock.h>

#include "agent/notifications/opsgenie.h"
#include "agent/notifications/pagerduty.h"
#include "agent/notifications/slack.h"
#include "agent/notifications/webhook.h"
#include "tests/unit/notifications/messages.h"
#include "tests/unit/outreach/fake_transport.h"

namespace insight::notifications {
namespace {

using agent::Delivery;
using base::Json;
using outreach::test::answer;
using outreach::test::FakeTransport;
using test::message;
using testing::HasSubstr;
using Outcome = Delivery::Outcome;

const outreach::test::FixedClock kClock;

outreach::Party party(FakeTransport& transport) {
    return {"the channel", "https://api.example", transport, kClock};
}

const Json kHandle{{"channel", "C1"}, {"ts", "1.2"}};

TEST(SlackBot, posts_once_and_changes_it_later) {
    FakeTransport transport([](const net::Request&) {
        return answer(200, R"({"ok":true,"channel":"C1","ts":"1.2"})");
    });
    SlackBot slack(party(transport), "#ops");
    const auto posted = slack.say(message(), nullptr, false);
    ASSERT_TRUE(posted) << posted.error().note;
    EXPECT_EQ(*posted, kHandle);
    EXPECT_EQ(transport.line(0), "POST https://api.example/chat.postMessage");
    EXPECT_EQ(transport.body(0)["channel"], "#ops");
    EXPECT_EQ(transport.body(0)["metadata"]["event_payload"]["id"], "tkt-1");
    Message changed = message("resolved");
    changed.news = {"It is over."};
    ASSERT_TRUE(slack.say(changed, *posted, false));
    ASSERT_EQ(transport.requests.size(), 3U);
    EXPECT_EQ(transport.line(1), "POST https://api.example/chat.update");
    EXPECT_EQ(transport.body(1)["ts"], "1.2");
    EXPECT_EQ(transport.line(2), "POST https://api.example/chat.postMessage");
    EXPECT_EQ(transport.body(2)["thread_ts"], "1.2");
    EXPECT_EQ(transport.body(2)["text"], "It is over.");
}

TEST(SlackBot, finds_the_message_whose_answer_was_lost) {
    FakeTransport transport([](const net::Request& request) {
        if (request.url.ends_with("conversations.history"))
            return answer(200, R"({"ok":true,"messages":[{"ts":"9","text":"x"},
              {"ts":"1.2","metadata":{"event_payload":{"id":"tkt-1"}}}]})");
        return answer(200, R"({"ok":true,"channel":"C1","ts":"1.2"})");
    });
    SlackBot slack(party(transport), "C1");
    EXPECT_EQ(*slack.say(message(), nullptr, true), kHandle);
    EXPECT_EQ(transport.line(1), "POST https://api.example/chat.update") << "not a second message";
}

TEST(SlackBot, says_it_anew_when_somebody_deleted_it) {
    FakeTransport transport([](const net::Request& request) {
        if (request.url.ends_with("chat.update"))
            return answer(200, R"({"ok":false,"error":"message_not_found"})");
        return answer(200, R"({"ok":true,"channel":"C1","ts":"3.4"})");
    });
    EXPECT_EQ((*SlackBot(party(transport), "C1").say(message(), kHandle, false))["ts"], "3.4");
}

Delivery refused_by_slack(const std::string& error) {
    FakeTransport transport([&](const net::Request&) {
        return answer(200, R"({"ok":false,"error":")" + error + "\"}");
    });
    return SlackBot(party(transport), "C1").say(message(), nullptr, false).error();
}

TEST(SlackBot, tells_what_can_be_mended_from_what_cannot) {
    EXPECT_EQ(refused_by_slack("invalid_auth").outcome, Outcome::Later);
    EXPECT_GE(refused_by_slack("channel_not_found").delay, 10 * base::kMinute);
    EXPECT_EQ(refused_by_slack("ratelimited").outcome, Outcome::Later);
    EXPECT_EQ(refused_by_slack("internal_error").outcome, Outcome::Later);
    EXPECT_EQ(refused_by_slack("invalid_blocks").outcome, Outcome::Refused);
    FakeTransport portal([](const net::Request&) { return answer(200, "<html>log in"); });
    EXPECT_EQ(SlackBot(party(portal), "C1").say(message(), nullptr, false).error().outcome,
              Outcome::Later);
}

TEST(PagerDuty, triggers_acknowledges_and_resolves_once_each) {
    FakeTransport transport([](const net::Request&) { return answer(202, "{}"); });
    PagerDuty duty(party(transport), base::Secret("R0"), "x");
    Json handle = *duty.say(message(), nullptr, false);
    EXPECT_EQ(transport.body(0)["routing_key"], "R0");
    handle = *duty.say(message("investigating"), handle, false);
    handle = *duty.say(message("mitigated"), handle, false);
    handle = *duty.say(message("resolved"), handle, false);
    handle = *duty.say(message("closed"), handle, false);
    ASSERT_EQ(transport.requests.size(), 3U);
    EXPECT_EQ(transport.body(1)["event_action"], "acknowledge");
    EXPECT_EQ(transport.body(2)["event_action"], "resolve");
    EXPECT_FALSE(handle.contains("routing_key"));
}

TEST(PagerDuty, triggers_first_when_somebody_was_quicker_than_the_message) {
    FakeTransport transport([](const net::Request&) { return answer(202, "{}"); });
    PagerDuty duty(party(transport), base::Secret("R0"), "x");
    ASSERT_TRUE(duty.say(message("investigating"), nullptr, false));
    EXPECT_EQ(transport.body(0)["event_action"], "trigger");
}

TEST(Opsgenie, creates_notes_acknowledges_closes_and_creates_again) {
    FakeTransport transport([](const net::Request&) { return answer(202, "{}"); });
    Opsgenie genie(party(transport));
    Json handle = *genie.say(message(), nullptr, false);
    Message news = message();
    news.news = {"changed"};
    handle = *genie.say(news, handle, false);
    handle = *genie.say(message("investigating"), handle, false);
    handle = *genie.say(message("resolved"), handle, false);
    handle = *genie.say(message("investigating"), handle, false);
    std::vector<std::string> paths;
    for (const net::Request& request : transport.requests)
        paths.push_back(request.url.substr(std::string("https://api.example").size()));
    EXPECT_THAT(paths,
                testing::ElementsAre("/v2/alerts", "/v2/alerts/tkt-1/notes?identifierType=alias",
                                     "/v2/alerts/tkt-1/acknowledge?identifierType=alias",
                                     "/v2/alerts/tkt-1/close?identifierType=alias", "/v2/alerts"));
}

TEST(NotificationWebhook, says_which_event_it_is) {
    FakeTransport transport([](const net::Request&) { return answer(200); });
    WebhookChannel hook(party(transport), {});
    ASSERT_TRUE(hook.say(message(), nullptr, false));
    ASSERT_TRUE(hook.say(message(), Json::object(), false));
    ASSERT_TRUE(hook.say(message("resolved"), Json::object(), false));
    ASSERT_TRUE(hook.say(message("approval"), nullptr, false));
    EXPECT_EQ(transport.body(0)["event"], "opened");
    EXPECT_EQ(transport.body(1)["event"], "changed");
    EXPECT_EQ(transport.body(2)["event"], "resolved");
    EXPECT_EQ(transport.body(3)["event"], "approval");
    EXPECT_EQ(transport.header(0, "Idempotency-Key"), "tkt-1/1");
}

}  // namespace
}  // namespace insight::notifications
