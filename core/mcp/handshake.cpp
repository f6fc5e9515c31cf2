#include "core/mcp/handshake.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/mcp/tool.h"

namespace insight::mcp {
namespace {

using base::ErrorKind;
using base::fail;
using base::Json;
using base::Result;

constexpr const char* kStateless = "2026-07-28";
// newest first: the first is what we offer, and a server that does not know it answers with its own
// newest
constexpr std::array<std::string_view, 4> kHandshake{"2025-11-25", "2025-06-18", "2025-03-26",
                                                     "2024-11-05"};
// How long server/discover may stay without an answer before initialize is tried.
constexpr std::chrono::seconds kSilence{3};

Json ourselves() {
    return {{"name", "devops-insight"}, {"title", "DevOps Insight"}, {"version", INSIGHT_VERSION}};
}

std::string plain(const Json& object, const char* key, std::size_t bytes = 100) {
    return base::shorten(base::one_line(base::clean_utf8(base::text_at(object, key))), bytes);
}

bool lists(const Json& revisions, std::string_view one) {
    return revisions.is_array() &&
           std::any_of(revisions.begin(), revisions.end(), [&](const Json& r) { return r == one; });
}

tl::unexpected<base::Error> nothing_in_common(const std::string& name, const Json& theirs) {
    return fail(ErrorKind::Invalid,
                fmt::format("the MCP server {} speaks only revisions of MCP that are not known "
                            "here ({}): use another version of the server",
                            name, base::shorten(base::clean_utf8(base::dump_json(theirs)), 100)));
}

// It answered server/discover, or said which revisions it has. Without ours in the list another
// process of it must be initialised.
Result<Greeting> choose(const std::string& name, const Json& revisions) {
    if (lists(revisions, kStateless)) return Greeting{Era::Stateless, kStateless, "", ""};
    for (const std::string_view one : kHandshake)
        if (lists(revisions, one))
            return fail(ErrorKind::Conflict,
                        fmt::format("the MCP server {} wants to be initialised", name));
    return nothing_in_common(name, revisions);
}

Result<Answer> ask_discover(Wire& wire, base::Deadline deadline) {
    const Greeting ours{Era::Stateless, kStateless, "", ""};
    return wire.ask({.method = "server/discover",
                     .params = dressed(Json::object(), ours),
                     // A server of the older era may take a notification before `initialize` for a
                     // breach.
                     .cancellable = false,
                     .headers = fields_of(ours, "server/discover", "")},
                    deadline);
}

// Nothing: it does not know the question.
std::optional<Result<Greeting>> read_discover(const std::string& name, const Answer& answer) {
    if (answer.refusal) {
        if (answer.refusal->code != kUnsupportedVersion) return std::nullopt;
        return choose(name, base::array_at(answer.refusal->data, "supported"));
    }
    const Json& revisions = base::array_at(answer.result, "supportedVersions");
    if (revisions.empty()) return std::nullopt;
    auto out = choose(name, revisions);
    if (out) {
        const Json& meta = base::object_at(answer.result, "_meta");
        const Json& info = base::object_at(meta, "io.modelcontextprotocol/serverInfo");
        out->server = plain(info, "name");
        out->version = plain(info, "version");
    }
    return out;
}

// A failure that says nothing about the era.
bool decisive(const base::Error& error) {
    return error.kind == ErrorKind::Denied || error.kind == ErrorKind::Unavailable ||
           error.kind == ErrorKind::TooLarge;
}

Result<Greeting> initialise(Wire& wire, const std::string& name, base::Deadline deadline) {
    auto answer = wire.ask({.method = "initialize",
                            .params = {{"protocolVersion", kHandshake[0]},
                                       {"capabilities", Json::object()},
                                       {"clientInfo", ourselves()}},
                            .cancellable = false},
                           deadline);
    if (!answer) return fail(std::move(answer.error()));
    if (answer->refusal) {
        if (answer->refusal->code == kUnsupportedVersion)
            return fail(ErrorKind::Conflict,
                        fmt::format("the MCP server {} has no handshake", name));
        return fail(ErrorKind::Invalid,
                    fmt::format("the MCP server {} refused to be initialised: see what it says "
                                "and its log",
                                name),
                    base::shorten(base::clean_utf8(answer->refusal->message), 200));
    }
    Greeting out{Era::Handshake, plain(answer->result, "protocolVersion", 40), "", ""};
    if (std::find(kHandshake.begin(), kHandshake.end(), out.revision) == kHandshake.end()) {
        if (out.revision.empty())
            return fail(ErrorKind::Corrupt,
                        fmt::format("what answers for the MCP server {} is no MCP server", name));
        return nothing_in_common(name, out.revision);
    }
    const Json& info = base::object_at(answer->result, "serverInfo");
    out.server = plain(info, "name");
    out.version = plain(info, "version");
    // before the notification: it is the first request that has to name the revision
    wire.set_headers(fields_of(out, "", ""));
    // Nothing else may be asked before this.
    if (auto told = wire.tell({.method = "notifications/initialized"}, deadline); !told)
        return fail(std::move(told.error()));
    return out;
}

}  // namespace

Json dressed(Json params, const Greeting& greeting) {
    if (greeting.era != Era::Stateless) return params;
    params["_meta"]["io.modelcontextprotocol/protocolVersion"] = greeting.revision;
    params["_meta"]["io.modelcontextprotocol/clientCapabilities"] = Json::object();
    params["_meta"]["io.modelcontextprotocol/clientInfo"] = ourselves();
    return params;
}

std::vector<net::Header> fields_of(const Greeting& greeting, std::string_view method,
                                   std::string_view target) {
    std::vector<net::Header> out;
    // since 2025-06-18; what is absent means 2025-03-26
    if (greeting.revision >= "2025-06-18")
        out.emplace_back("MCP-Protocol-Version", greeting.revision);
    if (greeting.era != Era::Stateless) return out;
    if (!method.empty()) out.emplace_back("Mcp-Method", method);
    if (!target.empty()) out.emplace_back("Mcp-Name", header_value(target));
    return out;
}

Result<Greeting> greet(Wire& wire, const std::string& name, Era era, base::Deadline deadline) {
    if (era == Era::Handshake) return initialise(wire, name, deadline);
    // Half of the time at most, since `initialize` may have to follow.
    const auto patience = era == Era::Stateless ? deadline.remaining()
                                                : std::min<std::chrono::nanoseconds>(
                                                      kSilence, deadline.remaining() / 2);
    const auto asked = ask_discover(wire, deadline.sooner(patience));
    if (asked) {
        if (auto found = read_discover(name, *asked)) return std::move(*found);
    } else if (era == Era::Stateless || decisive(asked.error())) {
        return fail(asked.error());
    }
    auto out = initialise(wire, name, deadline);
    if (out || out.error().kind != ErrorKind::Conflict) return out;
    // it was only slow: the first question has decided the era of this wire
    const auto again = ask_discover(wire, deadline);
    if (!again) return fail(again.error());
    return read_discover(name, *again).value_or(fail(out.error()));
}

}  // namespace insight::mcp
