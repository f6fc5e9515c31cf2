// Every case of tests/data/edits: the edited file has the bytes of NAME.after.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "github/edits/unified_diff.h"
#include "github/edits/value_edit.h"
#include "tests/tree.h"

namespace insight::github::edits {
namespace {

const std::string kFolder = test::data() / "edits/";

std::string bytes_of(const std::string& name) {
    std::ifstream file(kFolder + name, std::ios::binary);
    EXPECT_TRUE(file) << name;
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

std::vector<base::Json> cases() {
    return base::parse_json(bytes_of("cases.json"), "the cases").value();
}

ValueChange change_of(const base::Json& given) {
    ValueChange change;
    const base::Json& object = base::object_at(given, "object");
    change.object = {base::text_at(object, "kind"), base::text_at(object, "namespace"),
                     base::text_at(object, "name")};
    change.path = base::text_at(given, "path");
    change.inside = base::text_at(given, "inside");
    if (given.contains("expected")) change.expected = base::text_at(given, "expected");
    change.value = given["value"];
    change.may_add = base::flag_at(given, "mayAdd");
    return change;
}

class GoldenEdits : public ::testing::TestWithParam<base::Json> {
  protected:
    const std::string name = base::text_at(GetParam(), "name");
    const std::string file = base::text_at(GetParam(), "file");
    const std::string before = bytes_of(name + ".before");
    const std::string after = bytes_of(name + ".after");
};

TEST_P(GoldenEdits, keep_every_other_byte) {
    const auto edited = change_value(file, before, change_of(GetParam()));
    ASSERT_TRUE(edited) << edited.error().text();
    EXPECT_EQ(edited->content, after);
    EXPECT_EQ(edited->line, base::integer_at(GetParam(), "line"));
}

TEST_P(GoldenEdits, change_nothing_the_second_time) {
    ValueChange change = change_of(GetParam());
    change.expected.reset();
    const auto again = change_value(file, after, change);
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_EQ(again->content, after);
}

TEST_P(GoldenEdits, are_refused_when_something_else_stands_there) {
    ValueChange change = change_of(GetParam());
    change.expected = "what nobody wrote";
    const auto refused = change_value(file, before, change);
    if (change.may_add) return;  // nothing stands there
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, base::ErrorKind::Conflict);
}

TEST_P(GoldenEdits, read_back_as_a_diff_that_applies) {
    const auto patches = read_diff(write_diff(file, before, after));
    ASSERT_TRUE(patches) << patches.error().text();
    ASSERT_EQ(patches->size(), 1U);
    EXPECT_EQ(apply_patch(patches->front(), before).value(), after);
}

INSTANTIATE_TEST_SUITE_P(Files, GoldenEdits, ::testing::ValuesIn(cases()),
                         [](const auto& one) { return base::text_at(one.param, "name"); });

}  // namespace
}  // namespace insight::github::edits
