// Chat completions, request side: https://platform.openai.com/docs/api-reference/chat
// What the others that speak it take differently is in provider.h and found out by refusals.
#include "core/llm/openai_reader.h"
#include "core/llm/structured.h"
#include "core/llm/turn_parts.h"
#include "core/llm/wire.h"
#include "core/net/authorization.h"

namespace insight::llm {
namespace {

using base::Json;

constexpr std::string_view kAzureVersion = "2024-10-21";

Json function_call(const ToolCall& call, const Json& state) {
    Json out{{"id", call.id},
             {"type", "function"},
             {"function", {{"name", call.name}, {"arguments", base::dump_json(input_of(call))}}}};
    // thought signatures of Gemini behind this dialect
    const Json& extra = base::object_at(base::object_at(state, "extra"), call.id);
    if (!extra.empty()) out["extra_content"] = extra;
    return out;
}

Json assistant(const Turn& turn, const Json& state) {
    Json message{{"role", "assistant"}, {"content", nullptr}};
    if (!turn.text.empty()) message["content"] = turn.text;
    for (const ToolCall& call : turn.calls)
        message["tool_calls"].push_back(function_call(call, state));
    if (turn.calls.empty() && turn.text.empty()) message["content"] = "";
    // Reasoning goes back as it came, under the name it came with.
    for (const char* key : {"reasoning_details", "reasoning_content"})
        if (state.is_object() && state.contains(key)) message[key] = state[key];
    return message;
}

void add_user(const Turn& turn, Json& messages) {
    for (const ToolResult& result : turn.results)
        // there is no mark for errors in this dialect
        messages.push_back({{"role", "tool"},
                            {"tool_call_id", result.call_id},
                            {"content", (result.is_error ? "Error: " : "") + result.content}});
    if (!turn.text.empty()) messages.push_back({{"role", "user"}, {"content", turn.text}});
}

class OpenAi final : public Wire {
  public:
    explicit OpenAi(const Endpoint& endpoint) : endpoint_(endpoint) {}

    base::Result<Outgoing> request(const Prompt& prompt, Features given_up,
                                   base::Nanos /*now*/) const override {
        const Settings& settings = endpoint_.settings;
        Outgoing out;
        const Form form = form_of(settings, prompt, given_up, true);
        Json body{{"model", settings.model},
                  {"stream", true},
                  {"messages", messages(prompt, system_text(prompt, form))}};
        const bool first_name = !given_up.has(Feature::TokenLimit);
        if (first_name) out.sent.add(Feature::TokenLimit);
        // Who refused the first of the two names gets the other one.
        body[first_name == endpoint_.provider.new_token_limit ? "max_completion_tokens"
                                                              : "max_tokens"] =
            output_limit(settings, prompt);
        if (!given_up.has(Feature::StreamUsage)) {
            body["stream_options"] = {{"include_usage", true}};
            out.sent.add(Feature::StreamUsage);
        }
        if (settings.temperature && !given_up.has(Feature::Temperature)) {
            body["temperature"] = *settings.temperature;
            out.sent.add(Feature::Temperature);
        }
        if (!prompt.tools.empty()) {
            body["tools"] = tools(prompt);
            if (prompt.answer_now && !given_up.has(Feature::NoTools)) {
                body["tool_choice"] = "none";
                out.sent.add(Feature::NoTools);
            }
        }
        if (form == Form::Schema) {
            body["response_format"] = schema_format(prompt.answer_schema);
            out.sent.add(Feature::Schema);
        } else if (form == Form::JsonObject) {
            body["response_format"] = {{"type", "json_object"}};
            out.sent.add(Feature::JsonObject);
        }
        out.request = json_post(settings, url(), body);
        if (!settings.api_key.empty()) {
            if (endpoint_.provider.key == KeyPlace::ApiKey)
                out.request.headers.emplace_back("api-key", settings.api_key.reveal());
            else
                out.request.authorization = net::bearer(settings.api_key);
        }
        add_headers(settings, out.request);
        return out;
    }

    std::unique_ptr<Reader> reader(const Prompt& prompt, const Progress& progress,
                                   const Peer& peer) const override {
        return std::make_unique<OpenAiReader>(prompt, progress, peer, endpoint_.settings);
    }

  private:
    [[nodiscard]] Json messages(const Prompt& prompt, const std::string& system) const {
        Json messages = Json::array();
        if (!system.empty()) messages.push_back({{"role", "system"}, {"content", system}});
        for (const Turn& turn : prompt.turns) {
            if (turn.speaker == Speaker::User)
                add_user(turn, messages);
            else
                messages.push_back(assistant(turn, own_state(endpoint_.settings, turn)));
        }
        return messages;
    }

    static Json tools(const Prompt& prompt) {
        Json tools = Json::array();
        for (const Tool& tool : prompt.tools)
            tools.push_back({{"type", "function"},
                             {"function",
                              {{"name", tool.name},
                               {"description", tool.description},
                               {"parameters", tool.input_schema}}}});
        return tools;
    }

    static Json schema_format(const Json& schema) {
        return {{"type", "json_schema"},
                {"json_schema",
                 {{"name", "answer"}, {"schema", schema}, {"strict", strict_ready(schema)}}}};
    }

    // Azure has three shapes: the resource (then by deployment), one deployment, and /openai/v1.
    [[nodiscard]] std::string url() const {
        const Settings& settings = endpoint_.settings;
        const std::string& base = settings.base_url;
        if (endpoint_.provider.name != "azure" || base.ends_with("/v1"))
            return base + "/chat/completions";
        const std::string version =
            settings.api_version.empty() ? std::string(kAzureVersion) : settings.api_version;
        const std::string deployment = base.find("/deployments/") != std::string::npos
                                           ? ""
                                           : (base.ends_with("/openai") ? "" : "/openai") +
                                                 ("/deployments/" + path_segment(settings.model));
        return base + deployment + "/chat/completions?api-version=" + path_segment(version);
    }

    Endpoint endpoint_;
};

}  // namespace

std::unique_ptr<Wire> make_openai(const Endpoint& endpoint) {
    return std::make_unique<OpenAi>(endpoint);
}

}  // namespace insight::llm
