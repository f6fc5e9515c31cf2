#include "evomap/settings.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <array>
#include <cstdlib>

namespace insight::evomap {
namespace {

using config::Field;
using config::FieldType;
using config::Limit;

constexpr std::array<Field, 13> kFields{{
    {"apiUrl", FieldType::Url, "https://evomap.ai/a2a", "The hub of the network."},
    {"nodeId", FieldType::Text, "",
     "Who we are there: node_ and 12 to 32 hexadecimal digits; without it one is made and kept."},
    {"enableHeartbeat", FieldType::Flag, "true", "Tell the hub regularly that the node lives."},
    {"heartbeatInterval", FieldType::Count, "900000",
     "Milliseconds between two heartbeats where the hub names no interval."},
    {"autoPublish", FieldType::Flag, "false",
     "Publish what was found without being asked: incident text, redacted, to a public network."},
    {"minConfidence", FieldType::Number, "0.8", "Below it nothing is published."},
    {"approval", FieldType::Flag, "false", "Hold what would be published until a person agrees."},
    {"search", FieldType::Flag, "true",
     "Ask the network whether an incident was seen before; only searches that are free."},
    {"allowSpending", FieldType::Flag, "false", "Fetch assets that cost credits."},
    {"publishDiffs", FieldType::Flag, "false", "Publish changed lines of files as well."},
    {"stateDirectory", FieldType::Text, "",
     "Where node id and secret are kept; without it a folder below the user's state directory."},
    {"words", FieldType::TextList, "",
     "Names of the organisation, its customers and systems, which are never published."},
    {"validationCommands", FieldType::TextList, "",
     "What an asset names as its check, instead of the assertion that all hubs accept."},
}};

constexpr std::array<Limit, 2> kLimits{{
    {.key = "heartbeatInterval", .least = 300'000, .most = 86'400'000},
    {.key = "minConfidence", .least = 0, .most = 1},
}};

// "[::1]", "localhost", 127.0.0.0/8
bool loopback(std::string_view host) {
    const bool digits = host.find_first_not_of("0123456789.") == std::string_view::npos;
    return host == "localhost" || host == "[::1]" || (digits && host.starts_with("127."));
}

std::string usual_state_directory() {
    if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state != '\0')
        return std::string(state) + "/devops-insight/evomap";
    const char* home = std::getenv("HOME");
    if (home == nullptr || *home == '\0') return "/var/lib/devops-insight/evomap";
    return std::string(home) + "/.local/state/devops-insight/evomap";
}

}  // namespace

const config::Block kBlock{.name = "evomap",
                           .purpose = "The EvoMap node that publishes and finds what was learnt.",
                           .fields = kFields,
                           .limits = kLimits};

base::Result<std::string> hub_root(std::string_view url) {
    while (url.ends_with('/')) url.remove_suffix(1);
    // With or without the protocol's own path.
    if (url.ends_with("/a2a")) url.remove_suffix(4);
    while (url.ends_with('/')) url.remove_suffix(1);
    const std::string_view rest = url.substr(std::min(url.size(), url.find("://") + 3));
    std::string_view host = rest.substr(0, rest.find('/'));
    const std::size_t port = host.rfind(':');
    if (port != std::string_view::npos && host.find(']', port) == std::string_view::npos)
        host = host.substr(0, port);
    if (url.starts_with("https://") && !host.empty()) return std::string(url);
    if (url.starts_with("http://") && loopback(host)) return std::string(url);
    return base::fail(base::ErrorKind::Invalid,
                      fmt::format("evomap.apiUrl: '{}' must begin with https://, because the node "
                                  "secret travels there; http:// is for this machine only",
                                  url));
}

bool is_node_id(std::string_view id) {
    static const RE2 kShape("node_[a-f0-9]{12,32}");
    return RE2::FullMatch(re2::StringPiece(id.data(), id.size()), kShape);
}

base::Result<Settings> settings_from(const config::BlockSettings& block) {
    const config::Instance& own = block.own;
    Settings out;
    out.enabled = block.given;
    auto root = hub_root(own.text("apiUrl"));
    if (!root) return base::fail(root.error());
    out.hub = std::move(*root);
    out.node_id = own.text("nodeId");
    if (const char* id = std::getenv("A2A_NODE_ID"); out.node_id.empty() && id != nullptr)
        out.node_id = id;
    if (!out.node_id.empty() && !is_node_id(out.node_id))
        return base::fail(base::ErrorKind::Invalid,
                          fmt::format("evomap.nodeId: '{}' must be node_ and 12 to 32 lower-case "
                                      "hexadecimal digits; leave it out to have one made",
                                      out.node_id));
    out.enable_heartbeat = own.flag("enableHeartbeat");
    out.heartbeat_interval = own.count("heartbeatInterval") * (base::kSecond / 1000);
    out.auto_publish = own.flag("autoPublish");
    out.min_confidence = own.number("minConfidence");
    out.approval = own.flag("approval");
    out.search = own.flag("search");
    out.allow_spending = own.flag("allowSpending");
    out.publish_diffs = own.flag("publishDiffs");
    out.state_directory = own.text("stateDirectory");
    if (out.state_directory.empty()) out.state_directory = usual_state_directory();
    out.words = own.text_list("words");
    out.validation = own.text_list("validationCommands");
    return out;
}

}  // namespace insight::evomap
