// Amazon Bedrock, request side:
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
#include "core/llm/bedrock_reader.h"
#include "core/llm/signature_v4.h"
#include "core/llm/structured.h"
#include "core/llm/turn_parts.h"
#include "core/llm/wire.h"
#include "core/net/authorization.h"

namespace insight::llm {
namespace {

using base::Json;

Json converse_tool_use(const ToolCall& call) {
    return {{"toolUse", {{"toolUseId", call.id}, {"name", call.name}, {"input", input_of(call)}}}};
}

Json converse_user_content(const Turn& turn) {
    Json content = Json::array();
    for (const ToolResult& result : turn.results)
        content.push_back(
            {{"toolResult",
              {{"toolUseId", result.call_id},
               // an empty text is refused
               {"content",
                Json::array({{{"text", result.content.empty() ? "(nothing)" : result.content}}})},
               {"status", result.is_error ? "error" : "success"}}}});
    if (!turn.text.empty()) content.push_back({{"text", turn.text}});
    return content;
}

// As with Anthropic: signed reasoning in its place, text and calls from the turn.
Json converse_assistant_content(const Turn& turn, const Json& state) {
    Json content = Json::array();
    if (state.is_array())
        for (const Json& part : state) content.push_back(part);
    if (!turn.text.empty()) content.push_back({{"text", turn.text}});
    for (const ToolCall& call : turn.calls) content.push_back(converse_tool_use(call));
    return content;
}

void add_cache_point(Json& list) {
    list.push_back({{"cachePoint", {{"type", "default"}}}});
}

class Bedrock final : public Wire {
  public:
    explicit Bedrock(const Endpoint& endpoint) : endpoint_(endpoint) {}

    base::Result<Outgoing> request(const Prompt& prompt, Features given_up,
                                   base::Nanos now) const override {
        const Settings& settings = endpoint_.settings;
        Outgoing out;
        const Form form = form_of(settings, prompt, given_up, false);
        Json limits{{"maxTokens", output_limit(settings, prompt)}};
        if (settings.temperature && !given_up.has(Feature::Temperature)) {
            limits["temperature"] = *settings.temperature;
            out.sent.add(Feature::Temperature);
        }
        Json body{{"messages", messages(prompt)}, {"inferenceConfig", std::move(limits)}};
        if (const std::string system = system_text(prompt, form); !system.empty())
            body["system"] = Json::array({{{"text", system}}});
        // There is no way to forbid calls here; a call nobody wanted is the caller's to refuse.
        if (!prompt.tools.empty()) body["toolConfig"]["tools"] = tools(prompt);
        if (settings.prompt_caching && !given_up.has(Feature::Caching)) {
            if (body.contains("toolConfig")) add_cache_point(body["toolConfig"]["tools"]);
            if (body.contains("system")) add_cache_point(body["system"]);
            if (!body["messages"].empty()) add_cache_point(body["messages"].back()["content"]);
            out.sent.add(Feature::Caching);
        }
        if (form == Form::Schema) {
            body["outputConfig"]["textFormat"] = {
                {"type", "json_schema"},
                {"structure",
                 {{"jsonSchema",
                   {{"name", "answer"},
                    {"schema", base::dump_json(closed_schema(prompt.answer_schema))}}}}}};
            out.sent.add(Feature::Schema);
        }
        out.request = json_post(
            settings,
            settings.base_url + "/model/" + path_segment(settings.model) + "/converse-stream",
            body);
        // the Accept of json_post()
        out.request.headers[1].second = "application/vnd.amazon.eventstream";
        add_headers(settings, out.request);
        // Last, for the signature is over headers and body as they are sent.
        return authorized(std::move(out), now);
    }

    std::unique_ptr<Reader> reader(const Prompt& prompt, const Progress& progress,
                                   const Peer& peer) const override {
        return std::make_unique<BedrockReader>(prompt, progress, peer, endpoint_.settings);
    }

  private:
    // A Bedrock API key is a bearer token; without one the request is signed.
    [[nodiscard]] base::Result<Outgoing> authorized(Outgoing out, base::Nanos now) const {
        const Settings& settings = endpoint_.settings;
        if (!settings.api_key.empty()) {
            out.request.authorization = net::bearer(settings.api_key);
            return out;
        }
        const auto status = sign_v4(out.request, {settings.aws, settings.region, "bedrock", now});
        if (!status) return base::fail(status.error());
        return out;
    }

    // Roles must alternate.
    [[nodiscard]] Json messages(const Prompt& prompt) const {
        Json messages = Json::array();
        for (const Turn& turn : prompt.turns) {
            const bool user = turn.speaker == Speaker::User;
            const std::string role = user ? "user" : "assistant";
            Json content =
                user ? converse_user_content(turn)
                     : converse_assistant_content(turn, own_state(endpoint_.settings, turn));
            if (content.empty()) continue;
            if (!messages.empty() && messages.back()["role"] == role) {
                for (Json& part : content) messages.back()["content"].push_back(std::move(part));
            } else {
                messages.push_back({{"role", role}, {"content", std::move(content)}});
            }
        }
        return messages;
    }

    static Json tools(const Prompt& prompt) {
        Json tools = Json::array();
        for (const Tool& tool : prompt.tools) {
            Json spec{{"name", tool.name}, {"inputSchema", {{"json", tool.input_schema}}}};
            if (!tool.description.empty()) spec["description"] = tool.description;
            tools.push_back({{"toolSpec", std::move(spec)}});
        }
        return tools;
    }

    Endpoint endpoint_;
};

}  // namespace

std::unique_ptr<Wire> make_bedrock(const Endpoint& endpoint) {
    return std::make_unique<Bedrock>(endpoint);
}

}  // namespace insight::llm
