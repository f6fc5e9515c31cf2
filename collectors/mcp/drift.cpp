#include "collectors/mcp/drift.h"

#include <fmt/format.h>

#include "collectors/history.h"
#include "core/base/text.h"

namespace insight::collectors::mcp {
namespace {

using base::Json;

struct Moment {
    base::Nanos time = 0;
    const Json* tools = nullptr;
    bool whole = true;  // the list was read to its end
};

void compare(const std::string& server, const Moment& before, const Moment& after,
             std::vector<model::Change>& out) {
    const auto add = [&](const std::string& tool, std::string_view what, const Json* old_digest,
                         const Json* new_digest) {
        model::Change change;
        change.time = after.time;
        // It changed at some moment between the two looks.
        change.not_before = before.time;
        change.kind = "config";
        change.entity = server;
        change.ref = "mcp/" + server;
        change.summary =
            fmt::format("tool {} of MCP server {} {}", base::shorten(tool, 128), server, what);
        const auto text = [](const Json* digest) {
            return digest != nullptr && digest->is_string() ? digest->get<std::string>() : "";
        };
        change.before = text(old_digest);
        change.after = text(new_digest);
        out.push_back(std::move(change));
    };
    for (const auto& [name, digest] : after.tools->items()) {
        const auto was = before.tools->find(name);
        if (was != before.tools->end() && *was != digest)
            add(name, "changed its description, schema or annotations", &*was, &digest);
        if (was == before.tools->end() && before.whole) add(name, "is new", nullptr, &digest);
    }
    if (!after.whole) return;
    for (const auto& [name, digest] : before.tools->items())
        if (!after.tools->contains(name)) add(name, "is gone", &digest, nullptr);
}

}  // namespace

Json digests_of(const insight::mcp::ToolList& list) {
    Json digests = Json::object();
    for (const auto& tool : list.tools) digests[tool.name] = tool.digest;
    Json out{{"tools", std::move(digests)}};
    if (!list.cut.empty()) out["cut"] = true;
    return out;
}

std::vector<model::Change> drift(const std::string& server,
                                 const std::vector<store::Sample>& samples, const Json& present,
                                 base::Nanos now) {
    const auto ordered = in_order(samples);
    std::vector<Moment> moments;
    const auto add = [&](base::Nanos time, const Json& content) {
        if (const Json& tools = base::object_at(content, "tools"); !tools.empty())
            moments.push_back({time, &tools, !base::flag_at(content, "cut")});
    };
    for (const auto& sample : ordered) add(sample.time, sample.content);
    add(now, present);
    std::vector<model::Change> out;
    for (std::size_t i = 1; i < moments.size(); ++i)
        // An empty list is left out above: a server that did not tell its tools has not lost them.
        if (*moments[i - 1].tools != *moments[i].tools)
            compare(server, moments[i - 1], moments[i], out);
    return out;
}

}  // namespace insight::collectors::mcp
