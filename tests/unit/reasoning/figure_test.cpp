#include "agent/reasoning/figure.h"

#include <gtest/gtest.h>

namespace insight::agent::reasoning {
namespace {

Figure only(const char* text) {
    const auto found = figures_in(text);
    EXPECT_EQ(found.size(), 1U) << text;
    return found.empty() ? Figure{} : found.front().figure;
}

TEST(Figure, units_are_converted) {
    EXPECT_TRUE(says(figure_of(4.5, "s"), only("took 4500 ms")));
    EXPECT_TRUE(says(figure_of(4500, "ms"), only("took 4.5 s")));
    EXPECT_TRUE(says(figure_of(0.31, "1"), only("31 %")));
    EXPECT_TRUE(says(figure_of(304087040, "By"), only("290 MiB")));
    EXPECT_TRUE(says(only("limit 512Mi"), only("512 MiB")));
}

TEST(Figure, is_rounded_as_it_was_written_and_no_further) {
    EXPECT_TRUE(says(figure_of(4.548, "s"), only("4.5 s")));
    EXPECT_FALSE(says(figure_of(4.56, "s"), only("4.5 s")));
    EXPECT_FALSE(says(figure_of(4.6, ""), only("5 lines")) &&
                 says(figure_of(6, ""), only("5 lines")));
    EXPECT_FALSE(says(figure_of(6, ""), only("5 lines")));
}

TEST(Figure, another_measure_is_no_proof) {
    EXPECT_FALSE(says(figure_of(31, "s"), only("31 %")));
    EXPECT_FALSE(says(figure_of(512, "By"), only("512 MiB")));
    EXPECT_FALSE(says(figure_of(60, "s"), only("60 ms")));
}

TEST(Figure, parts_of_names_addresses_and_times_are_none) {
    EXPECT_TRUE(figures_in("cart-7d9f 10.0.0.1:8080 2026-11-21T02:07:09Z v2.4.1 E12").empty());
    EXPECT_TRUE(figures_in("at 12:11:40 and 12:11").empty());
    EXPECT_EQ(figures_in(R"({"exitCode":137,"x":[4]})").size(), 2U);
    EXPECT_EQ(figures_in("exit code 137, 1,234 lines").size(), 2U);
    EXPECT_DOUBLE_EQ(figures_in("exit code 137, 1,234 lines")[1].figure.value, 1234);
}

}  // namespace
}  // namespace insight::agent::reasoning
