// Two series that are sampled together: CPU and memory of a pod, use and limit of a quota.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/base/json.h"
#include "core/model/signals.h"

namespace insight::collectors::kubernetes {

class PairedSeries {
  public:
    using Pair = std::pair<model::Series, model::Series>;

    // One sample, `amounts` as it was kept: [first, second]. `begin` gives the two series without
    // points when `key` is new. Anything else than two numbers, and what is not later than the last
    // point, is left out.
    template <typename Begin>
    void add(const std::string& key, base::Nanos time, const base::Json& amounts,
             const Begin& begin) {
        if (!amounts.is_array() || amounts.size() != 2 || !amounts[0].is_number() ||
            !amounts[1].is_number())
            return;
        auto [it, fresh] = pairs_.try_emplace(key);
        auto& [first, second] = it->second;
        if (fresh) it->second = begin();
        if (!first.points.empty() && first.points.back().time >= time) return;
        first.points.push_back({time, amounts[0].get<double>()});
        second.points.push_back({time, amounts[1].get<double>()});
    }

    // All of them, by key.
    std::vector<model::Series> take() && {
        std::vector<model::Series> out;
        for (auto& [key, pair] : pairs_) {
            out.push_back(std::move(pair.first));
            out.push_back(std::move(pair.second));
        }
        return out;
    }

  private:
    std::map<std::string, Pair> pairs_;
};

}  // namespace insight::collectors::kubernetes
