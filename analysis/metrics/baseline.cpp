#include "analysis/metrics/baseline.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "analysis/late_alert.h"
#include "analysis/metrics/scale.h"
#include "analysis/metrics/season.h"
#include "analysis/statistics.h"

namespace insight::analysis::metrics {
namespace {

constexpr std::size_t kMinBaseline = 5;
constexpr std::size_t kBlocks = 8;
constexpr std::size_t kEnough = 25;
constexpr std::size_t kMinForDrift = 24;  // three points a block
constexpr double kClearly = 0.8;          // of the scatter must remain at most
constexpr double kFarOut = 4;
constexpr double kRoughly = 0.85;
constexpr model::Nanos kDay = 24 * base::kHour;

struct Baseline {
    std::vector<model::Nanos> times;
    std::vector<double> values;
};

double seconds_between(model::Nanos from, model::Nanos to) {
    return base::to_seconds(to - from);
}

// Median of slopes between block medians.
struct Line {
    double slope = 0;    // per second
    bool clear = false;  // nearly all pairs of blocks agree on its direction
};

Line drift_of(const Baseline& baseline) {
    const std::size_t size = baseline.values.size();
    if (size < kMinForDrift) return {};
    std::vector<double> at;
    std::vector<double> level;
    for (std::size_t block = 0; block < kBlocks; ++block) {
        const std::size_t first = block * size / kBlocks;
        const std::size_t last = (block + 1) * size / kBlocks;
        std::array<double, 2 * kEnough> some{};  // enough of them for a median
        std::size_t count = 0;
        const std::size_t step = std::max<std::size_t>(1, (last - first) / kEnough);
        for (std::size_t i = first; i < last; i += step) some[count++] = baseline.values[i];
        level.push_back(quantile_in_place(std::span(some).first(count), 0.5));
        at.push_back(
            seconds_between(baseline.times.front(), baseline.times[(first + last - 1) / 2]));
    }
    std::vector<double> slopes;
    int agreement = 0;
    for (std::size_t i = 0; i < kBlocks; ++i)
        for (std::size_t j = i + 1; j < kBlocks; ++j) {
            if (at[j] <= at[i]) continue;
            slopes.push_back((level[j] - level[i]) / (at[j] - at[i]));
            agreement += slopes.back() > 0 ? 1 : slopes.back() < 0 ? -1 : 0;
        }
    // Kendall's test of 8 blocks: 18 of 28 happens by chance once in a hundred.
    return {quantile_in_place(slopes, 0.5), std::abs(agreement) >= 18};
}

double scatter(const std::vector<double>& values) {
    return robust_scale(values, median(values));
}

// How alike neighbours are, apart from what lies far outside: an earlier incident is no noise.
double autocorrelation_of(const std::vector<double>& z) {
    double product = 0;
    double power = 0;
    for (std::size_t i = 1; i < z.size(); ++i) {
        if (std::abs(z[i]) > kFarOut || std::abs(z[i - 1]) > kFarOut) continue;
        power += (z[i] * z[i] + z[i - 1] * z[i - 1]) / 2;
        product += z[i] * z[i - 1];
    }
    return power <= 0 ? 0 : std::clamp(product / power, 0.0, 0.95);
}

// The distance of a normal sample that is as unlikely as this one of a sample whose scale was
// estimated from few points: Student's t with the degrees of freedom that a median absolute
// deviation is worth (its efficiency is 0.37), by Wallace's approximation (1959).
double as_normal(double z, std::size_t count) {
    if (count > 100 && std::abs(z) < 2) return z;  // no difference worth a logarithm
    const double freedom = std::max(3.0, 0.37 * static_cast<double>(count) - 1);
    return std::copysign(std::sqrt(freedom * std::log1p(z * z / freedom)), z);
}

// Distances from what is usual, and what is usual at any time: level, line or season.
class Usual {
  public:
    Usual(const Baseline& baseline, double typical_gap)
        : start_(baseline.times.front()), ranked_(ranked(baseline.values)) {
        rest_ = baseline.values;
        level_ = ranked_.median;
        remove_drift(baseline);
        for (double& value : rest_) value -= level_;
        remove_season(baseline, typical_gap);
    }

