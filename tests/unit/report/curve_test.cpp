#include "agent/report/curve.h"

#include <gmock/gmock.h>

#include <cmath>

#include "agent/report/layout.h"

namespace insight::report {
namespace {

using base::Json;

Json series(const std::vector<std::pair<double, double>>& points) {
    Json content{{"kind", "series"}, {"points", Json::array()}};
    for (const auto& [time, value] : points) content["points"].push_back({time, value});
    return content;
}

TEST(Curve, leaves_out_what_is_no_number) {
    const Curve curve = read_curve(Json::parse(
        R"({"points":[[1,2],[2,null],["x",1],[3],5,[4,1e308],[5,3]],"onset":99,"baseline":{"low":"x"}})"));
    EXPECT_EQ(curve.points.size(), 3U);
    EXPECT_FALSE(curve.onset) << "outside of the curve";
    EXPECT_FALSE(curve.low);
}

TEST(Curve, breaks_at_a_gap) {
    const Curve curve = read_curve(series({{0, 1}, {15, 1}, {30, 1}, {120, 1}, {135, 1}}));
    const auto parts = pieces(curve);
    ASSERT_EQ(parts.size(), 2U);
    EXPECT_EQ(parts[0].size(), 3U);
    EXPECT_THAT(sparkline(curve, 20), testing::HasSubstr("   "));
}

TEST(Curve, thinning_keeps_every_spike) {
    std::vector<CurvePoint> points;
    for (int i = 0; i < 100'000; ++i) points.push_back({static_cast<double>(i), 1});
    points[54'321].value = 500;
    points[77'777].value = -500;
    const auto few = thin(points, 600);
    EXPECT_LE(few.size(), 600U);
    const auto has = [&](double value) {
        return std::any_of(few.begin(), few.end(), [&](auto p) { return p.value == value; });
    };
    EXPECT_TRUE(has(500));
    EXPECT_TRUE(has(-500));
    EXPECT_TRUE(
        std::is_sorted(few.begin(), few.end(), [](auto a, auto b) { return a.time < b.time; }));
}

TEST(Curve, short_series_stay_as_they_are) {
    EXPECT_EQ(thin({{0, 1}, {1, 2}}, 600).size(), 2U);
}

TEST(Sparkline, rises_from_the_lowest_to_the_highest_block) {
    const Curve curve = read_curve(series({{0, 0}, {1, 0}, {2, 7}, {3, 7}}));
    EXPECT_EQ(sparkline(curve, 4), "\u2581\u2581\u2588\u2588");
    EXPECT_EQ(column_of(curve, 2, 4), 2U);
    EXPECT_EQ(column_of(curve, 99, 4), 3U);
}

TEST(Sparkline, small_wobble_makes_no_mountain) {
    EXPECT_EQ(sparkline(read_curve(series({{0, 100}, {1, 101}, {2, 100}})), 3),
              "\u2584\u2585\u2584");
    EXPECT_EQ(sparkline(read_curve(series({{0, 0}, {1, 0}})), 2), "\u2581\u2581");
}

TEST(Layout, wraps_by_display_width) {
    EXPECT_THAT(wrap("one two three", 7), testing::ElementsAre("one two", "three"));
    EXPECT_THAT(wrap("abcdefghij", 4), testing::ElementsAre("abcd", "efgh", "ij"));
    EXPECT_THAT(wrap("", 4), testing::ElementsAre(""));
    EXPECT_EQ(display_width("\u6f22\u5b57"), 4);
    EXPECT_EQ(display_width("e\u0301"), 1);
    for (const std::string& line : wrap("\u6f22\u5b57\u6f22\u5b57\u6f22", 3))
        EXPECT_LE(display_width(line), 3);
}

}  // namespace
}  // namespace insight::report
