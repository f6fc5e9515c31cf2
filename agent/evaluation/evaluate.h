// Runs the engine on labelled snapshots. Labels are read by the scorer only: the engine sees a
// snapshot's content, never its path or its label (but for the onset, in the modes that tell it).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "agent/evaluation/onset.h"
#include "agent/evaluation/outcome.h"
#include "agent/pipeline.h"

namespace insight::evaluation {

struct Plan {
    std::string folder;  // holds the snapshots
    OnsetMode onset = OnsetMode::Detected;
    int jobs = 1;
    bool disguised = false;  // with other names and at another time: the ranks must be the same
    // Called after each case, by one thread at a time.
    std::function<void(std::size_t done, const Outcome&)> progress = {};
    // Called with the engine's workings of each case, by one thread at a time, in any order.
    std::function<void(const LabelledCase&, const Pods&, const agent::Analysis&)> workings = {};
};

struct Evaluation {
    OnsetMode onset = OnsetMode::Detected;
    std::vector<Outcome> outcomes;  // in the order of the labels
    double peak_megabytes = 0;      // of this process: the largest resident set so far, in MiB
};

// A snapshot that cannot be read is an outcome with `failed` set, which counts as wrong.
Evaluation evaluate(const std::vector<LabelledCase>& cases, const Plan& plan);

}  // namespace insight::evaluation
