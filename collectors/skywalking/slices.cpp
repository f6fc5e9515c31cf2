#include "collectors/skywalking/slices.h"

#include <algorithm>
#include <cmath>

namespace insight::collectors::skywalking {

using base::Nanos;
using model::Interval;

Interval covered_by(const Page& page) {
    if (!page.full || page.times.empty()) return page.asked;
    const Nanos oldest = *std::min_element(page.times.begin(), page.times.end());
    return {std::clamp(oldest, page.asked.start, page.asked.end), page.asked.end};
}

double rate_of(const Page& page) {
    if (page.times.empty()) return 0;
    const Interval covered = covered_by(page);
    const double seconds = std::max(1e-3, base::to_seconds(covered.end - covered.start));
    return static_cast<double>(page.times.size()) / seconds;
}

std::vector<Interval> slices_of(const Interval& interval, std::size_t count, double items,
                                double rate) {
    std::vector<Interval> out;
    if (count == 0 || interval.end <= interval.start) return out;
    const Nanos distance = (interval.end - interval.start) / static_cast<Nanos>(count);
    // Without a rate nothing is known to be too much: parts as long as they may be.
    const double seconds = rate > 0 ? items / rate : 1e9;
    // the server counts in whole seconds, both ends included
    const Nanos most = std::max<Nanos>(distance / base::kSecond, 1);
    const Nanos length =
        std::clamp<Nanos>(static_cast<Nanos>(std::min(seconds, 1e6)), 1, most) * base::kSecond;
    for (std::size_t i = 1; i <= count; ++i) {
        const Nanos place = interval.start + static_cast<Nanos>(i) * distance;
        const Nanos end = place - place % base::kSecond;
        const Nanos start = std::max(interval.start, end - length);
        if (start < end && (out.empty() || start >= out.back().end)) out.push_back({start, end});
    }
    return out;
}

std::vector<Interval> joined(std::vector<Interval> intervals) {
    std::sort(intervals.begin(), intervals.end(), [](const Interval& a, const Interval& b) {
        return a.start != b.start ? a.start < b.start : a.end < b.end;
    });
    std::vector<Interval> out;
    for (const Interval& one : intervals) {
        if (one.end <= one.start) continue;
        if (!out.empty() && one.start <= out.back().end)
            out.back().end = std::max(out.back().end, one.end);
        else
            out.push_back(one);
    }
    return out;
}

}  // namespace insight::collectors::skywalking
