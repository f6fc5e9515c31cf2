#include "core/base/unlinked.h"

#include <gtest/gtest.h>

namespace insight::base {
namespace {

TEST(Unlinked, nothing_is_left_that_a_platform_would_link) {
    EXPECT_EQ(unlinked("@ada"),
              "@\u200b"
              "ada");
    EXPECT_EQ(unlinked("see #12"),
              "see #\u200b"
              "12");
    EXPECT_EQ(unlinked("\\#12"),
              "\\#\u200b"
              "12");
    EXPECT_EQ(unlinked("GH-7, gh-8"), "GH\u200b-7, gh\u200b-8");
    EXPECT_EQ(unlinked("https://a.b"), "https:\u200b//a.b");
    EXPECT_EQ(unlinked("WWW.a.b"), "WWW\u200b.a.b");
}

TEST(Unlinked, other_text_is_as_it_was) {
    for (const char* text : {"", "#", "# heading", "a: //b", "ww.x", "h-1", "100 % of 3"})
        EXPECT_EQ(unlinked(text), text);
}

}  // namespace
}  // namespace insight::base
