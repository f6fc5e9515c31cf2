#include "core/llm/turn_parts.h"

#include <cctype>

#include "core/base/text.h"
#include "core/llm/structured.h"

namespace insight::llm {

net::Request json_post(const Settings& settings, std::string url, const base::Json& body) {
    net::Request request;
    request.method = "POST";
    request.url = std::move(url);
    request.body = base::dump_json(body);
    request.tls = settings.tls;
    request.headers = {{"Content-Type", "application/json"},
                       {"Accept", "text/event-stream, application/json"},
                       {"User-Agent", "devops-insight"}};
    return request;
}

void add_headers(const Settings& settings, net::Request& request) {
    for (const auto& [name, value] : settings.headers) {
        // A field of its own, so that a redirect to another origin drops it.
        if (base::lower(name) == "authorization")
            request.authorization = value;
        else
            request.headers.emplace_back(name, value.reveal());
    }
}

std::string path_segment(std::string_view text) {
    static constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0 || std::string_view("-._~").find(c) != std::string_view::npos) {
            out += c;
        } else {
            out += '%';
            out += kDigits[byte >> 4U];
            out += kDigits[byte & 15U];
        }
    }
    return out;
}

// Thinking is signed by who thought it: another model, or provider, refuses it.
base::Json make_state(const Settings& settings, base::Json content) {
    return {{"by", settings.provider + "/" + settings.model}, {"content", std::move(content)}};
}

const base::Json& own_state(const Settings& settings, const Turn& turn) {
    static const base::Json kNone;
    if (base::text_at(turn.provider_state, "by") != settings.provider + "/" + settings.model)
        return kNone;
    const auto found = turn.provider_state.find("content");
    return found == turn.provider_state.end() ? kNone : *found;
}

// Arguments that were no object are told as none: providers refuse a history with anything else.
base::Json input_of(const ToolCall& call) {
    return call.input.is_object() ? call.input : base::Json::object();
}

void append_text(base::Json& object, const char* key, std::string_view more) {
    base::Json& value = object[key];
    if (!value.is_string()) value = std::string();
    value.get_ref<std::string&>() += more;
}

int output_limit(const Settings& settings, const Prompt& prompt) {
    const std::int64_t most = settings.max_output_tokens;
    // The prompt knows what its answer needs, the setting only caps it.
    return most > 0 && most < prompt.max_output_tokens ? static_cast<int>(most)
                                                       : prompt.max_output_tokens;
}

Form form_of(const Settings& settings, const Prompt& prompt, Features given_up,
             bool has_json_object) {
    if (prompt.answer_schema.is_null()) return Form::Free;
    if (settings.structured == Structured::Schema) return Form::Schema;
    if (settings.structured == Structured::Prompt) return Form::Told;
    if (!given_up.has(Feature::Schema)) return Form::Schema;
    // "some JSON object" still needs the schema told, which system_text() does
    if (has_json_object && !given_up.has(Feature::JsonObject)) return Form::JsonObject;
    return Form::Told;
}

std::string system_text(const Prompt& prompt, Form form) {
    if (form != Form::Told && form != Form::JsonObject) return prompt.system;
    const std::string told = told_schema(prompt.answer_schema);
    return prompt.system.empty() ? told : prompt.system + "\n\n" + told;
}

}  // namespace insight::llm
