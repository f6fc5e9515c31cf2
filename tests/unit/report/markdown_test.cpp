#include "agent/report/markdown.h"

#include <gmock/gmock.h>

#include "agent/report/markdown_text.h"
#include "tests/unit/report/fixture.h"

namespace insight::report {
namespace {

using testing::HasSubstr;
using testing::Not;

class MarkdownReport : public testing::TestWithParam<const char*> {};

TEST_P(MarkdownReport, matches_its_golden) {
    expect_golden(std::string(GetParam()) + ".md", to_markdown(load_report(GetParam())));
}

INSTANTIATE_TEST_SUITE_P(Reports, MarkdownReport, testing::ValuesIn(kReports));

TEST(MarkdownText, escapes_what_markdown_reads) {
    EXPECT_EQ(md_escape("a *b* _c_ `d` [e](f) <b>g</b> | h & i"),
              "a \\*b\\* \\_c\\_ \\`d\\` \\[e\\](f) \\<b\\>g\\</b\\> \\| h \\& i");
    EXPECT_EQ(md_escape("# title"), "\\# title");
    EXPECT_EQ(md_escape("- item"), "\\- item");
    EXPECT_EQ(md_escape("1. item 2.5"), "1\\. item 2.5");
    EXPECT_EQ(md_escape("two\nlines"), "two lines");
}

TEST(MarkdownText, makes_no_mention_reference_or_link) {
    EXPECT_EQ(md_escape("ask @anna"), "ask @\u200banna");
    EXPECT_EQ(md_escape("see o/r#12 and GH-3"), "see o/r#\u200b12 and GH\u200b-3");
    EXPECT_EQ(md_escape("http://evil and WWW.evil"), "http:\u200b//evil and WWW\u200b.evil");
}

TEST(MarkdownText, code_cannot_be_left) {
    EXPECT_EQ(md_code("a ` b"), "``a ` b``");
    EXPECT_EQ(md_code("`x"), "`` `x ``");
    EXPECT_EQ(md_block("x\n````\n<b>\n", "sh"), "`````sh\nx\n````\n<b>\n`````\n");
}

TEST(Markdown, collected_text_changes_no_structure) {
    const std::string evil =
        "\n\n# owned\n```\n<script>alert(1)</script> [x](javascript:1) @team "
        "https://evil.example ![i](http://evil/i.png) | a |\n~~~\n";
    for (const char* name : kReports) {
        const std::string text = to_markdown(poisoned(load_report(name), evil, false));
        std::istringstream stream(text);
        std::string fence;
        int blocks = 0;
        for (std::string line; std::getline(stream, line);) {
            const std::size_t ticks = line.find_first_not_of('`');
            const std::size_t run = ticks == std::string::npos ? line.size() : ticks;
            if (fence.empty() && run >= 3) {
                fence.assign(run, '`');
                ++blocks;
                continue;
            }
            if (line == fence) {
                fence.clear();
                continue;
            }
            if (!fence.empty() || line.find('`') != std::string::npos) continue;
            EXPECT_FALSE(line.starts_with("# owned")) << line;
            EXPECT_THAT(line, Not(HasSubstr("<script"))) << name;
            EXPECT_THAT(line, Not(HasSubstr("https://"))) << name;
            EXPECT_THAT(line, Not(HasSubstr("@team"))) << name;
            EXPECT_THAT(line, Not(testing::ContainsRegex("(^|[^\\\\])\\[x"))) << name;
        }
        EXPECT_TRUE(fence.empty()) << "every block is closed";
        EXPECT_GT(blocks, 0);
    }
}

TEST(Markdown, renders_reports_of_any_age_and_shape) {
    const base::Json report = load_report("lock_contention");
    for (auto it = report.begin(); it != report.end(); ++it)
        for (const char* odd :
             {"5", "null", "[[1],{\"evidence\":5},null]", "{\"E1\":{\"content\":5}}"}) {
            base::Json older = report;
            older[it.key()] = base::Json::parse(odd);
            EXPECT_THAT(to_markdown(older), testing::StartsWith("# ")) << it.key() << odd;
        }
}

}  // namespace
}  // namespace insight::report
