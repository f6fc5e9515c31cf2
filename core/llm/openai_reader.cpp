#include "core/llm/openai_reader.h"

#include "core/llm/turn_parts.h"

namespace insight::llm {

using base::array_at;
using base::integer_at;
using base::Json;
using base::object_at;
using base::text_at;

namespace {

constexpr std::int64_t kMostPlace = 1'000'000;  // beyond it an index is none

Stop openai_stop(std::string_view reason) {
    if (reason == "tool_calls" || reason == "function_call") return Stop::Tools;
    if (reason == "length" || reason == "max_tokens") return Stop::Length;
    if (reason == "content_filter") return Stop::Refusal;
    return Stop::End;
}

// Text, or parts of text (Mistral's reasoning models).
std::string content_of(const Json& message) {
    std::string text = text_at(message, "content");
    for (const Json& part : array_at(message, "content"))
        if (text_at(part, "type", "text") == "text") text += text_at(part, "text");
    return text;
}

}  // namespace

// {"error": {…}}, {"error": "…"}, and {"object": "error", …} of older vLLM
bool OpenAiReader::error(const Json& data) {
    const auto found = data.find("error");
    const bool old = text_at(data, "object") == "error";
    if ((found == data.end() || found->is_null()) && !old) return false;
    const Json& error = old ? data : *found;
    if (error.is_string()) {
        answer().fail(peer().from_event("error", error.get_ref<const std::string&>()));
        return true;
    }
    std::string kind = text_at(error, "type");
    if (kind.empty()) kind = text_at(error, "code");
    if (const std::int64_t code = integer_at(error, "code"); code >= 400 && code < 600)
        kind = std::to_string(code);
    answer().fail(peer().from_event(kind.empty() ? "error" : kind, text_at(error, "message")));
    return true;
}

bool OpenAiReader::event(const Json& data) {
    if (error(data)) return false;
    answer().model(text_at(data, "model"));
    for (const Json& choice : array_at(data, "choices")) {
        if (integer_at(choice, "index") != 0) continue;  // one was asked for
        message(object_at(choice, "delta"));
        finished(choice);
    }
    count(data);
    return true;  // usage comes after the last choice
}

bool OpenAiReader::word(std::string_view data) {
    if (data.starts_with("[DONE]")) {
        answer().complete();
        return false;
    }
    return EventReader::word(data);
}

void OpenAiReader::message(const Json& message) {
    answer().text(content_of(message));
    if (const std::string refusal = text_at(message, "refusal"); !refusal.empty()) {
        answer().text(refusal);
        answer().stop(Stop::Refusal);
    }
    for (const Json& one : array_at(message, "tool_calls")) call(one);
    reasoning(message);
}

// By index; without one by id, or else the last call goes on.
std::int64_t OpenAiReader::place_of(const Json& call) {
    const auto index = call.find("index");
    if (index != call.end() && index->is_number_integer()) {
        const auto place = index->get<std::int64_t>();
        if (place >= 0 && place <= kMostPlace) return place;
    }
    const std::string id = text_at(call, "id");
    if (!id.empty()) {
        const auto known = places_.find(id);
        if (known != places_.end()) return known->second;
        if (places_.size() < AnswerBuilder::kMostCalls) places_[id] = last_place_ + 1;
        return last_place_ + 1;
    }
    const bool new_one = !text_at(object_at(call, "function"), "name").empty();
    // A name begins a call; pieces without one belong to the call that was begun last.
    return new_one || last_place_ < 0 ? last_place_ + 1 : last_place_;
}

void OpenAiReader::call(const Json& call) {
    const std::int64_t place = place_of(call);
    last_place_ = place;
    const Json& function = object_at(call, "function");
    answer().call(place, text_at(call, "id"), text_at(function, "name"));
    const auto arguments = function.find("arguments");
    if (arguments != function.end()) {
        if (arguments->is_string())
            answer().call_input(place, std::string_view(arguments->get_ref<const std::string&>()));
        else if (arguments->is_object())  // servers that forget to write it as text
            answer().call_input(place, *arguments);
    }
    const Json& extra = object_at(call, "extra_content");
    if (!extra.empty() && extra_.size() < AnswerBuilder::kMostCalls)
        extra_[std::to_string(place)] = extra;
}

void OpenAiReader::reasoning(const Json& message) {
    const std::string text = text_at(message, "reasoning_content");
    const Json& details = array_at(message, "reasoning_details");
    kept_ += text.size() + (details.empty() ? 0 : base::dump_json(details).size());
    if (kept_ > AnswerBuilder::kMostReasoning) return;
    reasoning_ += text;
    for (const Json& detail : details) details_.push_back(detail);
}

void OpenAiReader::finished(const Json& choice) {
    const std::string reason = text_at(choice, "finish_reason");
    if (reason.empty()) return;
    if (reason == "error") {  // OpenRouter: the provider behind it broke off
        answer().fail(peer().from_event("502", "the provider behind it failed"));
        return;
    }
    if (!answer().stopped()) answer().stop(openai_stop(reason));  // a refusal stays one
    // Not every server says [DONE]; usage may still come, so reading goes on.
    answer().complete();
}

void OpenAiReader::count(const Json& data) {
    const Json* usage = &object_at(data, "usage");
    if (usage->empty()) usage = &object_at(object_at(data, "x_groq"), "usage");
    if (usage->empty()) return;
    const Json& details = object_at(*usage, "prompt_tokens_details");
    Usage& counted = answer().usage();
    counted.cached_input = tokens_at(details, "cached_tokens");
    counted.cache_write = tokens_at(details, "cache_write_tokens");
    // here the prompt's count has the cached ones in it
    counted.input = std::max<std::int64_t>(
        0, tokens_at(*usage, "prompt_tokens") - counted.cached_input - counted.cache_write);
    counted.output = tokens_at(*usage, "completion_tokens");
}

void OpenAiReader::document(const Json& data) {
    const Json& object = data.is_array() && !data.empty() ? data.front() : data;
    if (object.is_object() && error(object)) return;
    const Json& choices = array_at(object, "choices");
    if (choices.empty()) {
        answer().fail(peer().nonsense("sent a document without an answer; correct llm.baseUrl",
                                      base::dump_json(data), false));
        return;
    }
    answer().model(text_at(object, "model"));
    message(object_at(choices.front(), "message"));
    finished(choices.front());
    count(object);
    answer().complete();
}

void OpenAiReader::close() {
    Json state = Json::object();
    if (kept_ <= AnswerBuilder::kMostReasoning) {  // half of it would be worth nothing
        if (!details_.empty()) state["reasoning_details"] = std::move(details_);
        // Only within a chain of calls: elsewhere it is refused or a waste.
        if (!reasoning_.empty() && answer().any_call()) state["reasoning_content"] = reasoning_;
    }
    for (const auto& [place, extra] : extra_.items())
        state["extra"][answer().call_id(std::stoll(place))] = extra;
    if (!state.empty()) answer().state(make_state(settings_, std::move(state)));
}

}  // namespace insight::llm
