#include "agent/runbooks/runbook.h"

#include <gtest/gtest.h>

namespace insight::agent::runbooks {
namespace {

TEST(Runbook, front_matter_names_title_and_rules) {
    const auto runbook =
        parse_runbook("a/b.md",
                      "---\ntitle: Redis evicts\nowner: team\nmatch:\n"
                      "  alerts: {alertname: \"Redis.*\"}\n  causes: [cache_eviction, x]\n"
                      "  entities: cache *\n---\n# Heading\ntext\n");
    ASSERT_TRUE(runbook) << runbook.error().text();
    EXPECT_EQ(runbook->title, "Redis evicts");
    ASSERT_EQ(runbook->rules.size(), 1U);
    EXPECT_EQ(runbook->rules[0].alerts.at("alertname"), "Redis.*");
    EXPECT_EQ(runbook->rules[0].causes, (std::vector<std::string>{"cache_eviction", "x"}));
    EXPECT_EQ(runbook->rules[0].entities, std::vector<std::string>{"cache *"});
    EXPECT_EQ(body_of(*runbook), "# Heading\ntext\n");
}

TEST(Runbook, without_front_matter_the_heading_is_the_title_and_nothing_matches) {
    const auto runbook = parse_runbook("x.md", "intro\n# What to do\n");
    ASSERT_TRUE(runbook);
    EXPECT_EQ(runbook->title, "What to do");
    EXPECT_TRUE(runbook->rules.empty());
    EXPECT_EQ(parse_runbook("x.md", "no heading")->title, "x.md");
    EXPECT_EQ(body_of(*parse_runbook("x.md", "---\nnever closed\n")), "---\nnever closed\n");
}

TEST(Runbook, a_mistake_is_told_with_file_and_line) {
    const auto bad = parse_runbook("r.md", "---\ntitle: x\nmatch:\n  alerts: {a: \"(\"}\n---\n");
    ASSERT_FALSE(bad);
    EXPECT_NE(bad.error().message.find("r.md line 4"), std::string::npos) << bad.error().text();
    const auto unknown = parse_runbook("r.md", "---\nmatch:\n  cause: [x]\n---\n");
    ASSERT_FALSE(unknown);
    EXPECT_NE(unknown.error().message.find("causes"), std::string::npos);
    EXPECT_FALSE(parse_runbook("r.md", "---\nmatch: [1, 2]\n---\n"));
    EXPECT_FALSE(parse_runbook("r.md", "---\na: {b: [\n---\n"));
    EXPECT_FALSE(parse_runbook("r.md", std::string(kLargestRunbook + 1, 'x')));
}

TEST(Runbook, goes_through_a_snapshot_unchanged) {
    const auto runbook = parse_runbook("r.md", "---\nmatch: {causes: [x]}\n---\nbody \xc3\xa4\n");
    ASSERT_TRUE(runbook);
    const auto back = runbook_from_json(to_json(*runbook));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->text, runbook->text);
    EXPECT_EQ(back->rules[0].causes, runbook->rules[0].causes);
    EXPECT_TRUE(runbook_from_json(base::Json("odd")));  // an empty one that fits nothing
}

}  // namespace
}  // namespace insight::agent::runbooks
