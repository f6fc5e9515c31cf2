// The last look before something leaves: what redaction should have hidden and did not.
//
// It knows its own patterns and shares none with the redaction, so that one mistake is not made
// twice. Whatever it finds blocks the publication; nothing is repaired and sent on.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"

namespace insight::evomap {

using base::Json;

struct Leak {
    std::string type;   // api_key, password, internal_ip, local_path, …
    std::string where;  // a JSON pointer; the text itself is never repeated
};

std::vector<std::string> leak_types(std::string_view text);

// Every text of it, keys too. At most 100.
std::vector<Leak> find_leaks(const Json& value);

}  // namespace insight::evomap
