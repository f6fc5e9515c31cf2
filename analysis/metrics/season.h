// Periods of a baseline, and what is usual at a phase of them.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/model/signals.h"

namespace insight::analysis::metrics {

// The period that the autocorrelation of the points shows, at least four gaps and at most half of
// their span; 0 when none stands out. `values` are the points without their drift.
model::Nanos find_period(std::span<const model::Nanos> times, std::span<const double> values);

// Might the points repeat with this period? The share of their variance that the phase does not
// explain (analysis of variance over 24 phases, with its degrees of freedom); cheap.
double unexplained_by_phase(std::span<const model::Nanos> times, std::span<const double> values,
                            model::Nanos period);

// What is usual at each phase: the median of the same phase in other periods, of at most eight of
// them, the latest. Needs two periods.
class Season {
  public:
    Season(std::span<const model::Nanos> times, std::span<const double> values, model::Nanos period,
           model::Nanos gap);

    // Nothing when no other period has a point near this phase. The period of `time` itself counts
    // only for times outside of what the season was made from.
    [[nodiscard]] std::optional<double> usual_at(model::Nanos time) const;

    // Each value less what is usual at its phase; zero where no other period knows. The points are
    // those that the season was made from, in the same order.
    [[nodiscard]] std::vector<double> without(std::span<const model::Nanos> times,
                                              std::span<const double> values) const;

  private:
    struct Seen {
        std::int64_t cycle;
        double value;
    };
    [[nodiscard]] std::size_t bin_of(model::Nanos time) const;

    model::Nanos period_;
    double per_bin_ = 1;  // bins per nanosecond
    std::vector<std::vector<Seen>> bins_;
};

}  // namespace insight::analysis::metrics
