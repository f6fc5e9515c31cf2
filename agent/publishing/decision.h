// May this report's lesson be published? Pure.
#pragma once

#include <string>

#include "evomap/settings.h"

namespace insight::agent {

using base::Json;

struct Decision {
    // off: the network is not configured; withheld: nothing leaves, `why` says why; held: waits for
    // a person; queued: goes out.
    enum class Outcome { Off, Withheld, Held, Queued };
    Outcome outcome = Outcome::Off;
    std::string why;  // one sentence, for the report
};

// `report` in its public shape. `asked`: a person wants it published, so that only autoPublish and
// approval do not count; everything else does.
Decision decide(const Json& report, const evomap::Settings& settings, bool asked);

// The same for one finding of a health scan.
Decision decide_warning(const Json& report, const Json& finding, const evomap::Settings& settings,
                        bool asked);

// How sure a finding is: that of its forecast's interval (nine of ten), less the chance that a
// series without growth looks like it; that of the cause that cites the same evidence; else even.
double confidence_of(const Json& report, const Json& finding);

std::string_view name(Decision::Outcome outcome);

// Queued or held: it will leave, at once or after somebody's yes.
bool goes_out(const Decision& decision);

}  // namespace insight::agent
