#include "analysis/users/crowd.h"

#include <gtest/gtest.h>

#include <string>

#include "analysis/hash.h"
#include "analysis/users/tally.h"

namespace insight::analysis::users {
namespace {

Crowd people(int from, int to) {
    Crowd out;
    for (int i = from; i < to; ++i) out.add("user-" + std::to_string(i));
    return out;
}

TEST(Crowd, few_are_counted_one_by_one) {
    EXPECT_TRUE(Crowd().empty());
    Crowd crowd = people(0, 2048);
    crowd.add("user-7");
    EXPECT_EQ(crowd.count(), 2048);
    EXPECT_FALSE(crowd.estimated());
}

TEST(Crowd, many_are_estimated_within_five_percent) {
    for (const int many : {2049, 10'000, 200'000}) {
        const Crowd crowd = people(0, many);
        EXPECT_TRUE(crowd.estimated());
        EXPECT_NEAR(static_cast<double>(crowd.count()), many, 0.05 * many);
    }
}

TEST(Crowd, any_split_gives_the_same) {
    for (const int many : {100, 3000, 50'000}) {
        const Crowd whole = people(0, many);
        for (const int cut : {1, many / 3, many - 1}) {
            Crowd left = people(0, cut);
            Crowd right = people(cut / 2, many);  // some are in both
            Crowd both = left;
            both.merge(right);
            right.merge(left);
            EXPECT_EQ(both.count(), whole.count()) << many << " cut at " << cut;
            EXPECT_EQ(right.count(), whole.count());
            EXPECT_EQ(both.estimated(), whole.estimated());
        }
    }
}

TEST(Tally, counts_by_whom_most_requests_name_and_by_persons_first) {
    Tally tally;
    EXPECT_FALSE(tally.best());
    const std::size_t id = *attribute_of("enduser.id");
    const std::size_t session = *attribute_of("session.id");
    for (int i = 0; i < 100; ++i)
        tally.add(Phase::Now, session, "s" + std::to_string(i), i % 4 == 0);
    for (int i = 0; i < 40; ++i) tally.add(Phase::Now, id, "u" + std::to_string(i), false);
    EXPECT_EQ(tally.best(), session) << "only two of five signed in";
    for (int i = 40; i < 50; ++i) tally.add(Phase::Now, id, "u" + std::to_string(i), false);
    EXPECT_EQ(tally.best(), id);
    EXPECT_EQ(tally.part(Phase::Now, session).affected.count(), 25);
    EXPECT_EQ(tally.part(Phase::Now, session).fine, 75U);
    EXPECT_TRUE(tally.part(Phase::Before, session).seen.empty());
}

}  // namespace
}  // namespace insight::analysis::users
