#include "core/model/moment.h"

#include <gtest/gtest.h>

#include "core/model/signals.h"

namespace insight::model {
namespace {

using base::Nanos;

TEST(Moment, times_of_a_file_can_be_compared_whatever_it_says) {
    constexpr Nanos kLeast = std::numeric_limits<Nanos>::min();
    constexpr Nanos kMost = std::numeric_limits<Nanos>::max();
    const auto span = span_from_json({{"name", "checkout"}, {"start", kLeast}, {"end", kMost}});
    ASSERT_TRUE(span);
    // An overflow would stop the sanitizers' run.
    EXPECT_GT(span->end - span->start, 0);
    EXPECT_LT(span->start - span->end, 0);
}

TEST(Moment, times_of_our_days_stay_as_they_are) {
    for (const Nanos time :
         {Nanos{0}, Nanos{1'795'000'000} * base::kSecond, Nanos{4'600'000'000} * base::kSecond})
        EXPECT_EQ(moment(time), time);
}

}  // namespace
}  // namespace insight::model
