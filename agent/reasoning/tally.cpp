#include "agent/reasoning/tally.h"

#include <algorithm>
#include <vector>

#include "agent/reasoning/bounded.h"

namespace insight::agent::reasoning {

void Tally::add(std::string_view value, std::int64_t times) {
    const auto found = counts_.find(value);
    if (found != counts_.end())
        found->second += times;
    else if (counts_.size() < most_)
        counts_.emplace(value, times);
    else
        uncounted_ += times;
}

void Tally::merge(const Tally& other) {
    for (const auto& [value, count] : other.counts_) add(value, count);
    uncounted_ += other.uncounted_;
}

base::Json Tally::told(std::size_t common, std::size_t rare) const {
    std::vector<std::pair<std::int64_t, const std::string*>> sorted;
    for (const auto& [value, count] : counts_) sorted.emplace_back(-count, &value);
    std::sort(sorted.begin(), sorted.end(), [](const auto& left, const auto& right) {
        return left.first != right.first ? left.first < right.first : *left.second < *right.second;
    });
    base::Json out = base::Json::array();
    const auto tell = [&](std::size_t i) {
        out.push_back({{"value", cell(*sorted[i].second, 120)}, {"count", -sorted[i].first}});
    };
    const std::size_t first = std::min(common, sorted.size());
    for (std::size_t i = 0; i < first; ++i) tell(i);
    const std::size_t last = std::max(first, sorted.size() - std::min(rare, sorted.size()));
    if (last > first) out.push_back({{"further", last - first}});
    for (std::size_t i = last; i < sorted.size(); ++i) tell(i);
    if (uncounted_ > 0) out.push_back({{"uncounted", uncounted_}});
    return out;
}

}  // namespace insight::agent::reasoning
