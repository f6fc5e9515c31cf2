#include <gmock/gmock.h>

#include "analysis/claims.h"
#include "analysis/metrics/metric_clues.h"
#include "analysis/stages.h"
#include "analysis/urgency.h"
#include "tests/unit/metrics/healthy_series.h"

namespace insight::analysis {
namespace {

using namespace test;

constexpr Nanos kOnset = kStart + 2 * kMinute;

// A shop that calls a store; the shop fails for `failing` of its requests from the onset on.
model::Signals shop(double failing) {
    Dice dice(3);
    model::Signals signals;
    signals.metrics.push_back(series("request.availability",
                                     [&](Nanos t) { return t >= kOnset ? 1 - failing : 1.0; },
                                     {{"service", "shop"}}));
    model::Series rate =
        series("request.rate", [&](Nanos) { return 40 + dice.normal(); }, {{"service", "shop"}});
    rate.unit = "{request}/s";
    signals.metrics.push_back(std::move(rate));
    signals.topology = {{"shop", "store", "calls"}};
    signals.coverage = {answered("metrics")};
    return signals;
}

struct Assessed {
    Detection detection;
    model::Impact impact;
};

Assessed assess(const model::Signals& signals, const model::Incident& about,
                model::Verdict verdict = model::Verdict::Cause) {
    Assessed out{Detection(about.scope), {}};
    metrics::find_metric_clues(signals, about, topology_of(signals), out.detection);
    Ranking ranking;
    model::Cause cause;
    cause.entity = {"service", "store"};
    cause.onset = kOnset;
    ranking.causes.push_back(cause);
    Judgement judgement;
    judgement.verdict = verdict;
    out.impact = assess_impact(about, signals, out.detection, ranking, judgement);
    return out;
}

TEST(Impact, names_who_depends_on_the_cause_with_the_share_of_failing_requests) {
    const Assessed out = assess(shop(0.12), incident("shop"));
    ASSERT_EQ(out.impact.services.size(), 1U);
    const model::AffectedService& service = out.impact.services[0];
    EXPECT_EQ(service.entity.name, "shop");
    EXPECT_THAT(service.symptom, testing::HasSubstr("12.0 % of its requests fail (usual: 0.0 %)"));
    EXPECT_THAT(out.impact.statement, testing::HasSubstr("12.0 % of the requests to shop fail"));
    std::vector<const model::Evidence*> cited;
    for (const std::string& id : service.evidence) cited.push_back(out.detection.evidence.find(id));
    EXPECT_THAT(unproven_parts(service.symptom, cited), testing::IsEmpty());
}

TEST(Impact, what_does_not_depend_on_the_cause_is_not_listed) {
    model::Signals signals = shop(0.12);
    model::Series other = signals.metrics[0];
    other.labels = {{"service", "unrelated"}};
    signals.metrics.push_back(other);
    const Assessed out = assess(signals, incident("shop"));
    ASSERT_EQ(out.impact.services.size(), 1U);
    EXPECT_EQ(out.impact.services[0].entity.name, "shop");
}

TEST(Impact, many_failing_requests_are_critical_whatever_the_alert_said) {
    model::Incident about = incident("shop");
    about.alerts[0].labels["severity"] = "warning";
    EXPECT_EQ(assess(shop(0.03), about).impact.severity, model::Severity::Warning);
    const Assessed half = assess(shop(0.5), about);
    EXPECT_EQ(half.impact.severity, model::Severity::Critical);
    EXPECT_EQ(half.impact.urgency, "now");
}

TEST(Impact, an_objective_in_the_alert_makes_an_error_budget) {
    model::Incident about = incident("shop");
    about.alerts[0].labels["severity"] = "warning";
    about.alerts[0].annotations["objective"] = "99.9";
    const Assessed out = assess(shop(0.05), about);
    EXPECT_EQ(out.impact.urgency, "now");  // fifty times as fast as it may
    EXPECT_THAT(out.impact.statement,
                testing::HasSubstr("The error budget of 0.1 % burns 50.0 times as fast"));
}

TEST(Impact, nothing_wrong_has_no_effect) {
    const Assessed out = assess(shop(0), incident("shop"), model::Verdict::NothingWrong);
    EXPECT_EQ(out.impact.urgency, "none");
    EXPECT_TRUE(out.impact.services.empty());
}

TEST(Impact, spans_count_requests_per_second_that_was_recorded) {
    model::Signals signals = shop(0.1);
    signals.metrics.pop_back();  // no counted requests
    model::CoverageRow spans = answered("spans");
    spans.intervals = {{kOnset, kOnset + kMinute}};
    signals.coverage.push_back(spans);
    for (int i = 0; i < 120; ++i) {
        model::Span span;
        span.kind = "server";
        span.start = kOnset + i * kSecond / 2;
        span.end = span.start + kSecond / 10;
        span.status = i % 4 == 0 ? "error" : "ok";
        span.attributes = {{"service.name", "shop"}};
        signals.spans.push_back(span);
    }
    const Assessed out = assess(signals, incident("shop"));
    ASSERT_EQ(out.impact.services.size(), 1U);
    EXPECT_THAT(out.impact.services[0].symptom,
                testing::HasSubstr("25.0 % of its requests fail (usual: 0.0 %), at 2.00 a second"));
}

TEST(Urgency, follows_severity_trend_and_the_burn_of_the_budget) {
    using model::Severity;
    EXPECT_EQ(urgency_of(Severity::Critical, Trend::Stable, 0, false), "now");
    EXPECT_EQ(urgency_of(Severity::Critical, Trend::Recovering, 0, false), "soon");
    EXPECT_EQ(urgency_of(Severity::Warning, Trend::Stable, 0, false), "soon");
    EXPECT_EQ(urgency_of(Severity::Warning, Trend::Recovering, 0, false), "later");
    EXPECT_EQ(urgency_of(Severity::Warning, Trend::Worse, 8, false), "now");
    EXPECT_EQ(urgency_of(Severity::Warning, Trend::Unknown, 20, false), "now");
    EXPECT_EQ(urgency_of(Severity::Critical, Trend::Worse, 20, true), "later");
    EXPECT_EQ(urgency_of(Severity::Info, Trend::Stable, 0, false), "later");
}

TEST(Urgency, the_budget_is_read_as_a_share_or_in_percent_and_nonsense_is_not) {
    model::Incident about = incident("shop");
    EXPECT_FALSE(error_budget(about));
    about.alerts[0].labels["slo"] = "0.995";
    EXPECT_NEAR(error_budget(about).value_or(0), 0.005, 1e-12);
    about.alerts[0].labels["slo"] = "99.5";
    EXPECT_NEAR(error_budget(about).value_or(0), 0.005, 1e-12);
    about.alerts[0].labels["slo"] = "99.5 % of requests";
    EXPECT_NEAR(error_budget(about).value_or(0), 0.005, 1e-12);
    for (const char* nonsense :
         {"300", "-1", "nan", "1", "fast", "", "95.216.1.2:9100", "99.5ms"}) {
        about.alerts[0].labels["slo"] = nonsense;
        EXPECT_FALSE(error_budget(about)) << nonsense;
    }
}

TEST(Urgency, the_trend_is_read_from_the_charted_course) {
    const auto trend = [](auto value) {
        model::Signals signals;
        Dice dice(5);
        signals.metrics = {series("request.duration", [&](Nanos t) {
            return t < kStart + kMinute ? 0.1 + 0.002 * dice.normal()
                                        : value(base::to_seconds(t - kStart) / 300);
        })};
        Detection detection(model::Scope{});
        metrics::find_metric_clues(signals, incident(), Topology(), detection);
        return detection.findings.empty()
                   ? Trend::Unknown
                   : trend_of(detection.findings.front(), detection.evidence);
    };
    EXPECT_EQ(trend([](double x) { return 0.2 + x; }), Trend::Worse);
    EXPECT_EQ(trend([](double) { return 0.5; }), Trend::Stable);
    EXPECT_EQ(trend([](double x) { return 1.3 - x; }), Trend::Recovering);
}

}  // namespace
}  // namespace insight::analysis
