#include "agent/publishing/lesson.h"
#include "agent/publishing/private_names.h"
#include "agent/publishing/signals.h"

#include <gmock/gmock.h>

#include "evomap/gate.h"
#include "evomap/redaction.h"
#include "tests/unit/publishing/reports.h"

namespace insight::agent {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kNow = "2026-11-21T00:00:00.000Z";

TEST(PublishingLesson, the_gene_is_the_way_in_which_the_cause_was_found) {
    const Lesson lesson = lesson_of(test::some_report(), kNow);
    EXPECT_EQ(lesson.gene.category, "repair");
    EXPECT_THAT(lesson.gene.strategy, HasSubstr("config change"));
    EXPECT_THAT(lesson.gene.strategy, HasSubstr("tables of postgresql"));
    EXPECT_THAT(lesson.gene.strategy, HasSubstr("other candidates"));
    EXPECT_THAT(lesson.gene.signals,
                ElementsAre("missing_index", "lost_index", "postgresql", "prometheus"));
    EXPECT_EQ(lesson.capsule.solution.type, "investigation");
    EXPECT_EQ(lesson.capsule.context.monitoring_data["pg_table_seq_tup_read_total.now"],
              "4,006,187/s");
    EXPECT_THAT(lesson.capsule.context.affected_services, ElementsAre("checkout-api"));
}

TEST(PublishingLesson, another_case_of_the_same_kind_has_the_same_gene) {
    Json other = test::some_report();
    other["causes"][0]["statement"] = "Index users_idx was dropped in users-db.";
    other["causes"][0]["entity"]["name"] = "users-db";
    const Lesson first = lesson_of(test::some_report(), kNow);
    const Lesson second = lesson_of(other, kNow);
    EXPECT_EQ(first.gene.strategy, second.gene.strategy);
    EXPECT_EQ(first.gene.title, second.gene.title);
    EXPECT_NE(first.capsule.body, second.capsule.body);
}

TEST(PublishingLesson, the_trace_tells_only_what_was_done) {
    const Lesson lesson = lesson_of(test::some_report(), kNow);
    ASSERT_EQ(lesson.trace.size(), 5U);
    EXPECT_EQ(lesson.trace[3].result, "12 of 12 statements proven");
    EXPECT_THAT(lesson.trace[4].result, HasSubstr("slow statement"));
}

TEST(PublishingLesson, no_private_name_is_left_after_redaction_and_the_text_still_says_it) {
    const Json report = test::some_report();
    const Lesson lesson = lesson_of(report, kNow);
    evomap::Redaction redaction(names_in(report), {});
    const auto bundle =
        evomap::to_wire(
            redaction.hide(lesson.gene), redaction.hide(lesson.capsule),
            {.trace = redaction.hide(lesson.trace), .validation = {}, .reused_gene = {}})
            .value();
    const std::string sent = base::dump_json(bundle.assets());
    for (const char* name :
         {"orders-db", "orders_customer", "public.orders", "customer_ledger", "checkout-api",
          "acme-corp", "shop-prod-eu", "checkout-team", "jane.doe", "10.4.5.6", "SELECT"})
        EXPECT_THAT(sent, Not(HasSubstr(name)));
    EXPECT_THAT(sent, HasSubstr("3,879,326 rows per second"));
    EXPECT_THAT(sent, HasSubstr("39.2 ms"));
    EXPECT_THAT(sent, HasSubstr("pg_table_seq_tup_read_total"));
    EXPECT_TRUE(evomap::check_bundle(bundle.assets()).empty())
        << evomap::in_words(evomap::check_bundle(bundle.assets()));
}

TEST(PublishingLesson, a_verified_fix_says_what_was_changed_and_looked_at) {
    const Remedy remedy{"config_change",
                        {{"db/indexes.sql", "", "+CREATE INDEX i ON t (c);\n"}},
                        "The index was created again.",
                        "39.2 ms became 148 µs",
                        true,
                        {}};
    const Lesson lesson = lesson_of(test::some_report(), remedy, kNow);
    EXPECT_EQ(lesson.kind, "fix");
    EXPECT_EQ(lesson.capsule.solution.files.size(), 1U);
    EXPECT_EQ(lesson.trace.back().result, "39.2 ms became 148 µs");
    EXPECT_THAT(lesson.gene.strategy, HasSubstr("Verify on the original signal"));
}

TEST(PublishingLesson, a_warning_is_a_lesson_before_the_incident) {
    const Json finding{{"id", "hf-0123456789ab"},
                       {"area", "disk"},
                       {"severity", "warning"},
                       {"entity", {{"kind", "node"}, {"name", "worker-3"}}},
                       {"statement", "The disk of worker-3 is full in 31 hours."},
                       {"evidence", {"E3"}},
                       {"growth", {{"pValue", 0.001}}},
                       {"exhaustion", {{"latest", "2026-11-25T00:00:00Z"}}},
                       {"advice", {{"statement", "Make room."}}}};
    const Lesson lesson = warning_of(test::some_report(), finding, kNow);
    EXPECT_EQ(lesson.kind, "warning");
    EXPECT_EQ(lesson.gene.category, "optimize");
    EXPECT_THAT(lesson.gene.signals, Contains("disk_exhaustion"));
    EXPECT_THAT(lesson.gene.strategy, HasSubstr("earliest time"));
}

TEST(PublishingLesson, an_alert_is_asked_about_without_the_words_of_its_labels) {
    const Json incident = test::some_report()["incident"];
    EXPECT_THAT(signals_of_alert(incident), ElementsAre("statements_slow", "statements", "slow"));
    EXPECT_TRUE(signals_of_alert(Json::object()).empty());
}

}  // namespace
}  // namespace insight::agent
