#include "core/llm/estimate.h"

#include <gtest/gtest.h>

#include "tests/unit/llm/harness.h"

namespace insight::llm {
namespace {

// The counts beside each are those of o200k_base; tests/contract/llm asks the tokenizers
// themselves.
TEST(Estimate, is_never_below_what_tokenizers_count) {
    EXPECT_GE(estimate_tokens("The orders service cannot get a connection."), 9);
    EXPECT_GE(estimate_tokens("2025-11-20T21:31:47.318833986Z"), 17);
    EXPECT_GE(estimate_tokens("数据库连接池已满"), 7);
    EXPECT_GE(estimate_tokens("550e8400-e29b-41d4-a716-446655440000"), 21);
}

TEST(Estimate, is_not_far_above_for_prose) {
    const std::string prose =
        "The orders service cannot get a connection because the pool is exhausted. ";
    EXPECT_LE(estimate_tokens(prose), 30);  // 14 tokens
}

TEST(Estimate, of_nothing_is_nothing) {
    EXPECT_EQ(estimate_tokens(""), 0);
}

TEST(Estimate, of_a_prompt_counts_all_its_parts) {
    const Prompt whole = test::rich_prompt();
    Prompt bare = test::question("Why are orders slow?");
    EXPECT_GT(estimate_tokens(whole), estimate_tokens(bare) + 400);
    bare.turns[0].provider_state = std::string(3000, 'x');
    EXPECT_GT(estimate_tokens(bare), 800);
}

TEST(Estimate, takes_a_megabyte_of_anything) {
    std::string bytes(1U << 20, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 131);
    EXPECT_GT(estimate_tokens(bytes), 500'000);
}

}  // namespace
}  // namespace insight::llm
