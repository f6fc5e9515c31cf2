// Earlier samples of an instance: which of them are worth showing, and what changed between them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "core/store/store.h"

namespace insight::collectors {

constexpr std::size_t kShownSamples = 40;

// Positions of at most `limit` of `size` items, evenly spread, the first and the last among them.
inline std::vector<std::size_t> thinned(std::size_t size, std::size_t limit) {
    std::vector<std::size_t> positions;
    const std::size_t count = std::min(size, limit);
    for (std::size_t i = 0; i < count; ++i)
        positions.push_back(count == 1 ? size - 1 : i * (size - 1) / (count - 1));
    return positions;
}

// Samples in ascending time, whatever the store gave, without those whose content is no object.
inline std::vector<store::Sample> in_order(std::vector<store::Sample> samples) {
    std::erase_if(samples, [](const store::Sample& s) { return !s.content.is_object(); });
    std::stable_sort(samples.begin(), samples.end(),
                     [](const auto& a, const auto& b) { return a.time < b.time; });
    return samples;
}

}  // namespace insight::collectors
