// Bodies that a real Alertmanager 0.25.0 sent (tests/data/alertmanager), byte for byte.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/model/incident.h"
#include "tests/tree.h"

namespace insight::model {
namespace {

Delivery delivery(const std::string& name) {
    std::ifstream file(test::data() / "alertmanager" / name);
    std::stringstream text;
    text << file.rdbuf();
    const auto body = base::parse_json(text.str(), name);
    EXPECT_TRUE(body) << name;
    auto parsed = delivery_from_json(*body, 42);
    EXPECT_TRUE(parsed) << name;
    return parsed.value_or(Delivery{});
}

TEST(Alertmanager, every_captured_body_is_understood) {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(test::data() / "alertmanager")) {
        const Delivery parsed = delivery(entry.path().filename());
        EXPECT_FALSE(parsed.group_key.empty());
        for (const Alert& alert : parsed.alerts) EXPECT_EQ(alert.fingerprint.size(), 16U);
        ++count;
    }
    EXPECT_EQ(count, 8U);
}

TEST(Alertmanager, what_the_sender_left_out_is_counted) {
    const Delivery parsed = delivery("03-max_alerts-truncated.body.json");
    EXPECT_EQ(parsed.alerts.size(), 2U);
    EXPECT_EQ(parsed.truncated_alerts, 3);
}

TEST(Alertmanager, a_mixed_group_keeps_each_alerts_own_status) {
    const Delivery parsed = delivery("05-partial-resolve-mixed.body.json");
    ASSERT_EQ(parsed.alerts.size(), 2U);
    EXPECT_EQ(parsed.alerts[0].status, AlertStatus::Firing);
    EXPECT_EQ(parsed.alerts[0].ends_at, 0);
    EXPECT_EQ(parsed.alerts[1].status, AlertStatus::Resolved);
    EXPECT_GT(parsed.alerts[1].ends_at, parsed.alerts[1].starts_at);
    EXPECT_EQ(parsed.alerts[0].annotations.at("description"),
              "multi\nline \"quoted\" \xc3\xbcn\xc3\xaf"
              "code");
}

TEST(Alertmanager, the_same_alert_gives_the_same_incident_whatever_its_state) {
    const Delivery firing = delivery("02-api-firing-grouped.body.json");
    const Delivery mixed = delivery("05-partial-resolve-mixed.body.json");
    std::size_t resolved = 0;
    for (const Alert& alert : firing.alerts)
        for (const Alert& later : mixed.alerts) {
            if (later.fingerprint != alert.fingerprint) continue;
            EXPECT_EQ(incident_id(firing.group_key, alert), incident_id(mixed.group_key, later));
            if (later.status == AlertStatus::Resolved) ++resolved;
        }
    EXPECT_EQ(resolved, 1U);
    EXPECT_NE(incident_id(firing.group_key, firing.alerts[0]),
              incident_id(firing.group_key, firing.alerts[1]));
    EXPECT_NE(incident_id(firing.group_key, firing.alerts[0]),
              incident_id("other", firing.alerts[0]));
}

TEST(Alertmanager, what_is_not_a_webhook_of_version_4_is_refused_in_one_sentence) {
    const auto refusal = [](const char* text) {
        const auto parsed = delivery_from_json(base::Json::parse(text), 0);
        return parsed ? "accepted" : parsed.error().message;
    };
    EXPECT_THAT(refusal("[]"), testing::HasSubstr("it is not an object"));
    EXPECT_THAT(refusal("{}"), testing::HasSubstr("'version' is missing"));
    EXPECT_THAT(refusal(R"({"version":"3","alerts":[]})"), testing::HasSubstr("'version' is '3'"));
    EXPECT_THAT(refusal(R"({"version":"4"})"), testing::HasSubstr("'alerts' is not a list"));
    EXPECT_THAT(refusal(R"({"version":"4","alerts":[]})"),
                testing::HasSubstr("'groupKey' is missing"));
    EXPECT_THAT(
        refusal(R"({"version":"4","groupKey":"g","alerts":[{"status":"odd","labels":{"a":"b"}}]})"),
        testing::HasSubstr("'odd'"));
    EXPECT_THAT(
        refusal(R"({"version":"4","groupKey":"g","alerts":[{"status":"firing","labels":{}}]})"),
        testing::HasSubstr("no labels"));
    EXPECT_THAT(refusal(R"({"version":"4","groupKey":"g","alerts":[{"labels":{"a":5}}]})"),
                testing::HasSubstr("is not text"));
    EXPECT_THAT(
        refusal(
            R"({"version":"4","groupKey":"g","alerts":[{"labels":{"a":"b"},"startsAt":"yesterday"}]})"),
        testing::HasSubstr("'yesterday'"));
}

}  // namespace
}  // namespace insight::model
