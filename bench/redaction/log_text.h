// Log text as services write it, for measuring: a few dozen shapes of lines with values that never
// repeat, one line in `secret_every` with a secret in it. The same seed gives the same bytes.
#pragma once

#include <cstdint>
#include <string>

namespace insight::bench {

struct LogText {
    std::size_t bytes = 1U << 20;
    std::uint64_t seed = 1;
    int secret_every = 1000;
    bool json = false;  // lines as JSON objects with escaped quotes inside
};

std::string log_text(const LogText& wanted);

}  // namespace insight::bench
