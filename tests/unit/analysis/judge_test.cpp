// Which verdict a window carries that has nothing to compare with.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/logs/log_digest.h"
#include "analysis/stages.h"

namespace insight::analysis {
namespace {

using model::Nanos;

constexpr Nanos kJudgedFrom = 1'700'000'000LL * base::kSecond;
constexpr Nanos kJudgedTo = kJudgedFrom + 10 * base::kMinute;

model::Incident asked(Nanos baseline) {
    model::Incident incident;
    incident.id = "inc-1";
    incident.origin = model::Origin::Question;
    incident.question = "why does checkout fail?";
    incident.window = {kJudgedFrom, kJudgedTo, kJudgedFrom - baseline, kJudgedFrom};
    return incident;
}

// One call of checkout a second, from the time given; those of the window fail when `failing`.
std::vector<model::Span> calls(Nanos from, bool failing) {
    std::vector<model::Span> out;
    for (Nanos at = from; at < kJudgedTo; at += base::kSecond) {
        model::Span span;
        span.trace_id = fmt::format("{:032x}", out.size() + 1);
        span.span_id = fmt::format("{:016x}", out.size() + 1);
        span.name = "POST /checkout";
        span.kind = "server";
        span.start = at;
        span.end = at + 20 * 1'000'000;
        if (failing && at >= kJudgedFrom) {
            span.status = "error";
            span.status_message = "card refused";
        }
        span.attributes["service.name"] = "checkout";
        out.push_back(std::move(span));
    }
    return out;
}

Judgement judged(std::vector<model::Span> spans, Nanos baseline) {
    const model::Incident incident = asked(baseline);
    model::Signals signals;
    model::CoverageRow row;
    row.source = "traces";
    row.count = static_cast<std::int64_t>(spans.size());
    row.intervals = {{spans.front().start, spans.back().end}};
    signals.coverage = {row};
    signals.spans = std::move(spans);
    signals.normalise();
    const Topology topology = topology_of(signals);
    const logs::LogDigest digest = logs::digest_of(signals.logs, incident.window, signals.coverage);
    const Sight sight{incident, signals, digest, topology};
    Detection detection = detect(sight);
    const Ranking ranking = rank(sight, detection);
    return judge(incident, signals, detection, ranking);
}

TEST(Judge, names_a_failing_service_that_used_to_work) {
    const Judgement judgement = judged(calls(kJudgedFrom - base::kHour, true), base::kHour);
    EXPECT_EQ(judgement.verdict, model::Verdict::Cause);
    EXPECT_GT(judgement.confidence, 0.7);
}

TEST(Judge, says_nothing_is_wrong_only_of_what_it_could_compare) {
    EXPECT_EQ(judged(calls(kJudgedFrom - base::kHour, false), base::kHour).verdict,
              model::Verdict::NothingWrong);
    const Judgement alone = judged(calls(kJudgedFrom, false), 0);
    EXPECT_EQ(alone.verdict, model::Verdict::NotEnoughEvidence);
    EXPECT_THAT(alone.summary, testing::HasSubstr("from before the window"));
}

TEST(Judge, does_not_know_without_a_baseline_whether_failures_are_usual) {
    const Judgement alone = judged(calls(kJudgedFrom, true), 0);
    EXPECT_EQ(alone.verdict, model::Verdict::NotEnoughEvidence);
    EXPECT_LE(alone.confidence, 0.5);
    EXPECT_THAT(alone.to_collect, testing::Contains(testing::StartsWith("a baseline: ")));
}

TEST(Judge, passes_on_what_the_sources_say_when_none_gave_anything) {
    const model::Incident incident = asked(base::kHour);
    model::Signals signals;
    model::CoverageRow row;
    row.source = "collectors";
    row.asked = false;
    row.outcome = model::Outcome::Empty;
    row.note = "no collector is configured";
    signals.coverage = {row};
    const Topology topology = topology_of(signals);
    const logs::LogDigest digest = logs::digest_of(signals.logs, incident.window, signals.coverage);
    const Sight sight{incident, signals, digest, topology};
    Detection detection = detect(sight);
    const Ranking ranking = rank(sight, detection);
    const Judgement judgement = judge(incident, signals, detection, ranking);
    EXPECT_EQ(judgement.verdict, model::Verdict::NotEnoughEvidence);
    EXPECT_THAT(judgement.summary, testing::HasSubstr("No source gave anything"));
    EXPECT_THAT(judgement.to_collect,
                testing::ElementsAre("collectors: no collector is configured"));
}

}  // namespace
}  // namespace insight::analysis
