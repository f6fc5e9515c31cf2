#include "config/config.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "config/block_reader.h"
#include "config/keys.h"
#include "config/listen.h"
#include "config/scans.h"
#include "config/store_url.h"
#include "config/surroundings.h"

namespace insight::config {
namespace {

constexpr std::size_t kMaxFile = 1U << 20;
constexpr std::size_t kMaxInstances = 100;  // of one kind
// Configured by mcpServers, in the shape that MCP clients share, not below `collectors`.
constexpr std::string_view kMcpKind = "mcp";

Tree empty_map() {
    Tree tree;
    tree.kind = Tree::Kind::Map;
    return tree;
}

// The part of a map that these fields describe; the rest is somebody else's.
Tree part(const Tree& tree, std::span<const Field> fields) {
    Tree out = empty_map();
    out.line = tree.line;
    for (const Field& field : fields)
        if (const Tree* value = tree.find(field.key)) {
            Entry entry{std::string(field.key), value->line, *value};
            out.entries.push_back(std::move(entry));
        }
    return out;
}

base::Result<Instance> own_section(const Tree& tree, const SectionKeys& keys, Reading& reading) {
    static const Tree kNothing = empty_map();
    const Tree* section = tree.find(keys.name);
    if (section == nullptr || section->kind == Tree::Kind::Null) section = &kNothing;
    return read_section(*section, std::string(keys.name), keys.fields, keys.limits, false, reading);
}

base::Status known_top_level(const Tree& tree, const Known& rooms, const Reading& reading) {
    std::vector<std::string> known{"server", "pipeline", "collectors", "scans", "mcpServers"};
    for (const Field& field : top_keys().fields) known.emplace_back(field.key);
    for (const Block* block : rooms.blocks) known.emplace_back(block->name);
    for (const Entry& entry : tree.entries)
        if (std::find(known.begin(), known.end(), entry.key) == known.end())
            return fail_at(reading.origin, entry.line, unknown_key(entry.key, "", known));
    return {};
}

base::Status read_top(const Tree& tree, Config& config, Reading& reading) {
    const auto& keys = top_keys();
    // Unknown keys of the top level are told before: here the blocks of others would be some.
    const auto top =
        read_section(part(tree, keys.fields), "", keys.fields, keys.limits, false, reading);
    if (!top) return base::fail(top.error());
    config.transport = top->text("transport");
    config.log_level = top->text("logLevel");
    config.store = top->text("store");
    if (config.store.empty()) config.store = default_store();
    const Tree* written = tree.find("store");
    auto url = store_url(config.store);
    if (!url) return fail_at(reading.origin, written->line, "'store' " + url.error().message);
    // Looked for in the text as written: what came from a variable is allowed.
    if (written != nullptr && has_written_password(written->text))
        return fail_at(reading.origin, written->line,
                       "'store' holds a password, which is not written here; give it as "
                       "storePassword: {env: NAME} or {file: PATH}");
    config.store = std::move(url->shown);
    config.store_password = top->secret("storePassword");
    // The key of its own counts before the one that a variable brought with the URL.
    if (config.store_password.empty()) config.store_password = std::move(url->password);
    return {};
}

base::Status read_server(const Tree& tree, Server& server, Reading& reading) {
    const auto section = own_section(tree, server_keys(), reading);
    if (!section) return base::fail(section.error());
    const auto listen = parse_listen(section->text("listen"));
    if (!listen)
        return fail_at(reading.origin, tree.find("server")->find("listen")->line,
                       "'server.listen' " + listen.error().message);
    server.address = listen->address;
    server.port = listen->port;
    server.webhook_secret = section->secret("webhookSecret");
    server.max_connections = static_cast<int>(section->count("maxConnections"));
    server.external_url = section->text("externalUrl");
    // Readers append paths that begin with "/".
    while (server.external_url.ends_with('/')) server.external_url.pop_back();
    return {};
}

base::Status read_pipeline(const Tree& tree, Pipeline& pipeline, Reading& reading) {
    const auto section = own_section(tree, pipeline_keys(), reading);
    if (!section) return base::fail(section.error());
    pipeline.workers = static_cast<int>(section->count("workers"));
    pipeline.collect_timeout = section->duration("collectTimeout");
    pipeline.window = section->duration("window");
    pipeline.baseline = section->duration("baseline");
    pipeline.lead = section->duration("lead");
    pipeline.sample_interval = section->duration("sampleInterval");
    return {};
}

base::Status read_instances(const Entry& kind, const CollectorFields& fields, Config& config,
                            Reading& reading) {
    const std::string path = "collectors." + kind.key;
    if (kind.value.kind == Tree::Kind::Null) return {};
    if (kind.value.kind != Tree::Kind::List || kind.value.items.size() > kMaxInstances)
        return fail_at(reading.origin, kind.value.line,
                       fmt::format("'{}' must be a list of at most {} instances, each with a name",
                                   path, kMaxInstances));
    std::vector<Instance>& instances = config.collectors[kind.key];
    for (const Tree& item : kind.value.items) {
        const std::string full = fmt::format("{}[{}]", path, instances.size());
        auto instance = read_section(item, full, fields.fields, {}, true, reading);
        if (!instance) return base::fail(instance.error());
        for (const Instance& other : instances)
            if (other.name() == instance->name())
                return fail_at(reading.origin, item.line,
                               fmt::format("'{}' has the name '{}', which another instance has",
                                           full, other.name()));
        instances.push_back(std::move(*instance));
    }
    return {};
}

base::Status read_collectors(const Tree& tree, const CollectorKinds& kinds, Config& config,
                             Reading& reading) {
    const Tree* collectors = tree.find("collectors");
    if (collectors == nullptr || collectors->kind == Tree::Kind::Null) return {};
    if (collectors->kind != Tree::Kind::Map)
        return fail_at(reading.origin, collectors->line,
                       "'collectors' must be a map of kinds, each a list of instances");
    for (const Entry& entry : collectors->entries) {
        if (entry.key == kMcpKind)
            return fail_at(reading.origin, entry.line,
                           "MCP servers are named below 'mcpServers' at the top level");
        const auto kind = std::find_if(kinds.begin(), kinds.end(),
                                       [&](const auto& k) { return k.name == entry.key; });
        if (kind == kinds.end()) {
            std::vector<std::string> known;
            for (const CollectorFields& k : kinds) known.emplace_back(k.name);
            return fail_at(reading.origin, entry.line, unknown_key(entry.key, "collectors", known));
        }
        if (auto status = read_instances(entry, *kind, config, reading); !status) return status;
    }
    return {};
}

base::Status read_blocks(const Tree& tree, const Known& known, Config& config, Reading& reading) {
    for (const Block* block : known.blocks) {
        auto settings = read_block(tree, *block, reading);
        if (!settings) return base::fail(settings.error());
        config.blocks.emplace(std::string(block->name), std::move(*settings));
    }
    return {};
}

// Every server that is not disabled becomes an instance; its keys are checked by who opens it.
base::Status read_mcp_servers(const Tree& tree, const CollectorKinds& kinds, Config& config,
                              const Reading& reading) {
    const Tree* block = tree.find("mcpServers");
    const bool known = std::any_of(kinds.begin(), kinds.end(),
                                   [](const auto& kind) { return kind.name == kMcpKind; });
    if (block == nullptr || block->kind == Tree::Kind::Null) return {};
    if (block->kind != Tree::Kind::Map)
        return fail_at(reading.origin, block->line, "'mcpServers' must be a map");
    // Kept as it stands, also with the disabled ones and with the keys of other clients.
    config.mcp_servers = to_json(*block);
    if (!known) return {};
    for (const Entry& entry : block->entries) {
        const base::Json& settings = config.mcp_servers[entry.key];
        const bool shown = !entry.key.empty() && entry.key.size() <= 64 &&
                           std::all_of(entry.key.begin(), entry.key.end(),
                                       [](char c) { return c >= ' ' && c <= '~' && c != '/'; });
        if (!shown || !settings.is_object() || block->entries.size() > kMaxInstances)
            return fail_at(
                reading.origin, entry.line,
                fmt::format("'mcpServers' must be a map of at most {} servers: a name of "
                            "at most 64 characters without '/', and a map",
                            kMaxInstances));
        if (!base::flag_at(settings, "disabled"))
            config.collectors[std::string(kMcpKind)].emplace_back(
                entry.key, settings, std::map<std::string, base::Secret>{});
    }
    return {};
}

base::Result<Config> read(const Tree& tree, const Known& known, Reading& reading) {
    if (tree.kind != Tree::Kind::Map)
        return fail_at(reading.origin, tree.line, "a configuration is a map of keys and values");
    Config config;
    // All parts are read, in this order, and the first complaint is the one told: a mistyped key
    // before the value that is missing because of it.
    for (const base::Status& status :
         {known_top_level(tree, known, reading), read_top(tree, config, reading),
          read_server(tree, config.server, reading), read_pipeline(tree, config.pipeline, reading),
          read_collectors(tree, known.kinds, config, reading), read_scans(tree, config, reading),
          read_blocks(tree, known, config, reading),
          read_mcp_servers(tree, known.kinds, config, reading)})
        if (!status) return base::fail(status.error());
    config.warnings = std::move(reading.warnings);
    // Last, since it fills only what the file leaves out.
    apply_environment(config, tree.find("logLevel") != nullptr);
    return config;
}

}  // namespace

const BlockSettings& Config::block(std::string_view name) const {
    static const BlockSettings kNothing;
    const auto found = blocks.find(name);
    return found == blocks.end() ? kNothing : found->second;
}

bool Server::loopback() const {
    return is_loopback(address);
}

base::Result<Config> parse(std::string_view text, std::string_view origin, const Known& known) {
    const base::Result<Tree> tree = read_tree(text, origin, {.bytes = kMaxFile});
    if (!tree) return base::fail(tree.error());
    // Relative paths of secret files are meant from the configuration, wherever the process stands.
    const std::string folder = std::filesystem::path(origin).parent_path().string();
    Reading reading{std::string(origin), folder.empty() ? "." : folder, {}};
    return read(*tree, known, reading);
}

base::Result<Config> load(const std::string& path, const Known& known) {
    const auto unreadable = [&](base::ErrorKind kind, std::string_view why) {
        return base::fail(kind, fmt::format("the configuration {} {}", path, why));
    };
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0)
        return unreadable(errno == EACCES ? base::ErrorKind::Denied : base::ErrorKind::NotFound,
                          fmt::format("cannot be opened ({})", std::strerror(errno)));
    if (S_ISDIR(status.st_mode)) return unreadable(base::ErrorKind::Invalid, "is a folder");
    std::ifstream stream(path, std::ios::binary);
    if (!stream) return unreadable(base::ErrorKind::Denied, "cannot be opened; check its mode");
    // One byte more than allowed is enough to know that there is too much.
    std::string text(kMaxFile + 1, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    return parse(text, path, known);
}

Config defaults(const Known& known) {
    Reading reading{"defaults", ".", {}};
    // A default that its own limits refuse would be a defect of a room: everything is empty then.
    return read(empty_map(), known, reading).value_or(Config{});
}

}  // namespace insight::config