    [[nodiscard]] double at(model::Nanos time) const {
        const double line = level_ + drift_ * seconds_between(start_, time);
        return season_ ? line + season_->usual_at(time).value_or(0) : line;
    }
    [[nodiscard]] double drift() const { return drift_; }
    // The slope of a drift that is not clear enough to be taken away, nor to be denied.
    [[nodiscard]] double suspected_drift() const { return suspected_; }
    [[nodiscard]] model::Nanos period() const { return period_; }
    [[nodiscard]] double scale() const { return scale_; }  // of the rest, robust
    [[nodiscard]] const Ranked& values() const { return ranked_; }

    // A fifth of the rest lies beyond the first, another below the second.
    [[nodiscard]] std::pair<double, double> middle_of_rest() const {
        if (drift_ == 0 && !season_) return {ranked_.four_fifths - level_, ranked_.fifth - level_};
        std::vector<double> copy = rest_;
        const std::size_t fifth = copy.size() / 5;
        const double high = select(copy, copy.size() - 1 - fifth);
        return {high, select(std::span(copy).first(copy.size() - fifth), fifth)};
    }
    std::vector<double> take_rest() && { return std::move(rest_); }

  private:
    void remove_drift(const Baseline& baseline) {
        const Line line = drift_of(baseline);
        suspected_ = line.slope;
        if (!line.clear) return;
        std::vector<double> rest = baseline.values;
        for (std::size_t i = 0; i < rest.size(); ++i)
            rest[i] -= line.slope * seconds_between(start_, baseline.times[i]);
        if (scatter(rest) > kClearly * scatter(rest_)) return;
        suspected_ = 0;
        drift_ = line.slope;
        level_ = median(rest);
        rest_ = std::move(rest);
    }

    void remove_season(const Baseline& baseline, double typical_gap) {
        const model::Nanos span = baseline.times.back() - baseline.times.front();
        const auto gap = base::from_seconds(typical_gap);
        const double raw =
            robust_scale(rest_, drift_ == 0 ? median_less(ranked_, level_) : median(rest_));
        scale_ = raw;
        if (raw <= 0) return;
        std::vector<double> z;
        z.reserve(rest_.size());
        for (const double value : rest_) z.push_back(std::clamp(value / raw, -kFarOut, kFarOut));
        model::Nanos period = 0;
        // A day takes two of them to be known, and a dozen points each.
        if (span >= 2 * kDay - 2 * gap && gap * 12 <= kDay)
            period = kDay;
        else if (autocorrelation_of(z) > 0.3)
            period = find_period(baseline.times, z);
        if (period <= 0 || period * 2 > span + 2 * gap) return;
        // Roughly first: most baselines show no season, and a fine look costs.
        if (unexplained_by_phase(baseline.times, z, period) > kRoughly) return;
        Season season(baseline.times, rest_, period, gap);
        std::vector<double> rest = season.without(baseline.times, rest_);
        if (scatter(rest) > kClearly * raw) return;
        rest_ = std::move(rest);
        scale_ = robust_scale(rest_, 0);
        period_ = period;
        season_.emplace(std::move(season));
    }

