// How the count of one template, or of all lines of an entity, changed: by how much, how
// surprisingly, since when.
#pragma once

#include <vector>

#include "analysis/logs/log_digest.h"

namespace insight::analysis::logs {

struct CountChange {
    double expected = 0;  // lines in the window if nothing had changed
    double more = 0;      // -log10 p of at least as many lines, uncorrected
    double fewer = 0;     // … of at most as many
    double z = 0;         // about standard normal where nothing changed: Anscombe's transform
    double magnitude = 0;
};

// `ratio`: exposure of the window over that of the baseline.
CountChange change_of(double before, double now, double ratio, double clump);

// Index of dispersion (variance over mean) of the lines per covered bucket of the baseline, 1 to
// 30: how many lines come at once. `usual` where too few lines tell.
double clump_of(const LogSummary& summary, const std::vector<BucketCount>& buckets, double usual);

// The first bucket of the rise (or fall, up = false) that lasts longest: cumulative sums, Page
// 1954. The time of its beginning, or `first` when that line is in it.
model::Nanos onset_of(const LogSummary& summary, const std::vector<BucketCount>& buckets, bool up,
                      model::Nanos first);

// Were there lines in the last quarter of what the window covers?
bool heard_lately(const LogSummary& summary, const std::vector<BucketCount>& buckets);

}  // namespace insight::analysis::logs
