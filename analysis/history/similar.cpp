#include "analysis/history/similar.h"

#include <algorithm>
#include <cmath>

#include "core/base/text.h"

namespace insight::analysis::history {
namespace {

constexpr std::size_t kMostShared = 12;
constexpr std::size_t kMostWords = 5;
constexpr std::size_t kMostShown = 3;
constexpr double kWorthAWord = 0.35;  // similarity

// "metric:pool_wait" as people say it; features that only count (spread, first) or
// repeat others (aspect) say nothing.
std::string words_of(const std::string& key) {
    const std::size_t colon = key.find(':');
    if (colon == std::string::npos) return {};
    const std::string_view kind = std::string_view(key).substr(0, colon);
    std::string rest = key.substr(colon + 1);
    if (kind == "metric") return "metric " + rest;
    if (kind == "line") return "log line `" + rest + "`";
    if (kind == "name") return rest;
    if (kind != "kind") return {};
    const std::size_t at = rest.find('@');
    const std::string where = at == std::string::npos ? "" : " of a " + rest.substr(at + 1);
    rest.resize(std::min(at, rest.size()));
    return base::spaced(std::move(rest)) + where;
}

// Conclusions are not compared.
bool compared(const std::string& key) {
    return !key.starts_with("class:") && !key.starts_with("level:");
}

}  // namespace

std::vector<Similar> most_similar(const Fingerprint& fingerprint,
                                  std::span<const model::PastIncident> past, std::size_t most,
                                  double least) {
    std::map<std::string, int> having;
    for (const model::PastIncident& one : past)
        for (const auto& [key, weight] : one.features) ++having[key];
    const double all = static_cast<double>(past.size()) + 1;
    const auto rarity = [&](const std::string& key) {
        const auto it = having.find(key);
        return std::log(1 + all / ((it == having.end() ? 0 : it->second) + 1.0));
    };

    std::vector<Similar> found;
    for (const model::PastIncident& one : past) {
        double smaller = 0;
        double larger = 0;
        std::vector<std::pair<double, std::string>> shared;
        for (const auto& [key, weight] : fingerprint.features) {
            if (!compared(key)) continue;
            const auto other = one.features.find(key);
            const double theirs = other == one.features.end() ? 0 : other->second;
            const double both = rarity(key) * std::min(weight, theirs);
            smaller += both;
            larger += rarity(key) * std::max(weight, theirs);
            if (both > 0) shared.emplace_back(-both, key);
        }
        for (const auto& [key, weight] : one.features)
            if (compared(key) && !fingerprint.features.contains(key))
                larger += rarity(key) * weight;
        if (larger <= 0 || smaller / larger < least || smaller <= 0) continue;
        Similar similar{&one, smaller / larger, {}};
        std::sort(shared.begin(), shared.end());
        for (std::size_t i = 0; i < shared.size() && i < kMostShared; ++i)
            similar.shared.push_back(shared[i].second);
        found.push_back(std::move(similar));
    }
    std::stable_sort(found.begin(), found.end(), [](const Similar& a, const Similar& b) {
        if (a.similarity != b.similarity) return a.similarity > b.similarity;
        return a.past->opened_at > b.past->opened_at;
    });
    if (found.size() > most) found.resize(most);
    return found;
}

std::vector<model::SimilarIncident> similar_incidents(const model::Report& report,
                                                      std::span<const model::PastIncident> past) {
    std::vector<model::SimilarIncident> out;
    for (const Similar& one : most_similar(fingerprint_of(report), past, kMostShown, kWorthAWord)) {
        model::SimilarIncident similar{
            one.past->incident,    one.past->title,       one.past->opened_at, one.similarity, {},
            one.past->cause_class, one.past->cause_entity};
        for (const std::string& key : one.shared)
            if (std::string text = words_of(key);
                !text.empty() && similar.shared.size() < kMostWords)
                similar.shared.push_back(std::move(text));
        out.push_back(std::move(similar));
    }
    return out;
}

std::optional<model::PastIncident> past_of(const model::Report& report) {
    if (report.causes.empty() || report.verdict != model::Verdict::Cause) return std::nullopt;
    const model::Cause& cause = report.causes.front();
    return model::PastIncident{report.incident.id,        model::title(report.incident),
                               report.incident.opened_at, fingerprint_of(report).features,
                               cause.cause_class,         cause.entity};
}

}  // namespace insight::analysis::history
