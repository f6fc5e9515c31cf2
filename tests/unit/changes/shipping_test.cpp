#include "analysis/changes/shipping.h"

#include <gtest/gtest.h>

#include "tests/unit/changes/builders.h"

namespace insight::analysis::changes {
namespace {

using test::change;
using test::kMinute;
using test::kStart;

struct Estate {
    std::vector<model::Change> changes;
    Symptoms symptoms;
    std::vector<Read> reads;

    Shipping of(const std::string& ref) {
        reads.clear();
        for (const model::Change& one : changes) reads.push_back(read_of(one));
        const Shipments shipments(reads, symptoms, kStart + 20 * kMinute);
        for (const Read& read : reads)
            if (read.change->ref == ref && read.change->kind == "commit") return shipments.of(read);
        return {};
    }
};

TEST(Shipping, a_commit_acts_when_the_deploy_of_its_ref_does) {
    Estate estate;
    estate.changes = {change("commit", kStart - 9 * kMinute, "ferry", "r1"),
                      change("deploy", kStart - 8 * kMinute, "ferry", "r0"),
                      change("deploy", kStart - 5 * kMinute, "ferry", "r1")};
    const Shipping shipping = estate.of("r1");
    EXPECT_EQ(shipping.live, kStart - 5 * kMinute);
    EXPECT_EQ(shipping.certainty, 1);
}

TEST(Shipping, a_deploy_carries_earlier_commits_to_the_folders_of_its_entity) {
    Estate estate;
    estate.changes = {
        change("commit", kStart - 9 * kMinute, "", "r1", "-a\n+b", {"services/ferry/crew.go"}),
        change("deploy", kStart - 20 * kMinute, "ferry-service", "r0"),
        change("deploy", kStart - 7 * kMinute, "harbour-service", "r3"),
        change("deploy", kStart - 5 * kMinute, "ferry-service", "r2")};
    const Shipping shipping = estate.of("r1");
    EXPECT_EQ(shipping.entity, "ferry-service");
    EXPECT_EQ(shipping.live, kStart - 5 * kMinute);
    EXPECT_GE(shipping.certainty, 0.7);
}

TEST(Shipping, a_raised_dependency_brings_in_the_commit_to_its_folder) {
    Estate estate;
    estate.changes = {
        change("commit", kStart - 30 * kMinute, "", "r1", "-a\n+b", {"libs/berths/plan.py"}),
        change("commit", kStart - 10 * kMinute, "ferry", "r2",
               "@@ requirements.txt @@\n-example.org/libs/berths 1.2.0\n"
               "+example.org/libs/berths 1.3.0"),
        change("deploy", kStart - 25 * kMinute, "harbour", "r0"),
        change("deploy", kStart - 8 * kMinute, "ferry", "r2")};
    const Shipping shipping = estate.of("r1");
    EXPECT_EQ(shipping.live, kStart - 8 * kMinute);
    EXPECT_EQ(shipping.entity, "ferry");
}

TEST(Shipping, what_was_not_deployed_cannot_have_hurt) {
    Estate estate;
    estate.changes = {
        change("commit", kStart - 9 * kMinute, "", "r1", "-a\n+b", {"services/ferry/crew.go"}),
        change("deploy", kStart - 20 * kMinute, "ferry", "r0")};
    EXPECT_EQ(estate.of("r1").certainty, 0);
}

TEST(Shipping, without_any_deploy_a_commit_may_act_at_once) {
    Estate estate;
    estate.changes = {change("commit", kStart - 9 * kMinute, "ferry", "r1")};
    const Shipping shipping = estate.of("r1");
    EXPECT_EQ(shipping.live, kStart - 9 * kMinute);
    EXPECT_GT(shipping.certainty, 0.3);
    EXPECT_LT(shipping.certainty, 1);
}

}  // namespace
}  // namespace insight::analysis::changes
