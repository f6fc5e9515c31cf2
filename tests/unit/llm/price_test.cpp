#include <gtest/gtest.h>

#include "core/llm/settings.h"

namespace insight::llm {
namespace {

Settings priced() {
    Settings out;
    out.provider = "anthropic";
    out.prices["claude-a"] = {3, 0.3, 3.75, 15};
    out.prices["claude-a-mini"] = {1, 0.1, 1.25, 5};
    out.prices["bedrock/eu.claude-b"] = {4, 4, 4, 20};
    return out;
}

TEST(Price, counts_each_kind_of_token_at_its_own_price) {
    const Price price{3, 0.3, 3.75, 15};
    EXPECT_DOUBLE_EQ(cost({1'000'000, 1'000'000, 1'000'000, 1'000'000}, price), 22.05);
    EXPECT_DOUBLE_EQ(cost({100, 0, 0, 10}, price), 0.00045);
}

TEST(Price, is_found_by_the_longest_name_and_for_dated_models) {
    EXPECT_EQ(price_of(priced(), "claude-a")->output, 15);
    EXPECT_EQ(price_of(priced(), "claude-a-20251101")->output, 15);
    EXPECT_EQ(price_of(priced(), "claude-a-mini-20251101")->output, 5);
    EXPECT_EQ(price_of(priced(), "anthropic/claude-a")->output, 15);
    EXPECT_EQ(price_of(priced(), "bedrock/eu.claude-b")->output, 20);
}

TEST(Price, is_never_guessed) {
    EXPECT_FALSE(price_of(priced(), "claude-ab"));
    EXPECT_FALSE(price_of(priced(), "gpt"));
    EXPECT_FALSE(price_of(priced(), ""));
}

}  // namespace
}  // namespace insight::llm
