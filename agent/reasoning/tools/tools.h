// The tools a model may use: the explicit list.
#pragma once

#include <functional>

#include "agent/reasoning/tool.h"

namespace insight::agent::reasoning {

// What a person wrote down for such cases. Texts are data, like everything collected.
struct Runbook {
    std::string name;
    std::string title;
    std::string why;   // what of this incident matches
    std::string text;  // Markdown
};
using Runbooks = std::function<std::vector<Runbook>(const model::Report& report)>;

// Handles: "E7" is evidence; the shelf must outlive the tools, and so must the case.
Tools make_tools(const Case& of, const Shelf& shelf);

// One of each kind.
std::unique_ptr<Tool> logs_tool(const Case& of);
std::unique_ptr<Tool> metrics_tool(const Case& of);
std::unique_ptr<Tool> spans_tool(const Case& of);
std::unique_ptr<Tool> events_tool(const Case& of);
std::unique_ptr<Tool> resources_tool(const Case& of);
std::unique_ptr<Tool> database_tool(const Case& of);
std::unique_ptr<Tool> changes_tool(const Case& of);
std::unique_ptr<Tool> diff_tool(const Case& of);
std::unique_ptr<Tool> topology_tool(const Case& of);
std::unique_ptr<Tool> past_tool(const Case& of);
std::unique_ptr<Tool> evidence_tool(const Case& of, const Shelf& shelf);
// Runbooks lie outside the recording: what they said is recorded. The report must outlive it.
std::unique_ptr<Tool> runbook_tool(const model::Report& report, Runbooks runbooks);

}  // namespace insight::agent::reasoning
