#include "analysis/metrics/histogram.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <string>

namespace insight::analysis::metrics {
namespace {

constexpr std::size_t kMaxBuckets = 200;

struct HistogramParts {
    std::map<double, const model::Series*> buckets;  // by upper bound
    const model::Series* sum = nullptr;
    const model::Series* count = nullptr;
};

using HistogramKey = std::pair<std::string, model::Labels>;

double growth(const model::Series& series, std::size_t at) {
    const double now = series.points[at].value;
    const double then = series.points[at - 1].value;
    return now >= then ? now - then : now;  // a reset counts from zero
}

bool same_times(const model::Series& a, const model::Series& b) {
    return a.points.size() == b.points.size() &&
           std::equal(
               a.points.begin(), a.points.end(), b.points.begin(),
               [](const model::Point& x, const model::Point& y) { return x.time == y.time; });
}

double bound_of(const std::string& text) {
    if (text == "+Inf" || text == "Inf" || text == "inf")
        return std::numeric_limits<double>::infinity();
    return std::strtod(text.c_str(), nullptr);
}

std::optional<double> quantile_at(const HistogramParts& parts, std::size_t at, double q) {
    double total = 0;
    // Buckets hold all that lies below their bound: the largest growth is that of all requests.
    for (const auto& [bound, series] : parts.buckets) total = std::max(total, growth(*series, at));
    if (total <= 0) return std::nullopt;
    double below = 0;
    double lower = 0;
    for (const auto& [bound, series] : parts.buckets) {
        const double here = growth(*series, at);
        if (here >= q * total) {
            // As histogram_quantile() does: beyond the last finite bound nothing is known.
            if (std::isinf(bound)) return lower;
            return here > below ? lower + (bound - lower) * (q * total - below) / (here - below)
                                : bound;
        }
        below = here;
        lower = bound;
    }
    return lower;
}

model::Series made_of(const HistogramKey& key, const model::Series& like) {
    model::Series out;
    out.name = key.first;
    out.labels = key.second;
    out.unit = like.unit;
    if (out.unit.empty() && key.first.ends_with("_seconds")) out.unit = "s";
    if (out.unit.empty() && key.first.ends_with("_milliseconds")) out.unit = "ms";
    out.type = model::SeriesType::Gauge;
    return out;
}

void add_quantiles(const HistogramKey& key, const HistogramParts& parts, Unfolded& into) {
    if (parts.buckets.size() < 2 || parts.buckets.size() > kMaxBuckets) return;
    const model::Series& first = *parts.buckets.begin()->second;
    for (const auto& [bound, series] : parts.buckets)
        if (!same_times(first, *series)) return;
    for (const char* q : {"0.5", "0.95"}) {
        model::Series out = made_of(key, first);
        out.labels["quantile"] = q;
        for (std::size_t at = 1; at < first.points.size(); ++at)
            if (const auto value = quantile_at(parts, at, std::strtod(q, nullptr)))
                out.points.push_back({first.points[at].time, *value});
        into.series.push_back(std::move(out));
    }
    for (const auto& [bound, series] : parts.buckets) into.taken.push_back(series);
}

void add_mean(const HistogramKey& key, const HistogramParts& parts, Unfolded& into) {
    if (parts.sum == nullptr || parts.count == nullptr || !same_times(*parts.sum, *parts.count))
        return;
    model::Series out = made_of(key, *parts.sum);
    out.labels["statistic"] = "avg";
    for (std::size_t at = 1; at < parts.sum->points.size(); ++at)
        if (const double count = growth(*parts.count, at); count > 0)
            out.points.push_back({parts.sum->points[at].time, growth(*parts.sum, at) / count});
    into.series.push_back(std::move(out));
    into.taken.push_back(parts.sum);  // the count stays: it is the traffic
}

}  // namespace

Unfolded unfold_histograms(const std::vector<model::Series>& metrics) {
    constexpr std::array<std::string_view, 3> kEnds{"_bucket", "_sum", "_count"};
    std::map<HistogramKey, HistogramParts> histograms;
    for (const model::Series& series : metrics)
        for (const std::string_view end : kEnds) {
            if (!series.name.ends_with(end) || series.points.size() < 2) continue;
            HistogramKey key{series.name.substr(0, series.name.size() - end.size()), series.labels};
            const auto bound = key.second.find("le");
            // `le` belongs to buckets and to nothing else: a gauge may be called x_count as well.
            if ((end == "_bucket") != (bound != key.second.end())) continue;
            if (end == "_bucket") {
                const double value = bound_of(bound->second);
                key.second.erase(bound);
                histograms[key].buckets.try_emplace(value, &series);
            } else {
                (end == "_sum" ? histograms[key].sum : histograms[key].count) = &series;
            }
        }
    Unfolded out;
    for (const auto& [key, parts] : histograms) {
        add_quantiles(key, parts, out);
        add_mean(key, parts, out);
    }
    std::sort(out.taken.begin(), out.taken.end());
    return out;
}

}  // namespace insight::analysis::metrics
