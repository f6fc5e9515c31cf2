// Google Gemini, request side: https://ai.google.dev/api/generate-content
#include "core/llm/gemini_reader.h"
#include "core/llm/turn_parts.h"
#include "core/llm/wire.h"

namespace insight::llm {
namespace {

using base::Json;

// Told by Google for calls that its model did not make itself: another provider's turns after a
// fallback. https://ai.google.dev/gemini-api/docs/thought-signatures
constexpr std::string_view kForeignSignature = "skip_thought_signature_validator";

Json assistant_parts(const Turn& turn, const Json& state) {
    Json parts = Json::array();
    const Json& signatures = base::object_at(state, "calls");
    if (!turn.text.empty()) {
        Json part{{"text", turn.text}};
        if (const std::string signature = base::text_at(state, "text"); !signature.empty())
            part["thoughtSignature"] = signature;
        parts.push_back(std::move(part));
    }
    bool first = true;
    for (const ToolCall& call : turn.calls) {
        Json part{
            {"functionCall", {{"id", call.id}, {"name", call.name}, {"args", input_of(call)}}}};
        const std::string signature = base::text_at(signatures, call.id);
        if (!signature.empty()) part["thoughtSignature"] = signature;
        // Only the first call of a turn is checked for one.
        else if (first && state.is_null())
            part["thoughtSignature"] = kForeignSignature;
        first = false;
        parts.push_back(std::move(part));
    }
    return parts;
}

class Gemini final : public Wire {
  public:
    explicit Gemini(const Endpoint& endpoint) : endpoint_(endpoint) {}

    base::Result<Outgoing> request(const Prompt& prompt, Features given_up,
                                   base::Nanos /*now*/) const override {
        const Settings& settings = endpoint_.settings;
        Outgoing out;
        const Form form = form_of(settings, prompt, given_up, false);
        Json limits{{"maxOutputTokens", output_limit(settings, prompt)}};
        if (settings.temperature && !given_up.has(Feature::Temperature)) {
            limits["temperature"] = *settings.temperature;
            out.sent.add(Feature::Temperature);
        }
        if (form == Form::Schema) {
            limits["responseMimeType"] = "application/json";
            limits["responseJsonSchema"] = prompt.answer_schema;
            out.sent.add(Feature::Schema);
        }
        Json body{{"contents", contents(prompt)}, {"generationConfig", std::move(limits)}};
        if (const std::string system = system_text(prompt, form); !system.empty())
            body["systemInstruction"] = {{"parts", Json::array({{{"text", system}}})}};
        if (!prompt.tools.empty()) {
            body["tools"] = Json::array({{{"functionDeclarations", declarations(prompt)}}});
            if (prompt.answer_now && !given_up.has(Feature::NoTools)) {
                body["toolConfig"] = {{"functionCallingConfig", {{"mode", "NONE"}}}};
                out.sent.add(Feature::NoTools);
            }
        }
        out.request = json_post(settings,
                                settings.base_url + "/models/" + path_segment(settings.model) +
                                    ":streamGenerateContent?alt=sse",
                                body);
        out.request.headers.emplace_back("x-goog-api-key", settings.api_key.reveal());
        add_headers(settings, out.request);
        return out;
    }

    std::unique_ptr<Reader> reader(const Prompt& prompt, const Progress& progress,
                                   const Peer& peer) const override {
        return std::make_unique<GeminiReader>(prompt, progress, peer, endpoint_.settings);
    }

  private:
    [[nodiscard]] Json contents(const Prompt& prompt) const {
        Json contents = Json::array();
        std::map<std::string, std::string> names;  // a result must name its tool
        for (const Turn& turn : prompt.turns) {
            for (const ToolCall& call : turn.calls) names[call.id] = call.name;
            const bool user = turn.speaker == Speaker::User;
            Json parts = user ? user_parts(turn, names)
                              : assistant_parts(turn, own_state(endpoint_.settings, turn));
            // A turn without parts is refused.
            if (parts.empty()) continue;
            contents.push_back({{"role", user ? "user" : "model"}, {"parts", std::move(parts)}});
        }
        return contents;
    }

    static Json user_parts(const Turn& turn, const std::map<std::string, std::string>& names) {
        Json parts = Json::array();
        for (const ToolResult& result : turn.results) {
            const auto name = names.find(result.call_id);
            parts.push_back(
                {{"functionResponse",
                  {{"id", result.call_id},
                   {"name", name == names.end() ? result.call_id : name->second},
                   {"response", {{result.is_error ? "error" : "output", result.content}}}}}});
        }
        if (!turn.text.empty()) parts.push_back({{"text", turn.text}});
        return parts;
    }

    static Json declarations(const Prompt& prompt) {
        Json declarations = Json::array();
        for (const Tool& tool : prompt.tools)
            declarations.push_back({{"name", tool.name},
                                    {"description", tool.description},
                                    {"parametersJsonSchema", tool.input_schema}});
        return declarations;
    }

    Endpoint endpoint_;
};

}  // namespace

std::unique_ptr<Wire> make_gemini(const Endpoint& endpoint) {
    return std::make_unique<Gemini>(endpoint);
}

}  // namespace insight::llm
