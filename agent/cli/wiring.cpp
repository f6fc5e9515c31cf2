#include "agent/cli/wiring.h"

#include <filesystem>

#include "agent/chat/settings.h"
#include "agent/fixes/settings.h"
#include "agent/known_secrets/audit_border.h"
#include "agent/notifications/settings.h"
#include "agent/outcomes/settings.h"
#include "agent/outreach/kept_key.h"
#include "agent/privacy.h"
#include "agent/reasoning/settings.h"
#include "agent/repository_source.h"
#include "agent/runbooks/folder.h"
#include "agent/tickets/settings.h"
#include "core/base/crypto.h"
#include "core/llm/block.h"
#include "evomap/settings.h"

namespace insight::cli {
namespace {

constexpr const char* kUsualPlace = "/etc/devops-insight/config.yaml";

// Commits, deployments and releases of the configured repositories join the other sources.
base::Status open_github(const config::Config& config, Parts& parts) {
    const config::BlockSettings& block = config.block(github::kBlock.name);
    if (!block.given) return {};
    auto settings = github::settings_from(block);
    if (!settings) return base::fail(settings.error());
    auto client = github::Client::open(std::move(*settings), *parts.transport, parts.clock);
    if (!client) return base::fail(client.error());
    parts.github = std::move(*client);
    for (const github::Watched& one : parts.github->settings().repositories)
        parts.sources->add("github", one.name.text(), agent::repository_source(*parts.github, one));
    return {};
}

}  // namespace

config::Known known_settings() {
    config::Known known;
    for (const collectors::Descriptor* descriptor : collectors::all())
        known.kinds.push_back({descriptor->name, descriptor->purpose, descriptor->fields});
    known.blocks = {
        // one line a room that has a block of the file
        &llm::kBlock,
        &agent::reasoning::settings_block(),
        &github::kBlock,
        &fixes::kBlock,
        &tickets::kTicketsBlock,
        &notifications::kNotificationsBlock,
        &outcomes::kBlock,
        &evomap::kBlock,
        &agent::runbooks::kBlock,
        &agent::kPrivacyBlock,
        &agent::chat::kBlock,
    };
    return known;
}

base::Result<config::Config> load_config(const std::string& path) {
    if (!path.empty()) return config::load(path, known_settings());
    std::error_code ignored;
    if (std::filesystem::exists(kUsualPlace, ignored))
        return config::load(kUsualPlace, known_settings());
    // No file at all is a complete configuration: loopback, SQLite, no sources.
    return config::defaults(known_settings());
}

base::Result<std::unique_ptr<store::Store>> configured_store(const config::Config& config) {
    auto store = store::open_store(config.store, config.store_password);
    if (store)
        agent::guard_audit(**store, agent::privacy_rules(config),
                           [kept = store->get()] { return border_key(kept); });
    return store;
}

base::Result<std::unique_ptr<store::Store>> configured_store(const std::string& path) {
    const auto config = load_config(path);
    if (!config) return base::fail(config.error());
    return configured_store(*config);
}

base::Secret border_key(store::Store* store) {
    if (store != nullptr)
        if (auto key = outreach::kept_key(*store, "border")) return std::move(*key);
    // One for all doors of the process, or a value would have a token at each.
    static const base::Secret kOfThisRun(base::random_hex(32));
    return kOfThisRun;
}

base::Result<std::unique_ptr<Parts>> wire(const config::Config& config, bool store_required) {
    auto parts = std::make_unique<Parts>();
    auto store = configured_store(config);
    if (!store && store_required) return base::fail(store.error());
    if (store) parts->store = std::move(*store);
    // The key is only asked for when something is first hidden: a store that cannot be written must
    // not stop a command that hides nothing.
    parts->entrance = std::make_unique<base::KeyOfEntrance>(
        [kept = parts->store.get()] { return border_key(kept); });
    parts->transport = net::make_transport(config.transport == "curl" ? net::Adapter::Curl
                                                                      : net::Adapter::Cpprest);
    auto sources =
        agent::Sources::open(config, *parts->transport, parts->clock, parts->store.get());
    if (!sources) return base::fail(sources.error());
    parts->sources = std::move(*sources);
    if (auto opened = open_github(config, *parts); !opened) return base::fail(opened.error());
    return parts;
}

}  // namespace insight::cli
