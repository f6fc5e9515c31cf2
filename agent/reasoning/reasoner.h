// The stage "reason": a language model may look, must prove, and can never hurt.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/reasoning/investigation.h"
#include "agent/reasoning/tools/tools.h"

namespace insight::agent::reasoning {

// What an investigation may use of the process around it. Everything may be missing.
struct Surroundings {
    std::vector<Tier> tiers;                // the wanted model first, then smaller ones
    store::Documents* documents = nullptr;  // what was spent
    store::Audit* audit = nullptr;
    base::Border* border = nullptr;  // of this incident
    Runbooks runbooks{};
    // Tools beyond the recording: MCP servers. What is not offered is said in `left_out`.
    std::function<Tools(std::vector<std::string>& left_out)> outside{};
    Watch watch{};
    bool start_from_report = true;  // false: from nothing, for comparison
};

// Lets the models of `around` investigate the recorded window and changes `report` by what was
// proven; report.reasoning says how it went. Whatever fails, the engine's report stays. The result
// are the lines for the snapshot's model.ndjson. Never throws. Blocks for at most
// settings.timeout and the last call.
std::vector<base::Json> reason(const store::Snapshot& snapshot, const LogStream& logs,
                               const Settings& settings, const Surroundings& around,
                               const base::Clock& clock, model::Report& report);

// The same from snapshot.exchanges, without any model, for the same bytes. Does nothing where none
// were recorded.
void reason_again(const store::Snapshot& snapshot, const LogStream& logs, model::Report& report);

}  // namespace insight::agent::reasoning
