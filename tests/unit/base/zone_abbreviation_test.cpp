#include "core/base/zone_abbreviation.h"

#include <gtest/gtest.h>

namespace insight::base {
namespace {

TEST(ZoneAbbreviation, is_a_distance_from_utc) {
    ASSERT_NE(zone_abbreviation("CET"), nullptr);
    EXPECT_EQ(zone_abbreviation("CET")->ahead, kHour);
    EXPECT_EQ(zone_abbreviation("EST")->ahead, -5 * kHour);
    EXPECT_EQ(zone_abbreviation("IST"), nullptr);
    EXPECT_EQ(zone_abbreviation("cet"), nullptr);
}

TEST(ZoneAbbreviation, says_where_the_same_letters_are_another_distance) {
    EXPECT_TRUE(zone_abbreviation("CST")->ambiguous);
    EXPECT_TRUE(zone_abbreviation("PST")->ambiguous);
    EXPECT_FALSE(zone_abbreviation("CET")->ambiguous);
    EXPECT_FALSE(zone_abbreviation("PDT")->ambiguous);
}

}  // namespace
}  // namespace insight::base
