#include "collectors/prometheus/matrix.h"

#include <gtest/gtest.h>

namespace insight::collectors::prometheus {
namespace {

using base::Json;

Json answer(Json values, const char* name = "a") {
    return {{"resultType", "matrix"},
            {"result", {{{"metric", {{"__name__", name}, {"job", "x"}}}, {"values", values}}}}};
}

TEST(Matrix, values_that_are_no_finite_number_are_gaps) {
    Matrix matrix(model::Labels{});
    matrix.add(answer({{1, "1.5"}, {2, "NaN"}, {3, "+Inf"}, {4, "x"}, {5, "-2e3"}, {"6", "1"}, 7}),
               {}, 10);
    const auto series = matrix.take();
    ASSERT_EQ(series.size(), 1U);
    ASSERT_EQ(series[0].points.size(), 2U);
    EXPECT_EQ(series[0].points[0].value, 1.5);
    EXPECT_EQ(series[0].points[1].time, 5 * base::kSecond);
    EXPECT_EQ(series[0].points[1].value, -2000);
}

TEST(Matrix, the_same_series_of_two_answers_is_one_without_repeated_points) {
    Matrix matrix(model::Labels{});
    matrix.add(answer({{1, "1"}, {2, "2"}}), {}, 10);
    matrix.add(answer({{2, "2"}, {3, "3"}}), {}, 10);
    const auto series = matrix.take();
    ASSERT_EQ(series.size(), 1U);
    EXPECT_EQ(series[0].points.size(), 3U);
}

TEST(Matrix, added_labels_never_hide_the_series_own) {
    Matrix matrix(model::Labels{{"cluster", "east"}});
    matrix.add(answer({{1, "1"}}), {"rate(a[1m])", {{"job", "alert"}, {"alertname", "A"}}}, 10);
    const auto series = matrix.take();
    EXPECT_EQ(series[0].name, "rate(a[1m])");
    EXPECT_EQ(series[0].labels,
              (model::Labels{{"job", "x"}, {"alertname", "A"}, {"cluster", "east"}}));
}

TEST(Matrix, keeps_no_more_series_than_allowed) {
    Matrix matrix(model::Labels{});
    EXPECT_EQ(matrix.add(answer({{1, "1"}}, "a"), {}, 1), (Matrix::Added{1, 0}));
    EXPECT_EQ(matrix.add(answer({{1, "1"}}, "b"), {}, 1), (Matrix::Added{0, 1}));
    EXPECT_EQ(matrix.add(answer({{2, "1"}}, "a"), {}, 1), (Matrix::Added{1, 0}));
    EXPECT_EQ(matrix.take().size(), 1U);
}

TEST(Matrix, odd_answers_and_series_without_points_are_nothing) {
    Matrix matrix(model::Labels{});
    for (const Json& odd :
         {Json(), Json(7), Json{{"result", "x"}}, Json{{"result", {1, nullptr}}}, answer(nullptr)})
        matrix.add(odd, {}, 10);
    EXPECT_TRUE(matrix.take().empty());
}

}  // namespace
}  // namespace insight::collectors::prometheus
