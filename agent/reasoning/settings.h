// How far an investigation by a language model may go.
#pragma once

#include <string>

#include "config/block.h"
#include "core/base/json.h"
#include "core/base/time.h"

namespace insight::agent::reasoning {

// 0 in a limit of money or tokens: no limit of its own.
struct Budget {
    std::int64_t tokens_per_incident = 400'000;
    std::int64_t tokens_per_day = 10'000'000;
    double money_per_incident = 0;
    double money_per_day = 0;
    std::string currency = "USD";
    std::string tenant = "default";
};

struct Settings {
    bool enabled = true;
    int max_iterations = 30;
    int max_tool_calls = 150;
    int calls_at_once = 8;               // of one turn; more are not made
    std::int64_t context_tokens = 0;     // 0: what the model reads
    int max_output_tokens = 4096;        // of one answer
    std::size_t result_bytes = 6 << 10;  // of one tool result in the prompt
    base::Nanos timeout = 10 * base::kMinute;
    base::Nanos call_timeout = 2 * base::kMinute;
    Budget budget;
};

// The block `reasoning` of the configuration, and what it says.
const config::Block& settings_block();
Settings settings_from(const config::BlockSettings& block);

// What of them decides how an investigation goes, for the recording of a run. Unknown keys are
// ignored; limits hold for whatever a recording says.
base::Json to_json(const Settings& settings);
Settings settings_from_json(const base::Json& json);

}  // namespace insight::agent::reasoning
