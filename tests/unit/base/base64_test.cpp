#include "core/base/base64.h"

#include <gtest/gtest.h>

namespace insight::base {
namespace {

TEST(Base64, round_trips_any_bytes) {
    for (const std::string text : {"", "f", "fo", "foo", "foob", "\xff\x00z"})
        EXPECT_EQ(from_base64(base64(text)).value(), text);
    EXPECT_EQ(base64("foob"), "Zm9vYg==");
}

TEST(Base64, is_read_across_lines_and_without_its_padding) {
    EXPECT_EQ(from_base64("Zm9v\n  Yg").value(), "foob");
    EXPECT_EQ(from_base64("aGVsbG8=").value(), "hello");
    EXPECT_EQ(from_base64("").value(), "");
}

TEST(Base64, refuses_what_it_is_not) {
    EXPECT_FALSE(from_base64("Zm9v*").has_value());
    EXPECT_FALSE(from_base64("aGVsbG8=aG").has_value());
}

}  // namespace
}  // namespace insight::base
