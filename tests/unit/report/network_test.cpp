#include "agent/report/network.h"

#include <gmock/gmock.h>

#include "agent/report/markdown.h"
#include "agent/report/page.h"
#include "agent/report/text.h"

namespace insight::report {
namespace {

using base::Json;
using testing::HasSubstr;
using testing::Not;

Json report() {
    Json out;
    out["verdict"] = "cause";
    out["evomap"]["seenBefore"] = {{{"sourceNode", "node_1"},
                                    {"outcome", "success"},
                                    {"verified", false},
                                    {"doubt", "its id does not belong to its content"},
                                    {"summary", "<script>x</script> | it was the pool"}}};
    out["evomap"]["publications"] = {{{"state", "withheld"}, {"why", "the confidence is low"}}};
    return out;
}

TEST(ReportNetwork, says_who_has_seen_it_and_why_nothing_was_published) {
    const auto lines = network_lines(report());
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_THAT(lines[0], HasSubstr("outcome success"));
    EXPECT_THAT(lines[0], HasSubstr("untrusted"));
    EXPECT_THAT(lines[1], HasSubstr("Not published"));
    EXPECT_THAT(lines[1], HasSubstr("the confidence is low"));
}

TEST(ReportNetwork, stands_in_every_form_of_the_report_as_harmless_text) {
    EXPECT_THAT(to_text(report(), {}), HasSubstr("it was the pool"));
    EXPECT_THAT(to_markdown(report()), HasSubstr("the confidence is low"));
    const std::string page = report_page(report(), {});
    EXPECT_THAT(page, HasSubstr("The network"));
    EXPECT_THAT(page, Not(HasSubstr("<script>x")));
}

TEST(ReportNetwork, is_not_mentioned_where_it_is_not_configured) {
    EXPECT_TRUE(network_lines(Json::object()).empty());
    EXPECT_THAT(to_text(Json::object(), {}), Not(HasSubstr("network")));
}

}  // namespace
}  // namespace insight::report
