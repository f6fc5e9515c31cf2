#include "collectors/neo4j/answer.h"

namespace insight::collectors::neo4j {
namespace {

using base::Json;

void add_row(const Json& columns, const Json& values, std::size_t limit, Answer& answer) {
    if (!values.is_array()) return;
    if (answer.rows.size() >= limit) {
        answer.cut = true;
        return;
    }
    Json row = Json::object();
    for (std::size_t i = 0; i < std::min(columns.size(), values.size()); ++i)
        if (columns[i].is_string()) row[columns[i].get_ref<const std::string&>()] = values[i];
    answer.rows.push_back(std::move(row));
}

}  // namespace

std::optional<Answer> answer_of(const Json& body, std::size_t limit) {
    if (!body.is_object()) return std::nullopt;
    Answer answer;
    bool known = false;
    for (const Json& error : base::array_at(body, "errors")) {
        answer.code = base::text_at(error, "code", "unknown");
        answer.message = base::text_at(error, "message");
        known = true;
        break;
    }
    if (const Json& data = base::object_at(body, "data"); data.contains("fields")) {
        known = true;
        for (const Json& values : base::array_at(data, "values"))
            add_row(base::array_at(data, "fields"), values, limit, answer);
    }
    if (body.contains("results")) {
        known = true;
        for (const Json& result : base::array_at(body, "results"))
            for (const Json& item : base::array_at(result, "data"))
                add_row(base::array_at(result, "columns"), base::array_at(item, "row"), limit,
                        answer);
    }
    if (!known) return std::nullopt;
    return answer;
}

}  // namespace insight::collectors::neo4j
