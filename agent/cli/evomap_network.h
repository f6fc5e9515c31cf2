// What the commands of the EvoMap network share.
#pragma once

#include <memory>
#include <string>

#include "agent/cli/commands.h"
#include "agent/publishing/publishing.h"

namespace insight::cli {

// What every command but hash needs; members are destroyed from the bottom up.
struct Network {
    base::SystemClock clock;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<net::Transport> transport;
    std::unique_ptr<agent::Publishing> publishing;
};

// Errors: of the configuration (also: it has no block `evomap`), of the store, of the node's file.
base::Result<std::unique_ptr<Network>> open_network(const Options& options);

// "-": standard input. Errors: NotFound, TooLarge (64 MiB).
base::Result<std::string> read_input(const std::string& path);

base::Result<base::Json> stored_report(Network& network, const std::string& incident);

// The JSON or the text, as `--format` says.
void show(const Options& options, const base::Json& json, const std::string& text);

}  // namespace insight::cli
