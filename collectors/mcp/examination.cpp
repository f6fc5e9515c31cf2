#include "collectors/mcp/examination.h"

#include <fmt/format.h>

#include "collectors/common_probes.h"
#include "core/base/text.h"
#include "core/mcp/process.h"

namespace insight::collectors::mcp {
namespace {

using insight::mcp::Client;
using insight::mcp::Endpoint;
using insight::mcp::Tool;
using insight::mcp::ToolList;

constexpr std::size_t kShownTools = 40;

// The same failure has other reasons when a package runner stands between us and the server.
std::string advice(const Endpoint& endpoint, const base::Error& error) {
    const bool fetches = endpoint.command == "npx" || endpoint.command == "uvx";
    switch (error.kind) {
        case base::ErrorKind::Timeout:
            // A first start by npx or uvx downloads; that takes longer than a server may take to
            // answer.
            return fetches ? "it may still be downloading: install the package once and name its "
                             "program as command"
                           : "run the command by hand and see what it waits for";
        case base::ErrorKind::Unavailable:
            return endpoint.url.empty() ? "run the command by hand with the same env; its standard "
                                          "error says why it ends"
                                        : "start the server, or correct the url";
        default:
            return endpoint.shown(error.message, 400);
    }
}

std::string no_such_tool(const ToolList& offered) {
    return "the server has no such tool" +
           (offered.cut.empty() ? "" : " as far as it was read: " + offered.cut);
}

// A declared call is tried against the schema only: doctor runs no tools.
Probe check_call(const Call& call, const ToolList& offered) {
    Probe out{fmt::format("call {}", call.tool), false, "", ""};
    for (const Tool& tool : offered.tools) {
        if (tool.name != call.tool) continue;
        if (!tool.usable()) {
            out.finding = "refused: " + tool.refused;
            out.fix = "where it does nothing but read, add it to allow of this server: " +
                      fmt::format("allow: {{{}: {}}}", tool.name, tool.digest);
            return out;
        }
        const std::string wrong = misfit(tool, call.arguments);
        out.ok = wrong.empty();
        out.finding = out.ok ? "its arguments fit the tool" : "its arguments cannot work: " + wrong;
        if (!out.ok) out.fix = "correct arguments of this call; " + out.finding;
        return out;
    }
    out.finding = no_such_tool(offered);
    std::vector<std::string> names;
    for (const Tool& tool : offered.tools) names.push_back(tool.name);
    const std::string near = base::nearest(call.tool, names);
    out.fix = near.empty() ? "name one of the tools above" : fmt::format("did you mean {}?", near);
    return out;
}

void add_tools(const Endpoint& endpoint, const ToolList& offered, std::vector<Probe>& out) {
    const auto& tools = offered.tools;
    std::vector<std::string> usable;
    std::size_t refused = 0;
    for (const Tool& tool : tools)
        if (tool.usable()) usable.push_back(fmt::format("{} ({})", tool.name, tool.digest));
    const std::size_t shown = std::min(usable.size(), kShownTools);
    out.push_back(
        {"read-only tools", !usable.empty(),
         usable.empty()
             ? "none of its tools may be used"
             : fmt::format("{} of {}: {}{}", usable.size(), tools.size(),
                           fmt::join(usable.begin(),
                                     usable.begin() + static_cast<std::ptrdiff_t>(shown), ", "),
                           usable.size() > shown ? ", …" : ""),
         usable.empty() ? "name those that do nothing but read below allow" : ""});
    if (!offered.cut.empty())
        out.push_back({"tools/list", false, offered.cut,
                       "let the server offer fewer tools: those behind are never used"});
    if (offered.nameless > 0)
        out.push_back({"tools/list", true,
                       fmt::format("{} items have no name to call them by", offered.nameless), ""});
    for (const Tool& tool : tools) {
        if (tool.usable() || ++refused > kShownTools) continue;
        // not being read-only is nothing wrong; an approval that no longer fits is
        const bool changed = endpoint.allow.contains(tool.name);
        out.push_back({fmt::format("tool {} ({})", tool.name, tool.digest), !changed,
                       "not used: " + tool.refused,
                       changed ? fmt::format("read its description again, then approve it with "
                                             "allow: {{{}: {}}}",
                                             tool.name, tool.digest)
                               : ""});
    }
    for (const auto& [name, digest] : endpoint.allow)
        if (std::none_of(tools.begin(), tools.end(),
                         [&, &wanted = name](const Tool& tool) { return tool.name == wanted; }))
            out.push_back({"allow " + name, false, no_such_tool(offered),
                           "remove it from allow, or correct it"});
}

}  // namespace

std::vector<Probe> examine(Client& client, const std::vector<Call>& calls, const base::Clock& clock,
                           base::Deadline deadline) {
    const Endpoint& endpoint = client.endpoint();
    std::vector<Probe> out;
    if (endpoint.url.empty()) {
        const auto file = find_command(endpoint);
        out.push_back({"command " + base::shorten(endpoint.where(), 100), file.has_value(),
                       file ? "found: " + *file : file.error().message,
                       file ? "" : "install it, or write its full path"});
        if (!file) return out;
    }
    const auto began = std::chrono::steady_clock::now();
    const auto opened = client.open(deadline);
    const std::string what = endpoint.url.empty() ? "start" : "reach " + endpoint.where();
    if (!opened) {
        std::string finding = endpoint.shown(opened.error().text(), 500);
        if (const std::string words = base::one_line(client.complaint());
            !words.empty() && opened.error().cause.empty())
            finding += "; its standard error: " + base::shorten(words, 300);
        out.push_back({what, false, finding, advice(endpoint, opened.error())});
        return out;
    }
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    out.push_back(
        {what, true,
         fmt::format("{} {} in {:.1f} s", opened->server.empty() ? "answered" : opened->server,
                     opened->version, seconds),
         ""});
    if (!endpoint.url.empty())
        out.push_back(transport_probe(endpoint.url, endpoint.tls, !endpoint.headers.empty(), clock,
                                      deadline));
    out.push_back(
        {"protocol", true,
         fmt::format("{}, {}", opened->revision,
                     opened->era == insight::mcp::Era::Stateless ? "without a handshake"
                                                                 : "agreed by initialize"),
         ""});
    if (!endpoint.ignored.empty())
        out.push_back({"configuration", true,
                       fmt::format("keys of other clients are ignored: {}",
                                   fmt::join(endpoint.ignored, ", ")),
                       ""});
    const auto tools = client.tools(deadline);
    if (!tools) {
        out.push_back({"tools/list", false, endpoint.shown(tools.error().text(), 500),
                       "ask the server's owner: without its tools it gives nothing"});
        return out;
    }
    add_tools(endpoint, *tools, out);
    for (const Call& call : calls) out.push_back(check_call(call, *tools));
    return out;
}

}  // namespace insight::collectors::mcp
