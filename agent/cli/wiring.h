// From a configuration to running parts: the only place that knows the concrete types.
#pragma once

#include <memory>
#include <string>

#include "agent/sources.h"
#include "config/config.h"
#include "core/base/redaction/entrance.h"
#include "core/net/transport.h"
#include "core/store/store.h"
#include "github/client.h"

namespace insight::cli {

// The fields of every collector and the blocks of the other rooms, as the configuration needs them.
config::Known known_settings();

// `path`, else /etc/devops-insight/config.yaml where that exists, else the defaults.
base::Result<config::Config> load_config(const std::string& path);

// The store that a configuration names; whatever is written to its audit chain passes a border.
base::Result<std::unique_ptr<store::Store>> configured_store(const config::Config& config);
// The same of load_config(path).
base::Result<std::unique_ptr<store::Store>> configured_store(const std::string& path);

// The key of all borders, kept in the store: the same value has the same token at every door.
// Without a store (nullptr, or one that cannot be written) one that nobody else has.
base::Secret border_key(store::Store* store);

// What an investigation needs. Members are destroyed from the bottom up.
struct Parts {
    base::SystemClock clock;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<base::KeyOfEntrance> entrance;  // asks the store, so it goes before it
    std::unique_ptr<net::Transport> transport;
    std::unique_ptr<github::Client> github;  // nullptr without a block `github`
    std::unique_ptr<agent::Sources> sources;
};

// `store_required`: the service cannot do without; a command can, only "what changed since" is
// unknown then.
base::Result<std::unique_ptr<Parts>> wire(const config::Config& config, bool store_required);

}  // namespace insight::cli
