// An incident made here, once as it is and once with other names at another time.
#include "agent/evaluation/disguise.h"

#include <gmock/gmock.h>

#include "agent/pipeline.h"

namespace insight::evaluation {
namespace {

using base::kMinute;
using base::kSecond;
using base::Nanos;

constexpr Nanos kStart = 1'790'000'000LL * kSecond;
constexpr Nanos kOnset = kStart + 44 * kMinute;
constexpr Nanos kEnd = kStart + 60 * kMinute;

// A small, steady wobble without randomness.
double wobble(std::size_t step) {
    return 1 + 0.03 * static_cast<double>(step * 7919 % 13) / 13;
}

store::Snapshot incident() {
    store::Snapshot out;
    out.incident.id = "inc-1";
    model::Alert alert;
    alert.labels = {{"alertname", "HighLatency"}, {"service.name", "shopfront"}};
    alert.annotations = {{"summary", "shopfront answers slowly"}};
    alert.starts_at = kOnset + 2 * kMinute;
    out.incident.alerts = {alert};
    out.incident.window = {kStart + 40 * kMinute, kEnd, kStart, kStart + 40 * kMinute};
    model::Signals& signals = out.signals;
    for (const std::string name : {"shopfront", "pricing", "stockroom", "mailer"}) {
        const bool hurt = name == "shopfront" || name == "pricing";
        for (const char* metric : {"request.duration", "process.cpu.usage"}) {
            model::Series series{
                metric, {{"service.name", name}}, "s", model::SeriesType::Gauge, {}};
            for (std::size_t i = 0; i < 240; ++i) {
                const Nanos time = kStart + static_cast<Nanos>(i) * 15 * kSecond;
                const bool cause = name == "pricing" || std::string(metric) == "request.duration";
                const double level = time >= kOnset && hurt && cause ? 6 : 1;
                series.points.push_back({time, level * wobble(i)});
            }
            signals.metrics.push_back(std::move(series));
        }
        for (int i = 0; i < 720; ++i) {
            const Nanos time = kStart + i * 5 * kSecond;
            const bool bad = name == "pricing" && time >= kOnset;
            signals.logs.push_back(
                {time,
                 bad ? 17 : 9,
                 bad ? "ERROR" : "INFO",
                 bad ? "pricing gave up on order: rule table is locked"
                     : "call to stockroom took " + std::to_string(i % 40) + " ms",
                 "",
                 "",
                 {{"service.name", name}}});
        }
    }
    signals.topology = {{"shopfront", "pricing", "calls"}, {"pricing", "stockroom", "calls"}};
    model::Change change;
    change.time = kOnset - kMinute;
    change.kind = "deploy";
    change.entity = "pricing";
    change.author = "sam";
    change.summary = "pricing: lock the rule table";
    change.diff = "--- a/pricing/rules.py\n+++ b/pricing/rules.py\n+lock(table)\n";
    change.ref = "c1";
    signals.changes = {change};
    for (const char* source : {"metrics", "logs", "topology", "changes"})
        signals.coverage.push_back(
            {source, true, model::Outcome::Answered, 1, {{kStart, kEnd}}, "", ""});
    return out;
}

TEST(Disguise, renames_words_and_leaves_parts_of_words_alone) {
    const Disguise disguise(incident(), 0);
    const std::string pricing = disguise.renamed("pricing");
    EXPECT_NE(pricing, "pricing");
    EXPECT_EQ(disguise.renamed("pricing-7d9f8c6b5-x2x4z"), pricing + "-7d9f8c6b5-x2x4z");
    EXPECT_EQ(disguise.renamed("http://pricing/a (pricing)"),
              "http://" + pricing + "/a (" + pricing + ")");
    EXPECT_EQ(disguise.renamed("repricing pricings pricing_x"), "repricing pricings pricing_x");
    EXPECT_EQ(disguise.renamed(""), "");
}

TEST(Disguise, leaves_no_old_name_and_no_old_time) {
    store::Snapshot snapshot = incident();
    const Disguise disguise(snapshot, 1'000'003 * kSecond);
    disguise.apply(snapshot);
    std::string all = base::dump_json(to_json(snapshot.incident));
    for (const auto& series : snapshot.signals.metrics) all += base::dump_json(to_json(series));
    for (const auto& record : snapshot.signals.logs) all += base::dump_json(to_json(record));
    for (const auto& change : snapshot.signals.changes) all += base::dump_json(to_json(change));
    for (const char* name : {"shopfront", "pricing", "stockroom", "mailer"})
        EXPECT_EQ(all.find(name), std::string::npos) << name;
    EXPECT_EQ(snapshot.signals.logs.front().time, kStart + 1'000'003 * kSecond);
    EXPECT_EQ(snapshot.incident.window.end, kEnd + 1'000'003 * kSecond);
}

TEST(Ranking, does_not_change_with_names_and_dates) {
    store::Snapshot snapshot = incident();
    const model::Report plain = agent::analyse(snapshot);
    ASSERT_FALSE(plain.causes.empty());
    const Disguise disguise(snapshot, 123'456'789 * kSecond);
    disguise.apply(snapshot);
    const model::Report moved = agent::analyse(snapshot);
    EXPECT_EQ(moved.verdict, plain.verdict);
    ASSERT_EQ(moved.causes.size(), plain.causes.size());
    for (std::size_t i = 0; i < plain.causes.size(); ++i) {
        EXPECT_EQ(moved.causes[i].entity.name, disguise.renamed(plain.causes[i].entity.name)) << i;
        EXPECT_EQ(moved.causes[i].cause_class, plain.causes[i].cause_class) << i;
        EXPECT_NEAR(moved.causes[i].probability, plain.causes[i].probability, 1e-9) << i;
    }
}

TEST(Recorded, gives_the_same_report_streamed_from_a_file_and_kept_in_memory) {
    const store::Snapshot snapshot = incident();
    const auto bytes = store::pack_snapshot(snapshot);
    ASSERT_TRUE(bytes);
    const auto streamed = agent::unpack_recorded(*bytes);
    ASSERT_TRUE(streamed) << streamed.error().text();
    EXPECT_TRUE(streamed->snapshot.signals.logs.empty());
    EXPECT_EQ(streamed->snapshot.streamed_logs, snapshot.signals.logs.size());
    const auto kept = store::unpack_snapshot(*bytes);
    ASSERT_TRUE(kept);
    ASSERT_FALSE(kept->signals.logs.empty());
    // Not EXPECT_EQ: nobody wants to read two whole reports.
    EXPECT_TRUE(base::dump_json(to_json(agent::analyse(*streamed))) ==
                base::dump_json(to_json(agent::analyse(*kept))));
}

}  // namespace
}  // namespace insight::evaluation
