// A command of a kubeconfig, run without a shell, with a time limit and bounded output.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"

namespace insight::kubernetes {

struct Command {
    std::string file{};  // with a slash: that file; without: looked up in PATH
    std::vector<std::string> arguments{};
    std::vector<std::pair<std::string, std::string>> environment{};  // added to ours
    std::size_t most_output = 1U << 20;
};

struct Finished {
    int exit_code = 0;  // 128 + N when signal N ended it
    std::string output{};
    std::string complaint{};  // the end of what it wrote to standard error
};

// Standard input is empty. The command and what it started are killed at the deadline, and when it
// writes more than it may. Errors: NotFound (no such command), Timeout, TooLarge, Unavailable.
base::Result<Finished> run(const Command& command, base::Deadline deadline);

}  // namespace insight::kubernetes
