// What a series tells about health: which area it belongs to, which way is bad, where it ends.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/model/health.h"

namespace insight::analysis::health {

// How a quantity gets worse.
enum class Way {
    Up,      // it grows, towards a limit where one is known
    Down,    // it shrinks, towards zero: what is free, what is left
    Expires  // its value says when it ends (certificates.h)
};

struct Subject {
    model::HealthArea area = model::HealthArea::State;
    Way way = Way::Up;
    bool stock = false;  // an amount that is there, never a counter, though it may only grow
};

// By the words of the name; nothing for what says nothing about health, limits and settings
// included.
std::optional<Subject> subject_of(std::string_view series_name);

// "container.memory.workingSet" → "_container_memory_working_set_"
std::string words_of(std::string_view name);

}  // namespace insight::analysis::health
