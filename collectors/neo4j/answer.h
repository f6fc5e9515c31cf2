// The two shapes in which Neo4j answers a statement over HTTP, read as one: the Query API's
// {data: {fields, values}} and the transactional API's {results: [{columns, data: [{row}]}]}
// (https://neo4j.com/docs/query-api/current, https://neo4j.com/docs/http-api/5). Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"

namespace insight::collectors::neo4j {

struct Answer {
    std::vector<base::Json> rows;  // objects, a key a column
    bool cut = false;              // there were more rows than asked for
    // The first error; both empty when there was none. An error may follow rows that were sent
    // before it (the status is already out by then): such rows are not to be trusted.
    std::string code;  // "Neo.ClientError.Statement.SyntaxError"
    std::string message;
};

// Nothing when the body is of neither shape. At most `limit` rows.
std::optional<Answer> answer_of(const base::Json& body, std::size_t limit);

}  // namespace insight::collectors::neo4j
