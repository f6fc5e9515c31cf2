#include "collectors/skywalking/features.h"

#include <fmt/format.h>

#include <sstream>

namespace insight::collectors::skywalking {

using base::Json;

Features::Features(const Json& schema) {
    for (const Json& type : base::array_at(base::object_at(schema, "__schema"), "types")) {
        const std::string name = base::text_at(type, "name");
        if (name.empty() || name.starts_with("__")) continue;
        for (const char* key : {"fields", "inputFields"})
            for (const Json& field : base::array_at(type, key))
                fields_[name].insert(base::text_at(field, "name"));
        if (name != "Query") continue;
        for (const Json& field : base::array_at(type, "fields"))
            for (const Json& argument : base::array_at(field, "args"))
                arguments_[base::text_at(field, "name")].insert(base::text_at(argument, "name"));
    }
}

bool Features::has(const std::string& type, const std::string& field) const {
    const auto it = fields_.find(type);
    return it != fields_.end() && it->second.contains(field);
}

bool Features::takes(const std::string& query, const std::string& argument) const {
    const auto it = arguments_.find(query);
    return it != arguments_.end() && it->second.contains(argument);
}

std::string Features::only(const std::string& type, std::string_view wanted) const {
    std::istringstream words{std::string(wanted)};
    std::string out;
    for (std::string word; words >> word;)
        if (has(type, word)) out += (out.empty() ? "" : " ") + word;
    return out;
}

base::Result<Features> features_of(Api& api, base::Deadline deadline) {
    // one __schema and one of each list: what newer servers still call good faith
    const auto answer =
        api.ask("query {__schema {types {name fields {name args {name}} inputFields {name}}}}",
                Json::object(), deadline);
    if (!answer) return base::fail(answer.error());
    Features features(answer->data);
    if (!features.has("Query", "queryBasicTraces") && !features.has("Query", "getGlobalTopology"))
        return base::fail(
            base::ErrorKind::Corrupt,
            fmt::format("what answers at {} speaks GraphQL, but is not SkyWalking 8 or newer: "
                        "correct `url`",
                        api.url()));
    return features;
}

}  // namespace insight::collectors::skywalking
