#include "agent/window.h"

#include <gtest/gtest.h>

namespace insight::agent {
namespace {

using base::kHour;
using base::kMinute;
using base::kSecond;

constexpr base::Nanos kAsked = 1'795'000'000 * kSecond;

model::Incident alerting(base::Nanos starts_at) {
    model::Incident incident;
    model::Alert alert;
    alert.starts_at = starts_at;
    incident.alerts.push_back(alert);
    return incident;
}

TEST(Window, an_alert_begins_a_lead_before_its_start_and_ends_now) {
    const model::Window window = plan_window(alerting(kAsked - 2 * kMinute), {}, kAsked);
    EXPECT_EQ(window.start, kAsked - 7 * kMinute);
    EXPECT_EQ(window.end, kAsked);
    EXPECT_EQ(window.baseline_end, window.start);
    EXPECT_EQ(window.baseline_start, window.start - kHour);
}

TEST(Window, an_alert_that_joined_later_may_have_started_first) {
    model::Incident incident = alerting(kAsked - 2 * kMinute);
    incident.alerts.push_back(alerting(kAsked - 4 * kMinute).alerts.front());
    EXPECT_EQ(plan_window(incident, {}, kAsked).start, kAsked - 9 * kMinute);
}

TEST(Window, a_resolved_alert_is_read_until_a_little_after_its_end) {
    model::Incident incident = alerting(kAsked - kHour);
    incident.resolved_at = kAsked - 30 * kMinute;
    EXPECT_EQ(plan_window(incident, {}, kAsked).end, kAsked - 29 * kMinute);
}

TEST(Window, an_alert_that_fires_for_weeks_is_not_read_whole) {
    EXPECT_EQ(plan_window(alerting(kAsked - 500 * kHour), {}, kAsked).start, kAsked - 24 * kHour);
}

TEST(Window, what_the_asker_said_is_kept) {
    model::Incident incident;
    incident.window.start = kAsked - 3 * kHour;
    incident.window.end = kAsked - kHour;
    const model::Window window = plan_window(incident, {}, kAsked);
    EXPECT_EQ(window.start, kAsked - 3 * kHour);
    EXPECT_EQ(window.end, kAsked - kHour);
    EXPECT_EQ(window.baseline_end, window.start);
}

TEST(Window, an_alert_from_the_future_still_gives_an_interval) {
    const model::Window window = plan_window(alerting(kAsked + kHour), {}, kAsked);
    EXPECT_LT(window.start, window.end);
    EXPECT_LT(window.baseline_start, window.baseline_end);
}

}  // namespace
}  // namespace insight::agent
