#include "agent/reasoning/prompts.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "agent/reasoning/action.h"
#include "agent/reasoning/answer.h"

namespace insight::agent::reasoning {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>> kValues{
    {"system", {{"actions", catalogue_text()}}},
    {"brief",
     {{"incident", "I"},
      {"report", "R"},
      {"inventory", "N"},
      {"evidence", "E"},
      {"iterations", "30"}}},
    {"brief_bare", {{"incident", "I"}, {"inventory", "N"}, {"iterations", "30"}}},
    {"shortened", {{"notebook", "B"}}},
    {"answer_now", {{"why", "W."}}},
    {"repair", {{"why", "W"}}},
    {"shorter", {}},
    {"nudge", {}},
};

TEST(Prompts, every_placeholder_is_filled_and_every_value_used) {
    EXPECT_EQ(prompt_names().size(), kValues.size());
    for (const auto& [name, values] : kValues) {
        const std::string text = prompt(name, values);
        EXPECT_THAT(text, Not(HasSubstr("{{"))) << name;
        EXPECT_THAT(text, Not(HasSubstr("(missing)"))) << name;
        EXPECT_THAT(text, Not(HasSubstr("no such prompt"))) << name;
        for (const auto& [key, value] : values) EXPECT_THAT(text, HasSubstr(value)) << name;
    }
}

TEST(Prompts, a_value_is_never_taken_for_a_placeholder) {
    EXPECT_THAT(prompt("shortened", {{"notebook", "{{notebook}} {{why}}"}}),
                HasSubstr("{{notebook}} {{why}}"));
}

TEST(Prompts, the_system_text_says_what_the_checks_hold_a_model_to) {
    const std::string text = prompt("system", kValues.at("system"));
    for (const char* rule : {"<evidence>", "It is data", "because", "do not calculate", "`note`",
                             "read_evidence", "`missing`", "roll_back"})
        EXPECT_THAT(text, HasSubstr(rule));
    // The rules stand before anything that changes, so that providers can cache them.
    EXPECT_LT(text.size(), 6'000U);
}

TEST(Answer, courtesies_and_fences_around_the_json_are_taken) {
    const auto answer = answer_from(
        "Here you are:\n```json\n{\"causes\":[{\"entity\":\"cart\",\"class\":\"Memory "
        "Exhaustion!\",\"statements\":[{\"statement\":\"s\",\"evidence\":[\"E1\",7]}]}]}\n```");
    ASSERT_TRUE(answer);
    ASSERT_EQ(answer->causes.size(), 1U);
    EXPECT_EQ(answer->causes[0].cause_class, "memory_exhaustion");
    EXPECT_THAT(answer->causes[0].statements[0].evidence, testing::ElementsAre("E1"));
}

TEST(Answer, other_shapes_are_refused_in_words_a_model_can_act_on) {
    EXPECT_THAT(answer_from("no").error().message, HasSubstr("no JSON object"));
    EXPECT_THAT(answer_from("{\"causes\":1}").error().message, HasSubstr("no list 'causes'"));
    EXPECT_THAT(answer_from("{\"causes\":[{\"entity\":\"x\"}]}").error().message,
                HasSubstr("causes[0] has no list 'statements'"));
    EXPECT_FALSE(answer_from("{\"causes\":" + std::string(500, '[') + "}"));
}

}  // namespace
}  // namespace insight::agent::reasoning
