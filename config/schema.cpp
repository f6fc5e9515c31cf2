#include <fmt/format.h>

#include "config/config.h"
#include "config/keys.h"

namespace insight::config {
namespace {

using base::Json;

// A value that is one environment variable fits every key.
Json or_variable(Json type) {
    return {{"anyOf", Json::array({std::move(type), Json{{"$ref", "#/$defs/variable"}}})}};
}

Json type_of(FieldType type) {
    switch (type) {
        // YAML types a bare 5432 or true by itself; as text both are welcome.
        case FieldType::Text:
            return {{"type", Json::array({"string", "number", "boolean"})}};
        // Looser than check_url: an editor's hint, while reading decides.
        case FieldType::Url:
            return or_variable({{"type", "string"}, {"pattern", "^https?://[^@/?#]+([/?#].*)?$"}});
        case FieldType::Duration:
            return or_variable({{"type", "string"}, {"pattern", "^([0-9.]+(ms|s|m|h|d))+$"}});
        case FieldType::Count:
            return or_variable({{"type", "integer"}, {"minimum", 0}});
        case FieldType::Number:
            return or_variable({{"type", "number"}});
        case FieldType::Flag:
            return or_variable({{"type", "boolean"}});
        case FieldType::Secret:
            return {{"$ref", "#/$defs/secret"}};
        case FieldType::TextMap:
            return {
                {"type", "object"},
                {"additionalProperties", {{"type", Json::array({"string", "number", "boolean"})}}}};
        case FieldType::TextList:
            return {{"type", "array"},
                    {"items", {{"type", Json::array({"string", "number", "boolean"})}}}};
    }
    return Json::object();
}

Json typed_fallback(const Field& field) {
    if (field.type == FieldType::Count) return std::stoll(std::string(field.fallback));
    if (field.type == FieldType::Number) return std::stod(std::string(field.fallback));
    if (field.type == FieldType::Flag) return field.fallback == "true";
    return std::string(field.fallback);
}

Json property(const Field& field, std::span<const Limit> limits) {
    Json out = type_of(field.type);
    for (const Limit& limit : limits) {
        if (limit.key != field.key) continue;
        if (!limit.choices.empty()) out = or_variable({{"enum", limit.choices}});
        if (field.type == FieldType::Count || field.type == FieldType::Number) {
            // 0: the type itself, 1: the variable; see or_variable.
            out["anyOf"][0]["minimum"] = limit.least;
            out["anyOf"][0]["maximum"] = limit.most;
        }
    }
    out["description"] = field.help;
    if (!field.fallback.empty()) out["default"] = typed_fallback(field);
    return out;
}

Json section(std::span<const Field> fields, std::span<const Limit> limits) {
    Json out{{"type", "object"}, {"additionalProperties", false}, {"properties", Json::object()}};
    for (const Field& field : fields) {
        out["properties"][std::string(field.key)] = property(field, limits);
        if (field.required) out["required"].push_back(field.key);
    }
    return out;
}

Json named_items(std::string_view purpose, std::span<const Field> fields,
                 std::span<const Limit> limits) {
    Json item = section(fields, limits);
    // is_instance_name of section.cpp, unless the list says itself what a name looks like.
    const bool declared = item["properties"].contains("name");
    if (!declared)
        item["properties"]["name"] = {{"type", "string"},
                                      {"pattern", "^[A-Za-z0-9._-]{1,64}$"},
                                      {"description", "How reports and logs call it."}};
    if (!declared) item["required"].push_back("name");
    return {
        {"type", "array"}, {"maxItems", 100}, {"description", purpose}, {"items", std::move(item)}};
}

Json block_schema(const Block& block) {
    Json out = section(block.fields, block.limits);
    out["description"] = block.purpose;
    for (const BlockList& list : block.lists)
        out["properties"][std::string(list.key)] =
            named_items(list.purpose, list.fields, list.limits);
    return out;
}

Json scans() {
    return {
        {"type", "object"},
        {"additionalProperties", false},
        {"properties",
         {{"schedules", named_items("Health scans that come by themselves; see health-scans.md.",
                                    schedule_keys().fields, schedule_keys().limits)},
          {"suppressions",
           {{"type", "array"},
            {"maxItems", 100},
            {"description",
             "Findings nobody wants to hear of until a time; see "
             "health-scans.md."},
            {"items", section(suppression_keys().fields, {})}}}}}};
}

Json definitions() {
    Json reference{{"type", "object"},
                   {"additionalProperties", false},
                   {"minProperties", 1},
                   {"maxProperties", 1},
                   {"properties",
                    {{"env", {{"type", "string"}, {"pattern", "^[A-Za-z_][A-Za-z0-9_]*$"}}},
                     {"file", {{"type", "string"}, {"minLength", 1}}}}}};
    return {{"variable", {{"type", "string"}, {"pattern", R"(^\$\{[A-Za-z_][A-Za-z0-9_]*\}$)"}}},
            {"secret", or_variable(std::move(reference))}};
}

// An entry of mcpServers. Keys of other clients are allowed; ours have these types.
Json mcp_server() {
    const Json text{{"type", "string"}};
    const Json texts{{"type", "array"}, {"items", text}};
    const Json value{
        {"anyOf", Json::array({Json{{"type", Json::array({"string", "number", "boolean"})}},
                               Json{{"type", "object"}}})}};
    const Json values{{"type", "object"}, {"additionalProperties", value}};
    const Json call{{"type", "object"},
                    {"additionalProperties", false},
                    {"required", Json::array({"tool"})},
                    {"properties",
                     {{"tool", text},
                      {"arguments", {{"type", "object"}}},
                      {"view", text},
                      {"as", {{"enum", Json::array({"rows", "logs"})}}},
                      {"timeout", type_of(FieldType::Duration)}}}};
    const Json allow{
        {"anyOf", Json::array({texts, Json{{"type", "object"}, {"additionalProperties", text}}})}};
    return {{"type", "object"},
            {"properties",
             {{"command", text},
              {"args", texts},
              {"env", values},
              {"cwd", text},
              {"url", text},
              {"headers", values},
              {"allow", allow},
              {"deny", texts},
              {"calls", {{"type", "array"}, {"maxItems", 32}, {"items", call}}},
              {"timeout", type_of(FieldType::Duration)},
              {"cluster", text},
              {"namespace", text},
              {"disabled", {{"type", "boolean"}}}}}};
}

}  // namespace

Json schema(const Known& known) {
    Json out = section(top_keys().fields, top_keys().limits);
    out["$schema"] = "https://json-schema.org/draft/2020-12/schema";
    out["title"] = "DevOps Insight configuration";
    out["$defs"] = definitions();
    Json& properties = out["properties"];
    for (const SectionKeys* keys : {&server_keys(), &pipeline_keys()})
        properties[std::string(keys->name)] = section(keys->fields, keys->limits);
    properties["collectors"] = {
        {"type", "object"}, {"additionalProperties", false}, {"properties", Json::object()}};
    for (const CollectorFields& kind : known.kinds)
        // Its servers stand below mcpServers.
        if (kind.name != "mcp")
            properties["collectors"]["properties"][std::string(kind.name)] =
                named_items(kind.purpose, kind.fields, {});
    properties["scans"] = scans();
    for (const Block* block : known.blocks)
        properties[std::string(block->name)] = block_schema(*block);
    properties["mcpServers"] = {{"type", "object"},
                                {"description", "MCP servers whose read-only tools may be asked."},
                                {"additionalProperties", mcp_server()}};
    return out;
}

}  // namespace insight::config
