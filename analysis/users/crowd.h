// How many different users there were. Who they are is not kept: only hashes while they are few,
// and not even those once they are many.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "analysis/hyper_log_log.h"

namespace insight::analysis::users {

// Exact up to 2,048, then within about 1.6 % (4,096 registers). At most about 100 kB. The result
// does not depend on the order, nor on how users were split over crowds that were merged.
class Crowd {
  public:
    void add(std::string_view user);
    void merge(const Crowd& other);

    [[nodiscard]] std::int64_t count() const;
    [[nodiscard]] bool estimated() const { return !many_.empty(); }
    [[nodiscard]] bool empty() const { return few_.empty() && many_.empty(); }

  private:
    static constexpr std::size_t kFew = 2048;
    void add(std::uint64_t hash);
    void grow();

    std::unordered_set<std::uint64_t> few_;  // emptied when there are many
    std::vector<HyperLogLog<4096>> many_;    // none or one
};

}  // namespace insight::analysis::users
