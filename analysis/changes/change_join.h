// Changes joined with what went wrong: how surprising is it that this one came just before?
#pragma once

#include <vector>

#include "core/model/signals.h"

namespace insight::analysis {

struct Coincidence {
    const model::Change* change = nullptr;
    model::Nanos lag = 0;      // from the change to the onset; never negative
    double p_value = 1;        // of a change that close by chance
    std::size_t examined = 0;  // how many changes were looked at
};

// Changes in the hour before the onset (or within the reading that shows it). The null model:
// changes fall at random with the rate seen over baseline and window (Poisson), so the chance of at
// least one within `lag` is 1 - exp(-rate * lag). Most surprising first.
std::vector<Coincidence> changes_before(const std::vector<model::Change>& changes,
                                        model::Nanos onset, const model::Window& window);

}  // namespace insight::analysis
