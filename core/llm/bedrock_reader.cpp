#include "core/llm/bedrock_reader.h"

#include "core/llm/turn_parts.h"

namespace insight::llm {

using base::integer_at;
using base::Json;
using base::object_at;
using base::text_at;

namespace {

constexpr std::size_t kHead = 200;

Stop bedrock_stop(std::string_view reason) {
    if (reason == "tool_use") return Stop::Tools;
    if (reason == "max_tokens" || reason == "model_context_window_exceeded") return Stop::Length;
    if (reason == "guardrail_intervened" || reason == "content_filtered" || reason == "refusal")
        return Stop::Refusal;
    return Stop::End;
}

}  // namespace

BedrockReader::BedrockReader(const Prompt& prompt, const Progress& progress, Peer peer,
                             const Settings& settings)
    : settings_(settings),
      peer_(std::move(peer)),
      answer_(prompt, progress, peer_, settings.max_tool_input),
      frames_([this](const Frame& one) { return frame(one); }, settings.max_answer) {
    answer_.model(settings.model);  // the stream does not name it
}

// A proxy's page or a plain JSON error is no event stream, and its frames would only fail their
// checksum: the head tells which of the two it was, because only one is worth another try.
bool BedrockReader::take(std::string_view block) {
    if (head_.size() < kHead) head_ += block.substr(0, kHead - head_.size());
    const auto more = frames_.feed(block);
    if (more) return *more;
    const std::size_t at = head_.find_first_not_of(" \t\r\n");
    const bool readable = at != std::string::npos && (head_[at] == '{' || head_[at] == '<');
    answer_.fail(peer_.nonsense(readable ? "answered without an event stream; correct llm.baseUrl"
                                         : "sent a damaged stream (" + more.error().message + ")",
                                readable ? head_ : "", !readable));
    return false;
}

bool BedrockReader::frame(const Frame& frame) {
    const std::string_view kind = frame.header(":message-type");
    // An exception is the service's, within the stream; an error is the stream's own.
    const auto data = base::parse_json(frame.payload.empty() ? "{}" : frame.payload, "the event",
                                       {16U << 20, 64});
    if (kind == "exception" || kind == "error") {
        const std::string name(kind == "exception" ? frame.header(":exception-type")
                                                   : frame.header(":error-code"));
        std::string message = data ? text_at(*data, "message") : frame.payload;
        if (message.empty()) message = frame.header(":error-message");
        answer_.fail(peer_.from_event(name, message));
        return false;
    }
    // Kinds that do not exist yet are passed over.
    if (kind != "event") return true;
    if (!data || !data->is_object()) {
        answer_.fail(peer_.nonsense("sent an event that is no JSON", frame.payload, true));
        return false;
    }
    event(frame.header(":event-type"), *data);
    return !answer_.failed();
}

void BedrockReader::event(std::string_view type, const Json& data) {
    const std::int64_t index = integer_at(data, "contentBlockIndex");
    if (type == "contentBlockStart") {
        const Json& use = object_at(object_at(data, "start"), "toolUse");
        if (!use.empty()) answer_.call(index, text_at(use, "toolUseId"), text_at(use, "name"));
    } else if (type == "contentBlockDelta") {
        delta(index, object_at(data, "delta"));
    } else if (type == "messageStop") {
        const std::string reason = text_at(data, "stopReason");
        if (reason.starts_with(
                "malformed_")) {  // the model's own slip: another try, another answer
            answer_.fail(peer_.nonsense("gave up its own answer", reason, true));
            return;
        }
        answer_.stop(bedrock_stop(reason));
        answer_.complete();
    } else if (type == "metadata") {  // after the stop
        count(object_at(data, "usage"));
    }
}

void BedrockReader::delta(std::int64_t index, const Json& delta) {
    answer_.text(text_at(delta, "text"));
    if (const Json& use = object_at(delta, "toolUse"); !use.empty() && answer_.has_call(index))
        answer_.call_input(index, std::string_view(text_at(use, "input")));
    const Json& reasoning = object_at(delta, "reasoningContent");
    if (reasoning.empty()) return;
    kept_ += base::dump_json(reasoning).size();
    // Cut off it would not be taken back: its signature is over the whole of it.
    if (kept_ > AnswerBuilder::kMostReasoning) return;
    Json& block = reasoning_[index];
    if (reasoning.contains("redactedContent")) {
        append_text(block, "redactedContent", text_at(reasoning, "redactedContent"));
        return;
    }
    for (const char* key : {"text", "signature"}) {
        const std::string more = text_at(reasoning, key);
        if (!more.empty()) append_text(block["reasoningText"], key, more);
    }
}

void BedrockReader::count(const Json& usage) {
    Usage& counted = answer_.usage();
    counted.input = tokens_at(usage, "inputTokens");
    counted.cached_input = tokens_at(usage, "cacheReadInputTokens");
    counted.cache_write = tokens_at(usage, "cacheWriteInputTokens");
    counted.output = tokens_at(usage, "outputTokens");
}

Outcome<Answer> BedrockReader::finish() {
    if (!reasoning_.empty() && kept_ <= AnswerBuilder::kMostReasoning) {
        Json state = Json::array();
        for (auto& [index, block] : reasoning_)
            state.push_back({{"reasoningContent", std::move(block)}});
        answer_.state(make_state(settings_, std::move(state)));
    }
    return answer_.finish();
}

}  // namespace insight::llm
