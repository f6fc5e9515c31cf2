// Scores over many cases: accuracy, calibration, time.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/evaluation/outcome.h"

namespace insight::evaluation {

struct Bounds {
    double low = 0;
    double high = 1;
};

// The 95 % score interval of a proportion (Wilson, 1927): honest for few cases and for 0 or all
// right, where the usual ± interval has no width.
Bounds wilson(double right, double count);

// A right answer at expected rank r counts for AC@k when r <= k; Avg@5 is the mean of AC@1 to AC@5;
// MRR the mean of 1/r. A case without a right answer adds nothing.
struct Accuracy {
    std::size_t cases = 0;
    std::array<double, 5> ac{};  // AC@1 to AC@5
    double avg5 = 0;
    double mrr = 0;
};
Accuracy accuracy(const std::vector<std::optional<double>>& ranks);

// The mean over groups, each weighing the same however many cases it has.
Accuracy macro(const std::map<std::string, std::vector<std::optional<double>>>& groups);

struct Bin {
    double from = 0;
    double to = 0;
    std::size_t count = 0;
    double stated = 0;  // mean
    double right = 0;   // share
};

// Brier: mean of (stated - right)². ECE: over ten bins of equal width, the mean distance of stated
// from true, weighed by how many fall into the bin (Naeini et al., 2015).
struct Calibration {
    std::size_t count = 0;
    double brier = 0;
    double ece = 0;
    std::vector<Bin> bins;  // those that hold something
};
Calibration calibration(const std::vector<Statement>& statements);

// "Of those stated with at least 0.8, how many were right".
struct Share {
    std::size_t count = 0;
    std::size_t right = 0;
};
Share high_confidence(const std::vector<Statement>& statements);

struct Scores {
    Accuracy all;
    Accuracy prior;  // of the baseline, over the cases with a labelled entity or change
    Accuracy entities, changes;
    Accuracy by_service, by_fault;  // macro averages over the cases that say so
    Share no_change, healthy;
    Calibration first, verdict;
    Share high;
    std::map<std::string, std::map<std::string, std::size_t>> verdicts;  // by kind, by verdict
    std::size_t skipped = 0, failed = 0;
    double seconds_per_case = 0, read_seconds_per_case = 0, engine_seconds_per_case = 0;
};

Scores score(const std::vector<const Outcome*>& outcomes);

// By the labels' group, and by its first word where groups are parts of a set ("shop/latency").
std::map<std::string, std::vector<const Outcome*>> by_group(const std::vector<Outcome>& outcomes);

}  // namespace insight::evaluation
