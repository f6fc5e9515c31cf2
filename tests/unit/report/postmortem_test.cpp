#include "agent/report/postmortem.h"

#include <gmock/gmock.h>

namespace insight::report {
namespace {

using base::Json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Json sample() {
    return {{"incident",
             {{"id", "inc-1"},
              {"openedAt", "2026-11-21T09:02:05Z"},
              {"resolvedAt", "2026-11-21T09:30:00Z"},
              {"alert",
               {{"labels", {{"alertname", "Slow"}}},
                {"status", "resolved"},
                {"startsAt", "2026-11-21T09:02:00Z"}}}}},
            {"verdict", "cause"},
            {"confidence", 0.92},
            {"summary", "An index was dropped."},
            {"causes",
             {{{"entity", {{"kind", "database"}, {"name", "orders-db"}}},
               {"class", "missing_index"},
               {"probability", 0.92},
               {"onset", "2026-11-21T09:00:00Z"},
               {"statement", "The index was dropped by a migration."},
               {"evidence", {"E1"}}}}},
            {"impact",
             {{"severity", "critical"},
              {"urgency", "now"},
              {"statement", "One service is affected."},
              {"services",
               {{{"entity", {{"kind", "service"}, {"name", "cart"}}}, {"symptom", "waits"}}}}}},
            {"timeline",
             {{{"time", "2026-11-21T09:00:00Z"}, {"kind", "onset"}, {"statement", "It began."}}}},
            {"coverage",
             {{{"source", "postgresql/orders-db"}, {"asked", true}, {"outcome", "answered"}}}},
            {"recommendations", {{{"statement", "Create the index again."}}}},
            {"evidence", {{"E1", {{"id", "E1"}}}}}};
}

const Json kTicket{{"id", "tkt-1"},
                   {"state", "resolved"},
                   {"history",
                    {{{"time", "2026-11-21T09:10:00Z"},
                      {"kind", "state"},
                      {"text", "From open to resolved: index is back"}}}}};

TEST(Postmortem, tells_what_happened_what_it_did_why_and_what_went_well) {
    const std::string text = postmortem(sample(), kTicket, {"tkt-9, open", ""});
    EXPECT_THAT(text, HasSubstr("# Post-mortem: "));
    EXPECT_THAT(text, HasSubstr("- From the beginning to the alert: 2 min"));
    EXPECT_THAT(text, HasSubstr("- From the alert to its end: 28 min"));
    EXPECT_THAT(text, HasSubstr("| 2026-11-21 09:10:00 UTC | ticket state: From open to resolved"));
    EXPECT_THAT(text, HasSubstr("The index was dropped by a migration."));
    EXPECT_THAT(text, HasSubstr("- service cart: waits"));
    EXPECT_THAT(text, HasSubstr("The alert fired 2 min after it began."));
    EXPECT_THAT(text, HasSubstr("(tkt-9, open)"));
    for (const char* part : {"\n## Timeline\n", "\n## Impact\n", "\n## Cause\n",
                             "\n## What went well\n", "\n## Prevention\n"})
        EXPECT_THAT(text, HasSubstr(part));
    EXPECT_EQ(text, postmortem(sample(), kTicket, {"tkt-9, open", ""}));
}

TEST(Postmortem, praises_nothing_that_did_not_happen) {
    Json report = sample();
    report["confidence"] = 0.3;
    report["verdict"] = "not_enough_evidence";
    report["causes"] = Json::array();
    report["coverage"][0]["outcome"] = "timed_out";
    report["incident"]["alert"]["startsAt"] = "2026-11-21T09:20:00Z";
    report["incident"].erase("resolvedAt");
    const std::string text = postmortem(report, nullptr, {});
    EXPECT_THAT(text, HasSubstr("Nothing that the report could show"));
    EXPECT_THAT(text, HasSubstr("- Not over yet"));
    EXPECT_THAT(text, Not(HasSubstr("- Ticket:")));
}

TEST(Prevention, follows_from_the_cause_the_advice_and_what_could_not_be_seen) {
    Json report = sample();
    report["coverage"].push_back(
        {{"source", "redis/cart"}, {"asked", true}, {"outcome", "denied"}});
    report["toCollect"] = {"traces of cart"};
    EXPECT_THAT(prevention_items(report),
                ElementsAre(HasSubstr("Review schema changes of database orders-db"),
                            "Create the index again.",
                            "See to it that redis/cart can be asked in an incident: it refused "
                            "this time.",
                            "Collect from now on: traces of cart"));
    Json many = sample();
    for (int i = 0; i < 50; ++i)
        many["recommendations"].push_back({{"statement", "advice " + std::to_string(i)}});
    EXPECT_EQ(prevention_items(many).size(), 10U);
}

TEST(Postmortem, survives_reports_of_any_shape_and_keeps_text_text) {
    for (const char* text : {"{}", "[]", "null", R"({"causes":[1,[]],"timeline":{},"impact":[]})"})
        EXPECT_FALSE(postmortem(*base::parse_json(text, "x"), nullptr, {}).empty()) << text;
    Json hostile = sample();
    hostile["causes"][0]["entity"]["name"] = "{} {0:%} <script>@everyone";
    hostile["summary"] = "# heading\n\n```\n<img src=x>";
    const std::string text = postmortem(hostile, nullptr, {});
    EXPECT_THAT(text, Not(testing::ContainsRegex("[^\\\\]<(script|img)")));
    EXPECT_THAT(text, Not(HasSubstr("\n# heading")));
}

}  // namespace
}  // namespace insight::report
