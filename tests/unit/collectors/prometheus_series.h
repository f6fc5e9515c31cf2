// A series as Prometheus would answer it, with its points in whole seconds.
#pragma once

#include <utility>
#include <vector>

#include "core/model/signals.h"

namespace insight::collectors::prometheus {

inline model::Series series(const char* name, model::Labels labels,
                            std::vector<std::pair<int, double>> points) {
    model::Series out{name, std::move(labels), "", model::SeriesType::Gauge, {}};
    for (const auto& [time, value] : points) out.points.push_back({time * base::kSecond, value});
    return out;
}

}  // namespace insight::collectors::prometheus
