#include "agent/tickets/finding.h"

#include <gmock/gmock.h>

#include "tests/unit/tickets/reports.h"

namespace insight::tickets {
namespace {

using base::Json;
using test::cause;
using test::report;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Finding, is_the_same_while_only_numbers_move) {
    Json later = report();
    later["confidence"] = 0.7;
    later["summary"] = "orders-db lost an index; 4,000 rows per second.";
    later["causes"][0]["probability"] = 0.7;
    later["evidence"]["E1"]["digest"] = "other";
    const Finding before = finding_of(report());
    const Finding after = finding_of(later);
    EXPECT_EQ(before.digest, after.digest);
    EXPECT_NE(before.evidence, after.evidence);
    EXPECT_THAT(differences(before, after), IsEmpty());
}

TEST(Finding, says_what_changed) {
    Json later = report();
    later["verdict"] = "several";
    later["causes"] = {cause("orders-db", "lock_contention", 0.5), cause("cache", "eviction", 0.4),
                       cause("node-1", "disk_full", 0.1)};
    later["impact"]["severity"] = "critical";
    later["impact"]["services"] = {{{"entity", {{"name", "cart"}}}}};
    EXPECT_THAT(differences(finding_of(report()), finding_of(later)),
                ElementsAre("The verdict is several, it was cause.",
                            "The cause is database orders-db (lock_contention), database cache "
                            "(eviction), it was database orders-db (missing_index).",
                            "The severity is critical, it was warning.", "Also affected: cart.",
                            "No longer affected: checkout."));
}

TEST(Finding, does_not_depend_on_the_order_of_equal_causes) {
    Json one = report();
    one["verdict"] = "several";
    one["causes"] = {cause("a", "x", 0.5), cause("b", "y", 0.5)};
    Json other = one;
    std::swap(other["causes"][0], other["causes"][1]);
    EXPECT_EQ(finding_of(one).digest, finding_of(other).digest);
}

TEST(Finding, names_no_cause_that_the_verdict_does_not) {
    Json unsure = report();
    unsure["verdict"] = "not_enough_evidence";
    EXPECT_THAT(finding_of(unsure).causes, IsEmpty());
}

TEST(Finding, is_recognised_by_group_scope_and_cause_only) {
    const Finding finding = finding_of(report());
    const Json incident = report()["incident"];
    const std::string identity = identity_of(incident, finding);
    Json other = incident;
    other["id"] = "inc-other";
    Finding told_otherwise = finding;
    told_otherwise.summary = "words of a model";
    told_otherwise.confidence = 0.1;
    EXPECT_EQ(identity_of(other, told_otherwise), identity);
    other["scope"]["cluster"] = "us";
    EXPECT_NE(identity_of(other, finding), identity);
    Finding elsewhere = finding;
    elsewhere.causes[0].name = "users-db";
    EXPECT_NE(identity_of(incident, elsewhere), identity);
}

TEST(Finding, survives_the_store_and_reports_without_shape) {
    const Finding finding = finding_of(report());
    const Finding back = finding_from_json(to_json(finding));
    EXPECT_EQ(back.digest, finding.digest);
    EXPECT_EQ(back.causes, finding.causes);
    EXPECT_EQ(back.services, finding.services);
    for (const char* text : {"{}", "[]", "null", R"({"causes":[7,null],"verdict":"cause"})",
                             R"({"impact":{"services":["x"]},"evidence":[]})"})
        EXPECT_FALSE(finding_of(*base::parse_json(text, "x")).digest.empty()) << text;
}

}  // namespace
}  // namespace insight::tickets
