#include "core/mcp/tool.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/base64.h"
#include "core/base/crypto.h"
#include "core/base/text.h"

namespace insight::mcp {
namespace {

using base::Json;

constexpr std::size_t kMostSchema = 64U
                                    << 10;  // schemas go to models: larger ones cost each question
constexpr std::size_t kMostText = 4096;
constexpr int kMostDepth = 8;  // of nested properties looked at

// SEP-986 names 1 to 128 of these; what differs is shown nowhere and cannot be called.
bool is_tool_name(std::string_view name) {
    return !name.empty() && name.size() <= 128 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-' || c == '.' || c == '/';
    });
}

// All that a person reads before approving a tool, and nothing that changes by itself.
std::string digest_of(const Json& item) {
    Json shape = Json::object();
    for (const char* key :
         {"name", "title", "description", "inputSchema", "outputSchema", "annotations"})
        if (item.contains(key)) shape[key] = item[key];
    return base::sha256_hex(base::dump_json(shape)).substr(0, 16);
}

std::string judge(const Tool& tool, const Json& item, const Endpoint& endpoint) {
    const auto denied = std::find(endpoint.deny.begin(), endpoint.deny.end(), tool.name);
    // The owner's word goes before the server's, and his no before his yes.
    if (denied != endpoint.deny.end()) return "the configuration denies it";
    if (const auto allowed = endpoint.allow.find(tool.name); allowed != endpoint.allow.end()) {
        if (allowed->second.empty() || tool.digest.starts_with(allowed->second.substr(0, 16)))
            return {};
        return fmt::format(
            "it was approved as {} and is {} now: its description, schema or "
            "annotations changed; look at it and approve it anew",
            base::shorten(allowed->second, 16), tool.digest);
    }
    const Json& hints = base::object_at(item, "annotations");
    if (!base::flag_at(hints, "readOnlyHint")) return "not marked read-only by the server";
    if (base::flag_at(hints, "destructiveHint"))
        return "marked read-only and destructive at the same time";
    return {};
}

std::string_view type_of(const Json& value) {
    if (value.is_string()) return "string";
    if (value.is_boolean()) return "boolean";
    if (value.is_number_integer()) return "integer";
    if (value.is_number()) return "number";
    if (value.is_array()) return "array";
    return value.is_object() ? "object" : "null";
}

// The type alone: enough to tell a call that can never work, without being a validator.
bool fits(const Json& value, const Json& schema) {
    if (!schema.is_object() || !schema.contains("type")) return true;
    const auto is = [&](const Json& type) {
        return !type.is_string() || type == type_of(value) ||
               (type == "number" && value.is_number()) ||
               (type == "integer" && value.is_number_float() &&
                value.get<double>() == static_cast<double>(static_cast<std::int64_t>(
                                           std::clamp(value.get<double>(), -9e15, 9e15))));
    };
    const Json& type = schema["type"];
    return type.is_array() ? std::any_of(type.begin(), type.end(), is) : is(type);
}

// Arguments that the schema wants as headers too, so that gateways can route without reading bodies
// (revision 2026-07-28).
void mirror(const Json& schema, const Json& arguments, int depth, std::vector<net::Header>& out) {
    for (const auto& [name, property] : base::object_at(schema, "properties").items()) {
        if (!arguments.is_object() || !arguments.contains(name) || out.size() >= 32) continue;
        const Json& value = arguments[name];
        if (value.is_object() && depth < kMostDepth) mirror(property, value, depth + 1, out);
        const std::string field = base::text_at(property, "x-mcp-header");
        if (field.empty() || !is_tool_name(field) || field.find('/') != std::string::npos) continue;
        if (value.is_string())
            out.emplace_back("Mcp-Param-" + field, header_value(value.get<std::string>()));
        else if (value.is_boolean() || value.is_number_integer())
            out.emplace_back("Mcp-Param-" + field, value.dump());
    }
}

}  // namespace

base::Result<Tool> read_tool(const Json& item, const Endpoint& endpoint) {
    Tool out;
    out.name = base::text_at(item, "name");
    if (!is_tool_name(out.name))
        return base::fail(
            base::ErrorKind::Corrupt,
            fmt::format("the MCP server {} lists a tool without a usable name", endpoint.name));
    out.digest = digest_of(item);
    const auto text = [&](const Json& from, const char* key) {
        return base::shorten(base::clean_utf8(endpoint.hide(base::text_at(from, key))), kMostText);
    };
    out.title = text(item, "title");
    out.description = text(item, "description");
    // Judged with its name as it stands; texts are cut and cleaned for readers only.
    out.refused = judge(out, item, endpoint);
    if (item.contains("inputSchema") && item["inputSchema"].is_object()) {
        if (base::dump_json(item["inputSchema"]).size() > kMostSchema)
            out.refused = "its schema is larger than 64 KiB";
        else
            out.input_schema = item["inputSchema"];
    }
    return out;
}

void settle(ToolList& list) {
    auto& tools = list.tools;
    std::stable_sort(tools.begin(), tools.end(),
                     [](const Tool& a, const Tool& b) { return a.name < b.name; });
    const auto same_name = [](const Tool& a, const Tool& b) { return a.name == b.name; };
    for (auto first = tools.begin(); first != tools.end();) {
        const auto end = std::find_if_not(first, tools.end(),
                                          [&](const Tool& one) { return same_name(*first, one); });
        // The first stays: what any of its namesakes says otherwise speaks against it.
        if (std::any_of(first, end, [&](const Tool& one) { return one.digest != first->digest; }))
            first->refused = "listed more than once with different contents";
        first = end;
    }
    tools.erase(std::unique(tools.begin(), tools.end(), same_name), tools.end());
}

std::string misfit(const Tool& tool, const Json& arguments) {
    const Json& schema = tool.input_schema;
    for (const Json& name : base::array_at(schema, "required"))
        if (name.is_string() && !arguments.contains(name.get_ref<const std::string&>()))
            return fmt::format("lacks '{}', which the tool requires",
                               base::shorten(name.get<std::string>(), 64));
    const Json& properties = base::object_at(schema, "properties");
    // Only `false` closes it; a schema there would allow more.
    const bool closed = schema.contains("additionalProperties") &&
                        schema["additionalProperties"].is_boolean() &&
                        !schema["additionalProperties"].get<bool>();
    for (const auto& [name, value] : arguments.items()) {
        if (!properties.contains(name)) {
            if (!closed) continue;
            std::vector<std::string> known;
            for (const auto& [key, unused] : properties.items()) known.push_back(key);
            const std::string near = base::nearest(name, known);
            return fmt::format("has '{}', which the tool does not know{}", name,
                               near.empty() ? "" : fmt::format("; did you mean '{}'?", near));
        }
        if (!fits(value, properties[name]))
            return fmt::format("has '{}' as {}, which the tool wants as {}", name, type_of(value),
                               base::shorten(base::dump_json(properties[name]["type"]), 64));
    }
    return {};
}

std::vector<net::Header> mirrored_arguments(const Tool& tool, const Json& arguments) {
    std::vector<net::Header> out;
    mirror(tool.input_schema, arguments, 0, out);
    return out;
}

// Base64 in marks like those of RFC 2047 where a header could not carry it, or where it looks like
// such.
std::string header_value(std::string_view text) {
    const bool plain =
        std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
    const bool edges = !text.empty() && (text.front() == ' ' || text.back() == ' ');
    const bool sentinel = text.starts_with("=?base64?") && text.ends_with("?=");
    if (plain && !edges && !sentinel) return std::string(text);
    return fmt::format("=?base64?{}?=", base::base64(text));
}

}  // namespace insight::mcp
