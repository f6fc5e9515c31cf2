#include "analysis/users/crowd.h"

#include <cmath>

#include "analysis/hash.h"

namespace insight::analysis::users {

void Crowd::add(std::string_view user) {
    add(finish_hash(hash_of(user)));
}

void Crowd::add(std::uint64_t hash) {
    if (!many_.empty()) {
        many_.front().add(hash);
        return;
    }
    few_.insert(hash);
    if (few_.size() > kFew) grow();
}

void Crowd::grow() {
    if (many_.empty()) many_.emplace_back();
    for (const std::uint64_t known : few_) many_.front().add(known);
    few_.clear();
}

void Crowd::merge(const Crowd& other) {
    for (const std::uint64_t hash : other.few_) add(hash);
    if (other.many_.empty()) return;
    grow();
    many_.front().merge(other.many_.front());
}

std::int64_t Crowd::count() const {
    return many_.empty() ? static_cast<std::int64_t>(few_.size())
                         : std::llround(many_.front().count());
}

}  // namespace insight::analysis::users
