// config check, config schema, config sources, token create | list | revoke
#include <fmt/format.h>

#include "agent/chat/settings.h"
#include "agent/cli/commands.h"
#include "agent/cli/output.h"
#include "agent/cli/wiring.h"
#include "agent/scan.h"
#include "agent/scheduler.h"
#include "agent/sources.h"
#include "collectors/sources_page.h"
#include "config/fields_table.h"
#include "core/base/crypto.h"
#include "core/llm/block.h"

namespace insight::cli {
namespace {

base::Result<std::unique_ptr<store::Store>> token_store(const Options& options) {
    const auto config = load_config(options.config);
    if (!config) return base::fail(config.error());
    return configured_store(*config);
}

// What only a source can judge: names of kinds, addresses, calls. Opened, none of them connects to
// anything yet; files that are elsewhere are no fault of the configuration.
base::Status check_sources(const config::Config& config) {
    // either adapter would do: no request is made
    const auto transport = net::make_transport(net::Adapter::Curl);
    const base::SystemClock clock;
    auto sources = agent::Sources::open(config, *transport, clock, nullptr);
    if (sources || sources.error().kind != base::ErrorKind::Invalid) return {};
    return base::fail(std::move(sources.error()));
}

}  // namespace

Exit check_config(const Options& options) {
    const auto config = config::load(options.config, known_settings());
    if (!config) return complain(config.error());
    if (auto plans = agent::plans_of(config->schedules); !plans) return complain(plans.error());
    if (auto quiet = agent::suppressions_of(*config); !quiet) return complain(quiet.error());
    if (auto models = llm::settings_from(config->block(llm::kBlock.name)); !models)
        return complain(models.error());
    if (auto sources = check_sources(*config); !sources) return complain(sources.error());
    if (auto zone = agent::chat::zone_from(config->block(agent::chat::kBlock.name)); !zone)
        return complain(zone.error());
    for (const std::string& warning : config->warnings)
        std::fprintf(stderr, "warning: %s\n", warning.c_str());
    std::size_t instances = 0;
    for (const auto& [kind, list] : config->collectors) instances += list.size();
    print(fmt::format("{} is valid: {} collector {}, store {}", options.config, instances,
                      instances == 1 ? "instance" : "instances", config->store));
    return Exit::Done;
}

Exit print_schema(const Options&) {
    print(base::dump_json(config::schema(known_settings()), 2));
    return Exit::Done;
}

Exit print_blocks(const Options&) {
    print(config::blocks_page(known_settings().blocks));
    return Exit::Done;
}

Exit print_sources(const Options&) {
    print(collectors::sources_page(collectors::all()));
    return Exit::Done;
}

Exit create_token(const Options& options) {
    auto store = token_store(options);
    if (!store) return complain(store.error());
    const auto role = store::role_from(options.role);
    if (!role) return complain(role.error());
    // 192 bits. A plain SHA-256 is enough to keep it by: what is random needs no slow hash.
    const std::string token = "dit_" + base::random_hex(24);
    const auto kept = (*store)->put_token(base::sha256_hex(token),
                                          {options.name, *role, base::SystemClock().now()});
    if (!kept) return complain(kept.error());
    std::fprintf(stderr, "token of %s (%s); it is stored hashed and not shown again:\n",
                 options.name.c_str(), options.role.c_str());
    print(token);
    return Exit::Done;
}

Exit list_tokens(const Options& options) {
    auto store = token_store(options);
    if (!store) return complain(store.error());
    const auto tokens = (*store)->tokens();
    if (!tokens) return complain(tokens.error());
    std::string out =
        tokens->empty() ? "no tokens: the service is open on loopback and closed elsewhere\n" : "";
    for (const store::Token& token : *tokens)
        out += fmt::format("{:24} {:9} {}\n", token.name, name(token.role),
                           base::format_rfc3339(token.created_at));
    print(out);
    return Exit::Done;
}

Exit revoke_token(const Options& options) {
    auto store = token_store(options);
    if (!store) return complain(store.error());
    if (auto gone = (*store)->drop_token(options.name); !gone) return complain(gone.error());
    print(fmt::format("token of {} is revoked", options.name));
    return Exit::Done;
}

}  // namespace insight::cli
