#include "analysis/health/limits.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace insight::analysis::health {
namespace {

// PostgreSQL refuses writes when fewer than three million transaction ids are left (documentation,
// "Preventing Transaction ID Wraparound Failures").
constexpr double kLastTransaction = 2147483648.0 - 3e6;

constexpr std::array<std::string_view, 9> kShares{"_ratio_",    "_utilization_", "_utilisation_",
                                                  "_percent_",  "_percentage_",  "_share_",
                                                  "_fraction_", "_saturation_",  "_used_pct_"};

constexpr std::array<std::string_view, 9> kLimitWords{
    "max", "limit", "limits", "capacity", "maxclients", "hard", "usable", "maxmemory", "maximum"};

// Words that two names about the same thing may differ in. What is left is the stem.
const std::set<std::string, std::less<>>& fillers() {
    static const std::set<std::string, std::less<>> kWords{
        "used",       "usage",      "current",   "working",     "set",         "active",
        "open",       "in",         "use",       "inuse",       "count",       "rss",
        "resident",   "connected",  "allocated", "consumed",    "bytes",       "total",
        "size",       "spec",       "settings",  "config",      "stat",        "stats",
        "activity",   "number",     "num",       "max",         "limit",       "limits",
        "capacity",   "hard",       "maximum",   "usable",      "database",    "resource",
        "client",     "clients",    "info",      "saturation",  "virtual",     "container",
        "containers", "maxclients", "maxmemory", "numbackends", "connections", "memory",
        "fds"};
    return kWords;
}

// Two words that mean the same thing to a limit.
std::string_view meant(std::string_view word) {
    if (word == "numbackends" || word == "clients" || word == "maxclients" || word == "client" ||
        word == "activity")
        return "connections";
    if (word == "maxmemory" || word == "mem") return "memory";
    return word;
}

std::vector<std::string_view> split(std::string_view words) {
    std::vector<std::string_view> out;
    std::size_t begin = 1;
    while (begin < words.size()) {
        const std::size_t end = words.find('_', begin);
        out.push_back(words.substr(begin, end - begin));
        begin = end + 1;
    }
    return out;
}

// "redis_connected_clients" and "redis_config_maxclients" both give "connections redis".
std::string stem_of(std::string_view words) {
    std::set<std::string_view> kept;
    for (const std::string_view word : split(words)) {
        const std::string_view same = meant(word);
        if (same == "connections" || same == "memory" || same == "fds" || !fillers().contains(same))
            kept.insert(same);
    }
    std::string out;
    for (const std::string_view word : kept) out += (out.empty() ? "" : " ") + std::string(word);
    return out;
}

bool names_limit(std::string_view words) {
    const std::vector<std::string_view> all = split(words);
    return std::any_of(all.begin(), all.end(), [](std::string_view word) {
        return std::find(kLimitWords.begin(), kLimitWords.end(), word) != kLimitWords.end();
    });
}

// Every label both have says the same, but for those that tell what is measured; at least one
// place in common unless neither has any.
bool same_place(const model::Labels& left, const model::Labels& right) {
    static const std::set<std::string, std::less<>> kWhat{"__name__", "type",    "state", "datname",
                                                          "datid",    "usename", "le"};
    bool common = false;
    bool places = false;
    for (const auto& [key, value] : right) {
        if (kWhat.contains(key)) continue;
        places = true;
        const auto mine = left.find(key);
        if (mine == left.end()) continue;
        if (mine->second != value) return false;
        common = true;
    }
    return common || !places;
}

double last_value(const model::Series& series) {
    for (auto it = series.points.rbegin(); it != series.points.rend(); ++it)
        if (std::isfinite(it->value)) return it->value;
    return 0;
}

bool all_up_to(const model::Series& series, double most) {
    return std::all_of(series.points.begin(), series.points.end(), [&](const model::Point& point) {
        return !std::isfinite(point.value) || (point.value >= 0 && point.value <= most);
    });
}

}  // namespace

Limits::Limits(const std::vector<model::Series>& all) {
    for (const model::Series& series : all) {
        const std::string words = words_of(series.name);
        const auto type = series.labels.find("type");
        const bool hard = type != series.labels.end() && type->second == "hard";
        if (!series.points.empty() && (hard || names_limit(words)))
            by_stem_.emplace(stem_of(words), &series);
    }
}

const model::Series* Limits::series_for(const model::Series& series) const {
    const auto [first, last] = by_stem_.equal_range(stem_of(words_of(series.name)));
    const model::Series* best = nullptr;
    for (auto it = first; it != last; ++it) {
        const model::Series* one = it->second;
        if (one == &series || !same_place(series.labels, one->labels)) continue;
        const double limit = last_value(*one);
        // Zero, and what no machine has (cgroups write nearly 2^63), mean that there is none.
        if (limit <= 0 || limit > 1e18 || last_value(series) > 1.05 * limit) continue;
        if (best == nullptr || limit < last_value(*best)) best = one;
    }
    return best;
}

std::optional<Limit> Limits::of(const model::Series& series, const Subject& subject) const {
    if (subject.way == Way::Expires) return std::nullopt;
    if (subject.way == Way::Down) return Limit{0, "nothing is left at zero", nullptr};
    const std::string words = words_of(series.name);
    if (subject.area == model::HealthArea::Maintenance &&
        (words.find("xid") != std::string::npos ||
         words.find("transaction_id") != std::string::npos))
        return Limit{kLastTransaction, "PostgreSQL refuses writes then", nullptr};
    if (const model::Series* other = series_for(series))
        return Limit{last_value(*other), other->name, other};
    const bool share = series.unit == "%" ||
                       std::any_of(kShares.begin(), kShares.end(), [&](std::string_view word) {
                           return words.find(word) != std::string::npos;
                       });
    if (!share) return std::nullopt;
    if (series.unit != "%" && words.find("perc") == std::string::npos && all_up_to(series, 1.0001))
        return Limit{1, "a share ends at one", nullptr};
    if (all_up_to(series, 100.01)) return Limit{100, "a share ends at 100 %", nullptr};
    return std::nullopt;
}

}  // namespace insight::analysis::health
