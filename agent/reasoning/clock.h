// The times of a statement, read on one clock: that of the evidence, which is UTC.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/reasoning/record.h"
#include "agent/reasoning/token.h"

namespace insight::agent::reasoning {

// Moments are turned into UTC: from an offset, or from the zone named behind them. One without a
// zone is of the zone that another names ("from 14:05 to 14:09 CET"); of two that are named, it is
// in doubt. What may be read as several zones is left as it stands, and no evidence says it.
void read_clocks(const std::string& statement, std::vector<Token>& tokens);

// A clock in prose, as it stands there: of no zone, of UTC, or of the zone that the moment names.
// Gives what of its line is told with it, where others tell theirs beside it: "backup starts at" of
// "backup starts at 03:10, ends 12:02". Nothing: it does not stand there.
std::optional<std::string> written_with(const Record& record, const Token& moment);

}  // namespace insight::agent::reasoning
