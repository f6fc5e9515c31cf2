// Small signals for tests: a window of five minutes after an hour of baseline, one point every 15
// s.
#pragma once

#include <random>

#include "core/model/report.h"

namespace insight::analysis::test {

using base::kMinute;
using base::kSecond;
using base::Nanos;

constexpr Nanos kStart = 1'795'000'000 * kSecond;  // where the incident interval begins
constexpr Nanos kStep = 15 * kSecond;

inline model::Window window() {
    return {kStart, kStart + 5 * kMinute, kStart - base::kHour, kStart};
}

// value(time) for every point of baseline and window
template <class Value>
model::Series series(const std::string& name, Value value,
                     model::Labels labels = {{"service", "orders-db"}}) {
    model::Series out;
    out.name = name;
    out.labels = std::move(labels);
    for (Nanos time = window().baseline_start; time <= window().end; time += kStep)
        out.points.push_back({time, value(time)});
    return out;
}

// steady noise around a level
class Noise {
  public:
    explicit Noise(unsigned seed) : engine_(seed) {}
    double operator()(double level, double deviation) {
        return std::normal_distribution<double>(level, deviation)(engine_);
    }
    // Of things that happen by themselves, so many are expected.
    double count(double expected) {
        return expected <= 0 ? 0 : std::poisson_distribution<int>(expected)(engine_);
    }
    double successes(double tries, double chance) {
        return std::binomial_distribution<int>(static_cast<int>(tries),
                                               std::min(1.0, chance))(engine_);
    }

  private:
    std::mt19937 engine_;
};

inline model::DatabaseRow row(const std::string& view, Nanos time, base::Json content,
                              const std::string& system = "postgresql",
                              const std::string& instance = "orders-db") {
    return {system, instance, view, time, std::move(content)};
}

inline model::Incident incident(const std::string& service = "orders-db") {
    model::Incident out;
    out.id = "inc-0000000000000001";
    out.window = window();
    model::Alert alert;
    alert.fingerprint = "00000000000000aa";
    alert.labels = {{"alertname", "Trouble"}, {"service", service}, {"severity", "critical"}};
    alert.starts_at = kStart + 3 * kMinute;
    out.alerts.push_back(alert);
    return out;
}

inline model::CoverageRow answered(const std::string& source) {
    model::CoverageRow out;
    out.source = source;
    out.count = 1;
    return out;
}

}  // namespace insight::analysis::test
