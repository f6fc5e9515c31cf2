#include "analysis/changes/reverts.h"

#include <gmock/gmock.h>

#include "analysis/claims.h"
#include "tests/unit/changes/builders.h"

namespace insight::analysis::changes {
namespace {

using test::add_lines;
using test::change;
using test::kMinute;
using test::kSecond;
using test::kStart;
using testing::HasSubstr;

constexpr const char* kSha = "4f5a1c9e0b7d4f5a1c9e0b7d4f5a1c9e0b7d4f5a";

model::Change commit(base::Nanos time, const std::string& ref, const std::string& summary,
                     const std::string& diff = "") {
    model::Change out = change("commit", time, "berths", ref, diff);
    out.summary = summary;
    return out;
}

model::Change set(const std::string& kind, base::Nanos time, const std::string& summary,
                  const std::string& before, const std::string& after) {
    model::Change out = change(kind, time, "berths", "");
    out.summary = summary;
    out.before = before;
    out.after = after;
    return out;
}

// Whether the last of them takes back the first.
bool takes_back(const std::vector<model::Change>& changes) {
    std::vector<const model::Change*> all;
    for (const model::Change& one : changes) all.push_back(&one);
    const Reverts found = reverts_among(all);
    const auto it = found.taken_back_by.find(all.front());
    return it != found.taken_back_by.end() && it->second == all.back();
}

TEST(Reverts, git_says_in_the_message_what_is_taken_back) {
    const model::Change guilty = commit(kStart, kSha, "Smaller pool (#41)");
    EXPECT_TRUE(
        takes_back({guilty, commit(kStart + kMinute, "b1b2b3b4",
                                   std::string("Oops; This reverts commit ") + kSha + ".")}));
    EXPECT_TRUE(takes_back(
        {guilty, commit(kStart + kMinute, "b1b2b3b4", "back; this reverts commit 4f5a1c9")}))
        << "a shortened hash";
    EXPECT_TRUE(takes_back(
        {guilty, commit(kStart + kMinute, "b1b2b3b4", "Revert \"Smaller pool (#41)\" (#42)")}));
    EXPECT_FALSE(takes_back(
        {guilty, commit(kStart + kMinute, "b1b2b3b4", "This reverts commit 00000000aaaa")}));
    EXPECT_FALSE(takes_back({guilty, commit(kStart + kMinute, "b1b2b3b4", "Revert \"Other\"")}));
    EXPECT_FALSE(takes_back({guilty, commit(kStart + kMinute, "b1b2b3b4", "Smaller pool, again")}));
}

TEST(Reverts, a_revert_can_be_taken_back_itself) {
    EXPECT_TRUE(takes_back({commit(kStart, kSha, "Revert \"Smaller pool\""),
                            commit(kStart + kMinute, "b1b2b3b4", "Reapply \"Smaller pool\"")}));
}

TEST(Reverts, the_same_lines_the_other_way_round_are_a_revert_without_a_word) {
    const char* forward =
        "--- a/app.yaml\n+++ b/app.yaml\n@@ -1,2 +1,2 @@\n-maxConns: 40\n+maxConns: 4\n name: x\n";
    const char* back =
        "--- a/app.yaml\n+++ b/app.yaml\n@@ -1,2 +1,2 @@\n-maxConns: 4\n+maxConns: 40\n name: x\n";
    EXPECT_TRUE(takes_back(
        {commit(kStart, "a1", "tune", forward), commit(kStart + kMinute, "a2", "tune", back)}));
    EXPECT_FALSE(takes_back(
        {commit(kStart, "a1", "tune", forward), commit(kStart + kMinute, "a2", "tune", forward)}));
}

TEST(Reverts, values_that_are_set_back) {
    const auto image = [](base::Nanos time, const std::string& before, const std::string& after) {
        return set("image", time, "rolled out " + after, before, after);
    };
    EXPECT_TRUE(takes_back(
        {image(kStart, "shop:1.4", "shop:1.5"), image(kStart + kMinute, "shop:1.5", "shop:1.4")}));
    EXPECT_TRUE(takes_back({image(kStart, "shop:1.4", "shop:1.5"),
                            image(kStart + kMinute, "shop:1.5", "shop:1.6"),
                            image(kStart + 2 * kMinute, "shop:1.6", "shop:1.4")}))
        << "over a step between";
    EXPECT_FALSE(takes_back(
        {image(kStart, "shop:1.4", "shop:1.5"), image(kStart + kMinute, "shop:1.5", "shop:1.6")}));
    EXPECT_TRUE(takes_back(
        {set("config", kStart, "setting work_mem was changed from 4MB to 64kB", "4MB", "64kB"),
         set("config", kStart + kMinute, "setting work_mem was changed from 64kB to 4MB", "64kB",
             "4MB")}));
    EXPECT_FALSE(takes_back(
        {set("config", kStart, "setting jit was changed from on to off", "on", "off"),
         set("config", kStart + kMinute, "setting fsync was changed from off to on", "off", "on")}))
        << "another setting with the same words for its values";
    EXPECT_TRUE(
        takes_back({set("config", kStart, "index orders_day on orders was dropped",
                        "CREATE INDEX orders_day ON orders (day)", ""),
                    set("config", kStart + kMinute, "index orders_day on orders was created", "",
                        "CREATE INDEX orders_day ON orders (day)")}));
    model::Change elsewhere = image(kStart + kMinute, "shop:1.5", "shop:1.4");
    elsewhere.entity = "other";
    EXPECT_FALSE(takes_back({image(kStart, "shop:1.4", "shop:1.5"), elsewhere}));
}

TEST(Reverts, an_earlier_version_deployed_again) {
    EXPECT_FALSE(takes_back({change("deploy", kStart, "berths", "v1"),
                             change("deploy", kStart + kMinute, "berths", "v2")}));
    const std::vector<model::Change> all{change("deploy", kStart, "berths", "v1"),
                                         change("deploy", kStart + kMinute, "berths", "v2"),
                                         change("deploy", kStart + 2 * kMinute, "berths", "v1")};
    const Reverts found = reverts_among({&all[0], &all[1], &all[2]});
    EXPECT_EQ(found.taken_back_by.at(&all[1]), &all[2]);
    EXPECT_FALSE(found.taken_back_by.contains(&all[0]));
}

// A pool that was made smaller, trouble with it, and what came of taking it back.
struct RevertScene {
    model::Incident incident = test::incident("berths", "berths waits for its database pool");
    model::Signals signals;
    Detection detection{model::Scope{}};

