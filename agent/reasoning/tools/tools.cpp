#include "agent/reasoning/tools/tools.h"

#include "agent/reasoning/tools/simple_tool.h"
#include "core/base/text.h"

namespace insight::agent::reasoning {

base::Result<std::unique_ptr<LogLook>> Tool::log_look(const base::Json& /*arguments*/) {
    return std::unique_ptr<LogLook>();
}

std::string asked_text(std::string_view tool, const base::Json& arguments) {
    return std::string(tool) + " " + base::shorten(base::dump_json(arguments), 400);
}

Tools make_tools(const Case& of, const Shelf& shelf) {
    const model::Signals& signals = of.snapshot.signals;
    Tools out;
    out.push_back(evidence_tool(of, shelf));
    // A tool without anything to look at would only cost tokens.
    if (of.snapshot.streamed_logs > 0) out.push_back(logs_tool(of));
    if (!signals.metrics.empty()) out.push_back(metrics_tool(of));
    if (!signals.spans.empty()) out.push_back(spans_tool(of));
    if (!signals.events.empty()) out.push_back(events_tool(of));
    if (!signals.resources.empty()) out.push_back(resources_tool(of));
    if (!signals.databases.empty()) out.push_back(database_tool(of));
    if (!signals.changes.empty()) {
        out.push_back(changes_tool(of));
        out.push_back(diff_tool(of));
    }
    out.push_back(topology_tool(of));
    if (!of.snapshot.history.empty()) out.push_back(past_tool(of));
    return out;
}

}  // namespace insight::agent::reasoning
