#include "github/edits/value_edit.h"

#include <gtest/gtest.h>

#include "github/edits/value_path.h"
#include "github/edits/yaml_tree.h"

namespace insight::github::edits {
namespace {

using base::ErrorKind;

ErrorKind refusal(std::string_view file, std::string_view content, const std::string& path,
                  base::Json value = "x", ObjectName object = {}) {
    ValueChange change;
    change.path = path;
    change.value = std::move(value);
    change.object = std::move(object);
    const auto edited = change_value(file, content, change);
    EXPECT_FALSE(edited) << edited->content;
    return edited ? ErrorKind::Internal : edited.error().kind;
}

TEST(ValueEdit, refuses_what_is_shared_by_an_anchor) {
    EXPECT_EQ(refusal("a.yaml", "a: &x 1\nb: *x\n", "a"), ErrorKind::Invalid);
    EXPECT_EQ(refusal("a.yaml", "a: &x 1\nb: *x\n", "b"), ErrorKind::Invalid);
    EXPECT_EQ(refusal("a.yaml", "a: &x {k: 1}\nb: *x\n", "b.k"), ErrorKind::Invalid);
}

TEST(ValueEdit, refuses_what_is_no_single_value) {
    EXPECT_EQ(refusal("a.yaml", "a: {b: 1}\n", "a"), ErrorKind::Invalid);
    EXPECT_EQ(refusal("a.yaml", "a: |\n  text\n", "a"), ErrorKind::Invalid);
    EXPECT_EQ(refusal("a.yaml", "a: one\n  two\n", "a"), ErrorKind::Invalid);
    EXPECT_EQ(refusal("a.json", R"({"a":[1]})", "a"), ErrorKind::Invalid);
    EXPECT_EQ(refusal("a.yaml", "a: 1\n", "a", base::Json::array()), ErrorKind::Invalid);
}

TEST(ValueEdit, a_dollar_in_a_setting_is_no_name_of_another) {
    ValueChange change;
    change.path = "KEY";
    change.value = "pa$word";
    for (const char* before : {"KEY=1\n", "KEY=\"1\"\n", "KEY='1'\n"}) {
        const auto edited = change_value("a.env", before, change);
        ASSERT_TRUE(edited) << edited.error().text();
        EXPECT_EQ(edited->content, "KEY='pa$word'\n");
    }
}

TEST(ValueEdit, names_what_is_not_there) {
    EXPECT_EQ(refusal("a.yaml", "a: 1\n", "b"), ErrorKind::NotFound);
    EXPECT_EQ(refusal("a.json", R"({"a":1})", "a.b"), ErrorKind::NotFound);
    EXPECT_EQ(refusal("a.properties", "a=1\n", "b"), ErrorKind::NotFound);
    EXPECT_EQ(refusal(".env", "A=1\n", "B"), ErrorKind::NotFound);
    EXPECT_EQ(refusal("a.yaml", "kind: A\n", "kind", "x", {"Deployment", "", "web"}),
              ErrorKind::NotFound);
    EXPECT_EQ(refusal("main.go", "x", "a"), ErrorKind::Invalid);
}

TEST(ValueEdit, asks_which_document_when_several_fit) {
    const char* both =
        "apiVersion: v1\nkind: A\nmetadata: {name: x, namespace: one}\nv: 1\n"
        "---\napiVersion: v1\nkind: A\nmetadata: {name: x, namespace: two}\nv: 1\n";
    EXPECT_EQ(refusal("a.yaml", both, "v"), ErrorKind::Conflict);
    EXPECT_EQ(refusal("a.yaml", both, "v", "2", {"A", "", "x"}), ErrorKind::Conflict);
    ValueChange change;
    change.object = {"A", "two", "x"};
    change.path = "v";
    change.value = 2;
    const auto edited = change_value("a.yaml", both, change);
    ASSERT_TRUE(edited) << edited.error().text();
    EXPECT_EQ(edited->line, 9);
    EXPECT_TRUE(edited->content.ends_with("v: 2\n"));
}

TEST(ValueEdit, hostile_files_are_errors_and_nothing_else) {
    std::string deep(5000, '[');
    EXPECT_EQ(refusal("a.yaml", deep, "a"), ErrorKind::TooLarge);
    EXPECT_EQ(refusal("a.json", deep, "a"), ErrorKind::Invalid);
    EXPECT_EQ(refusal("a.yaml", "a: 1\na: 2\n", "a"), ErrorKind::Invalid);
    EXPECT_EQ(refusal("a.yaml", "\"a\": \"not closed\n", "a"), ErrorKind::Invalid);
    EXPECT_EQ(refusal("a.yaml", "{{ .Values.x }}: 1\n- y\n", "a"), ErrorKind::Invalid);
    EXPECT_EQ(refusal("a.yaml", std::string(5U << 20, 'a'), "a"), ErrorKind::TooLarge);
    EXPECT_EQ(refusal("a.yaml", "", "a"), ErrorKind::NotFound);
    EXPECT_EQ(refusal("a.yaml", std::string("\0\xff\xfe", 3), "a"), ErrorKind::Invalid);
}

TEST(ValuePath, reads_and_writes_keys_items_and_quotes) {
    const std::string text = R"(data."a.b\"c"[name=x y][2].d)";
    const auto path = parse_value_path(text);
    ASSERT_TRUE(path) << path.error().text();
    ASSERT_EQ(path->size(), 5U);
    EXPECT_EQ((*path)[1].key, "a.b\"c");
    EXPECT_EQ((*path)[2].value, "x y");
    EXPECT_EQ((*path)[3].index, 2U);
    EXPECT_EQ(to_text(*path), text);
    for (const char* bad : {"", ".", "a.", "a..b", "a[", "a[x]", "a[1", "\"a", "a.[1]", "a[1]b"})
        EXPECT_FALSE(parse_value_path(bad)) << bad;
    EXPECT_FALSE(parse_value_path(std::string(2000, 'a')));
}

TEST(ValueEdit, a_number_stays_a_number_and_a_text_a_text) {
    const auto set = [](std::string_view content, base::Json value) {
        ValueChange change;
        change.path = "a";
        change.value = std::move(value);
        return change_value("a.yaml", content, change).value().content;
    };
    EXPECT_EQ(set("a: 10\n", "20"), "a: 20\n");
    EXPECT_EQ(set("a: \"10\"\n", 20), "a: \"20\"\n");
    EXPECT_EQ(set("a: text\n", "20"), "a: \"20\"\n");
    EXPECT_EQ(set("a: text\n", "yes"), "a: \"yes\"\n");
    EXPECT_EQ(set("a: true\n", "false"), "a: false\n");
    EXPECT_EQ(set("a: 10s\n", "5s"), "a: 5s\n");
    EXPECT_EQ(set("a: x\n", "b: c"), "a: \"b: c\"\n");
    EXPECT_EQ(set("a: x\n", "line\nbreak"), "a: \"line\\nbreak\"\n");
}

}  // namespace
}  // namespace insight::github::edits
