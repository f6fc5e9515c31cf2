// Questions about a report that was just made, from standard input.
#pragma once

#include "agent/cli/options.h"
#include "agent/cli/wiring.h"
#include "agent/reasoning/case.h"
#include "agent/recorded.h"
#include "core/model/report.h"

namespace insight::cli {

// One question a line; an empty one, "exit" or the end of input ends it. The conversation lives in
// memory, as nobody else could go on with it; what it costs and what a model was told stand in the
// configured store, where there is one. `logs` reads the window's log records, as often as asked.
Exit talk(const agent::Recorded& window, const agent::reasoning::LogStream& logs,
          const model::Report& report, const config::Config& config, Parts& parts);

// Markdown as a terminal shows it: escapes, emphasis and invisible characters gone.
std::string plain_text(const std::string& markdown);

}  // namespace insight::cli
