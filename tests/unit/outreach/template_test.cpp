#include "agent/outreach/template.h"

#include <gmock/gmock.h>

namespace insight::outreach {
namespace {

using base::Json;

const Json kData{{"ticket", {{"title", "a \"quoted\"\nline"}, {"n", 3}, {"links", {1, 2}}}}};

std::string filled(const std::string& text, bool escape = true) {
    return Template::parse(text).value().fill(kData, escape);
}

TEST(Template, replaces_placeholders_by_values) {
    EXPECT_EQ(filled("{{ticket.title}} {{ ticket.n }}", false), "a \"quoted\"\nline 3");
    EXPECT_EQ(filled("{{json ticket.links}} and {{json ticket.none}}"), "[1,2] and null");
    EXPECT_EQ(filled("no placeholders: {not} this"), "no placeholders: {not} this");
    EXPECT_EQ(filled("[{{ticket.none.deeper}}][{{}}]"),
              "[][{\\\"ticket\\\":{\\\"links\\\":[1,2],"
              "\\\"n\\\":3,\\\"title\\\":\\\"a "
              "\\\\\\\"quoted\\\\\\\"\\\\nline\\\"}}]");
}

TEST(Template, lets_no_value_leave_its_string) {
    const std::string text = filled(R"({"text": "{{ticket.title}}", "n": {{ticket.n}}})");
    const auto json = base::parse_json(text, "the body");
    ASSERT_TRUE(json) << text;
    EXPECT_EQ(json->at("text"), "a \"quoted\"\nline");
    EXPECT_EQ(json->at("n"), 3);
}

TEST(Template, refuses_placeholders_without_an_end) {
    EXPECT_FALSE(Template::parse("{{ticket.title"));
    EXPECT_FALSE(Template::parse("{{" + std::string(200, 'x') + "}}"));
    EXPECT_TRUE(Template::parse("}} {{a}}"));
}

}  // namespace
}  // namespace insight::outreach
