#include "agent/report/network.h"

#include <fmt/format.h>

#include "agent/report/facts.h"

namespace insight::report {

using base::Json;

std::vector<std::string> network_lines(const Json& report) {
    const Json& told = base::object_at(report, "evomap");
    std::vector<std::string> out;
    for (const Json& hint : base::array_at(told, "seenBefore")) {
        const std::string outcome = line_at(hint, "outcome", 20);
        out.push_back(fmt::format(
            "Seen before by {} (outcome {}; {}; a hint, not a finding): {}",
            line_at(hint, "sourceNode", 60), outcome.empty() ? "not said" : outcome,
            base::flag_at(hint, "verified") ? "id verified"
                                            : "untrusted: " + line_at(hint, "doubt", 100),
            line_at(hint, "summary", 300)));
    }
    for (const Json& one : base::array_at(told, "publications")) {
        const std::string state = line_at(one, "state", 20);
        out.push_back(fmt::format("{}: {}",
                                  state == "queued" ? "Published to the EvoMap network"
                                  : state == "held" ? "Held before publishing"
                                                    : "Not published to the EvoMap network",
                                  line_at(one, "why", 400)));
    }
    return out;
}

}  // namespace insight::report
