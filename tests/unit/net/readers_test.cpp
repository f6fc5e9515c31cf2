// Both readers, with input cut at every place.
#include <gtest/gtest.h>

#include "core/net/ndjson_reader.h"
#include "core/net/sse_reader.h"

namespace insight::net {
namespace {

using Lines = std::vector<std::string>;

Lines lines_of(std::string_view text, std::size_t block) {
    Lines lines;
    NdjsonReader reader([&](std::string_view line) {
        lines.emplace_back(line);
        return true;
    });
    for (std::size_t at = 0; at < text.size(); at += block)
        EXPECT_TRUE(reader.feed(text.substr(at, block)));
    EXPECT_TRUE(reader.finish());
    return lines;
}

TEST(NdjsonReader, lines_are_the_same_however_the_blocks_are_cut) {
    const std::string text = "{\"a\":1}\n\n{\"b\":2}\r\n  \nlast without end";
    for (std::size_t block = 1; block <= text.size(); ++block)
        EXPECT_EQ(lines_of(text, block),
                  (Lines{"{\"a\":1}", "{\"b\":2}", "  ", "last without end"}));
}

TEST(NdjsonReader, line_above_the_limit_is_refused) {
    NdjsonReader reader([](std::string_view) { return true; }, 8);
    EXPECT_TRUE(reader.feed("12345678\n1234"));
    EXPECT_TRUE(reader.feed("5678"));
    const auto refused = reader.feed("9");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, base::ErrorKind::TooLarge);
    EXPECT_FALSE(reader.feed("x\n").value());
}

TEST(NdjsonReader, receiver_that_stops_gets_nothing_more) {
    int lines = 0;
    NdjsonReader reader([&](std::string_view) { return ++lines < 2; });
    EXPECT_FALSE(reader.feed("a\nb\nc\n").value());
    EXPECT_FALSE(reader.feed("d\n").value());
    EXPECT_FALSE(reader.finish().value());
    EXPECT_EQ(lines, 2);
}

std::string events_of(std::string_view text, std::size_t block) {
    std::string seen;
    SseReader reader([&](const SseEvent& event) {
        seen += event.type + "|" + event.data + "|" + event.id + ";";
        return true;
    });
    for (std::size_t at = 0; at < text.size(); at += block)
        EXPECT_TRUE(reader.feed(text.substr(at, block)));
    return seen;
}

TEST(SseReader, events_are_the_same_however_the_blocks_are_cut) {
    const std::string text =
        "\xef\xbb\xbf: comment\nevent: start\ndata: one\ndata:two\nid: 7\n\n"
        "data: [DONE]\r\n\r\nretry: 5\nunknown: x\n\ndata\n\nid\ndata: cr\r\rdata: cut off";
    const std::string wanted = "start|one\ntwo|7;message|[DONE]|7;message||7;message|cr|;";
    for (std::size_t block = 1; block <= text.size(); ++block)
        EXPECT_EQ(events_of(text, block), wanted) << block;
}

TEST(SseReader, event_without_data_is_none_and_its_type_is_forgotten) {
    EXPECT_EQ(events_of("event: ping\n\ndata: x\n\n", 64), "message|x|;");
}

TEST(SseReader, event_above_the_limit_is_refused) {
    SseReader reader([](const SseEvent&) { return true; }, 32);
    EXPECT_TRUE(reader.feed("data: 123456789012345\n"));
    const auto refused = reader.feed("data: 123456789012345\n");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, base::ErrorKind::TooLarge);
    SseReader endless([](const SseEvent&) { return true; }, 32);
    EXPECT_FALSE(endless.feed(std::string(64, 'x')));
}

TEST(SseReader, receiver_that_stops_gets_nothing_more) {
    int events = 0;
    SseReader reader([&](const SseEvent&) { return ++events < 2; });
    EXPECT_FALSE(reader.feed("data: 1\n\ndata: 2\n\ndata: 3\n\n").value());
    EXPECT_FALSE(reader.feed("data: 4\n\n").value());
    EXPECT_EQ(events, 2);
}

}  // namespace
}  // namespace insight::net
