// Many questions in few requests: aliases of one document, its values as variables only. A question
// the server fails at is dropped and the others asked again; a document that is too long is halved.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collectors/skywalking/api.h"

namespace insight::collectors::skywalking {

struct Value {
    std::string_view type;  // GraphQL: "Entity!"
    base::Json value;
};

// `text`: one field with its selection; "@0", "@1", … stand for its own values.
struct Question {
    std::string text;
    std::vector<Value> values;
};

struct Form {
    std::string fragments{};
    std::size_t at_once = 40;  // questions a request: 3000 fields, 1000 before 9.5, are refused
    std::size_t max_body = 16U << 20;
};

struct Replies {
    std::vector<std::optional<base::Json>> values;  // one a question; nothing: not answered
    std::size_t answered = 0;
    std::size_t refused = 0;           // by the server, each by itself
    std::optional<base::Error> error;  // the first failure
    bool over = false;                 // the server need not be asked again
};

Replies ask_all(Api& api, const Form& form, const std::vector<Question>& questions,
                base::Deadline deadline);

}  // namespace insight::collectors::skywalking
