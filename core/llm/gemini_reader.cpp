#include "core/llm/gemini_reader.h"

#include <algorithm>
#include <array>

#include "core/llm/turn_parts.h"

namespace insight::llm {

using base::array_at;
using base::integer_at;
using base::Json;
using base::object_at;
using base::text_at;

namespace {

constexpr std::array<std::string_view, 9> kRefusals{
    "SAFETY",     "RECITATION", "BLOCKLIST",    "PROHIBITED_CONTENT",
    "SPII",       "LANGUAGE",   "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT",
    "MODEL_ARMOR"};
// The model's own slips: another try makes another answer.
constexpr std::array<std::string_view, 5> kSlips{"MALFORMED_FUNCTION_CALL", "MALFORMED_RESPONSE",
                                                 "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS",
                                                 "MISSING_THOUGHT_SIGNATURE"};

template <std::size_t N>
bool any_of(const std::array<std::string_view, N>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

bool GeminiReader::error(const Json& data) {
    const auto found = data.find("error");
    if (found == data.end()) return false;
    const std::int64_t code = integer_at(*found, "code");
    answer().fail(peer().from_event(code > 0 ? std::to_string(code) : text_at(*found, "status"),
                                    text_at(*found, "message")));
    return true;
}

bool GeminiReader::event(const Json& data) {
    if (error(data)) return false;
    answer().model(text_at(data, "modelVersion"));
    for (const Json& candidate : array_at(data, "candidates")) {
        // one was asked for; zero is left out on the wire
        if (integer_at(candidate, "index") != 0) continue;
        for (const Json& one : array_at(object_at(candidate, "content"), "parts")) part(one);
        finished(candidate);
    }
    // The prompt itself was refused: there are no candidates then.
    if (const std::string block = text_at(object_at(data, "promptFeedback"), "blockReason");
        !block.empty()) {
        answer().stop(Stop::Refusal);
        answer().complete();
    }
    count(object_at(data, "usageMetadata"));
    return true;
}

void GeminiReader::part(const Json& part) {
    const std::string signature = text_at(part, "thoughtSignature");
    const auto call = part.find("functionCall");
    if (call != part.end() && call->is_object()) {
        const std::int64_t place = calls_++;
        answer().call(place, text_at(*call, "id"), text_at(*call, "name"));
        if (const Json& args = object_at(*call, "args"); !args.empty())
            answer().call_input(place, args);
        if (!signature.empty()) signatures_[std::to_string(place)] = signature;
        return;
    }
    if (base::flag_at(part, "thought")) return;  // a summary of thinking is no answer
    answer().text(text_at(part, "text"));
    // It may come with an empty text at the very end.
    if (!signature.empty()) text_signature_ = signature;
}

void GeminiReader::finished(const Json& candidate) {
    const std::string reason = text_at(candidate, "finishReason");
    if (reason.empty() || reason == "FINISH_REASON_UNSPECIFIED") return;
    if (any_of(kSlips, reason)) {
        answer().fail(peer().nonsense("gave up its own answer",
                                      reason + " " + text_at(candidate, "finishMessage"), true));
        return;
    }
    answer().stop(reason == "MAX_TOKENS"      ? Stop::Length
                  : any_of(kRefusals, reason) ? Stop::Refusal
                                              : Stop::End);
    answer().complete();
}

// Every event has the counts so far.
void GeminiReader::count(const Json& usage) {
    if (usage.empty()) return;
    Usage& counted = answer().usage();
    counted.cached_input = tokens_at(usage, "cachedContentTokenCount");
    // the prompt's count has the cached ones in it
    counted.input = std::max<std::int64_t>(0, tokens_at(usage, "promptTokenCount") +
                                                  tokens_at(usage, "toolUsePromptTokenCount") -
                                                  counted.cached_input);
    counted.output =
        tokens_at(usage, "candidatesTokenCount") + tokens_at(usage, "thoughtsTokenCount");
}

// Without alt=sse, as proxies ask: a list of what the events would be.
void GeminiReader::document(const Json& data) {
    bool understood = false;
    const Json list = data.is_array() ? data : Json::array({data});
    for (const Json& one : list) {
        if (!one.is_object()) continue;
        understood = understood || one.contains("candidates") || one.contains("error") ||
                     one.contains("promptFeedback");
        if (!event(one)) return;
    }
    if (!understood)
        answer().fail(peer().nonsense("sent a document without an answer; correct llm.baseUrl",
                                      base::dump_json(data), false));
}

void GeminiReader::close() {
    // An empty state still says whose calls these are.
    if (signatures_.empty() && text_signature_.empty() && !answer().any_call()) return;
    Json state{{"calls", Json::object()}};
    for (const auto& [place, signature] : signatures_.items())
        state["calls"][answer().call_id(std::stoll(place))] = signature;
    if (!text_signature_.empty()) state["text"] = text_signature_;
    answer().state(make_state(settings_, std::move(state)));
}

}  // namespace insight::llm
