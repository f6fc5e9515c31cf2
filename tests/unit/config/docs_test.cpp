// The guide and the example must say what the declarations say.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <sstream>

#include "config/config.h"
#include "config/fields_table.h"
#include "config/keys.h"
#include "config/value.h"
#include "tests/tree.h"
#include "tests/unit/config/kinds.h"

namespace insight::config {
namespace {

std::string read(const std::string& path) {
    std::ifstream stream(test::tree() / path);
    std::stringstream out;
    out << stream.rdbuf();
    return out.str();
}

void rows_of(const base::Json& object, const std::string& prefix, std::string& out) {
    for (const auto& [key, value] : object["properties"].items()) {
        if (prefix.empty() && key == "collectors") continue;
        if (value.contains("properties")) {
            rows_of(value, prefix + key + ".", out);
            continue;
        }
        const std::string fallback = !value.contains("default") ? "\u2013"
                                     : value["default"].is_string()
                                         ? fmt::format("`{}`", value["default"].get<std::string>())
                                         : fmt::format("`{}`", value["default"].dump());
        out += fmt::format("| `{}{}` | {} | {} |\n", prefix, key, fallback,
                           value["description"].get<std::string>());
    }
}

TEST(ConfigurationGuide, has_exactly_the_keys_of_the_schema) {
    std::string expected = "| key | default | meaning |\n|---|---|---|\n";
    rows_of(schema({}), "", expected);
    const std::string guide = read("docs/configuration.md");
    const std::size_t begin = guide.find("| key | default | meaning |");
    ASSERT_NE(begin, std::string::npos);
    EXPECT_EQ(guide.substr(begin, guide.find("\n\n", begin) + 1 - begin), expected);
}

TEST(ConfigurationGuide, shows_only_examples_that_load) {
    const std::string guide = read("docs/configuration.md");
    int examples = 0;
    for (std::size_t at = guide.find("```yaml\n"); at != std::string::npos;
         at = guide.find("```yaml\n", at + 1)) {
        const std::size_t begin = at + 8;
        const auto tree = read_tree(guide.substr(begin, guide.find("```", begin) - begin), "guide");
        EXPECT_TRUE(tree) << tree.error().text();
        ++examples;
    }
    EXPECT_GE(examples, 2);
}

TEST(BlocksPage, shows_every_key_and_list_of_a_block) {
    const std::vector<const Block*> blocks{&kShare, &kDesk};
    const std::string page = blocks_page(blocks);
    EXPECT_THAT(page, testing::HasSubstr("## `share`\n\nwhat is shared\n"));
    EXPECT_THAT(page, testing::HasSubstr("| `minConfidence` | `0.8` | from when on |\n"));
    EXPECT_THAT(page, testing::HasSubstr("| `key` | – | how to log in; a reference, never"));
    EXPECT_THAT(page, testing::HasSubstr("### `share.peers`: a list of named items\n"));
    EXPECT_THAT(page, testing::HasSubstr("## `desk`\n\na desk\n\n| field | default | meaning |\n"
                                         "|---|---|---|\n| `url` | required | where |\n"));
}

TEST(Example, loads_and_says_the_defaults) {
    const auto config = load(test::tree() / "config/example.yaml", kinds());
    ASSERT_TRUE(config) << config.error().text();
    const Config usual = defaults();
    EXPECT_EQ(config->server.port, usual.server.port);
    EXPECT_EQ(config->pipeline.window, usual.pipeline.window);
    EXPECT_EQ(config->pipeline.sample_interval, usual.pipeline.sample_interval);
    EXPECT_EQ(config->collectors.at("prometheus").size(), 1U);
}

}  // namespace
}  // namespace insight::config
