#include "analysis/metrics/look.h"

#include <array>
#include <cmath>
#include <set>

#include "analysis/metrics/past.h"
#include "analysis/statistics.h"
#include "core/base/side_by_side.h"

namespace insight::analysis::metrics {
namespace {

constexpr double kMostSurprising = 30;
constexpr double kCommon = 3;       // series that did the same before: a habit of the family
constexpr std::size_t kFamily = 8;  // series from which a family tells something
constexpr double kOwnHistory = 20;  // windows in the own baseline
constexpr double kMaxCorrection = 1e6;
constexpr std::size_t kPointsAThread = 20'000;

// Labels that say how a quantity was summarised.
constexpr std::array<std::string_view, 6> kSummaries{"quantile", "statistic", "percentile",
                                                     "le",       "stat",      "aggregation"};

constexpr std::array<const char*, 11> kPeers{"peer.service",        "peer_service",
                                             "server.address",      "server_address",
                                             "net.peer.name",       "destination_service_name",
                                             "destination_service", "destination",
                                             "upstream_cluster",    "upstream",
                                             "rpc.service"};

std::string value_of(const model::Labels& labels, std::initializer_list<const char*> keys) {
    for (const char* key : keys)
        if (const auto it = labels.find(key); it != labels.end() && !it->second.empty())
            return it->second;
    return {};
}

std::string quantity_of(const model::Series& series) {
    std::string out = series.name;
    for (const auto& [key, value] : series.labels)
        if (std::find(kSummaries.begin(), kSummaries.end(), key) == kSummaries.end())
            out += '\0' + key + '\0' + value;
    return out;
}

std::optional<model::Entity> counterpart_of(const model::Labels& labels,
                                            const std::map<std::string, std::string>& kinds) {
    for (const char* key : kPeers)
        if (const auto it = labels.find(key); it != labels.end() && !it->second.empty()) {
            const auto known = kinds.find(it->second);
            return model::Entity{known == kinds.end() ? "service" : known->second, it->second};
        }
    return std::nullopt;
}

// The largest sums that the baselines of a family reached, one a series, ascending.
struct Custom {
    std::vector<double> largest;
    double windows = 0;  // of a series, mean
    double typical = 0;
    double excess = 0;  // mean beyond the typical, without the largest twentieth
};

Custom custom_of(const std::vector<Look*>& family, std::size_t side) {
    Custom custom;
    for (const Look* look : family) {
        custom.largest.push_back(look->echo.largest.at(side));
        custom.windows += look->echo.windows / static_cast<double>(family.size());
    }
    std::sort(custom.largest.begin(), custom.largest.end());
    custom.typical = median(custom.largest);
    const std::size_t kept = custom.largest.size() - (custom.largest.size() + 19) / 20;
    double count = 0;
    for (std::size_t i = 0; i < kept; ++i)
        if (custom.largest[i] > custom.typical) {
            custom.excess += custom.largest[i] - custom.typical;
            count += 1;
        }
    if (count > 0) custom.excess /= count;
    return custom;
}

bool needs_family(const Look* look) {
    return look->shift && !look->shift->unsteady && look->echo.windows < kOwnHistory;
}

// What the series of one name do is what each of them may do, however quiet it was in a short
// baseline of its own: an exponential tail over what the family did, and the share of its windows
// that went as far. The longest histories stand for themselves.
double p_in_family(const Look& look, const Custom& custom, std::size_t side) {
    if (look.echo.windows >= kOwnHistory) return 0;
    const double per_window = 1 / std::max(1.0, custom.windows);
    const double beyond = std::max(0.0, look.shift->sum - custom.typical);
    double p = 0.5 * std::exp(-beyond / std::max(0.5, custom.excess)) * per_window;
    const double sum = kAsLarge * look.shift->sum;
    auto as_large = static_cast<double>(
        custom.largest.end() - std::lower_bound(custom.largest.begin(), custom.largest.end(), sum));
    if (look.echo.largest.at(side) >= sum) as_large -= 1;
    if (as_large >= kCommon)
        p = std::max(p, as_large / static_cast<double>(custom.largest.size()) * per_window);
    return p;
}

bool is_asked(const std::vector<Look*>& family) {
    return family.size() >= kFamily && std::any_of(family.begin(), family.end(), needs_family);
}

void compare_with_family(const std::vector<Look*>& family) {
    for (const std::size_t side : {0U, 1U}) {
        const Custom custom = custom_of(family, side);
        for (Look* look : family)
            if (look->shift && look->shift->upward == (side == 0) && !look->shift->unsteady)
                look->p_value = std::max(look->p_value, p_in_family(*look, custom, side));
    }
}

// Used cores beside the used share of what is allowed, and the like, say the same thing twice; the
// share says how much it matters.
bool is_doubled(const model::Series& series, const std::set<std::string>& names) {
    const auto at = series.name.rfind("usage");
    if (at == std::string::npos) return false;
    std::string share = series.name;
    return names.contains(share.replace(at, 5, "utilization"));
}

// What can be said of a series by itself.
void look_alone(Look& look, const model::Window& window,
                const std::map<std::string, std::string>& known_kinds) {
    const model::Series& series = *look.series;
    look.shape = shape_of(series);
    // How often a histogram of durations was fed is traffic.
    if (look.meaning.aspect == Aspect::Latency && look.shape.rate &&
        series.name.ends_with("_count"))
        look.meaning = {Aspect::Throughput, Harm::Down, 0.5, look.meaning.view, true};
    look.entity = entity_of(series.labels, series.name, known_kinds);
    look.pod = value_of(series.labels, {"k8s.pod.name", "pod", "pod_name", "service.instance.id"});
    if (look.meaning.view == View::Seen)
        look.counterpart = counterpart_of(series.labels, known_kinds);
    look.quantity = quantity_of(series);
    auto course = course_of(look.shape, window);
    if (!course) return;
    look.normal = course->normal;
    look.shift = shift_of(*course);
    look.echo.windows = windows_in_baseline(*course);
    // The longest histories stand for themselves, and hardly ever for others.
    if (look.echo.windows < kOwnHistory) look.echo = echo_of(*course);
    look.echo_known = look.echo.windows < kOwnHistory;
    if (look.shift) look.p_value = look.shift->p_value;
    for (const double value : course->values)
        look.window_mean += value / static_cast<double>(course->values.size());
}

// Those whose name is not a setting's, and nothing known of them yet.
std::vector<Look> worth_a_look(const std::vector<const model::Series*>& series) {
    std::set<std::string> names;
    for (const model::Series* one : series) names.insert(one->name);
    std::map<std::string_view, Meaning> meanings;  // many series share a name
    std::vector<Look> looks;
    looks.reserve(series.size());
    for (const model::Series* one : series) {
        const auto [meaning, fresh] = meanings.try_emplace(one->name);
        if (fresh) meaning->second = meaning_of(one->name);
        if (meaning->second.weight == 0 || one->points.empty() || is_doubled(*one, names)) continue;
        Look& look = looks.emplace_back();
        look.series = one;
        look.meaning = meaning->second;
    }
    return looks;
}

// A thread for every so many points: with fewer it takes longer to start than to do the work.
std::size_t threads_for(const std::vector<Look>& looks) {
    std::size_t points = 0;
    for (const Look& look : looks) points += look.series->points.size();
    return std::clamp<std::size_t>(points / kPointsAThread, 1, base::cores());
}

}  // namespace

Looks look_at(const std::vector<const model::Series*>& series, const model::Window& window,
              const std::map<std::string, std::string>& known_kinds) {
    Looks looks;
    looks.all = worth_a_look(series);
    const std::size_t threads = threads_for(looks.all);
    base::side_by_side(looks.all.size(), threads,
                       [&](std::size_t i) { look_alone(looks.all[i], window, known_kinds); });
    std::set<std::string_view> quantities;
    std::map<std::string_view, std::vector<Look*>> families;
    for (Look& look : looks.all) {
        if (!look.normal) continue;
        quantities.insert(look.quantity);
        families[look.series->name].push_back(&look);
    }
    std::erase_if(families, [](const auto& family) { return !is_asked(family.second); });
    std::vector<Look*> unheard;
    for (const auto& [name, family] : families)
        std::copy_if(family.begin(), family.end(), std::back_inserter(unheard),
                     [](const Look* look) { return !look->echo_known; });
    base::side_by_side(unheard.size(), threads, [&](std::size_t i) {
        if (auto course = course_of(unheard[i]->shape, window)) unheard[i]->echo = echo_of(*course);
    });
    for (const auto& [name, family] : families) compare_with_family(family);
    looks.quantities = quantities.size();
    const double tried = std::clamp(static_cast<double>(looks.quantities), 1.0, kMaxCorrection);
    for (Look& look : looks.all)
        if (look.shift)
            look.surprise = std::clamp(-std::log10(std::max(1e-300, look.p_value * tried)), 0.0,
                                       kMostSurprising);
    return looks;
}

}  // namespace insight::analysis::metrics
