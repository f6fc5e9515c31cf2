#include "core/base/text.h"

#include <gtest/gtest.h>

#include "core/base/redaction/known_word.h"

namespace insight::base {
namespace {

TEST(CleanUtf8, invalid_sequences_and_control_characters_go) {
    EXPECT_EQ(clean_utf8("na\xc3\xafve"), "na\xc3\xafve");
    EXPECT_EQ(clean_utf8("a\xff\xc3(b"), "a\xef\xbf\xbd\xef\xbf\xbd(b");
    EXPECT_EQ(clean_utf8("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    EXPECT_EQ(clean_utf8("\x1b[31mred\ttab\nline\r"), "[31mred\ttab\nline");
}

TEST(Shorten, cuts_between_characters_and_says_so) {
    EXPECT_EQ(shorten("short", 10), "short");
    EXPECT_EQ(shorten("\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4", 6), "\xc3\xa4\xe2\x80\xa6");
}

TEST(Shorten, never_gives_more_than_was_asked_for) {
    for (std::size_t bytes = 0; bytes < 8; ++bytes)
        EXPECT_LE(shorten("abcdefgh", bytes).size(), bytes);
    EXPECT_EQ(shorten("abcdefgh", 3), "\xe2\x80\xa6");
}

TEST(OneLine, white_space_runs_become_one_space) {
    EXPECT_EQ(one_line("  SELECT\n\t 1  \n"), "SELECT 1");
}

TEST(Nearest, a_slip_is_recognised_and_a_stranger_is_not) {
    const std::vector<std::string> keys{"server", "store", "collectors"};
    EXPECT_EQ(nearest("sever", keys), "server");
    EXPECT_EQ(nearest("colectors", keys), "collectors");
    EXPECT_EQ(nearest("quux", keys), "");
}

TEST(Redact, secrets_in_their_usual_clothes) {
    EXPECT_EQ(redact("postgresql://app:hunter2@db/orders"),
              "postgresql://app:[redacted]@db/orders");
    EXPECT_EQ(redact("Authorization: Bearer abcdefghijklmnop"), "Authorization: Bearer [redacted]");
    EXPECT_EQ(redact("connect password=hunter2 user=x"), "connect password=[redacted] user=x");
    EXPECT_EQ(redact("ALTER ROLE app PASSWORD 'hunter2'"), "ALTER ROLE app PASSWORD '[redacted]'");
    EXPECT_EQ(redact(R"({"api_key": "k-123", "n": 1})"), R"({"api_key": [redacted], "n": 1})");
    EXPECT_EQ(redact("key AKIAIOSFODNN7EXAMPLE"), "key [redacted]");
    EXPECT_EQ(redact("-----BEGIN PRIVATE KEY-----\nabc"), "[redacted]");
    EXPECT_EQ(redact("SELECT count(*) FROM tokens"), "SELECT count(*) FROM tokens");
}

TEST(KnownSecret, goes_wherever_it_stands_and_whatever_it_is) {
    EXPECT_EQ(without_secret("a hunter2, b=hunter2", "hunter2"), "a [redacted], b=[redacted]");
    EXPECT_EQ(without_secret("the word redacted", "redacted"), "the word [redacted]");
    EXPECT_EQ(without_secret("[redacted]", "["), "[redacted]redacted]");
    EXPECT_EQ(without_secret("as it is", ""), "as it is");
}

TEST(Numbers, three_digits_for_people) {
    EXPECT_EQ(format_number(1234567), "1,234,567");
    EXPECT_EQ(format_number(12.345), "12.3");
    EXPECT_EQ(format_number(0.04567), "0.0457");
    EXPECT_EQ(format_number(0), "0");
    EXPECT_EQ(format_number(-1500), "-1,500");
    EXPECT_EQ(format_number(0.00001), "1e-05");
}

TEST(Quantities, units_people_use) {
    EXPECT_EQ(format_quantity(33554432, "By"), "32 MiB");
    EXPECT_EQ(format_quantity(0.0452, "s"), "45.2 ms");
    EXPECT_EQ(format_quantity(0.000136, "s"), "136 \xc2\xb5s");
    EXPECT_EQ(format_quantity(50, "1/s"), "50/s");
    EXPECT_EQ(format_quantity(7, "{connection}"), "7");
    EXPECT_EQ(format_quantity(3, "1"), "3");
}

}  // namespace
}  // namespace insight::base
