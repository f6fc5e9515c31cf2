#include "analysis/health/trend.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "analysis/health/jumps.h"
#include "analysis/health/rank_trend.h"
#include "analysis/health/steps.h"
#include "analysis/health/student.h"
#include "analysis/health/teeth.h"
#include "analysis/statistics.h"

namespace insight::analysis::health {
namespace {

constexpr std::size_t kLeastPoints = 12;
constexpr std::size_t kMostJumps = 12;
// How much growth usually changes along a course, as a share of itself: what is believed of the
// bend before the data speak.
constexpr double kUsualBend = 0.25;
constexpr double kRanksAgree = 0.01;
// Slope at the end below which growth has come to rest, as a share of the mean one.
constexpr double kStopped = 0.1;
// Growth along the course, in standard deviations of what is left: less is nobody's concern.
constexpr double kLeastGrowth = 1.0;
// Chance at which growth beside a week that nobody saw is still growth: the week may be anywhere,
// and a scan is to say what grows, if only with an interval that is open.
constexpr double kBesideAWeek = 0.1;

// Values far from the pattern are drawn to its edge (Huber, 1964), twice.
void tame(Course& course, const Pattern& pattern) {
    for (int round = 0; round < 2; ++round) {
        const Fit fitted = fit(regression_of(course, pattern));
        // Numbers too large to be squared fit nothing.
        if (fitted.residual.size() != course.size()) return;
        const double scale = robust_scale(fitted.residual, median(fitted.residual));
        for (std::size_t i = 0; i < course.size(); ++i) {
            const double far = 4 * scale;
            const double off = fitted.residual[i];
            if (scale > 0 && std::abs(off) > far) course.value[i] -= off - std::copysign(far, off);
        }
    }
}

// The course without its jumps and cycles.
std::vector<double> adjusted(const Course& course, const Regression& regression, const Fit& fitted,
                             const Pattern& pattern) {
    std::vector<double> out = course.value;
    const std::size_t first = 1 + (pattern.line ? 1U : 0U) + (pattern.bend ? 1U : 0U);
    for (std::size_t c = first; c < regression.columns.size(); ++c)
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] -= fitted.beta[c] * regression.columns[c][i];
    return out;
}

Trend trend_of(const Course& course, const Pattern& pattern, const Fit& linear) {
    Regression regression = regression_of(course, pattern);
    regression.precision = precision_of(pattern, regression.columns.size());
    const double believed = kUsualBend * std::max(std::abs(linear.beta[kLine]), 1e-300);
    // Where the data have chosen how it bends they have spoken.
    if (pattern.curl == 0) regression.precision[kBend] = 1 / (believed * believed);
    const Fit fitted = fit_for_inference(regression);
    Trend out;
    if (fitted.beta.size() <= kBend) return out;
    out.span = course.span();
    out.pattern = pattern;
    out.beta = fitted.beta;
    out.covariance = fitted.covariance;
    out.freedom = fitted.freedom;
    out.level = fitted.beta[kLevel];
    out.per_second =
        (fitted.beta[kLine] + fitted.beta[kBend] * bend_slope(pattern.curl)) / out.span;
    out.growth = fitted.beta[kLine];
    double may_add = fitted.variance;  // at any one time, beside what is known
    for (const Cycle& cycle : pattern.cycles) may_add += cycle.believed * cycle.believed;
    out.noise = std::sqrt(may_add);
    out.until = course.origin + base::from_seconds(course.time.back());
    out.since = course.origin + base::from_seconds(course.time.front());
    out.points = course.size();
    if (!pattern.teeth.empty()) {
        out.reach = std::abs(fitted.beta[first_tooth(pattern)]) / 2;
        out.period = usual_period(course, pattern.teeth);
    }
    const double sign = out.growth > 0 ? 1 : -1;
    const auto sample = [&](double period, int times) {
        for (int i = 0; i < times; ++i)
            out.swing = std::max(out.swing, sign * out.cycles(period * i / times));
    };
    for (const Cycle& one : pattern.cycles) sample(one.period, one.period < kWeek ? 48 : 7 * 48);
    if (pattern.rest) sample(kWeek, 7 * 48);
    return out;
}

// What the course is made of; nothing where it is a saw with too few teeth. A course that took
// another direction is cut down to what came since.
std::optional<Pattern> take_apart(Course& course, bool upward) {
    Pattern pattern;
    pattern.rest = find_rest(course);
    // The edges of a weekend are neither jumps nor teeth.
    const Course calm = pattern.rest ? without_rest(course, *pattern.rest) : course;
    pattern.jumps = find_jumps(calm);
    pattern.teeth = recurring_jumps(calm, pattern.jumps, upward);
    std::erase_if(pattern.jumps, [&](std::size_t at) {
        return std::binary_search(pattern.teeth.begin(), pattern.teeth.end(), at);
    });
    if (pattern.jumps.size() > kMostJumps) {
        course = teeth_of(calm, pattern.jumps);
        pattern.jumps.clear();
        pattern.teeth.clear();
        pattern.rest.reset();
        if (course.size() < kLeastPoints) return std::nullopt;
    }
    pattern.cycles = find_cycles(course, pattern);
    for (const std::size_t step : more_steps(course, pattern)) pattern.jumps.push_back(step);
    std::sort(pattern.jumps.begin(), pattern.jumps.end());
    if (!pattern.teeth.empty()) return pattern;
    std::size_t kink = kink_instead_of_cycles(course, pattern);
    const bool instead = kink != 0;
    if (!instead) kink = find_kink(course, pattern);
    if (kink == 0 || course.size() - kink < kLeastPoints) return pattern;
    course = course.from(kink);
    std::vector<std::size_t> later;
    for (const std::size_t jump : pattern.jumps)
        if (jump > kink + 1) later.push_back(jump - kink);
    pattern.jumps = std::move(later);
    if (instead) pattern.cycles = find_cycles(course, pattern);
    return pattern;
}

bool grows_beside(const Course& course, const Pattern& straight, const Cycle& week) {
    Pattern beside = straight;
    beside.cycles.push_back(week);
    Regression regression = regression_of(course, beside);
    regression.precision = precision_of(beside, regression.columns.size());
    const Fit fitted = fit_for_inference(regression);
    if (fitted.beta.size() <= kLine) return false;
    const double t = fitted.beta[kLine] / std::max(fitted.error(kLine), 1e-300);
    return two_sided_p(t, fitted.freedom) <= kBesideAWeek;
}

std::optional<Trend> judge(Course course, const Pattern& pattern, const TrendQuestion& question) {
    tame(course, pattern);
    Pattern straight = pattern;
    straight.bend = false;
    const Regression line = regression_of(course, straight);
    const Fit linear = fit_for_inference(line);
    if (linear.beta.size() <= kLine) return std::nullopt;
    const double sign = question.upward ? 1 : -1;
    if (sign * linear.beta[kLine] <= 0) return std::nullopt;
    const double t = linear.beta[kLine] / std::max(linear.error(kLine), 1e-300);
    const std::vector<double> plain = adjusted(course, line, linear, straight);
    const double p = two_sided_p(t, linear.freedom);
    const RankTrend ranks = rank_trend(plain);
    if (p > question.significance || ranks.p_value > kRanksAgree || sign * ranks.score <= 0)
        return std::nullopt;
    if (std::abs(linear.beta[kLine]) < kLeastGrowth * std::sqrt(linear.variance))
        return std::nullopt;
    if (steps_explain(course, pattern)) return std::nullopt;
    const auto week = believed_week(course, pattern);
    if (week && !grows_beside(course, straight, *week)) return std::nullopt;
    std::vector<Trend> ways;
    for (const double curl : likely_curls(course, pattern)) {
        Pattern way = pattern;
        way.curl = curl;
        if (week) way.cycles.push_back(*week);
        Trend found = trend_of(course, way, linear);
        if (!found.beta.empty()) ways.push_back(std::move(found));
    }
    if (ways.empty()) return std::nullopt;
    Trend found = std::move(ways.front());
    found.rivals.assign(std::make_move_iterator(ways.begin() + 1),
                        std::make_move_iterator(ways.end()));
    found.p_value = p;
    // It has stopped or turned round meanwhile.
    if (sign * found.per_second * found.span <= kStopped * std::abs(found.growth))
        return std::nullopt;
    return found;
}

}  // namespace

double Trend::line(double seconds) const {
    const double time = seconds / span;
    return beta[kLevel] + beta[kLine] * time + beta[kBend] * bend_of(time, pattern.curl);
}

double Trend::error(double seconds) const {
    const double time = seconds / span;
    const double at[3] = {1, time, bend_of(time, pattern.curl)};
    double variance = 0;
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j)
            variance += at[i] * at[j] * covariance[i * beta.size() + j];
    return std::sqrt(std::max(0.0, variance));
}

double Trend::cycles(double seconds) const {
    return recurring(pattern, beta, seconds);
}

std::optional<Trend> find_trend(const Course& course, const TrendQuestion& question) {
    if (course.size() < kLeastPoints || course.span() <= 0) return std::nullopt;
    Course recent = course;
    const auto pattern = take_apart(recent, question.upward);
    if (!pattern) return std::nullopt;
    return judge(std::move(recent), *pattern, question);
}

}  // namespace insight::analysis::health
