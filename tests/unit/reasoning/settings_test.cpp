#include "agent/reasoning/settings.h"

#include <gmock/gmock.h>

#include "agent/reasoning/reason.h"
#include "config/config.h"

namespace insight::agent::reasoning {
namespace {

base::Result<config::Config> parsed(const std::string& text) {
    config::Known known;
    known.blocks = {&settings_block()};
    return config::parse(text, "config.yaml", known);
}

TEST(ReasoningSettings, come_from_their_block_with_defaults) {
    const auto config =
        parsed("reasoning: {maxIterations: 5, maxMoneyPerDay: 2.5, tenant: shop}\n");
    ASSERT_TRUE(config) << config.error().text();
    const Settings settings = settings_from(config->block("reasoning"));
    EXPECT_EQ(settings.max_iterations, 5);
    EXPECT_DOUBLE_EQ(settings.budget.money_per_day, 2.5);
    EXPECT_EQ(settings.budget.tenant, "shop");
    EXPECT_EQ(settings.budget.tokens_per_incident, Budget{}.tokens_per_incident);
    EXPECT_EQ(settings.timeout, Settings{}.timeout);
}

TEST(ReasoningSettings, defaults_of_file_and_struct_are_the_same) {
    const auto config = parsed("{}\n");
    ASSERT_TRUE(config) << config.error().text();
    const Settings settings = settings_from(config->block("reasoning"));
    EXPECT_EQ(to_json(settings), to_json(Settings{}));
    EXPECT_EQ(settings.budget.tokens_per_day, Budget{}.tokens_per_day);
}

TEST(ReasoningSettings, a_recording_cannot_ask_for_more_than_the_bounds) {
    const Settings settings =
        settings_from_json({{"maxIterations", 1'000'000}, {"resultBytes", -5}});
    EXPECT_EQ(settings.max_iterations, 200);
    EXPECT_EQ(settings.result_bytes, 256U);
}

TEST(Reasons, codes_come_back) {
    for (int i = 0; i <= static_cast<int>(Ended::Broken); ++i) {
        const auto ended = static_cast<Ended>(i);
        EXPECT_EQ(ended_from(code(ended)), ended);
        EXPECT_FALSE(sentence(ended).empty());
    }
}

}  // namespace
}  // namespace insight::agent::reasoning
