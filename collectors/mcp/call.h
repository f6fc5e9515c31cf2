// A call that is declared for every window: `mcpServers.NAME.calls[]`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collectors/collector.h"

namespace insight::collectors::mcp {

enum class Shape { Rows, Logs };

struct Call {
    std::string tool;
    base::Json arguments = base::Json::object();
    std::string view;           // what its rows are called; the tool's name unless said otherwise
    Shape shape = Shape::Rows;  // `as: logs`: every line of text is a log record
    base::Nanos timeout = 0;
};

// One call with what this window and incident put in the place of {window.start}, {service}, …
struct Filled {
    const Call* call = nullptr;
    base::Json arguments;
    std::vector<model::Interval> intervals;  // what it asks about; none: the present
    std::string missing;                     // a placeholder this incident has nothing for
};

// Reads `calls` and `timeout` of the entry. Placeholders in texts of arguments: {window.start},
// {window.end}, {baseline.start}, {baseline.end} as RFC 3339, with :unix or :ms behind the name as
// numbers; {service}, {namespace}, {cluster}. Errors: Invalid, naming the key.
base::Result<std::vector<Call>> read_calls(const std::string& server, const base::Json& entry);

// The same call with the same arguments, view and shape stays once.
std::vector<Filled> fill(const std::vector<Call>& calls, const Request& request,
                         const model::Scope& scope);

// "tools/call query {…}", redacted
std::string query_of(const Filled& filled);

}  // namespace insight::collectors::mcp
