#include "agent/evaluation/onset.h"

#include <algorithm>

namespace insight::evaluation {

std::string_view name(OnsetMode mode) {
    switch (mode) {
        case OnsetMode::Detected:
            return "detected";
        case OnsetMode::Given:
            return "given";
        case OnsetMode::GivenLate:
            return "given+60";
    }
    return "";
}

std::optional<OnsetMode> onset_mode(std::string_view text) {
    for (const OnsetMode mode : {OnsetMode::Detected, OnsetMode::Given, OnsetMode::GivenLate})
        if (name(mode) == text) return mode;
    return std::nullopt;
}

bool tell_onset(OnsetMode mode, const LabelledCase& label, model::Incident& incident) {
    if (mode == OnsetMode::Detected) return true;
    if (!label.onset) return false;
    const base::Nanos onset = *label.onset + (mode == OnsetMode::GivenLate ? base::kMinute : 0);
    model::Window& window = incident.window;
    window.start = std::min(onset, window.end);
    // The baseline stays as it was recorded, less what now belongs to the window.
    window.baseline_end = std::min(window.baseline_end, window.start);
    if (!incident.alerts.empty()) incident.alerts.front().starts_at = onset;
    return true;
}

}  // namespace insight::evaluation
