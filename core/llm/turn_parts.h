// What the requests of all dialects are made of.
#pragma once

#include <string>

#include "core/base/json.h"
#include "core/llm/concessions.h"
#include "core/llm/model.h"
#include "core/llm/settings.h"
#include "core/net/transport.h"

namespace insight::llm {

// A POST of a JSON body that asks for a stream of events; without credentials.
net::Request json_post(const Settings& settings, std::string url, const base::Json& body);
// The configured headers; one called Authorization replaces ours.
void add_headers(const Settings& settings, net::Request& request);

// One segment of a URL's path, or one value of its query: everything but unreserved characters
// (RFC 3986) is escaped.
std::string path_segment(std::string_view text);

// What an adapter needs back with a turn is tagged with who made it, so that a fallback of another
// provider or model never gets signatures that are not its own.
base::Json make_state(const Settings& settings, base::Json content);

// null where the turn has none, or another's
const base::Json& own_state(const Settings& settings, const Turn& turn);

// The input as an object, which all providers demand; one that never was one is sent as empty: the
// result of the call says what was wrong with it.
base::Json input_of(const ToolCall& call);

// Appends to a text in place: streams come in very many very small pieces.
void append_text(base::Json& object, const char* key, std::string_view more);

// The output limit to ask for.
int output_limit(const Settings& settings, const Prompt& prompt);

// How a final answer is asked to be JSON, after what the server refused.
enum class Form { Free, Schema, JsonObject, Told };
Form form_of(const Settings& settings, const Prompt& prompt, Features given_up,
             bool has_json_object);

// The system text, with the schema where it can only be told.
std::string system_text(const Prompt& prompt, Form form);

}  // namespace insight::llm
