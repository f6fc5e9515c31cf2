// The one door through which outside JSON enters, and the one way it leaves.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace insight::base {

using Json =
    nlohmann::json;  // object keys are ordered, so the same value always dumps to the same bytes

struct JsonLimits {
    std::size_t bytes = 64U << 20;
    std::size_t depth = 256;  // deeper values overflow the stack when copied or dumped
};

// `what` names the input in the error ("the webhook body"). Errors: Invalid, TooLarge.
Result<Json> parse_json(std::string_view text, std::string_view what, JsonLimits limits = {});

// Never throws: invalid UTF-8 becomes U+FFFD.
std::string dump_json(const Json& value, int indent = -1);

// Readers for values whose shape is not ours: a missing or differently typed key gives the
// fallback.
std::string text_at(const Json& object, std::string_view key, std::string_view fallback = {});
double number_at(const Json& object, std::string_view key, double fallback = 0);
std::int64_t integer_at(const Json& object, std::string_view key, std::int64_t fallback = 0);
bool flag_at(const Json& object, std::string_view key, bool fallback = false);
// an empty array or object where the key is missing or of another type
const Json& array_at(const Json& object, std::string_view key);
const Json& object_at(const Json& object, std::string_view key);

}  // namespace insight::base
