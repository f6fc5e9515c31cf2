#include "core/llm/event_stream.h"

#include <gtest/gtest.h>

#include "tests/unit/llm/harness.h"

namespace insight::llm {
namespace {

struct Taken {
    std::vector<Frame> frames;
    base::Result<bool> last = true;
};

Taken feed(const std::vector<std::string_view>& blocks, std::size_t max_frame = 4096) {
    Taken out;
    FrameReader reader(
        [&](const Frame& frame) {
            out.frames.push_back(frame);
            return true;
        },
        max_frame);
    for (const std::string_view block : blocks) {
        out.last = reader.feed(block);
        if (!out.last) break;
    }
    return out;
}

// The example of the specification's test vectors: no headers, no payload.
TEST(EventStream, reads_the_empty_message_of_the_specification) {
    using namespace std::string_view_literals;
    const auto taken = feed({"\x00\x00\x00\x10\x00\x00\x00\x00\x05\xc2\x48\xeb\x7d\x98\xc8\xff"sv});
    ASSERT_TRUE(taken.last) << taken.last.error().text();
    ASSERT_EQ(taken.frames.size(), 1U);
    EXPECT_TRUE(taken.frames[0].payload.empty());
}

// The same source: a 32-bit header (skipped by us) before the payload {'foo':'bar'}.
TEST(EventStream, skips_headers_of_other_types) {
    using namespace std::string_view_literals;
    const auto taken =
        feed({"\x00\x00\x00\x2d\x00\x00\x00\x10\x41\xc4\x24\xb8\x0a"
              "event-type\x04\x00\x00\xa0\x0c{'foo':'bar'}\x36\xf4\x80\xa0"sv});
    ASSERT_TRUE(taken.last) << taken.last.error().text();
    ASSERT_EQ(taken.frames.size(), 1U);
    EXPECT_EQ(taken.frames[0].payload, "{'foo':'bar'}");
    EXPECT_TRUE(taken.frames[0].headers.empty());
}

TEST(EventStream, reads_frames_cut_anywhere) {
    const std::string two = test::event_frame("a", "one") + test::event_frame("b", "");
    for (std::size_t cut = 0; cut <= two.size(); ++cut) {
        const std::string_view all = two;
        const auto taken = feed({all.substr(0, cut), all.substr(cut)});
        ASSERT_EQ(taken.frames.size(), 2U) << cut;
        EXPECT_EQ(taken.frames[0].header(":event-type"), "a");
        EXPECT_EQ(taken.frames[0].payload, "one");
        EXPECT_EQ(taken.frames[1].header(":event-type"), "b");
    }
}

TEST(EventStream, every_changed_byte_is_noticed) {
    const std::string good = test::event_frame("a", "payload");
    for (std::size_t at = 0; at < good.size(); ++at) {
        std::string bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 0x11);
        const auto taken = feed({bad});
        EXPECT_TRUE(taken.frames.empty()) << at;
        ASSERT_FALSE(taken.last) << at;
        EXPECT_EQ(taken.last.error().kind, base::ErrorKind::Corrupt);
    }
}

TEST(EventStream, a_frame_that_is_too_large_is_refused_by_its_length) {
    const std::string large = test::event_frame("a", std::string(9000, 'x'));
    const auto taken = feed({large});
    ASSERT_FALSE(taken.last);
    EXPECT_EQ(taken.last.error().kind, base::ErrorKind::TooLarge);
}

TEST(EventStream, headers_that_lie_about_their_length_are_refused) {
    using namespace std::string_literals;
    for (const std::string& packed : {"\x05"
                                      "ab"s,
                                      "\x01"
                                      "a\x07\xff\xff"s,
                                      "\x01"
                                      "a\x63"s,
                                      "\x00\x07"s}) {
        const std::string lying = test::frame_of_raw_headers(packed, "");
        const auto taken = feed({lying});
        ASSERT_FALSE(taken.last);
        EXPECT_EQ(taken.last.error().kind, base::ErrorKind::Corrupt);
    }
}

}  // namespace
}  // namespace insight::llm
