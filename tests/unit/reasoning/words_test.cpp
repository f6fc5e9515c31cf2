#include "agent/reasoning/words.h"

#include <gmock/gmock.h>

namespace insight::agent::reasoning {
namespace {

using testing::Contains;

TEST(Words, inner_capitals_give_the_parts_and_the_whole) {
    EXPECT_THAT(words_of("CrashLoopBackOff"),
                testing::IsSupersetOf({"crash", "loop", "back", "off", "crashloopbackoff"}));
    EXPECT_THAT(words_of("OOMKilled"), testing::IsSupersetOf({"oom", "killed"}));
    EXPECT_THAT(words_of("last state: exitCode"),
                testing::ElementsAre("last", "state", "exit", "code", "exitcode"));
}

TEST(Words, endings_do_not_matter) {
    for (const char* word : {"restart", "restarts", "restarted", "restarting"})
        EXPECT_EQ(stem(word), stem("restart")) << word;
    EXPECT_EQ(stem("failed"), stem("failure"));
    EXPECT_EQ(stem("stopped"), stem("stop"));
    EXPECT_NE(stem("failed"), stem("filled"));
}

TEST(Words, grammar_is_neutral_and_reasons_are_not) {
    EXPECT_EQ(kind_of("the"), WordKind::Neutral);
    EXPECT_EQ(kind_of("because"), WordKind::Causal);
    EXPECT_EQ(kind_of("rose"), WordKind::Rise);
    EXPECT_EQ(kind_of("fell"), WordKind::Fall);
    EXPECT_EQ(kind_of("doesn't"), WordKind::Negation);
    EXPECT_EQ(kind_of("operator"), WordKind::Content);
}

}  // namespace
}  // namespace insight::agent::reasoning
