#include "analysis/logs/log_change.h"

#include <algorithm>
#include <cmath>

#include "analysis/logs/log_tests.h"

namespace insight::analysis::logs {
namespace {

using model::Nanos;

// A bucket of which the source answered less tells too little by itself.
constexpr double kCovered = 0.5;

bool in_window(const LogSummary& summary, std::size_t bucket) {
    return summary.start_of(bucket) + summary.bucket > summary.window.start;
}

std::vector<double> dense(const LogSummary& summary, const std::vector<BucketCount>& buckets) {
    std::vector<double> out(summary.covered.size(), 0.0);
    for (const BucketCount& b : buckets)
        if (b.bucket < out.size()) out[b.bucket] = b.lines;
    return out;
}

}  // namespace

CountChange change_of(double before, double now, double ratio, double clump) {
    CountChange out;
    out.expected = before * ratio;
    out.more = surprise_of_more(before, now, ratio, clump);
    out.fewer = surprise_of_fewer(before, now, ratio, clump);
    // The two square roots vary by 1/4 and by ratio/4 where nothing changed.
    out.z = (std::sqrt(now / clump + 0.375) - std::sqrt(ratio * (before / clump + 0.375))) * 2 /
            std::sqrt(1 + ratio);
    out.magnitude = std::abs(std::log((now + 0.5) / (ratio * before + 0.5)));
    return out;
}

double clump_of(const LogSummary& summary, const std::vector<BucketCount>& buckets, double usual) {
    const std::vector<double> counts = dense(summary, buckets);
    const double width = base::to_seconds(summary.bucket);
    double sum = 0, squares = 0;
    int n = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (in_window(summary, i) || summary.covered[i] < kCovered * width) continue;
        const double value = counts[i] * width / summary.covered[i];
        sum += value;
        squares += value * value;
        ++n;
    }
    if (n < 5 || sum < 20) return usual;
    const double mean = sum / n;
    return std::clamp((squares / n - mean * mean) / mean, 1.0, 30.0);
}

Nanos onset_of(const LogSummary& summary, const std::vector<BucketCount>& buckets, bool up,
               Nanos first) {
    const std::vector<double> counts = dense(summary, buckets);
    double before = 0, seconds_before = 0, now = 0, seconds_now = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        (in_window(summary, i) ? now : before) += counts[i];
        (in_window(summary, i) ? seconds_now : seconds_before) += summary.covered[i];
    }
    const double old_rate = seconds_before > 0 ? before / seconds_before : 0;
    const double new_rate = seconds_now > 0 ? now / seconds_now : 0;
    // What lies above the middle of the two rates adds to the sum, what lies below takes from it.
    const double middle = (old_rate + new_rate) / 2;
    double sum = 0, best = 0;
    std::size_t start = counts.size(), found = counts.size();
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (!in_window(summary, i) || (summary.covered[i] <= 0 && counts[i] <= 0)) continue;
        const double step = counts[i] - middle * summary.covered[i];
        sum = std::max(0.0, sum + (up ? step : -step));
        if (sum <= 0)
            start = counts.size();
        else if (start == counts.size())
            start = i;
        if (sum > best) {
            best = sum;
            found = start;
        }
    }
    if (found == counts.size()) return first != 0 ? first : summary.window.start;
    const Nanos begin = summary.start_of(found);
    if (first >= begin && first < begin + summary.bucket) return first;
    return std::max(begin, summary.window.start);
}

bool heard_lately(const LogSummary& summary, const std::vector<BucketCount>& buckets) {
    const std::vector<double> counts = dense(summary, buckets);
    double left = summary.window_seconds / 4;
    for (std::size_t i = counts.size(); i-- > 0 && left > 0;) {
        if (!in_window(summary, i)) break;
        if (counts[i] > 0) return true;
        left -= summary.covered[i];
    }
    return false;
}

}  // namespace insight::analysis::logs
