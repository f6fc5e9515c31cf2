// A look at log records is the same whatever order or split they come in, and bounded.
#include "agent/reasoning/tools/log_look.h"

#include <gmock/gmock.h>

namespace insight::agent::reasoning {
namespace {

using base::Json;

const model::Window kWindow{2'000 * base::kSecond, 3'000 * base::kSecond, 1'000 * base::kSecond,
                            2'000 * base::kSecond};

struct Source {
    int lines = 0;
    std::pair<std::string_view, std::string_view> attributes[1] = {{"service.name", "cart"}};

    void send(LogLook& look, int part_size) const {
        for (int i = 0; i < lines; ++i) {
            const std::string body =
                i % 100 == 7
                    ? "disk of volume " + std::to_string(i) + " is full"
                    : "request " + std::to_string(i) + " took " + std::to_string(i % 50) + " ms";
            model::LogView view;
            view.time = (1'000 + i % 2'000) * base::kSecond + i;
            view.severity = i % 100 == 7 ? 17 : 9;
            view.severity_text = i % 100 == 7 ? "ERROR" : "INFO";
            view.body = body;
            view.attributes = attributes;
            look.take(static_cast<std::size_t>(i / part_size % 2), view);
        }
    }
};

Json content(const Json& arguments, int lines, int part_size = 4096) {
    auto look = look_at_logs(arguments, kWindow, "log lines", "query_logs");
    EXPECT_TRUE(look) << look.error().text();
    Source{lines}.send(**look, part_size);
    auto found = (*look)->finish();
    EXPECT_TRUE(found);
    return found->evidence.content;
}

TEST(LogLook, counts_before_and_during_the_incident) {
    const Json all = content(Json::object(), 4'000);
    EXPECT_EQ(all["facts"]["scanned"], 4'000);
    EXPECT_EQ(all["facts"]["matched"], 4'000);
    EXPECT_EQ(
        all["facts"]["matchedInWindow"].get<int>() + all["facts"]["matchedInBaseline"].get<int>(),
        4'000);
    EXPECT_EQ(all["facts"]["templates"].size(), 2U);
    EXPECT_EQ(all["more"], 3'980);
}

TEST(LogLook, narrows_by_severity_pattern_and_time) {
    EXPECT_EQ(content({{"severity", "error"}}, 4'000)["facts"]["matched"], 40);
    EXPECT_EQ(content({{"contains", "DISK"}, {"also", {"volume 7 "}}}, 4'000)["facts"]["matched"],
              1);
    EXPECT_EQ(content({{"without", "request"}}, 4'000)["facts"]["matched"], 40);
    EXPECT_EQ(content({{"service", "payment"}}, 4'000)["facts"]["matched"], 0);
    EXPECT_EQ(content({{"to", "1970-01-01T00:16:49Z"}}, 4'000)["facts"]["matched"], 18);
}

TEST(LogLook, does_not_depend_on_the_split) {
    for (const Json& arguments :
         {Json::object(), Json{{"show", "tail"}, {"limit", 7}}, Json{{"groupBy", "minute"}}})
        EXPECT_EQ(content(arguments, 5'000, 4096), content(arguments, 5'000, 13));
}

TEST(LogLook, tail_gives_the_latest) {
    const Json tail = content({{"show", "tail"}, {"limit", 3}}, 4'000);
    ASSERT_EQ(tail["lines"].size(), 3U);
    EXPECT_EQ(tail["lines"][2]["time"], "1970-01-01T00:49:59.000003999Z");
}

TEST(LogLook, stays_bounded_when_every_line_is_different) {
    auto look = look_at_logs({{"groupBy", "body"}, {"limit", 200}}, kWindow, "t", "q");
    ASSERT_TRUE(look);
    const std::pair<std::string_view, std::string_view> none[1] = {{"x", "y"}};
    for (int i = 0; i < 60'000; ++i) {
        std::string body;
        for (int n = i, k = 0; k < 6; ++k, n /= 7)
            body += std::string(1, static_cast<char>('a' + n % 7)) + "word ";
        model::LogView view;
        view.time = 1'500 * base::kSecond;
        view.body = body;
        view.attributes = none;
        (*look)->take(static_cast<std::size_t>(i % 2), view);
    }
    const auto found = (*look)->finish();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->evidence.content["facts"]["matched"], 60'000);
    EXPECT_LT(base::dump_json(found->evidence.content).size(), 60'000U);
    EXPECT_FALSE(found->left_out.empty());
}

}  // namespace
}  // namespace insight::agent::reasoning
