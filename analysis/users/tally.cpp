#include "analysis/users/tally.h"

#include <algorithm>

namespace insight::analysis::users {

void Tally::add(Phase phase, std::size_t attribute, std::string_view user, bool went_wrong) {
    Part& part = by_attribute_[attribute][static_cast<std::size_t>(phase)];
    part.seen.add(user);
    if (went_wrong) part.affected.add(user);
    ++part.requests;
    part.fine += went_wrong ? 0 : 1;
}

void Tally::merge(const Tally& other) {
    for (const auto& [attribute, parts] : other.by_attribute_)
        for (std::size_t i = 0; i < parts.size(); ++i) {
            Part& part = by_attribute_[attribute][i];
            part.seen.merge(parts[i].seen);
            part.affected.merge(parts[i].affected);
            part.requests += parts[i].requests;
            part.fine += parts[i].fine;
        }
}

std::optional<std::size_t> Tally::best() const {
    constexpr auto kNow = static_cast<std::size_t>(Phase::Now);
    std::uint64_t most = 0;
    for (const auto& [attribute, parts] : by_attribute_)
        most = std::max(most, parts[kNow].requests);
    if (most == 0) return std::nullopt;
    for (const auto& [attribute, parts] : by_attribute_)
        // In the order of kAttributes: what names a person comes first.
        if (parts[kNow].requests * 2 >= most) return attribute;
    return std::nullopt;
}

const Part& Tally::part(Phase phase, std::size_t attribute) const {
    static const Part kNobody;
    const auto it = by_attribute_.find(attribute);
    return it == by_attribute_.end() ? kNobody : it->second[static_cast<std::size_t>(phase)];
}

}  // namespace insight::analysis::users
