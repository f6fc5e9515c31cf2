#include "config/tree.h"

#include <gmock/gmock.h>

namespace insight::config {
namespace {

using testing::HasSubstr;

std::string error_of(std::string_view text) {
    const auto tree = read_tree(text, "f.yaml");
    return tree ? "no error" : tree.error().message;
}

TEST(Tree, knows_the_line_of_every_value) {
    const auto tree = read_tree("a: 1\nb:\n  - x\n  - {c: d}\n", "f.yaml");
    ASSERT_TRUE(tree) << tree.error().text();
    EXPECT_EQ(tree->find("a")->line, 1);
    EXPECT_EQ(tree->find("b")->items[1].find("c")->line, 4);
    EXPECT_EQ(tree->find("nothing"), nullptr);
}

TEST(Tree, empty_text_is_an_empty_map) {
    for (const std::string_view text : {"", "# only a comment\n", "---\n"}) {
        const auto tree = read_tree(text, "f.yaml");
        ASSERT_TRUE(tree);
        EXPECT_EQ(tree->kind, Tree::Kind::Map);
        EXPECT_TRUE(tree->entries.empty());
    }
}

TEST(Tree, types_values_as_the_core_schema_does) {
    const auto tree = read_tree("{a: 1, b: '1', c: 1.5, d: true, e: null, f: [x], g: ~}", "f");
    ASSERT_TRUE(tree);
    EXPECT_EQ(to_json(*tree), base::Json::parse(R"({"a":1,"b":"1","c":1.5,"d":true,"e":null,
        "f":["x"],"g":null})"));
}

TEST(Tree, refuses_a_key_written_twice_and_names_both_lines) {
    EXPECT_EQ(error_of("a: 1\nb: 2\na: 3\n"),
              "f.yaml line 3: the key 'a' is written twice; the first one is on line 1");
    EXPECT_THAT(error_of(R"({"x": {"a": 1, "a": 2}})"), HasSubstr("written twice"));
}

TEST(Tree, says_where_the_text_is_not_yaml) {
    EXPECT_THAT(error_of("a: [1, 2\nb: 3\n"), HasSubstr("f.yaml line 2: not valid YAML or JSON"));
    EXPECT_THAT(error_of("a: 1\n---\nb: 2\n"), HasSubstr("a second document begins"));
    EXPECT_THAT(error_of("? [a, b]\n: c\n"), HasSubstr("a key must be a plain word"));
    EXPECT_THAT(error_of("a: \xff\n"), HasSubstr("not plain UTF-8"));
    EXPECT_THAT(error_of(std::string_view("a: \0b\n", 6)), HasSubstr("not plain UTF-8"));
    EXPECT_THAT(error_of("a: *nobody\n"), HasSubstr("f.yaml line 1"));
    EXPECT_THAT(error_of("a: &x [*x]\n"), HasSubstr("f.yaml line 1"));
}

TEST(Tree, aliases_repeat_their_value) {
    const auto tree = read_tree("a: &x {k: v}\nb: *x\n", "f.yaml");
    ASSERT_TRUE(tree) << tree.error().text();
    EXPECT_EQ(tree->find("b")->find("k")->text, "v");
}

TEST(Tree, stops_aliases_that_unfold_without_end) {
    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 12; ++i) {
        const std::string inner = "*a" + std::to_string(i - 1);
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + inner;
        for (int j = 0; j < 8; ++j) bomb += ", " + inner;
        bomb += "]\n";
    }
    const auto tree = read_tree(bomb, "f.yaml");
    ASSERT_FALSE(tree);
    EXPECT_EQ(tree.error().kind, base::ErrorKind::TooLarge);
    const std::string wide = "a: &a " + std::string(100'000, 'x') + "\nb: [";
    std::string many;
    for (int i = 0; i < 5'000; ++i) many += "*a,";
    EXPECT_EQ(read_tree(wide + many + "]", "f.yaml").error().kind, base::ErrorKind::TooLarge);
}

TEST(Tree, bounds_depth_count_and_size) {
    EXPECT_THAT(error_of(std::string(40, '[') + std::string(40, ']')),
                HasSubstr("nested deeper than 32 levels"));
    std::string many = "a: [";
    for (int i = 0; i < 30'000; ++i) many += "1,";
    EXPECT_THAT(error_of(many + "]"), HasSubstr("more than 20000 values"));
    EXPECT_EQ(read_tree(std::string((1U << 20) + 1, ' '), "f").error().kind,
              base::ErrorKind::TooLarge);
}

TEST(Tree, survives_a_file_of_nothing_but_brackets) {
    for (const char* piece : {"[", "{", "- ", "? ", "a: ", "&a ", "!t ", "\"", "{a: ", "[a, "}) {
        std::string text;
        while (text.size() < 60'000) text += piece;
        EXPECT_FALSE(read_tree(text, "f.yaml")) << piece;
    }
}

}  // namespace
}  // namespace insight::config
