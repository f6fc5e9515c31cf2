#include "agent/reasoning/memory.h"

#include <gmock/gmock.h>

namespace insight::agent::reasoning {
namespace {

using base::Json;
using testing::HasSubstr;

TEST(Memory, the_same_call_is_known_however_it_is_written) {
    const std::string key = Memory::key("query_logs", {{"service", "cart"}, {"limit", 5}});
    EXPECT_EQ(
        key, Memory::key("query_logs",
                         *base::parse_json(
                             R"({"limit":5.0,"service":" cart ","contains":"","where":{}})", "x")));
    EXPECT_NE(key, Memory::key("query_logs", {{"service", "cart"}, {"limit", 6}}));
    EXPECT_NE(key, Memory::key("query_spans", {{"service", "cart"}, {"limit", 5}}));
}

TEST(Memory, outlives_the_transcript) {
    Memory memory;
    memory.learn("k", {"query_logs", {{"service", "cart"}}, "E7", "41 of 900 matched"});
    memory.think({"cart ran out of memory", "open", {"E7"}});
    memory.think({"cart ran out of memory", "supported", {"E7"}});
    memory.note("payment is well", {});
    memory.transcript_was_cut();
    ASSERT_NE(memory.asked("k"), nullptr);
    EXPECT_FALSE(memory.asked("k")->in_transcript);
    EXPECT_TRUE(memory.shown("E7"));
    const std::string notebook = memory.notebook(4'000);
    EXPECT_THAT(notebook, HasSubstr("(supported) cart ran out of memory [E7]"));
    EXPECT_THAT(notebook, HasSubstr("payment is well"));
    EXPECT_THAT(notebook, HasSubstr("query_logs {\"service\":\"cart\"} -> E7: 41 of 900 matched"));
    EXPECT_EQ(memory.hypotheses().size(), 1U);
}

TEST(Memory, a_short_notebook_keeps_the_newest_looks_and_says_what_is_missing) {
    Memory memory;
    for (int i = 0; i < 100; ++i)
        memory.learn(std::to_string(i),
                     {"query_logs", {{"limit", i}}, "E" + std::to_string(i), std::string(60, 'x')});
    const std::string notebook = memory.notebook(1'500);
    EXPECT_LE(notebook.size(), 1'500U);
    EXPECT_THAT(notebook, HasSubstr("E99"));
    EXPECT_THAT(notebook, HasSubstr("earlier looks, remembered but not listed"));
    EXPECT_NE(memory.asked("0"), nullptr);
}

}  // namespace
}  // namespace insight::agent::reasoning
