#include "analysis/history/similar.h"

#include <algorithm>
#include <cmath>

namespace insight::analysis::history {
namespace {

constexpr std::size_t kMostShared = 5;

bool compared(const std::string& key, Names names) {
    if (key.starts_with("class:") || key.starts_with("level:")) return false;
    return names == Names::Count || !key.starts_with("name:");
}

}  // namespace

std::vector<Similar> most_similar(const Fingerprint& fingerprint, std::span<const Past> past,
                                  std::size_t most, double least, Names names) {
    std::map<std::string, int> having;
    for (const Past& one : past)
        for (const auto& [key, weight] : one.fingerprint.features) ++having[key];
    const double all = static_cast<double>(past.size()) + 1;
    const auto rarity = [&](const std::string& key) {
        const auto it = having.find(key);
        return std::log(1 + all / ((it == having.end() ? 0 : it->second) + 1.0));
    };

    std::vector<Similar> found;
    for (const Past& one : past) {
        double smaller = 0;
        double larger = 0;
        std::vector<std::pair<double, std::string>> shared;
        for (const auto& [key, weight] : fingerprint.features) {
            if (!compared(key, names)) continue;
            const auto other = one.fingerprint.features.find(key);
            const double theirs = other == one.fingerprint.features.end() ? 0 : other->second;
            const double both = rarity(key) * std::min(weight, theirs);
            smaller += both;
            larger += rarity(key) * std::max(weight, theirs);
            if (both > 0) shared.emplace_back(-both, key);
        }
        for (const auto& [key, weight] : one.fingerprint.features)
            if (compared(key, names) && !fingerprint.features.contains(key))
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

std::map<std::string, double> class_prior(std::span<const Similar> similar) {
    std::map<std::string, double> votes;
    double sum = 1;  // the vote for something else
    for (const Similar& one : similar) {
        if (one.past->cause_class.empty()) continue;
        const double vote = one.similarity * one.similarity * (one.past->confirmed ? 2 : 1);
        votes[one.past->cause_class] += vote;
        sum += vote;
    }
    for (auto& [cause_class, vote] : votes) vote /= sum;
    return votes;
}

}  // namespace insight::analysis::history
