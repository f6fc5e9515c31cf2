#include "core/llm/anthropic_reader.h"

#include "core/llm/turn_parts.h"

namespace insight::llm {

using base::integer_at;
using base::Json;
using base::object_at;
using base::text_at;

namespace {

constexpr std::size_t kMostParts = 1024;

Stop anthropic_stop(std::string_view reason) {
    if (reason == "tool_use") return Stop::Tools;
    if (reason == "max_tokens" || reason == "model_context_window_exceeded") return Stop::Length;
    if (reason == "refusal") return Stop::Refusal;
    return Stop::End;
}

}  // namespace

bool AnthropicReader::event(const Json& data) {
    const std::string type = text_at(data, "type");
    const std::int64_t index = integer_at(data, "index");
    if (type == "message_start") {
        const Json& message = object_at(data, "message");
        answer().model(text_at(message, "model"));
        count(object_at(message, "usage"));
    } else if (type == "content_block_start") {
        block(index, object_at(data, "content_block"));
    } else if (type == "content_block_delta") {
        delta(index, object_at(data, "delta"));
    } else if (type == "message_delta") {
        stopped(object_at(data, "delta"));
        count(object_at(data, "usage"));
    } else if (type == "message_stop") {
        answer().complete();
        return false;
    } else if (type == "error") {
        error(data);
        return false;
    }  // ping, content_block_stop, and what there will be
    return true;
}

void AnthropicReader::error(const Json& data) {
    const Json& error = object_at(data, "error");
    answer().fail(peer().from_event(text_at(error, "type", "error"), text_at(error, "message")));
}

void AnthropicReader::block(std::int64_t index, const Json& block) {
    const std::string type = text_at(block, "type");
    if (parts_.size() >= kMostParts) return;  // a stream of empty blocks costs no byte limit
    if (type == "text") {
        // only its place: the text itself is the turn's
        parts_[index] = {{"type", "text"}};
        answer().text(text_at(block, "text"));
    } else if (type == "tool_use") {
        parts_[index] = {{"type", "tool_use"}};
        answer().call(index, text_at(block, "id"), text_at(block, "name"));
        if (const Json& input = object_at(block, "input"); !input.empty())
            answer().call_input(index, input);
    } else if (type == "thinking" || type == "redacted_thinking") {
        parts_[index] = block;
    }
}

void AnthropicReader::delta(std::int64_t index, const Json& delta) {
    const std::string type = text_at(delta, "type");
    const auto part = parts_.find(index);
    const auto append = [&](const char* key) {
        if (part == parts_.end()) return;
        append_text(part->second, key, text_at(delta, key));
    };
    if (type == "text_delta")
        answer().text(text_at(delta, "text"));
    else if (type == "input_json_delta" && answer().has_call(index))
        answer().call_input(index, std::string_view(text_at(delta, "partial_json")));
    else if (type == "thinking_delta")
        append("thinking");
    else if (type == "signature_delta")
        append("signature");
}

void AnthropicReader::stopped(const Json& message) {
    const std::string reason = text_at(message, "stop_reason");
    if (reason.empty()) return;
    answer().stop(anthropic_stop(reason));
    // Where it refuses without a word, why it did is at least something for the report.
    if (reason == "refusal" && !answer().any_text())
        answer().text(text_at(object_at(message, "stop_details"), "explanation"));
}

// Counts are cumulative; a null or missing one leaves what was said before.
void AnthropicReader::count(const Json& usage) {
    Usage& counted = answer().usage();
    counted.input = tokens_at(usage, "input_tokens", counted.input);
    counted.cached_input = tokens_at(usage, "cache_read_input_tokens", counted.cached_input);
    counted.cache_write = tokens_at(usage, "cache_creation_input_tokens", counted.cache_write);
    counted.output = tokens_at(usage, "output_tokens", counted.output);
}

void AnthropicReader::document(const Json& data) {
    if (text_at(data, "type") == "error" || data.contains("error")) return error(data);
    if (text_at(data, "type") != "message") {
        answer().fail(
            peer().nonsense("sent a document that is no message", base::dump_json(data), false));
        return;
    }
    answer().model(text_at(data, "model"));
    std::int64_t index = 0;
    for (const Json& part : base::array_at(data, "content")) block(index++, part);
    stopped(data);
    count(object_at(data, "usage"));
    answer().complete();
}

void AnthropicReader::close() {
    // Only thinking is worth keeping: without it the turn says everything.
    bool thought = false;
    Json parts = Json::array();
    for (auto& [index, part] : parts_) {
        const std::string type = text_at(part, "type");
        thought = thought || type == "thinking" || type == "redacted_thinking";
        parts.push_back(std::move(part));
    }
    if (thought) answer().state(make_state(settings_, std::move(parts)));
}

}  // namespace insight::llm
