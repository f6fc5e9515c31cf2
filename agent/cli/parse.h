// The command line's grammar; the only place that knows the parsing library.
#pragma once

#include <optional>

#include "agent/cli/options.h"

namespace insight::cli {

struct Parsed {
    Options options;
    Exit exit = Exit::Done;  // what to exit with when there is no command to run
    bool run = false;
};

// Prints help, version or the usage error itself.
Parsed parse(int argc, char** argv);

}  // namespace insight::cli
