#include "analysis/changes/words.h"

#include <gtest/gtest.h>

namespace insight::analysis::changes {
namespace {

using Words = std::set<std::string>;

TEST(Words, are_the_same_in_every_spelling) {
    const Words expected{"max", "conn", "idle"};
    EXPECT_EQ(words_of("maxConnIdle"), expected);
    EXPECT_EQ(words_of("MAX_CONN_IDLE"), expected);
    EXPECT_EQ(words_of("max-conns, idle!"), expected);
    EXPECT_EQ(words_of("HTTPTicket"), Words{"ticket"}) << "an acronym ends before the next word";
}

TEST(Words, leave_out_what_every_program_and_message_says) {
    EXPECT_TRUE(words_of("func (x) return nil; if err != nil 42 the error of a request").empty());
}

TEST(Words, quoted_names_are_found_in_messages_and_code) {
    EXPECT_EQ(quoted_in("missing required field 'voucher_id'; dropped"), Words{"voucher_id"});
    EXPECT_EQ(quoted_in("  Code string `json:\"voucher\"`"), Words{"voucher"});
}

TEST(Words, comments_imports_and_brackets_are_inert) {
    for (const char* line : {"// note", "  # note", "", "   }", "import os", " */", "});"})
        EXPECT_TRUE(is_inert(line)) << line;
    for (const char* line : {"x = 1", "return x", "lock.unlock()"}) EXPECT_FALSE(is_inert(line));
}

}  // namespace
}  // namespace insight::analysis::changes
