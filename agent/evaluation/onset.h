// How much the engine is told about when the trouble began. Faults that are found only when their
// time is handed over say little about a night on call, so all three ways are scored.
#pragma once

#include <optional>
#include <string_view>

#include "agent/evaluation/labels.h"
#include "core/model/incident.h"

namespace insight::evaluation {

enum class OnsetMode {
    Detected,   // the window as it was recorded
    Given,      // the window and its first alert begin at the labelled onset
    GivenLate,  // … one minute after it: what a slow alert rule does
};

std::string_view name(OnsetMode mode);  // detected, given, given+60
std::optional<OnsetMode> onset_mode(std::string_view name);

// Moves the window's start and the first alert to the onset; false, and nothing moved, when the
// label has none and one is needed. The baseline keeps its end unless it would reach into the
// window.
bool tell_onset(OnsetMode mode, const LabelledCase& label, model::Incident& incident);

}  // namespace insight::evaluation
