#include "core/mcp/tool_result.h"

#include <fmt/format.h>

#include "core/base/text.h"

namespace insight::mcp {

base::Result<ToolResult> read_tool_result(base::Json result, const std::string& server) {
    const auto corrupt = [&](std::string_view why) {
        return base::fail(base::ErrorKind::Corrupt,
                          fmt::format("the MCP server {} answered a call with {}", server, why));
    };
    if (!result.is_object()) return corrupt("what is no result of a tool");
    const std::string type = base::text_at(result, "resultType", "complete");
    // Since 2026-07-28 a server asks back by such a result.
    if (type == "input_required")
        return base::fail(base::ErrorKind::Invalid,
                          fmt::format("the MCP server {} wants more input from a person before it "
                                      "answers, which is declined: give all arguments in the call",
                                      server));
    if (type != "complete")
        return corrupt(fmt::format("a result of unknown type '{}'",
                                   base::shorten(base::clean_utf8(type), 40)));
    ToolResult out;
    out.failed = base::flag_at(result, "isError");
    if (result.contains("structuredContent"))
        out.structured = std::move(result["structuredContent"]);
    // revision 2024-10-07 and a few servers after it
    else if (result.contains("toolResult"))
        out.structured = std::move(result["toolResult"]);
    for (const base::Json& part : base::array_at(result, "content")) {
        const base::Json& resource = base::object_at(part, "resource");
        if (base::text_at(part, "type") == "text")
            out.texts.push_back(base::text_at(part, "text"));
        else if (resource.contains("text"))
            out.texts.push_back(base::text_at(resource, "text"));
        else
            ++out.left_out;
    }
    if (out.structured.is_null() && out.texts.empty() && out.left_out == 0 &&
        !result.contains("content"))
        return corrupt("neither content nor structuredContent");
    return out;
}

}  // namespace insight::mcp
