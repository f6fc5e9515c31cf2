// Courses as machines draw them: saws, stairs, what began lately, what settles.
#include "bench/health/shapes.h"

#include <gtest/gtest.h>

#include <map>

#include "analysis/health/exhaustion.h"

namespace insight::analysis::health {
namespace {

constexpr int kEach = 20;

struct Count {
    int raised = 0;
    int held = 0;
};

std::map<std::string, Count> counted(int kinds, generated::Case (*make)(std::uint64_t)) {
    std::map<std::string, Count> out;
    for (int seed = 0; seed < kEach * kinds; ++seed) {
        const generated::Case one = make(static_cast<std::uint64_t>(seed));
        Count& count = out[one.kind];
        const auto trend = find_trend(course_of(one.points), {.upward = true});
        const auto met = trend ? find_exhaustion(*trend, one.limit) : std::nullopt;
        if (!met) continue;
        ++count.raised;
        const base::Nanos truth = one.points.back().time + base::from_seconds(one.truth);
        if (met->earliest <= truth && (!met->latest || truth <= *met->latest)) ++count.held;
    }
    return out;
}

TEST(Shapes, of_growth_are_found_and_their_interval_holds_the_truth) {
    int held = 0;
    const auto kinds = counted(generated::kGrowingShapes, generated::growing_shape);
    ASSERT_EQ(kinds.size(), static_cast<std::size_t>(generated::kGrowingShapes));
    for (const auto& [kind, count] : kinds) {
        EXPECT_GE(count.raised, kEach * 85 / 100) << kind;
        EXPECT_GE(count.held, kEach * 70 / 100) << kind;
        held += count.held;
    }
    EXPECT_GE(held, kEach * generated::kGrowingShapes * 85 / 100);
}

TEST(Shapes, that_do_not_grow_raise_nothing) {
    int raised = 0;
    const auto kinds = counted(generated::kQuietShapes, generated::quiet_shape);
    ASSERT_EQ(kinds.size(), static_cast<std::size_t>(generated::kQuietShapes));
    for (const auto& [kind, count] : kinds) {
        EXPECT_LE(count.raised, kEach / 10) << kind;
        raised += count.raised;
    }
    EXPECT_LE(raised, kEach * generated::kQuietShapes * 5 / 100);
}

}  // namespace
}  // namespace insight::analysis::health
