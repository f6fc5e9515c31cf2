#include <gmock/gmock.h>

#include "agent/report/markdown.h"
#include "agent/report/page.h"
#include "agent/report/page_parts.h"
#include "agent/report/postmortem.h"
#include "agent/report/text.h"
#include "tests/unit/report/fixture.h"

namespace insight::report {
namespace {

using base::Json;
using testing::HasSubstr;
using testing::Not;

Json with_users(const std::string& statement) {
    Json report = load_report("lock_contention");
    report["impact"]["users"] = {{"known", true}, {"statement", statement}, {"evidence", {"E3"}}};
    return report;
}

TEST(ReportUsers, every_form_says_how_many_felt_it_and_what_shows_it) {
    const Json report = with_users("10 of the 40 users felt it");
    for (const std::string& one :
         {to_text(report, {.colour = false, .width = 100}), to_markdown(report),
          impact_html(report), postmortem(report, {}, {})})
        EXPECT_THAT(one, HasSubstr("10 of the 40 users felt it"));
    EXPECT_THAT(impact_html(report), HasSubstr("href=\"#E3\""));
    EXPECT_THAT(report_page(report, {}), HasSubstr("10 of the 40 users felt it"));
}

TEST(ReportUsers, nothing_is_said_where_nothing_was_asked) {
    const Json report = load_report("lock_contention");
    EXPECT_THAT(to_markdown(report), Not(HasSubstr("users")));
}

TEST(ReportUsers, hostile_text_stays_text) {
    const Json report = with_users("<script>alert(1)</script> **no**");
    EXPECT_THAT(impact_html(report), Not(HasSubstr("<script>")));
    EXPECT_THAT(to_markdown(report), Not(HasSubstr("**no**")));
    for (const Json& odd : {Json(7), Json::array(), Json(nullptr), Json{{"statement", 7}}}) {
        Json broken = report;
        broken["impact"]["users"] = odd;
        EXPECT_THAT(impact_html(broken), Not(HasSubstr("<script>")));
    }
}

}  // namespace
}  // namespace insight::report