    void ship(const std::string& ref, base::Nanos deployed, const std::string& diff,
              const std::string& summary) {
        signals.changes.push_back(commit(deployed - kMinute, ref, summary, diff));
        signals.changes.push_back(change("deploy", deployed, "berths", ref));
    }
    void trouble(base::Nanos onset, std::optional<base::Nanos> end) {
        add_lines(detection, "berths", "pool exhausted: timed out acquiring connection", onset);
        if (!end) return;
        detection.findings.back().clue.current = false;
        model::Evidence evidence;
        evidence.title = "pool waits";
        evidence.content = {
            {"kind", "series"}, {"name", "pool.waits"}, {"end", base::to_seconds(*end)}};
        detection.findings.back().clue.evidence.push_back(detection.evidence.add(evidence));
    }
    Suspicion weigh() { return weigh_changes(incident, signals, Topology(), detection); }
    static const Suspect& suspect(const Suspicion& suspicion, const std::string& ref) {
        for (const Suspect& one : suspicion.suspects)
            if (one.change->ref == ref) return one;
        throw std::runtime_error(ref + " is no suspect");
    }
};

constexpr const char* kSmaller = "-maxConns: 40\n+maxConns: 4";
constexpr const char* kLarger = "-maxConns: 4\n+maxConns: 40";

TEST(Reverts, what_was_taken_back_before_it_began_is_not_blamed) {
    RevertScene scene;
    scene.ship("guilty00", kStart - 40 * kMinute, kSmaller, "Smaller pool");
    scene.trouble(kStart - 2 * kMinute, std::nullopt);
    const double alone = RevertScene::suspect(scene.weigh(), "guilty00").total;
    scene.ship("repent00", kStart - 20 * kMinute, kLarger, "Revert \"Smaller pool\"");
    const Suspicion suspicion = scene.weigh();
    const Suspect& guilty = RevertScene::suspect(suspicion, "guilty00");
    EXPECT_EQ(guilty[Trait::Undone].value, 1);
    EXPECT_LT(guilty.total, alone - 5);
    EXPECT_LT(guilty.total, suspicion.no_change);
}

TEST(Reverts, trouble_that_ended_when_a_change_was_taken_back_accuses_it) {
    RevertScene scene;
    scene.ship("guilty00", kStart - 3 * kMinute, kSmaller, "Smaller pool");
    scene.trouble(kStart - 2 * kMinute, kStart + 6 * kMinute);
    const double before = RevertScene::suspect(scene.weigh(), "guilty00").total;
    scene.ship("repent00", kStart + 5 * kMinute, kLarger, "Revert \"Smaller pool\"");
    const Suspicion suspicion = scene.weigh();
    const Suspect& guilty = RevertScene::suspect(suspicion, "guilty00");
    EXPECT_EQ(guilty[Trait::EndedWith].value, 1);
    EXPECT_GT(guilty.total, before + 2);
    EXPECT_EQ(suspicion.suspects.front().change->ref, "guilty00");
    const Accusation accusation = accuse(guilty, scene.detection.evidence);
    EXPECT_THAT(accusation.statement, HasSubstr("taken back by \"Revert \"Smaller pool\"\""));
    EXPECT_THAT(accusation.statement, HasSubstr("ended then"));
    std::vector<const model::Evidence*> cited;
    for (const std::string& id : accusation.evidence)
        cited.push_back(scene.detection.evidence.find(id));
    EXPECT_THAT(unproven_parts(accusation.statement, cited), testing::IsEmpty());
}

TEST(Reverts, trouble_that_goes_on_long_after_speaks_against_the_change) {
    RevertScene scene;
    scene.ship("guilty00", kStart - 3 * kMinute, kSmaller, "Smaller pool");
    scene.trouble(kStart - 2 * kMinute, std::nullopt);
    const double before = RevertScene::suspect(scene.weigh(), "guilty00").total;
    scene.ship("repent00", kStart + 5 * kMinute, kLarger, "Revert \"Smaller pool\"");
    const Suspicion suspicion = scene.weigh();
    const Suspect& guilty = RevertScene::suspect(suspicion, "guilty00");
    EXPECT_EQ(guilty[Trait::Undone].value, 0.5);
    EXPECT_LT(guilty.total, before);
}

TEST(Reverts, a_revert_that_never_went_live_undid_nothing) {
    RevertScene scene;
    scene.ship("guilty00", kStart - 3 * kMinute, kSmaller, "Smaller pool");
    scene.trouble(kStart - 2 * kMinute, std::nullopt);
    const double before = RevertScene::suspect(scene.weigh(), "guilty00").total;
    scene.signals.changes.push_back(
        commit(kStart + 5 * kMinute, "repent00", "Revert \"Smaller pool\"", kLarger));
    const Suspicion suspicion = scene.weigh();
    const Suspect& guilty = RevertScene::suspect(suspicion, "guilty00");
    EXPECT_EQ(guilty[Trait::Undone].value, 0);
    EXPECT_EQ(guilty[Trait::EndedWith].value, 0);
    EXPECT_NEAR(guilty.total, before, 0.1);  // one more change was examined
}

TEST(Reverts, a_fix_that_was_taken_back_is_a_suspect_like_any_other) {
    RevertScene scene;
    scene.ship("mended00", kStart - 100 * kMinute, kLarger, "Larger pool");
    scene.ship("relapse0", kStart - 4 * kMinute, kSmaller, "Revert \"Larger pool\"");
    scene.trouble(kStart - 2 * kMinute, std::nullopt);
    const Suspicion suspicion = scene.weigh();
    EXPECT_EQ(suspicion.suspects.front().change->ref, "relapse0");
    EXPECT_EQ(suspicion.suspects.front()[Trait::Undone].value, 0);
    EXPECT_EQ(suspicion.suspects.front().takes_back->ref, "mended00");
}

TEST(Reverts, two_that_cancel_within_minutes_both_count_less) {
    RevertScene scene;
    scene.ship("there000", kStart - 12 * kMinute, kLarger, "Larger pool");
    scene.ship("back0000", kStart - 4 * kMinute, kSmaller, "Revert \"Larger pool\"");
    scene.trouble(kStart - 2 * kMinute, std::nullopt);
    const Suspicion suspicion = scene.weigh();
    EXPECT_EQ(RevertScene::suspect(suspicion, "there000")[Trait::Undone].value, 1);
    EXPECT_EQ(RevertScene::suspect(suspicion, "back0000")[Trait::Undone].value, 0.5);
}

}  // namespace
}  // namespace insight::analysis::changes
