// A log line without what differs from one time to the next.
#pragma once

#include <string>
#include <string_view>

namespace insight::analysis::history {

// The first words of the line in lower case that consist of letters alone; numbers, ids, addresses,
// paths and quoted values are left out. Empty when fewer than two words remain.
std::string line_words(std::string_view line);

}  // namespace insight::analysis::history
