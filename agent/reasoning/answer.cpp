#include "agent/reasoning/answer.h"

#include <fmt/format.h>

#include "agent/reasoning/bounded.h"

namespace insight::agent::reasoning {
namespace {

using base::Json;

// Bounds on what is read out of an answer, whatever its schema let through: not every provider
// enforces one.
constexpr std::size_t kCauses = 5;
constexpr std::size_t kStatements = 12;
constexpr std::size_t kActions = 8;
constexpr std::size_t kIds = 12;

Json ids_schema() {
    return {{"type", "array"},
            {"items", {{"type", "string"}}},
            {"description", "Ids of the evidence that says so, e.g. [\"E3\"]."}};
}

Json statements_schema(const char* help) {
    return {{"type", "array"},
            {"description", help},
            {"items",
             {{"type", "object"},
              {"properties", {{"statement", {{"type", "string"}}}, {"evidence", ids_schema()}}},
              {"required", {"statement", "evidence"}},
              {"additionalProperties", false}}}};
}

Json make_schema() {
    const Json cause{
        {"type", "object"},
        {"properties",
         {{"entity",
           {{"type", "string"}, {"description", "Name of what is at fault, as evidence has it."}}},
          {"entityKind",
           {{"type", "string"},
            {"enum",
             {"service", "workload", "pod", "container", "node", "database", "cache", "queue",
              "external"}}}},
          {"level",
           {{"type", "string"}, {"enum", {"code", "config", "infrastructure", "dependency"}}}},
          {"class",
           {{"type", "string"},
            {"description", "The mechanism in snake_case, e.g. memory_exhaustion."}}},
          {"statements", statements_schema("What evidence says for it, one fact each.")},
          {"against", statements_schema("What evidence says against it.")}}},
        {"required", {"entity", "entityKind", "level", "class", "statements", "against"}},
        {"additionalProperties", false}};
    const Json action{{"type", "object"},
                      {"properties",
                       {{"action", {{"type", "string"}, {"enum", action_names()}}},
                        {"target", {{"type", "string"}}},
                        {"revision", {{"type", "integer"}}},
                        {"replicas", {{"type", "integer"}}},
                        {"session", {{"type", "integer"}}},
                        {"quantity", {{"type", "string"}}},
                        {"evidence", ids_schema()}}},
                      {"required", {"action", "target", "evidence"}},
                      {"additionalProperties", false}};
    return {
        {"type", "object"},
        {"properties",
         {{"causes", {{"type", "array"}, {"items", cause}, {"description", "Most likely first."}}},
          {"actions", {{"type", "array"}, {"items", action}}},
          {"missing",
           {{"type", "array"},
            {"items", {{"type", "string"}}},
            {"description", "What would have to be collected to be sure."}}}}},
        {"required", {"causes", "actions", "missing"}},
        {"additionalProperties", false}};
}

std::vector<std::string> cited_ids(const Json& object) {
    std::vector<std::string> out;
    for (const Json& id : base::array_at(object, "evidence"))
        // ids are "E" and a number
        if (id.is_string() && out.size() < kIds && id.get_ref<const std::string&>().size() <= 12)
            out.push_back(id.get<std::string>());
    return out;
}

std::vector<ClaimedStatement> statements(const Json& cause, std::string_view key) {
    std::vector<ClaimedStatement> out;
    for (const Json& item : base::array_at(cause, key))
        if (item.is_object() && out.size() < kStatements)
            out.push_back({base::text_at(item, "statement"), cited_ids(item)});
    return out;
}

// From the first brace to the last one: models wrap their JSON in fences and courtesies.
std::string_view object_in(std::string_view text) {
    const auto begin = text.find('{');
    const auto end = text.rfind('}');
    if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) return {};
    return text.substr(begin, end - begin + 1);
}

std::string word(std::string_view text) {
    std::string out;
    for (const char c : text.substr(0, 48)) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0)
            out += static_cast<char>(std::tolower(byte));
        else if (!out.empty() && out.back() != '_')
            out += '_';
    }
    while (!out.empty() && out.back() == '_') out.pop_back();
    return out.empty() ? "other" : out;
}

}  // namespace

const Json& answer_schema() {
    static const Json kSchema = make_schema();
    return kSchema;
}

base::Result<ModelAnswer> answer_from(const std::string& text) {
    const std::string_view object = object_in(text);
    if (object.empty())
        return base::fail(base::ErrorKind::Invalid, "there is no JSON object in the answer");
    const auto json = base::parse_json(object, "the answer", {1U << 20, 32});
    if (!json) return base::fail(json.error());
    if (!json->contains("causes") || !(*json)["causes"].is_array())
        return base::fail(base::ErrorKind::Invalid, "the answer has no list 'causes'");
    ModelAnswer out;
    for (const Json& cause : (*json)["causes"]) {
        if (out.causes.size() >= kCauses) break;
        // Only what nothing can be made of is an error, for each costs a turn of repair; all else
        // is taken leniently and proven afterwards.
        if (!cause.is_object() || !cause.contains("entity") || !cause["entity"].is_string())
            return base::fail(base::ErrorKind::Invalid,
                              fmt::format("causes[{}] has no text 'entity'", out.causes.size()));
        if (!cause.contains("statements") || !cause["statements"].is_array())
            return base::fail(
                base::ErrorKind::Invalid,
                fmt::format("causes[{}] has no list 'statements'", out.causes.size()));
        out.causes.push_back({{word(base::text_at(cause, "entityKind", "service")),
                               cell(base::text_at(cause, "entity"), 253)},
                              base::text_at(cause, "level"),
                              word(base::text_at(cause, "class")),
                              statements(cause, "statements"),
                              statements(cause, "against")});
    }
    for (const Json& action : base::array_at(*json, "actions"))
        if (action.is_object() && out.actions.size() < kActions)
            out.actions.push_back({base::text_at(action, "action"), base::text_at(action, "target"),
                                   action, cited_ids(action)});
    for (const Json& item : base::array_at(*json, "missing"))
        if (item.is_string() && out.missing.size() < 5)
            out.missing.push_back(cell(item.get_ref<const std::string&>(), 300));
    return out;
}

}  // namespace insight::agent::reasoning