    model::Nanos start_;
    Ranked ranked_;
    std::vector<double> rest_;
    double level_ = 0;
    double scale_ = 0;
    double drift_ = 0;
    double suspected_ = 0;
    model::Nanos period_ = 0;
    std::optional<Season> season_;
};

struct SplitSeries {
    Baseline baseline;
    Course course;
};

// Points are ascending, so that each part is one stretch of them.
SplitSeries split(const Shape& shape, const model::Window& window) {
    const std::vector<model::Point>& points = shape.points;
    const auto at_or_after = [&](model::Nanos time) {
        return std::lower_bound(
            points.begin(), points.end(), time,
            [](const model::Point& point, model::Nanos limit) { return point.time < limit; });
    };
    const auto take = [](auto first, auto last, std::vector<model::Nanos>& times,
                         std::vector<double>& values) {
        if (first >= last) return;
        times.resize(static_cast<std::size_t>(last - first));
        values.resize(times.size());
        for (std::size_t i = 0; i < times.size(); ++i, ++first) {
            times[i] = first->time;
            values[i] = first->value;
        }
    };
    SplitSeries parts;
    take(at_or_after(window.baseline_start), at_or_after(window.baseline_end + 1),
         parts.baseline.times, parts.baseline.values);
    take(at_or_after(std::max(first_looked_at(window), window.baseline_end + 1)),
         at_or_after(window.end + 1), parts.course.times, parts.course.values);
    return parts;
}

void fill_normal(Normal& normal, const Shape& shape, const Baseline& baseline, const Usual& usual) {
    const auto count = static_cast<double>(baseline.values.size());
    const auto [four_fifths, fifth] = usual.middle_of_rest();
    normal.centre = usual.values().centre;
    normal.scale = std::max(
        usual.scale(), smallest_scale(shape, baseline.values, four_fifths, fifth, normal.centre));
    // A median absolute deviation of few points is too small on average.
    normal.scale *= 1 + 2 / count;
    normal.low = usual.values().low;
    normal.high = usual.values().high;
    if (shape.whole && !shape.rate) {  // nobody has half a connection
        normal.low = std::floor(normal.low);
        normal.high = std::ceil(normal.high);
    }
    normal.count = baseline.values.size();
    normal.drift = usual.drift();
    normal.period = usual.period();
}

}  // namespace

std::optional<Normal> normal_of(const Shape& shape, const model::Window& window) {
    const SplitSeries parts = split(shape, window);
    if (parts.baseline.values.size() < kMinBaseline) return std::nullopt;
    Normal normal;
    fill_normal(normal, shape, parts.baseline, Usual(parts.baseline, shape.typical_gap));
    return normal;
}

std::optional<Course> course_of(const Shape& shape, const model::Window& window) {
    SplitSeries parts = split(shape, window);
    if (parts.baseline.values.size() < kMinBaseline || parts.course.values.empty())
        return std::nullopt;
    Course course = std::move(parts.course);
    Usual usual(parts.baseline, shape.typical_gap);
    fill_normal(course.normal, shape, parts.baseline, usual);
    const model::Nanos end = parts.baseline.times.back();
    const double span = std::max(1.0, seconds_between(parts.baseline.times.front(), end));
    const bool apart = base::to_seconds(first_looked_at(window) - window.baseline_end) >
                       std::max(5 * shape.typical_gap, base::to_seconds(window.end - window.start));
    course.usual.reserve(course.times.size());
    course.z.reserve(course.times.size());
    for (std::size_t i = 0; i < course.times.size(); ++i) {
        course.usual.push_back(usual.at(course.times[i]));
        // The further a line is drawn out, the less it knows; and what may be one may go on.
        const double ahead = seconds_between(end, course.times[i]);
        const double line = usual.drift() == 0 ? 0 : 2 * ahead / span;
        const double maybe =
            apart ? 0 : usual.suspected_drift() * (ahead + span / 2) / course.normal.scale;
        const double reach = std::sqrt((1 + line) * (1 + line) + maybe * maybe);
        course.z.push_back(
            as_normal((course.values[i] - course.usual[i]) / (course.normal.scale * reach),
                      course.normal.count));
    }
    course.normal.centre = median(course.usual);
    course.normal.apart = apart;
    course.rest = std::move(usual).take_rest();
    return course;
}

void look_back(Course& course) {
    if (!course.before.empty()) return;
    course.before.reserve(course.rest.size());
    for (const double rest : course.rest)
        course.before.push_back(as_normal(rest / course.normal.scale, course.normal.count));
    course.normal.autocorrelation = autocorrelation_of(course.before);
}

}  // namespace insight::analysis::metrics
