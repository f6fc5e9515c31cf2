#include "analysis/history/fingerprint.h"

#include <gtest/gtest.h>

#include "analysis/history/line_words.h"

namespace insight::analysis::history {
namespace {

constexpr base::Nanos kNoon = 1'795'000'000 * base::kSecond;

Finding finding(const std::string& kind, const std::string& entity, double strength,
                base::Nanos onset) {
    Finding out;
    out.clue.kind = kind;
    out.clue.entity = {"database", entity};
    out.clue.statement = kind + " of " + entity;
    out.clue.strength = strength;
    out.clue.onset = onset;
    return out;
}

// An incident with a shifted series, a new log line and an observed mechanism.
Detection detection(const std::string& entity, base::Nanos onset) {
    Detection out{model::Scope{}};
    Finding shift = finding("metric_shift", entity, 0.8, onset + base::kMinute);
    model::Evidence series;
    series.content = {{"kind", "series"}, {"name", "pool_wait_duration_seconds"}};
    shift.clue.evidence = {out.evidence.add(series)};
    Finding line = finding("new_template", entity, 0.6, onset);
    model::Evidence lines;
    lines.content = {
        {"kind", "logs"},
        {"lines", base::Json::array({{{"body", "waiting for lock on table 42 since 10:00:01"}}})}};
    line.clue.evidence = {out.evidence.add(lines)};
    Finding blocking = finding("blocking", entity, 1, onset);
    blocking.mechanism = Mechanism{};
    blocking.mechanism->cause_class = "lock_contention";
    blocking.mechanism->directness = 0.9;
    out.findings = {shift, line, blocking};
    return out;
}

TEST(Fingerprint, says_what_it_looked_like) {
    const Fingerprint print = fingerprint_of(detection("ledger", kNoon));
    for (const char* key :
         {"kind:metric_shift@database", "kind:blocking@database", "aspect:latency@database",
          "metric:pool_wait_duration_seconds", "line:waiting for lock on table since",
          "class:lock_contention", "level:infrastructure", "name:ledger", "spread:0"})
        EXPECT_TRUE(print.features.contains(key)) << key << "\n" << to_json(print).dump(1);
    EXPECT_TRUE(print.features.contains("first:new_template@database")) << "the earliest onset";
    EXPECT_DOUBLE_EQ(print.features.at("kind:metric_shift@database"), 0.8);
}

TEST(Fingerprint, knows_no_times) {
    EXPECT_EQ(fingerprint_of(detection("ledger", kNoon)),
              fingerprint_of(detection("ledger", kNoon + 1'900 * base::kHour)));
}

TEST(Fingerprint, another_name_changes_the_name_only) {
    Fingerprint a = fingerprint_of(detection("ledger", kNoon));
    Fingerprint b = fingerprint_of(detection("archive", kNoon));
    EXPECT_EQ(a.features.erase("name:ledger"), 1U);
    EXPECT_EQ(b.features.erase("name:archive"), 1U);
    EXPECT_EQ(a, b);
}

TEST(Fingerprint, what_recovered_says_less) {
    Detection over = detection("ledger", kNoon);
    over.findings[2].clue.current = false;
    EXPECT_LT(fingerprint_of(over).features.at("kind:blocking@database"), 0.5);
}

TEST(Fingerprint, of_the_report_meets_that_of_the_detection) {
    const Detection found = detection("ledger", kNoon);
    model::Report report;
    for (const Finding& one : found.findings) report.clues.push_back(one.clue);
    report.evidence = found.evidence.all();
    model::Cause cause;
    cause.cause_class = "lock_contention";
    cause.probability = 0.9;
    report.causes.push_back(cause);
    EXPECT_EQ(fingerprint_of(report), fingerprint_of(found));
}

TEST(Fingerprint, json_brings_back_the_same) {
    const Fingerprint print = fingerprint_of(detection("ledger", kNoon));
    const auto back = fingerprint_from_json(base::Json::parse(to_json(print).dump()));
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, print);
}

TEST(Fingerprint, json_of_something_else_is_refused) {
    for (const char* text :
         {"[]", "3", "{}", R"({"version":1})", R"({"version":2,"features":{}})",
          R"({"version":1,"features":[1]})", R"({"version":1,"features":{"a":"b"}})",
          R"({"version":1,"features":{"a":-1}})", R"({"version":1,"features":{"a":1e9}})"}) {
        const auto read = fingerprint_from_json(base::Json::parse(text));
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().kind, base::ErrorKind::Invalid);
    }
}

TEST(Fingerprint, stays_small) {
    Detection many{model::Scope{}};
    for (int i = 0; i < 5'000; ++i)
        many.findings.push_back(finding("kind" + std::to_string(i), std::string(5'000, 'x'),
                                        0.1 + 0.0001 * (i % 1000), kNoon));
    const Fingerprint print = fingerprint_of(many);
    EXPECT_LE(print.features.size(), 400U);
    for (const auto& [key, weight] : print.features) EXPECT_LE(key.size(), 204U);
}

TEST(LineWords, leave_out_what_differs_each_time) {
    EXPECT_EQ(line_words("Lock wait timeout after 50s on 'seats' (tx=8f2)"),
              "lock wait timeout after on");
    EXPECT_EQ(line_words("lock wait timeout after 7s on 'crew' (tx=111)"),
              "lock wait timeout after on");
    EXPECT_EQ(line_words("42"), "");
    EXPECT_EQ(line_words("done"), "") << "one word is no message";
}

}  // namespace
}  // namespace insight::analysis::history
