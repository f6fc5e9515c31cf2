#include "collectors/history.h"

#include <gtest/gtest.h>

namespace insight::collectors {
namespace {

TEST(History, keeps_first_and_last_and_spreads_the_rest) {
    EXPECT_TRUE(thinned(0, 40).empty());
    EXPECT_EQ(thinned(1, 40), (std::vector<std::size_t>{0}));
    EXPECT_EQ(thinned(3, 40), (std::vector<std::size_t>{0, 1, 2}));
    EXPECT_EQ(thinned(9, 3), (std::vector<std::size_t>{0, 4, 8}));
    const auto many = thinned(100'000, 40);
    ASSERT_EQ(many.size(), 40U);
    EXPECT_EQ(many.front(), 0U);
    EXPECT_EQ(many.back(), 99'999U);
}

TEST(History, orders_samples_and_drops_what_is_no_object) {
    const auto samples = in_order({{"redis", "cart", 3, base::Json::object()},
                                   {"redis", "cart", 1, base::Json::object()},
                                   {"redis", "cart", 2, base::Json::array()}});
    ASSERT_EQ(samples.size(), 2U);
    EXPECT_EQ(samples[0].time, 1);
    EXPECT_EQ(samples[1].time, 3);
}

}  // namespace
}  // namespace insight::collectors
