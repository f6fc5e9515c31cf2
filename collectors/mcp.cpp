// MCP servers, as `mcpServers` names them: the declared calls of read-only tools in every window.
// Rows: collectors/README.md. The protocol: core/mcp.
#include <fmt/format.h>

#include <array>
#include <set>

#include "collectors/collector.h"
#include "collectors/coverage.h"
#include "collectors/mcp/collection.h"
#include "collectors/mcp/drift.h"
#include "collectors/mcp/examination.h"
#include "core/base/text.h"

namespace insight::collectors::mcp {
namespace {

using base::Json;
using config::FieldType;

// What the room core/mcp reads of an entry is here for the documentation, too.
constexpr std::array kFields{
    config::Field{"command", FieldType::Text, "", "the program, started without a shell"},
    config::Field{"args", FieldType::TextList, "", "its arguments"},
    config::Field{"env", FieldType::TextMap, "",
                  "its environment beside HOME, PATH, LANG and the like; values may be ${NAME}, "
                  "{env: NAME} or {file: PATH}"},
    config::Field{"cwd", FieldType::Text, "", "the folder it runs in"},
    config::Field{"url", FieldType::Url, "", "instead of a command: a Streamable HTTP server"},
    config::Field{"headers", FieldType::TextMap, "", "sent with every request to the url"},
    config::Field{"allow", FieldType::TextList, "",
                  "tools that do nothing but read though the server does not say so; as a map, "
                  "with the digest that was approved"},
    config::Field{"deny", FieldType::TextList, "", "tools that are never used"},
    config::Field{"calls", FieldType::TextList, "",
                  "what is asked in every window: tool, arguments, view, as, timeout"},
    config::Field{"timeout", FieldType::Duration, "10s", "limit of one call"},
    kClusterField,
    kNamespaceField,
};
// Keys of an entry that core/mcp has no use for and must not refuse.
constexpr std::array<std::string_view, 3> kOurs{"calls", "cluster", "namespace"};

constexpr std::array kReads{
    ReadItem{"server/discover or initialize, tools/list", "which tools there are, 500 at most",
             "one program that stays, or one connection; a list a minute while serving"},
    ReadItem{"tools/call of each of `calls`", "rows in the view of the call, or logs",
             "32 calls, 4 at a time; 2 MiB an answer, 2000 rows and 4 MiB in all"},
};

class Mcp final : public Source {
  public:
    Mcp(insight::mcp::Endpoint endpoint, std::vector<mcp::Call> calls, const Surroundings& around)
        : make_{"mcp",
                endpoint.name,
                {base::text_at(endpoint.settings, "cluster"),
                 base::text_at(endpoint.settings, "namespace")}},
          calls_(std::move(calls)),
          around_(around),
          client_(std::move(endpoint), around.transport) {}

    model::Signals collect(const Request& request) override {
        return mcp::Collection(client_, calls_, make_, around_, request).run();
    }

    // Its tools, so that one which changes under its name is noticed.
    base::Result<Json> sample(base::Deadline deadline) override {
        // No program is started for a server whose tools no window calls.
        if (calls_.empty()) return Json::object();
        const auto tools = client_.tools(deadline);
        if (!tools) return base::fail(tools.error());
        return mcp::digests_of(*tools);
    }

    std::vector<Probe> probe(base::Deadline deadline) override {
        return mcp::examine(client_, calls_, around_.clock, deadline);
    }

  private:
    RowMaker make_;
    std::vector<mcp::Call> calls_;
    Surroundings around_;
    insight::mcp::Client client_;
};

base::Result<std::unique_ptr<Source>> open(const config::Instance& instance,
                                           const Surroundings& around) {
    auto endpoint = insight::mcp::read_endpoint(instance.name(), instance.settings(), kOurs);
    if (!endpoint) return base::fail(std::move(endpoint.error()));
    auto calls = mcp::read_calls(instance.name(), instance.settings());
    if (!calls) return base::fail(std::move(calls.error()));
    return std::make_unique<Mcp>(std::move(*endpoint), std::move(*calls), around);
}

// Rights are the server's matter: what it is given decides what it can do, its hints are only its
// own word.
std::string rights(const config::Instance& instance) {
    std::set<std::string> tools;
    if (const auto calls = mcp::read_calls(instance.name(), instance.settings()))
        for (const auto& call : *calls) tools.insert(call.tool);
    std::string out =
        "# Give the server an account that can only read; its tools run with that account.\n"
        "# Called are tools that it marks read-only (annotations.readOnlyHint), and those that\n"
        "# `allow` names with the digest that doctor prints:\n";
    out += fmt::format("mcpServers: {{{}: {{allow: {{}}}}}}\n", instance.name());
    for (const std::string& tool : tools)
        out += fmt::format("# in every window: {}\n", base::shorten(tool, 128));
    return out;
}

}  // namespace
}  // namespace insight::collectors::mcp

namespace insight::collectors {

extern const Descriptor kMcp;
constinit const Descriptor kMcp{
    "mcp",
    "mcp",
    "MCP servers: read-only tools, asked in every window; configured below `mcpServers`",
    mcp::kFields,
    &mcp::open,
    mcp::kReads,
    &mcp::rights,
    "the servers everything, filesystem, memory, postgres, redis and kubernetes-mcp-server of npm, "
    "and one of both eras over pipes and Streamable HTTP."};

}  // namespace insight::collectors
