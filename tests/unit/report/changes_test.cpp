#include "agent/report/changes.h"

#include <gmock/gmock.h>

#include "agent/report/markdown.h"
#include "agent/report/page.h"
#include "agent/report/text.h"
#include "tests/unit/report/fixture.h"

namespace insight::report {
namespace {

using base::Json;
using testing::HasSubstr;
using testing::Not;

Json reviewed() {
    Json report = load_report("lock_contention");
    report["changes"] = {{{"kind", "commit"},
                          {"ref", "4f3d632a10aa4f3d632a10aa4f3d632a10aa4f3d"},
                          {"summary", "db: a smaller pool"},
                          {"author", "jo"},
                          {"entity", {{"kind", "service"}, {"name", "orders"}}},
                          {"time", "2026-11-20T14:16:00Z"},
                          {"live", "2026-11-20T14:18:00Z"},
                          {"share", 0.62},
                          {"reasons", {"touches a connection pool"}},
                          {"against", {"half of the symptoms began before"}},
                          {"lines",
                           {{{"file", "db/pool.go"},
                             {"line", 41},
                             {"removed", false},
                             {"text", "maxConns = 4"},
                             {"statement", "Lowers a pool from 40 to 4."},
                             {"suggestion", "Set it back to 40."},
                             {"evidence", {"E1", "E3"}}}}},
                          {"evidence", {"E1"}}}};
    return report;
}

TEST(ReportChanges, every_form_says_file_line_reason_evidence_and_what_to_do) {
    const Json report = reviewed();
    const std::string text = to_text(report, {.colour = false, .width = 100});
    const std::string markdown = to_markdown(report);
    const std::string html = changes_html(report);
    for (const std::string& one : {text, markdown, html}) {
        EXPECT_THAT(one, HasSubstr("db/pool.go:41"));
        EXPECT_THAT(one, HasSubstr("maxConns = 4"));
        EXPECT_THAT(one, HasSubstr("Lowers a pool from 40 to 4."));
        EXPECT_THAT(one, HasSubstr("Set it back to 40."));
        EXPECT_THAT(one, HasSubstr("E3"));
        EXPECT_THAT(one, HasSubstr("4f3d632a10 of orders"));
        EXPECT_THAT(one, HasSubstr("62 %"));
        EXPECT_THAT(one, HasSubstr("half of the symptoms began before"));
    }
    EXPECT_THAT(html, HasSubstr("href=\"#E3\""));
    EXPECT_THAT(report_page(report, {}), HasSubstr("Changes that may explain it"));
}

TEST(ReportChanges, nothing_is_said_where_no_change_is_a_suspect) {
    const Json report = load_report("lock_contention");
    EXPECT_EQ(changes_html(report), "");
    EXPECT_EQ(changes_markdown(report), "");
    EXPECT_THAT(to_text(report, {.colour = false, .width = 100}),
                Not(HasSubstr("Changes that may")));
}

TEST(ReportChanges, hostile_text_and_shapes_stay_text) {
    Json report = reviewed();
    for (const char* poison :
         {"<script>x()</script>", "` | @root ![x](http://evil)", "\x1b[2J\r\n"}) {
        Json bad = report;
        bad["changes"] = poisoned(report["changes"], poison, true);
        EXPECT_THAT(changes_html(bad), Not(HasSubstr("<script>")));
        // In a code span it is text anyway; everywhere else it is escaped.
        EXPECT_THAT(changes_markdown(bad), Not(HasSubstr("40 to 4." + std::string(poison))));
        EXPECT_THAT(to_text(bad, {.colour = false, .width = 80}), Not(HasSubstr("\x1b")));
    }
    report["changes"] = {1, "two", nullptr, Json::array(), {{"lines", 7}, {"entity", "x"}}};
    EXPECT_FALSE(changes_html(report).empty());
    EXPECT_FALSE(changes_markdown(report).empty());
}

}  // namespace
}  // namespace insight::report
