#include "agent/notifications/message.h"

#include <gmock/gmock.h>

#include "agent/notifications/mail.h"
#include "agent/notifications/opsgenie.h"
#include "agent/notifications/pagerduty.h"
#include "agent/notifications/slack.h"
#include "agent/notifications/teams.h"
#include "tests/unit/notifications/messages.h"

namespace insight::notifications {
namespace {

using base::Json;
using test::message;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

tickets::Ticket ticket() {
    tickets::Ticket one;
    one.id = "tkt-1";
    one.title = "Slow";
    one.severity = "critical";
    one.finding.summary = "password=hunter2pass in a log line";
    one.links = {{"incident", "inc-1", ""}, {"issue", "jira:OPS-1", "https://j/OPS-1"}};
    one.revision = 1;
    note(one, 1, "comment", "anna", "looking");
    note(one, 2, "finding", "service", "The cause is another.");
    return one;
}

TEST(Message, tells_the_present_and_what_is_new) {
    base::Border border({}, base::Secret("k"));
    const Message first = message_of(ticket(), 0, false, "https://i", border);
    EXPECT_THAT(first.news, IsEmpty()) << "to whom everything is new, nothing is";
    EXPECT_THAT(plain(first), Not(HasSubstr("hunter2pass")));
    EXPECT_EQ(first.links.at(0).second, "https://i/incidents/inc-1");
    EXPECT_EQ(first.links.at(1).second, "https://j/OPS-1");
    EXPECT_EQ(message_of(ticket(), 1, false, "", border).news.size(), 2U);
    EXPECT_EQ(message_of(ticket(), 1, true, "", border).news.size(), 1U);
    EXPECT_THAT(message_of(ticket(), 2, false, "", border).news, IsEmpty());
    EXPECT_EQ(digest_of(first), digest_of(message_of(ticket(), 1, false, "https://i", border)));
}

TEST(Slack, body_lets_no_text_mention_or_link) {
    Message one = message();
    one.summary = "<!channel> & <https://evil|x>";
    const Json body = slack_body(one);
    EXPECT_EQ(body["blocks"][1]["text"]["text"], "&lt;!channel&gt; &amp; &lt;https://evil|x&gt;");
    EXPECT_THAT(body["text"].get<std::string>(), Not(HasSubstr("<!channel>")));
}

TEST(Slack, body_keeps_the_limits_of_block_kit) {
    Message one = message();
    one.title = std::string(1000, 't');
    one.summary = std::string(50'000, '<');
    for (int i = 0; i < 50; ++i) {
        one.facts.emplace_back("f", std::string(5000, 'v'));
        one.links.emplace_back(std::string(200, 'l'), "https://x/" + std::to_string(i));
    }
    const Json body = slack_body(one);
    for (const Json& block : body["blocks"]) {
        if (block["type"] == "header") {
            EXPECT_LE(block["text"]["text"].get<std::string>().size(), 150U);
        }
        if (block.contains("fields")) {
            EXPECT_LE(block["fields"].size(), 10U);
        }
        if (block["type"] == "actions") {
            EXPECT_LE(block["elements"].size(), 25U);
        }
        if (block["type"] == "section" && block.contains("text")) {
            EXPECT_LE(block["text"]["text"].get<std::string>().size(), 3000U);
        }
    }
}

TEST(Teams, card_shows_values_as_text) {
    Message one = message();
    one.summary = "[click](https://evil) *now*";
    const Json card = adaptive_card(one);
    EXPECT_EQ(card["version"], "1.4");
    EXPECT_EQ(card["body"][1]["text"], "\\[click\\](https://evil) \\*now\\*");
    EXPECT_EQ(card["actions"][0]["url"], "https://insight.example.org/incidents/inc-1");
    one.links.clear();
    EXPECT_FALSE(adaptive_card(one).contains("actions"));
}

TEST(PagerDuty, event_follows_the_state_of_the_ticket) {
    Message one = message();
    const Json trigger = PagerDuty::event_of(one, "devops-insight");
    EXPECT_EQ(trigger["event_action"], "trigger");
    EXPECT_EQ(trigger["dedup_key"], "tkt-1");
    EXPECT_EQ(trigger["payload"]["severity"], "critical");
    EXPECT_EQ(trigger["payload"]["timestamp"], "2023-11-14T22:13:20Z");
    one.state = "investigating";
    EXPECT_EQ(PagerDuty::event_of(one, "x")["event_action"], "acknowledge");
    one.state = "closed";
    EXPECT_EQ(PagerDuty::event_of(one, "x"),
              Json({{"event_action", "resolve"}, {"dedup_key", "tkt-1"}}));
}

TEST(Opsgenie, alert_keeps_its_limits) {
    Message one = message();
    one.title = std::string(500, 't');
    const Json alert = Opsgenie::alert_of(one);
    EXPECT_LE(alert["message"].get<std::string>().size(), 130U);
    EXPECT_EQ(alert["alias"], "tkt-1");
    EXPECT_EQ(alert["priority"], "P1");
}

TEST(Mail, is_a_thread_of_its_ticket) {
    MailSettings settings;
    settings.from = "insight@example.org";
    settings.to = {"a@example.org", "b@example.org"};
    Message one = message();
    const std::string first = mail_text(one, settings, nullptr, test::kNow);
    EXPECT_THAT(first, HasSubstr("\r\nMessage-ID: <tkt-1@example.org>\r\n"));
    EXPECT_THAT(first, HasSubstr("\r\nDate: Tue, 14 Nov 2023 22:13:20 +0000\r\n"));
    EXPECT_THAT(first, HasSubstr("To: a@example.org,\r\n b@example.org\r\n"));
    EXPECT_THAT(first, Not(HasSubstr("In-Reply-To")));
    one.revision = 5;
    const std::string reply = mail_text(one, settings, Json::object(), test::kNow);
    EXPECT_THAT(reply, HasSubstr("Message-ID: <tkt-1.5@example.org>\r\n"));
    EXPECT_THAT(reply, HasSubstr("In-Reply-To: <tkt-1@example.org>\r\n"));
    EXPECT_THAT(reply, HasSubstr("Subject: Re: "));
}

TEST(Mail, lets_no_value_become_a_header) {
    MailSettings settings;
    settings.from = "insight@example.org";
    settings.to = {"a@example.org"};
    Message one = message();
    one.title = "x\r\nBcc: everybody@example.org";
    const std::string text = mail_text(one, settings, nullptr, test::kNow);
    EXPECT_THAT(text, Not(HasSubstr("\r\nBcc:")));
    one.title = std::string(300, '\xc3') + "\xa9";
    const std::string long_one = mail_text(one, settings, nullptr, test::kNow);
    for (std::size_t at = 0, end = 0; (end = long_one.find("\r\n", at)) != std::string::npos;
         at = end + 2)
        EXPECT_LE(end - at, 200U) << "lines keep to RFC 5322";
}

}  // namespace
}  // namespace insight::notifications
