#include "analysis/health/course.h"

#include <cmath>

#include "analysis/statistics.h"

namespace insight::analysis::health {
namespace {

double usual_step(const std::vector<double>& time) {
    std::vector<double> gaps;
    for (std::size_t i = 1; i < time.size(); ++i) gaps.push_back(time[i] - time[i - 1]);
    return gaps.empty() ? 0 : median(gaps);
}

}  // namespace

Course Course::from(std::size_t first) const {
    Course out = *this;
    const auto cut = static_cast<std::ptrdiff_t>(std::min(first, size()));
    out.time.erase(out.time.begin(), out.time.begin() + cut);
    out.value.erase(out.value.begin(), out.value.begin() + cut);
    out.step = usual_step(out.time);
    return out;
}

Course course_of(const std::vector<model::Point>& points, std::size_t most) {
    std::vector<model::Point> finite;
    for (const model::Point& point : points)
        if (std::isfinite(point.value) && (finite.empty() || point.time > finite.back().time))
            finite.push_back(point);
    Course course;
    if (finite.empty()) return course;
    course.origin = finite.back().time;
    const bool thin = finite.size() > most;
    const double span = base::to_seconds(course.origin - finite.front().time);
    std::vector<double> times;
    std::vector<double> values;
    std::size_t bin = 0;
    const auto close = [&] {
        if (values.empty()) return;
        course.time.push_back(median(times));
        course.value.push_back(median(values));
        times.clear();
        values.clear();
    };
    for (std::size_t i = 0; i < finite.size(); ++i) {
        const double at = base::to_seconds(finite[i].time - course.origin);
        // Times run from -span to 0, the last point.
        const std::size_t mine =
            thin ? std::min(most - 1,
                            static_cast<std::size_t>((at / span + 1) * static_cast<double>(most)))
                 : i;
        if (mine != bin) close();
        bin = mine;
        times.push_back(at);
        values.push_back(finite[i].value);
    }
    close();
    course.step = usual_step(course.time);
    return course;
}

}  // namespace insight::analysis::health
