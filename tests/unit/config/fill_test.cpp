#include "config/fill.h"

#include <gmock/gmock.h>

#include "tests/unit/config/kinds.h"

namespace insight::config {
namespace {

constexpr std::array<Field, 9> kFields{{
    {"text", FieldType::Text, "usual", "a text"},
    {"key", FieldType::Secret, "", "a secret"},
    {"flag", FieldType::Flag, "true", "a flag"},
    {"count", FieldType::Count, "7", "a count"},
    {"wait", FieldType::Duration, "15s", "a duration"},
    {"share", FieldType::Number, "0.25", "a number"},
    {"heat", FieldType::Number, "", "a number without a default"},
    {"by", FieldType::TextMap, "", "a map"},
    {"of", FieldType::TextList, "", "a list"},
}};
constexpr Block kBlock{"room", "a room", kFields};

struct Settings {
    std::string text = "before";
    base::Secret key;
    bool flag = false;
    int count = 0;
    base::Nanos wait = 0;
    double share = 0;
    std::optional<double> heat;
    std::map<std::string, std::string> by{{"kept", "yes"}};
    std::vector<std::string> of{"kept"};
};

Config config_of(std::string_view text) {
    return parse(text, "config.yaml", Known({}, {&kBlock})).value();
}

Settings settings_of(std::string_view text) {
    Settings out;
    fill(config_of(text).block("room").own, {{"text", out.text},
                                             {"key", out.key},
                                             {"flag", out.flag},
                                             {"count", out.count},
                                             {"wait", out.wait},
                                             {"share", out.share},
                                             {"heat", out.heat},
                                             {"by", out.by},
                                             {"of", out.of}});
    return out;
}

TEST(Fill, gives_every_type_of_target_its_value) {
    const Variable key("INSIGHT_TEST_KEY", "s3cret");
    const Settings out = settings_of(
        "room: {text: t, key: {env: INSIGHT_TEST_KEY}, flag: false, count: 3, wait: 2m, "
        "share: 0.5, heat: 1.5, by: {a: b}, of: [x, y]}");
    EXPECT_EQ(out.text, "t");
    EXPECT_EQ(out.key.reveal(), "s3cret");
    EXPECT_FALSE(out.flag);
    EXPECT_EQ(out.count, 3);
    EXPECT_EQ(out.wait, 2 * base::kMinute);
    EXPECT_EQ(out.share, 0.5);
    EXPECT_EQ(out.heat, 1.5);
    EXPECT_THAT(out.by, testing::ElementsAre(testing::Pair("a", "b")));
    EXPECT_THAT(out.of, testing::ElementsAre("x", "y"));
}

TEST(Fill, takes_defaults_and_leaves_alone_what_has_none) {
    const Settings out = settings_of("{}");
    EXPECT_EQ(out.text, "usual");
    EXPECT_TRUE(out.flag);
    EXPECT_EQ(out.count, 7);
    EXPECT_EQ(out.wait, 15 * base::kSecond);
    EXPECT_EQ(out.share, 0.25);
    EXPECT_FALSE(out.heat);
    EXPECT_THAT(out.by, testing::SizeIs(1));
    EXPECT_THAT(out.of, testing::ElementsAre("kept"));
}

TEST(Fill, brings_numbers_to_the_bounds_of_their_target) {
    const Config config = config_of("room: {count: 5000000000}");
    const Instance& own = config.block("room").own;
    int small = 0;
    std::uint16_t port = 0;
    std::size_t bytes = 0;
    std::int64_t wide = 0;
    fill(own, {{"count", small}, {"count", port}, {"count", bytes}, {"count", wide}});
    EXPECT_EQ(small, std::numeric_limits<int>::max());
    EXPECT_EQ(port, 65'535);
    EXPECT_EQ(bytes, 5'000'000'000U);
    EXPECT_EQ(wide, 5'000'000'000);
}

TEST(Fill, reads_a_choice_by_its_name) {
    enum class Door { Open, Shut };
    constexpr std::array kNames{Named<Door>{"open", Door::Open}, Named<Door>{"shut", Door::Shut}};
    const Config shut = config_of("room: {text: shut}");
    EXPECT_EQ(chosen(shut.block("room").own, "text", kNames), Door::Shut);
    const Config neither = config_of("room: {text: ajar}");
    EXPECT_EQ(chosen(neither.block("room").own, "text", kNames), Door::Open);
}

}  // namespace
}  // namespace insight::config
