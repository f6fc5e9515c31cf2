#include "agent/http/attempts.h"

#include <gtest/gtest.h>

namespace insight::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Attempts, are_free_at_first_then_slower_up_to_a_bound) {
    Attempts attempts;
    const Attempts::Time now{seconds(1000)};
    for (int i = 0; i < 5; ++i) EXPECT_EQ(attempts.failed("a", now), milliseconds(0));
    EXPECT_EQ(attempts.failed("a", now), milliseconds(100));
    EXPECT_EQ(attempts.failed("a", now), milliseconds(200));
    for (int i = 0; i < 10; ++i) attempts.failed("a", now);
    EXPECT_EQ(attempts.failed("a", now), milliseconds(2000));
    EXPECT_EQ(attempts.failed("b", now), milliseconds(0)) << "others are not slowed down";
    EXPECT_EQ(attempts.failed("a", now + seconds(61)), milliseconds(0)) << "and it is forgotten";
}

TEST(Attempts, hold_back_a_bounded_number_of_answers) {
    Attempts attempts;
    const Attempts::Time now{seconds(1000)};
    int held = 0;
    for (int i = 0; i < 1000; ++i)
        if (attempts.failed("a", now) > milliseconds(0)) ++held;
    EXPECT_EQ(held, 64);
    EXPECT_GT(attempts.failed("a", now + seconds(3)), milliseconds(0));
}

}  // namespace
}  // namespace insight::http
