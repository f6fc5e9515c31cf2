// How much more or less often every template was written than usual, before anything is said of it.
#pragma once

#include <vector>

#include "analysis/logs/log_change.h"
#include "analysis/logs/log_digest.h"

namespace insight::analysis::logs {

inline constexpr double kBad = 0.4;    // badness from which on a line is a warning
inline constexpr double kError = 0.7;  // … and an error

struct Judged {
    std::size_t entity = 0;
    std::size_t index = 0;  // of the template in the entity
    double bad = 0;
    CountChange change;
};

struct Judgements {
    std::vector<Judged> all;
    // Genomic control (Devlin and Roeder, 1999): where most templates changed a little, little
    // changes are nothing; z is divided by this.
    double inflation = 1;
    std::size_t bad_count = 0;
};

// Every template with a line to quote. Needs covered seconds in both parts.
Judgements judge_templates(const LogSummary& summary);

}  // namespace insight::analysis::logs
