// Users of a stretch of time, and those of them whose requests went wrong, by every attribute that
// may tell them apart.
#pragma once

#include <array>
#include <map>
#include <optional>

#include "analysis/users/attribute.h"
#include "analysis/users/crowd.h"

namespace insight::analysis::users {

struct Part {
    Crowd seen;
    Crowd affected;
    std::uint64_t requests = 0;  // or records, that name somebody
    std::uint64_t fine = 0;      // of those that went well
};

enum class Phase : std::size_t { Before, Now };

// Threads: one at a time.
class Tally {
  public:
    void add(Phase phase, std::size_t attribute, std::string_view user, bool went_wrong);
    void merge(const Tally& other);

    // The attribute to count by: the first of kAttributes that at least half as many requests carry
    // as the one most carry. One that names a person is worth more than one that names a machine,
    // but not when only the few who signed in have it. Nothing where nobody is named.
    [[nodiscard]] std::optional<std::size_t> best() const;

    // Empty where nothing was added.
    [[nodiscard]] const Part& part(Phase phase, std::size_t attribute) const;

  private:
    std::map<std::size_t, std::array<Part, 2>> by_attribute_;
};

}  // namespace insight::analysis::users
