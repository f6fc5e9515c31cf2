#include "analysis/metrics/saturation.h"

#include <algorithm>
#include <array>
#include <map>

#include "analysis/statistics.h"

namespace insight::analysis::metrics {
namespace {

constexpr double kClearlyLess = 0.05;  // of the limit, below which it was before

constexpr std::array<std::string_view, 6> kLimitWords{"_limit_", "_limits_",   "_max_",
                                                      "_quota_", "_capacity_", "_maxmemory_"};
constexpr std::array<std::string_view, 9> kResources{
    "cpu", "memory", "connections", "disk", "clients", "threads", "fds", "volume", "filesystem"};

std::string_view resource_of(const model::Series& series) {
    const std::string words = words_of(series.name);
    // pg_stat_database counts connections by this name.
    if (says(words, "_numbackends_")) return "connections";
    if (says(words, "_maxmemory_")) return "memory";
    if (says(words, "_maxclients_")) return "clients";
    for (const std::string_view resource : kResources)
        if (says(words, "_" + std::string(resource) + "_")) return resource;
    const auto labelled = series.labels.find("resource");
    if (labelled == series.labels.end()) return {};
    for (const std::string_view resource : kResources)
        if (labelled->second == resource) return resource;
    return {};
}

bool is_limit(const model::Series& series) {
    const std::string words = words_of(series.name);
    return std::any_of(kLimitWords.begin(), kLimitWords.end(),
                       [&](std::string_view word) { return says(words, word); }) ||
           says(words, "_max_connections_") || says(words, "_maxclients_");
}

bool is_usage(const Look& look) {
    const std::string words = words_of(look.series->name);
    return says(words, "_usage_") || says(words, "_used_") || says(words, "_connections_") ||
           says(words, "_numbackends_") || says(words, "_connected_clients_") ||
           says(words, "_threads_") || says(words, "_working_set_") || says(words, "_open_fds_");
}

bool is_share_of_limit(const Look& look) {
    const std::string words = words_of(look.series->name);
    return says(words, "_utilization_") || says(words, "_saturation_") ||
           says(words, "_usage_ratio_") || says(words, "_used_percent_");
}

// What full is, in the values' own unit: percent are told by unit, by name, or by values that no
// share reaches.
double whole_of(const Look& look) {
    if (look.series->unit == "%" || says(words_of(look.series->name), "_percent_")) return 100;
    return std::any_of(look.shape.points.begin(), look.shape.points.end(),
                       [](const model::Point& point) { return point.value > 2; })
               ? 100
               : 1;
}

using LimitKey = std::tuple<std::string, std::string, std::string_view>;

// Medians of the last quarter of the window, at least one point, and of the baseline.
std::optional<Fullness> fullness_of(const Look& look, const model::Window& window, double limit) {
    std::vector<double> recent;
    std::vector<double> before;
    const model::Nanos from = window.end - (window.end - window.start) / 4;
    double last = 0;
    for (const model::Point& point : look.shape.points) {
        if (point.time <= window.baseline_end)
            before.push_back(point.value / limit);
        else if (point.time <= window.end) {
            last = point.value / limit;
            if (point.time >= from) recent.push_back(last);
        }
    }
    if (before.size() < 5) return std::nullopt;
    // A straggler may already look better: the shift itself says how full it was.
    double now = recent.empty() ? last : median(recent);
    if (look.shift && look.shift->current && look.shift->upward)
        now = std::max(now, look.shift->level / limit);
    // The usual upper end, for what is full now and then is full by habit.
    const double usual = quantile(before, 0.95);
    if (now < kFull || usual > now - kClearlyLess) return std::nullopt;
    return Fullness{&look, nullptr, now, median(before), limit};
}

}  // namespace

std::vector<Fullness> filled_up(const Looks& looks, const std::vector<const model::Series*>& series,
                                const model::Window& window) {
    std::map<LimitKey, const model::Series*> limits;
    for (const model::Series* one : series) {
        if (one->points.empty() || !is_limit(*one)) continue;
        const std::string_view resource = resource_of(*one);
        if (resource.empty() || one->points.back().value <= 0) continue;
        const auto pod = one->labels.find("pod");
        limits.try_emplace({entity_of(one->labels, one->name).name,
                            pod == one->labels.end() ? "" : pod->second, resource},
                           one);
    }
    std::vector<Fullness> out;
    for (const Look& look : looks.all) {
        if (look.entity.name.empty() || look.shape.points.empty()) continue;
        if (is_share_of_limit(look)) {
            if (const auto full = fullness_of(look, window, whole_of(look))) out.push_back(*full);
            continue;
        }
        if (!is_usage(look) || limits.empty()) continue;
        const auto limit = limits.find({look.entity.name, look.pod, resource_of(*look.series)});
        if (limit == limits.end()) continue;
        if (auto full = fullness_of(look, window, limit->second->points.back().value)) {
            full->limit = limit->second;
            out.push_back(*full);
        }
    }
    return out;
}

}  // namespace insight::analysis::metrics
