// Anthropic Messages, request side: https://platform.claude.com/docs/en/api/messages
#include <fmt/format.h>

#include "core/llm/anthropic_reader.h"
#include "core/llm/structured.h"
#include "core/llm/turn_parts.h"
#include "core/llm/wire.h"

namespace insight::llm {
namespace {

using base::Json;

constexpr std::string_view kVersion = "2026-10-21";

Json text_block(std::string_view text) {
    return {{"type", "text"}, {"text", text}};
}

Json tool_use_block(const ToolCall& call) {
    return {{"type", "tool_use"}, {"id", call.id}, {"name", call.name}, {"input", input_of(call)}};
}

Json user_blocks(const Turn& turn) {
    Json content = Json::array();
    for (const ToolResult& result : turn.results) {
        Json block{{"type", "tool_result"}, {"tool_use_id", result.call_id}};
        if (!result.content.empty()) block["content"] = result.content;
        if (result.is_error) block["is_error"] = true;
        content.push_back(std::move(block));
    }
    if (!turn.text.empty()) content.push_back(text_block(turn.text));
    return content;
}

// Signed thinking goes back untouched and in its place; text and calls are the turn's, which may
// have been changed on the way (redaction).
Json assistant_blocks(const Turn& turn, const Json& state) {
    Json content = Json::array();
    std::size_t calls = 0;
    bool text_sent = turn.text.empty();
    const auto send_text = [&] {
        if (!text_sent) content.push_back(text_block(turn.text));
        text_sent = true;
    };
    for (const Json& part : state.is_array() ? state : Json::array()) {
        const std::string type = base::text_at(part, "type");
        if (type == "text") {
            send_text();
        } else if (type == "tool_use") {
            if (calls < turn.calls.size()) content.push_back(tool_use_block(turn.calls[calls++]));
        } else {
            content.push_back(part);
        }
    }
    send_text();
    for (; calls < turn.calls.size(); ++calls) content.push_back(tool_use_block(turn.calls[calls]));
    return content;
}

// The part up to here is the same next time: the provider keeps it.
void mark_cached(Json& list) {
    if (list.is_array() && !list.empty()) list.back()["cache_control"] = {{"type", "ephemeral"}};
}

class Anthropic final : public Wire {
  public:
    explicit Anthropic(const Endpoint& endpoint) : endpoint_(endpoint) {}

    base::Result<Outgoing> request(const Prompt& prompt, Features given_up,
                                   base::Nanos /*now*/) const override {
        const Settings& settings = endpoint_.settings;
        Outgoing out;
        const bool caching = settings.prompt_caching && !given_up.has(Feature::Caching);
        const Form form = form_of(settings, prompt, given_up, false);
        Json body{{"model", settings.model},
                  {"max_tokens", output_limit(settings, prompt)},
                  {"stream", true},
                  {"messages", messages(prompt)}};
        if (const std::string system = system_text(prompt, form); !system.empty())
            body["system"] = Json::array({text_block(system)});
        if (!prompt.tools.empty()) {
            body["tools"] = tools(prompt);
            if (prompt.answer_now && !given_up.has(Feature::NoTools)) {
                body["tool_choice"] = {{"type", "none"}};
                out.sent.add(Feature::NoTools);
            }
        }
        if (caching) {
            // From the most stable part on: a prefix that changed takes the marks behind it with
            // it.
            if (body.contains("tools")) mark_cached(body["tools"]);
            if (body.contains("system")) mark_cached(body["system"]);
            mark_last_user(body["messages"]);
            out.sent.add(Feature::Caching);
        }
        // Later versions have none.
        // versions are dates, so they compare as texts
        const bool has_temperature = !settings.api_version.empty() && settings.api_version < "2026";
        if (settings.temperature && has_temperature && !given_up.has(Feature::Temperature)) {
            body["temperature"] = *settings.temperature;
            out.sent.add(Feature::Temperature);
        }
        if (form == Form::Schema) {
            body["output_config"] = {
                {"format",
                 {{"type", "json_schema"}, {"schema", closed_schema(prompt.answer_schema)}}}};
            out.sent.add(Feature::Schema);
        }
        out.request = json_post(settings, settings.base_url + "/v1/messages", body);
        out.request.headers.emplace_back("anthropic-version", settings.api_version.empty()
                                                                  ? std::string(kVersion)
                                                                  : settings.api_version);
        out.request.headers.emplace_back("x-api-key", settings.api_key.reveal());
        add_headers(settings, out.request);
        return out;
    }

    std::unique_ptr<Reader> reader(const Prompt& prompt, const Progress& progress,
                                   const Peer& peer) const override {
        return std::make_unique<AnthropicReader>(prompt, progress, peer, endpoint_.settings);
    }

  private:
    [[nodiscard]] Json messages(const Prompt& prompt) const {
        Json messages = Json::array();
        for (const Turn& turn : prompt.turns) {
            const bool user = turn.speaker == Speaker::User;
            Json content = user ? user_blocks(turn)
                                : assistant_blocks(turn, own_state(endpoint_.settings, turn));
            if (content.empty()) continue;
            messages.push_back(
                {{"role", user ? "user" : "assistant"}, {"content", std::move(content)}});
        }
        return messages;
    }

    static Json tools(const Prompt& prompt) {
        Json tools = Json::array();
        for (const Tool& tool : prompt.tools)
            tools.push_back({{"name", tool.name},
                             {"description", tool.description},
                             {"input_schema", tool.input_schema}});
        return tools;
    }

    // Thinking blocks cannot carry a mark, results and text can.
    static void mark_last_user(Json& messages) {
        if (!messages.empty() && messages.back()["role"] == "user")
            mark_cached(messages.back()["content"]);
    }

    Endpoint endpoint_;
};

}  // namespace

std::unique_ptr<Wire> make_anthropic(const Endpoint& endpoint) {
    return std::make_unique<Anthropic>(endpoint);
}

}  // namespace insight::llm
