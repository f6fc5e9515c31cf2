#include "analysis/logs/line_counts.h"

#include <algorithm>

namespace insight::analysis::logs {
namespace {

constexpr std::size_t kQuotedBytes = 800;

bool earlier(const Line& a, const Line& b) {
    return a.time != b.time ? a.time < b.time : a.body < b.body;
}

void keep_earliest(std::vector<Line>& lines, Line line, std::size_t most) {
    const auto at = std::upper_bound(lines.begin(), lines.end(), line, earlier);
    lines.insert(at, std::move(line));
    if (lines.size() > most) lines.pop_back();
}

}  // namespace

void keep_earliest(std::vector<Line>& lines, const model::LogView& record, std::size_t most) {
    // Nearly always false: records mostly come in order.
    if (lines.size() == most && record.time >= lines.back().time &&
        (record.time > lines.back().time || record.body >= lines.back().body))
        return;
    keep_earliest(
        lines,
        Line{record.time, record.severity, std::string(record.severity_text.substr(0, 32)),
             std::string(record.body.substr(0, kQuotedBytes))},
        most);
}

void count_bucket(std::vector<BucketCount>& buckets, std::uint16_t bucket, std::uint32_t lines) {
    if (!buckets.empty() && buckets.back().bucket == bucket) {
        buckets.back().lines += lines;
        return;
    }
    const auto at =
        std::lower_bound(buckets.begin(), buckets.end(), bucket,
                         [](const BucketCount& a, std::uint16_t b) { return a.bucket < b; });
    if (at != buckets.end() && at->bucket == bucket)
        at->lines += lines;
    else
        buckets.insert(at, {bucket, lines});
}

void merge_counts(TemplateCount& into, TemplateCount&& from) {
    into.baseline += from.baseline;
    into.window += from.window;
    for (std::size_t part = 0; part < into.traced.size(); ++part)
        into.traced[part] += from.traced[part];
    for (std::size_t i = 0; i < kRanks; ++i) into.ranks[i] += from.ranks[i];
    for (const BucketCount& b : from.buckets) count_bucket(into.buckets, b.bucket, b.lines);
    if (from.first_in_window != 0 &&
        (into.first_in_window == 0 || from.first_in_window < into.first_in_window))
        into.first_in_window = from.first_in_window;
    into.last_in_window = std::max(into.last_in_window, from.last_in_window);
    into.last_in_baseline = std::max(into.last_in_baseline, from.last_in_baseline);
    for (Line& line : from.window_lines)
        keep_earliest(into.window_lines, std::move(line), kWindowLines);
    for (Line& line : from.baseline_lines)
        keep_earliest(into.baseline_lines, std::move(line), kBaselineLines);
}

}  // namespace insight::analysis::logs
