#include "agent/evaluation/labels.h"

#include <gmock/gmock.h>

#include "agent/evaluation/onset.h"

namespace insight::evaluation {
namespace {

using testing::HasSubstr;

TEST(Labels, say_what_is_known_of_each_case) {
    const auto cases = read_labels(
        R"({"cases":[{"snapshot":"a","causes":[{"service":"orders","pod":"orders-1","kind":"cpu",
            "metric":"m"},{"change":"c1"}],"onset":1700000000.5,"group":"shop/cpu","author":"x"},
            {"snapshot":"b/c","healthy":true},{"snapshot":"d","causes":[],"noChange":true}]})",
        "labels.json");
    ASSERT_TRUE(cases) << cases.error().text();
    ASSERT_EQ(cases->size(), 3U);
    EXPECT_EQ((*cases)[0].causes[0].pod, "orders-1");
    EXPECT_EQ((*cases)[0].causes[1].change, "c1");
    EXPECT_EQ((*cases)[0].onset, 1'700'000'000'500'000'000);
    EXPECT_TRUE((*cases)[1].healthy);
    EXPECT_FALSE((*cases)[1].onset);
    EXPECT_TRUE((*cases)[2].no_change);
}

TEST(Labels, that_cannot_be_scored_are_refused_by_name) {
    const auto refused = [](const std::string& one) {
        return read_labels("{\"cases\":[" + one + "]}", "labels.json").error().message;
    };
    EXPECT_THAT(refused(""), HasSubstr("labels.json has no 'cases'"));
    EXPECT_THAT(refused(R"({"snapshot":"a","causes":[]})"), HasSubstr("case 1 (a) says nothing"));
    EXPECT_THAT(refused(R"({"snapshot":"a","healthy":true,"causes":[{"service":"x"}]})"),
                HasSubstr("only one can be right"));
    for (const char* outside : {"", "/etc", "../x", "a/../../x", "a/.."})
        EXPECT_THAT(refused("{\"healthy\":true,\"snapshot\":\"" + std::string(outside) + "\"}"),
                    HasSubstr("below the one evaluated"))
            << outside;
}

model::Incident recorded() {
    model::Incident incident;
    incident.window = {100, 200, 10, 90};
    incident.alerts.resize(2);
    incident.alerts[0].starts_at = 120;
    incident.alerts[1].starts_at = 130;
    return incident;
}

TEST(Onset, given_moves_the_windows_start_and_the_first_alert_and_nothing_else) {
    LabelledCase label;
    label.onset = 110;
    model::Incident incident = recorded();
    EXPECT_TRUE(tell_onset(OnsetMode::Given, label, incident));
    EXPECT_EQ(incident.window, (model::Window{110, 200, 10, 90}));
    EXPECT_EQ(incident.alerts[0].starts_at, 110);
    EXPECT_EQ(incident.alerts[1].starts_at, 130);
}

TEST(Onset, given_late_is_one_minute_later_but_stays_in_the_window) {
    LabelledCase label;
    label.onset = 110;
    model::Incident incident = recorded();
    incident.window.end = 100 * base::kMinute;
    EXPECT_TRUE(tell_onset(OnsetMode::GivenLate, label, incident));
    EXPECT_EQ(incident.window.start, 110 + base::kMinute);
    incident = recorded();
    EXPECT_TRUE(tell_onset(OnsetMode::GivenLate, label, incident));
    EXPECT_EQ(incident.window.start, 200);
}

TEST(Onset, before_the_baselines_end_cuts_the_baseline) {
    LabelledCase label;
    label.onset = 50;
    model::Incident incident = recorded();
    EXPECT_TRUE(tell_onset(OnsetMode::Given, label, incident));
    EXPECT_EQ(incident.window, (model::Window{50, 200, 10, 50}));
}

TEST(Onset, that_is_not_labelled_can_only_be_detected) {
    model::Incident incident = recorded();
    EXPECT_FALSE(tell_onset(OnsetMode::Given, {}, incident));
    EXPECT_TRUE(tell_onset(OnsetMode::Detected, {}, incident));
    EXPECT_EQ(incident.window, recorded().window);
    for (const OnsetMode mode : {OnsetMode::Detected, OnsetMode::Given, OnsetMode::GivenLate})
        EXPECT_EQ(onset_mode(name(mode)), mode);
    EXPECT_FALSE(onset_mode("guessed"));
}

}  // namespace
}  // namespace insight::evaluation
