#include "core/mcp/line_splitter.h"

#include <gmock/gmock.h>

#include "core/mcp/message.h"
#include "core/mcp/tail.h"

namespace insight::mcp {
namespace {

using testing::ElementsAre;

struct Seen {
    explicit Seen(std::size_t most) : splitter(most) {
        splitter.on_line = [this](std::string_view line) { lines.emplace_back(line); };
        splitter.on_overlong = [this](const Overlong& line) { overlong.push_back(line); };
    }
    std::vector<std::string> lines;
    std::vector<Overlong> overlong;
    LineSplitter splitter;
};

TEST(LineSplitter, gives_the_same_lines_however_the_blocks_are_cut) {
    const std::string text = "one\r\n\ntwo\nthree\n" + std::string(100, 'x') + "\nfour\nrest";
    for (std::size_t size = 1; size <= text.size(); ++size) {
        Seen seen(50);
        for (std::size_t at = 0; at < text.size(); at += size)
            seen.splitter.feed(std::string_view(text).substr(at, size));
        EXPECT_THAT(seen.lines, ElementsAre("one", "two", "three", "four")) << size;
        ASSERT_EQ(seen.overlong.size(), 1U) << size;
        EXPECT_EQ(seen.overlong[0].bytes, 100U) << size;
        EXPECT_EQ(seen.splitter.pending(), 4U) << size;
    }
}

TEST(LineSplitter, keeps_the_ends_of_an_overlong_line_where_its_id_may_be) {
    const std::string middle(3000, 'y');
    for (const std::size_t size : {1UL, 7UL, 700UL, 100000UL}) {
        Seen seen(1000);
        const std::string text = "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":\"" + middle + "\"}\n" +
                                 "{\"result\":\"" + middle + "\",\"jsonrpc\":\"2.0\",\"id\":8}\n";
        for (std::size_t at = 0; at < text.size(); at += size)
            seen.splitter.feed(std::string_view(text).substr(at, size));
        ASSERT_EQ(seen.overlong.size(), 2U) << size;
        EXPECT_EQ(apparent_id(seen.overlong[0].head, seen.overlong[0].tail), 7) << size;
        EXPECT_EQ(apparent_id(seen.overlong[1].head, seen.overlong[1].tail), 8) << size;
    }
}

TEST(Tail, keeps_whole_lines_of_the_end) {
    Tail tail;
    for (int i = 0; i < 5000; ++i) tail.add("line " + std::to_string(i) + "\n");
    EXPECT_LE(tail.text().size(), 8U << 10);
    EXPECT_TRUE(tail.text().starts_with("line "));
    EXPECT_TRUE(tail.text().ends_with("line 4999\n"));
    Tail endless;
    for (int i = 0; i < 100; ++i) endless.add(std::string(1000, 's'));
    EXPECT_LE(endless.text().size(), 8U << 10) << "one line without end";
}

}  // namespace
}  // namespace insight::mcp
