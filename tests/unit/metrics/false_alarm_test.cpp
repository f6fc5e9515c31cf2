// Healthy series must stay silent as often as the p-value says, whatever their kind.
#include <gtest/gtest.h>

#include "analysis/metrics/change_point.h"
#include "tests/unit/metrics/healthy_series.h"

namespace insight::analysis::metrics {
namespace {

using namespace test;

// Of 2,000 series of a kind: how many shift with p < 0.001? Two are expected by the letter.
int alarms(Kind kind, int baseline, int in_window) {
    const model::Window about{kStart, kStart + in_window * kStep, kStart - baseline * kStep,
                              kStart};
    int count = 0;
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        const auto shift = find_shift(shape_of(healthy(kind, seed, baseline, in_window)), about);
        if (shift && shift->p_value < 1e-3) ++count;
    }
    return count;
}

TEST(FalseAlarms, an_hour_of_baseline_keeps_noise_seasons_drifts_and_counts_below_one_in_400) {
    for (const Kind kind :
         {Kind::White, Kind::Correlated, Kind::Seasonal, Kind::Drifting, Kind::Count})
        EXPECT_LE(alarms(kind, 240, 20), 5) << static_cast<int>(kind);
}

TEST(FalseAlarms, heavy_tails_stay_below_one_in_100) {
    EXPECT_LE(alarms(Kind::Heavy, 240, 20), 20);
}

TEST(FalseAlarms, five_points_after_a_long_baseline_stay_below_one_in_200) {
    for (const Kind kind : kKinds) EXPECT_LE(alarms(kind, 600, 5), 10) << static_cast<int>(kind);
}

TEST(FalseAlarms, ten_minutes_of_baseline_stay_below_one_in_50) {
    for (const Kind kind : kKinds) EXPECT_LE(alarms(kind, 40, 10), 40) << static_cast<int>(kind);
}

}  // namespace
}  // namespace insight::analysis::metrics
