// What a server offers, and whether we may use it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/mcp/endpoint.h"

namespace insight::mcp {

struct Tool {
    std::string name;
    std::string title;
    std::string description;  // the server's words: data for a model, never an order to us
    base::Json input_schema = base::Json::object();
    std::string digest;   // of name, texts, schemas and annotations: 16 hexadecimal digits
    std::string refused;  // why it is not used; empty when it may be

    [[nodiscard]] bool usable() const { return refused.empty(); }
};

constexpr std::size_t kMostTools = 500;

struct ToolList {
    std::vector<Tool> tools;   // sorted by name, each name once
    std::size_t nameless = 0;  // items left out because no call could name them
    std::string cut;  // where and why the list was left ("… after 500 tools"); else empty
};

// Sorts, and refuses a name that is listed twice with different contents: which of the two a call
// would reach is the server's secret.
void settle(ToolList& list);

// One item of tools/list, judged: only what its server calls read-only, or what the configuration
// allows with the digest it was approved with. The server is an untrusted party: its word opens
// nothing that the configuration denies. Errors: Corrupt, when it is no tool.
base::Result<Tool> read_tool(const base::Json& item, const Endpoint& endpoint);

// Why these arguments cannot be meant for the tool ("lacks 'sql', which it requires"); empty when
// nothing speaks against them. Looks at required, unknown and simply typed properties only.
std::string misfit(const Tool& tool, const base::Json& arguments);

// Arguments that the tool's schema wants repeated as header fields (x-mcp-header, specification
// 2026-07-28): field name and value, encoded.
std::vector<net::Header> mirrored_arguments(const Tool& tool, const base::Json& arguments);

// A text as a header field's value; what a field cannot carry in the =?base64?…?= form.
std::string header_value(std::string_view text);

}  // namespace insight::mcp
