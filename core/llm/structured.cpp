#include "core/llm/structured.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace insight::llm {
namespace {

using base::Json;

// What the grammars of Anthropic and Bedrock cannot hold; see closed_schema().
constexpr std::array<std::string_view, 13> kUntold{
    "minimum",     "maximum",       "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
    "minLength",   "maxLength",     "pattern",          "minItems",         "maxItems",
    "uniqueItems", "minProperties", "maxProperties"};

bool is_object_schema(const Json& schema) {
    return base::text_at(schema, "type") == "object" || schema.contains("properties");
}

Json closed(const Json& schema, int depth) {
    if (!schema.is_object() || depth > 60) return schema;
    Json out = Json::object();
    std::string told;
    for (const auto& [key, value] : schema.items()) {
        const bool untold =
            std::find(kUntold.begin(), kUntold.end(), std::string_view(key)) != kUntold.end();
        if (untold) {
            told += fmt::format("{}{}: {}", told.empty() ? "" : ", ", key, base::dump_json(value));
        } else if (key == "properties" || key == "$defs" || key == "definitions") {
            out[key] = Json::object();
            for (const auto& [name, part] : value.items()) out[key][name] = closed(part, depth + 1);
        } else if (key == "anyOf" || key == "oneOf" || key == "allOf") {
            // oneOf is not known there, and what is generated needs no proof of "exactly one"
            Json& parts = out[key == "oneOf" ? "anyOf" : key] = Json::array();
            for (const Json& part : value) parts.push_back(closed(part, depth + 1));
        } else if (key == "items") {
            out[key] = closed(value, depth + 1);
        } else if (key != "$schema" && key != "$id") {
            out[key] = value;
        }
    }
    // Demanded of every object there.
    if (is_object_schema(out)) out["additionalProperties"] = false;
    if (!told.empty()) {
        const std::string before = base::text_at(out, "description");
        out["description"] = before.empty() ? "{" + told + "}" : before + " {" + told + "}";
    }
    return out;
}

bool strict(const Json& schema, int depth) {
    if (schema.is_boolean() || depth > 60) return false;
    if (schema.is_array()) {
        return std::all_of(schema.begin(), schema.end(),
                           [&](const Json& part) { return strict(part, depth + 1); });
    }
    if (!schema.is_object()) return true;
    // what strict mode does not know at all
    for (const char* key : {"oneOf", "allOf", "not", "if", "patternProperties", "const"})
        if (schema.contains(key)) return false;
    if (is_object_schema(schema)) {
        // Strict mode takes objects that are closed and require each of their keys.
        if (base::flag_at(schema, "additionalProperties", true)) return false;
        const Json& required = base::array_at(schema, "required");
        for (const auto& [name, part] : base::object_at(schema, "properties").items())
            if (std::find(required.begin(), required.end(), name) == required.end() ||
                !strict(part, depth + 1))
                return false;
    }
    if (schema.contains("items") && !strict(schema["items"], depth + 1)) return false;
    for (const char* key : {"$defs", "definitions"})
        for (const auto& [name, part] : base::object_at(schema, key).items())
            if (!strict(part, depth + 1)) return false;
    return strict(base::array_at(schema, "anyOf"), depth + 1);
}

// The end of the JSON value that begins at `from`, npos where it does not end.
std::size_t value_end(std::string_view text, std::size_t from) {
    int depth = 0;
    bool quoted = false;
    for (std::size_t at = from; at < text.size(); ++at) {
        const char c = text[at];
        if (quoted) {
            if (c == '\\') ++at;
            if (c == '"') quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if ((c == '}' || c == ']') && --depth == 0) {
            return at + 1;
        }
    }
    return std::string_view::npos;
}

}  // namespace

Json closed_schema(const Json& schema) {
    return closed(schema, 0);
}

bool strict_ready(const Json& schema) {
    return is_object_schema(schema) && strict(schema, 0);
}

std::string told_schema(const Json& schema) {
    return "The final answer is one JSON value and nothing else, no text around it and no fence. "
           "It satisfies this JSON Schema:\n" +
           base::dump_json(schema);
}

std::optional<Json> json_in(std::string_view text) {
    constexpr base::JsonLimits kLimits{8U << 20, 64};
    if (auto whole = base::parse_json(text, "the answer", kLimits)) return std::move(*whole);
    // The last whole value counts: models think aloud first. Tries are bounded, texts are not ours.
    std::optional<Json> found;
    int tries = 0;
    for (std::size_t at = text.find_first_of("{["); at != std::string_view::npos && tries < 64;
         at = text.find_first_of("{[", at), ++tries) {
        const std::size_t end = value_end(text, at);
        if (end == std::string_view::npos) {
            ++at;
            continue;
        }
        if (auto value = base::parse_json(text.substr(at, end - at), "the answer", kLimits)) {
            // A list is taken only where no object comes: "[1]" is also how a text cites.
            if (value->is_object() || !found) found = std::move(*value);
            at = end;
        } else {
            ++at;
        }
    }
    return found;
}

}  // namespace insight::llm
