// A series brought to at most a few hundred points, so that long windows cost what short ones do
// and single wild readings are outvoted.
#pragma once

#include <vector>

#include "core/model/signals.h"

namespace insight::analysis::health {

struct Course {
    std::vector<double> time;  // seconds since `origin`, ascending
    std::vector<double> value;
    model::Nanos origin = 0;  // the last point's time, so that times are not positive
    double step = 0;          // seconds, the usual distance between two points

    [[nodiscard]] std::size_t size() const { return time.size(); }
    [[nodiscard]] double span() const { return size() < 2 ? 0 : time.back() - time.front(); }
    // The part from position `first` on.
    [[nodiscard]] Course from(std::size_t first) const;
};

// Medians over equal stretches of time, at most `most` of them; stretches without points stay out.
// Values that are not finite are left out.
Course course_of(const std::vector<model::Point>& points, std::size_t most = 240);

}  // namespace insight::analysis::health
