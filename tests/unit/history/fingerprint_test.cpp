#include "analysis/history/fingerprint.h"

#include <gmock/gmock.h>

#include "analysis/history/line_words.h"
#include "analysis/history/similar.h"

namespace insight::analysis::history {
namespace {

constexpr base::Nanos kNoon = 1'795'000'000 * base::kSecond;

model::Clue clue(const std::string& kind, const std::string& entity, double strength,
                 base::Nanos onset) {
    model::Clue out;
    out.kind = kind;
    out.entity = {"database", entity};
    out.statement = kind + " of " + entity;
    out.strength = strength;
    out.onset = onset;
    return out;
}

model::Evidence evidence(const std::string& id, base::Json content) {
    model::Evidence out;
    out.id = id;
    out.content = std::move(content);
    return out;
}

// An incident with a shifted series, a new log line and an observed mechanism.
model::Report report(const std::string& entity, base::Nanos onset) {
    model::Report out;
    out.incident.id = entity + "-incident";
    out.verdict = model::Verdict::Cause;
    out.clues = {clue("metric_shift", entity, 0.8, onset + base::kMinute),
                 clue("new_template", entity, 0.6, onset), clue("blocking", entity, 1, onset)};
    out.clues[0].evidence = {"E1"};
    out.clues[1].evidence = {"E2"};
    out.evidence = {
        evidence("E1", {{"kind", "series"}, {"name", "pool_wait_duration_seconds"}}),
        evidence("E2",
                 {{"kind", "logs"},
                  {"lines", base::Json::array(
                                {{{"body", "waiting for lock on table 42 since 10:00:01"}}})}})};
    model::Cause cause;
    cause.entity = {"database", entity};
    cause.cause_class = "lock_contention";
    cause.probability = 0.9;
    out.causes.push_back(cause);
    return out;
}

TEST(Fingerprint, says_what_it_looked_like) {
    const Fingerprint print = fingerprint_of(report("ledger", kNoon));
    for (const char* key :
         {"kind:metric_shift@database", "kind:blocking@database", "aspect:latency@database",
          "metric:pool_wait_duration_seconds", "line:waiting for lock on table since",
          "class:lock_contention", "level:infrastructure", "name:ledger", "spread:0"})
        EXPECT_TRUE(print.features.contains(key)) << key;
    EXPECT_TRUE(print.features.contains("first:new_template@database")) << "the earliest onset";
    EXPECT_DOUBLE_EQ(print.features.at("kind:metric_shift@database"), 0.8);
}

TEST(Fingerprint, knows_no_times) {
    EXPECT_EQ(fingerprint_of(report("ledger", kNoon)),
              fingerprint_of(report("ledger", kNoon + 1'900 * base::kHour)));
}

TEST(Fingerprint, another_name_changes_the_name_only) {
    Fingerprint a = fingerprint_of(report("ledger", kNoon));
    Fingerprint b = fingerprint_of(report("archive", kNoon));
    EXPECT_EQ(a.features.erase("name:ledger"), 1U);
    EXPECT_EQ(b.features.erase("name:archive"), 1U);
    EXPECT_EQ(a, b);
}

TEST(Fingerprint, what_recovered_says_less) {
    model::Report over = report("ledger", kNoon);
    over.clues[2].current = false;
    EXPECT_LT(fingerprint_of(over).features.at("kind:blocking@database"), 0.5);
}

TEST(Fingerprint, stays_small) {
    model::Report many;
    for (int i = 0; i < 5'000; ++i)
        many.clues.push_back(clue("kind" + std::to_string(i), std::string(5'000, 'x'),
                                  0.1 + 0.0001 * (i % 1000), kNoon));
    const Fingerprint print = fingerprint_of(many);
    EXPECT_LE(print.features.size(), 400U);
    for (const auto& [key, weight] : print.features) EXPECT_LE(key.size(), 204U);
}

TEST(History, an_incident_whose_cause_was_found_is_kept_and_found_again) {
    const auto kept = past_of(report("ledger", kNoon));
    ASSERT_TRUE(kept);
    const auto back =
        model::past_incident_from_json(base::Json::parse(model::to_json(*kept).dump()));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->features, kept->features);
    const std::vector past{*back};
    const auto similar = similar_incidents(report("archive", kNoon + base::kHour), past);
    ASSERT_EQ(similar.size(), 1U);
    EXPECT_EQ(similar[0].incident, "ledger-incident");
    EXPECT_EQ(similar[0].cause_class, "lock_contention");
    EXPECT_EQ(similar[0].cause_entity.name, "ledger");
    EXPECT_THAT(similar[0].shared, testing::Contains("log line `waiting for lock on table since`"));
}

TEST(History, of_an_incident_without_a_cause_there_is_nothing_to_learn) {
    model::Report nothing = report("ledger", kNoon);
    nothing.verdict = model::Verdict::NotEnoughEvidence;
    EXPECT_FALSE(past_of(nothing));
}

TEST(History, what_is_no_past_incident_is_refused) {
    for (const char* text :
         {"[]", "3", "{}", R"({"incident":"a","features":{"a":"b"}})",
          R"({"incident":"a","features":{"a":-1}})", R"({"incident":"a","features":{"a":1e9}})"}) {
        const auto read = model::past_incident_from_json(base::Json::parse(text));
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().kind, base::ErrorKind::Invalid);
    }
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
