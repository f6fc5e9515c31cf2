// The typed configuration: one file, YAML or JSON, secrets by reference only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/block.h"
#include "config/field.h"

namespace insight::config {

struct Server {
    std::string address = "127.0.0.1";
    int port = 8080;              // 0 picks a free one
    base::Secret webhook_secret;  // Alertmanager's `authorization`; empty: tokens only
    int max_connections = 1024;
    std::string external_url;  // how people reach the pages; links in reports start with it

    [[nodiscard]] bool loopback() const;
};

struct Pipeline {
    int workers = 2;
    base::Nanos collect_timeout = 20 * base::kSecond;  // one deadline for all sources
    base::Nanos window = 15 * base::kMinute;  // incident interval before now when nothing says more
    base::Nanos baseline = base::kHour;       // before the incident interval
    base::Nanos lead = 5 * base::kMinute;  // how long before the alert's start the incident begins
    base::Nanos sample_interval = 30 * base::kSecond;  // how often database state is sampled
};

// A health scan that comes by itself. The expression and the zone are checked by who runs them.
struct Schedule {
    std::string name;
    std::string cron;       // five fields or @daily and the like
    std::string time_zone;  // IANA; empty: UTC
    base::Nanos window = 24 * base::kHour;
    std::string cluster;
    std::string space;    // namespace
    std::string service;  // empty: everything
};

struct Config {
    Server server;
    std::string store;  // sqlite:///absolute/path or postgresql://…, never with its password
    base::Secret store_password;
    Pipeline pipeline;
    std::string transport = "cpprest";  // or curl
    std::string log_level = "info";
    // by the descriptor's name; the entries of mcpServers are instances of "mcp"
    std::map<std::string, std::vector<Instance>> collectors;
    std::vector<Schedule> schedules;       // scans.schedules
    std::vector<base::Json> suppressions;  // scans.suppressions; model::suppression_from_json
    base::Json mcp_servers = base::Json::object();  // as it stands, for the kind "mcp"
    // By the block's name: every block that load() was told of.
    std::map<std::string, BlockSettings, std::less<>> blocks;
    // For start-up and `config check`: what works but should be changed, one sentence each.
    std::vector<std::string> warnings;

    // Without defaults for a block that load() was not told of.
    [[nodiscard]] const BlockSettings& block(std::string_view name) const;
};

// The collector kinds the product knows: name and fields of each descriptor (it passes them in
// because collectors live on a higher floor).
struct CollectorFields {
    std::string_view name;
    std::string_view purpose;
    std::span<const Field> fields;
};
using CollectorKinds = std::vector<CollectorFields>;

// What other rooms have declared.
struct Known {
    Known() = default;
    // NOLINTNEXTLINE(google-explicit-constructor): kinds alone are enough for many
    Known(CollectorKinds all_kinds, std::vector<const Block*> all_blocks = {})
        : kinds(std::move(all_kinds)), blocks(std::move(all_blocks)) {}

    CollectorKinds kinds;
    std::vector<const Block*> blocks;
};

// Reads and checks a file (by its text, YAML or JSON). `${NAME}` in any text is taken from the
// environment; `{env: NAME}` and `{file: PATH}` are how secrets are given; a relative PATH starts
// at the folder of `origin`. mcpServers is not expanded: its reader does that.
// Errors: NotFound, Denied, Invalid (one sentence naming line and key, and for an unknown key the
// nearest known one), TooLarge.
base::Result<Config> load(const std::string& path, const Known& known);
base::Result<Config> parse(std::string_view text, std::string_view origin, const Known& known);

// What `serve` uses when there is no file: loopback, a store below the user's state directory.
Config defaults(const Known& known = {});

// JSON Schema (2020-12) of the file.
base::Json schema(const Known& known);

}  // namespace insight::config
