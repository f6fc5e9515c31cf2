#include "agent/report/quoted.h"

#include <gmock/gmock.h>

#include "agent/report/html.h"
#include "agent/report/markdown_text.h"

namespace insight::report {
namespace {

std::string drawn(std::string_view line) {
    std::string out;
    for (const Piece& piece : pieces_of(line))
        out += (piece.quoted ? "<" : "(") + std::string(piece.text) + (piece.quoted ? ">" : ")");
    return out;
}

TEST(Quoted, is_what_stands_between_two_backticks) {
    EXPECT_EQ(drawn("`SELECT 1` takes 2 ms, `a` does not"),
              "<SELECT 1>( takes 2 ms, )<a>( does not)");
    EXPECT_EQ(drawn("plain"), "(plain)");
    EXPECT_EQ(drawn(""), "");
    EXPECT_EQ(drawn("a ` alone"), "(a ` alone)");
    EXPECT_EQ(drawn("a `b` and ` alone"), "(a )<b>( and ` alone)");
    EXPECT_EQ(drawn("``x`y`"), "(``)(x)<y>");
}

TEST(Quoted, is_code_on_the_page_and_in_markdown_and_stays_text) {
    const base::Json of{{"statement", "`a<b && *c*` ran & *ended*"}};
    EXPECT_EQ(html_prose(of, "statement"), "<code>a&lt;b &amp;&amp; *c*</code> ran &amp; *ended*");
    EXPECT_EQ(md_prose("`a<b && *c*` ran *well*"), "`a<b && *c*` ran \\*well\\*");
    EXPECT_EQ(md_prose("Statement `a` and `b` wait. "), "Statement `a` and `b` wait.");
    EXPECT_EQ(md_prose("`a || b` ran"), "\\`a \\|\\| b\\` ran") << "a bar would end a table's cell";
}

}  // namespace
}  // namespace insight::report
