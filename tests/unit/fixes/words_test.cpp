#include "agent/fixes/words.h"

#include <gtest/gtest.h>

namespace insight::fixes {
namespace {

TEST(Words, outside_text_has_no_effect_in_markdown) {
    const std::string text = harmless(
        "@acme/all fixes #12 ![x](http://evil) <img src=x> `code` | a\n# head www.evil.example");
    for (const char* effect : {"@acme", "#12", "![", " <img", "\n", "www.", " `code", " | "})
        EXPECT_EQ(text.find(effect), std::string::npos) << effect << " in " << text;
    EXPECT_EQ(text.find("http://"), std::string::npos);
    EXPECT_NE(text.find("\\!"), std::string::npos);
    EXPECT_EQ(harmless("plain words, 40 → 2"), "plain words, 40 → 2");
    EXPECT_LE(harmless(std::string(5000, 'a'), 100).size(), 110U);
}

TEST(Words, a_pull_request_says_cause_risk_test_and_rollback_and_hides_secrets) {
    Fix fix;
    fix.kind = FixKind::Revert;
    fix.commit = std::string(40, 'a');
    fix.reason = "reverts aaaaaaaaaa";
    fix.evidence = {"E1", "E7"};
    Draft draft;
    draft.what = "revert aaaaaaaaaa: smaller pool";
    Plan plan;
    plan.role = "fix";
    plan.files = {{"db/migration/1.sql", "00", std::nullopt, false}};
    draft.files = plan.files;
    plan.risks = risks_of(fix, draft);
    const base::Json report{
        {"confidence", 0.8},
        {"causes",
         {{{"statement", "the pool is exhausted, token=hunter2"},
           {"probability", 0.9},
           {"overturnedBy",
            {{"statement", "If it waits for nothing"}, {"command", "psql -c x"}}}}}},
        {"evidence",
         {{"E1",
           {{"title", "waits"},
            {"source", "metrics"},
            {"query", "db_pool_wait{a=\"b\"}"},
            {"content", {{"kind", "series"}}}}}}}};
    tell(plan, fix, draft,
         {"inc-1", "fix", report, "https://insight.example", [](std::string_view text) {
              std::string out(text);
              if (const auto at = out.find("hunter2"); at != std::string::npos)
                  out.replace(at, 7, "<hidden>");
              return out;
          }});
    for (const char* part :
         {"## Cause", "90 %", "[E1](https://insight.example/incidents/inc-1#E1): waits",
          "database migration", "is deleted", "`psql -c x`", "`db_pool_wait{a=\"b\"}`",
          "## Rollback", "devops-insight:fix:inc-1:fix"})
        EXPECT_NE(plan.body.find(part), std::string::npos) << part << " in " << plan.body;
    EXPECT_EQ(plan.body.find("hunter2"), std::string::npos);
    EXPECT_EQ(plan.body.find("E7"), std::string::npos) << "the report has no such evidence";
    EXPECT_NE(plan.message.find("DevOps-Insight-Incident: inc-1"), std::string::npos);
}

}  // namespace
}  // namespace insight::fixes
