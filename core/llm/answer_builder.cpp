#include "core/llm/answer_builder.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/llm/structured.h"

namespace insight::llm {
namespace {

constexpr std::size_t kShownInput = 500;  // of arguments that are none
constexpr base::JsonLimits kInput{64U << 20, 64};
constexpr std::int64_t kMostTokens = 1'000'000'000;  // far above any context, far below overflow

}  // namespace

std::int64_t tokens_at(const base::Json& usage, std::string_view key, std::int64_t fallback) {
    return std::clamp<std::int64_t>(base::integer_at(usage, key, fallback), 0, kMostTokens);
}

AnswerBuilder::AnswerBuilder(const Prompt& prompt, const Progress& progress, const Peer& peer,
                             std::size_t max_tool_input)
    : prompt_(prompt), progress_(progress), peer_(peer), max_tool_input_(max_tool_input) {
    // Ids of ours go on counting, since a result names its call by the id alone.
    for (const Turn& turn : prompt.turns) earlier_calls_ += turn.calls.size();
}

void AnswerBuilder::text(std::string_view piece) {
    if (piece.empty() || failure_) return;
    text_ += piece;
    if (!progress_.text) return;
    shown_ = true;
    progress_.text(piece);
}

AnswerBuilder::Growing* AnswerBuilder::open(std::int64_t place) {
    const auto found = calls_.find(place);
    if (found != calls_.end()) return &found->second;
    if (calls_.size() >= kMostCalls) {
        fail(peer_.nonsense(fmt::format("asked for more than {} tools at once", kMostCalls), "",
                            true));
        return nullptr;
    }
    return &calls_[place];
}

void AnswerBuilder::call(std::int64_t place, std::string_view id, std::string_view name) {
    Growing* growing = open(place);
    if (growing == nullptr) return;
    if (growing->id.empty()) growing->id = base::clean_utf8(id.substr(0, kMostName));
    // Some servers repeat the name with every piece, some send it in pieces: the first one counts.
    if (growing->name.empty()) growing->name = base::clean_utf8(name.substr(0, kMostName));
    if (growing->announced || growing->name.empty() || !progress_.tool_started) return;
    growing->announced = true;
    shown_ = true;
    progress_.tool_started(growing->name);
}

void AnswerBuilder::call_input(std::int64_t place, std::string_view piece) {
    Growing* growing = open(place);
    if (growing == nullptr) return;
    if (growing->input.size() + piece.size() > max_tool_input_) {
        fail(peer_.nonsense(
            fmt::format("sent more than {} of arguments to one tool",
                        base::format_quantity(static_cast<double>(max_tool_input_), "By")),
            growing->name, false));
        return;
    }
    growing->input += piece;
}

void AnswerBuilder::call_input(std::int64_t place, const base::Json& input) {
    call_input(place, std::string_view(base::dump_json(input)));
}

std::string AnswerBuilder::call_id(std::int64_t place) const {
    const auto found = calls_.find(place);
    if (found == calls_.end()) return {};
    if (!found->second.id.empty()) return found->second.id;
    return fmt::format(
        "call_{}", earlier_calls_ + static_cast<std::size_t>(std::distance(calls_.begin(), found)));
}

void AnswerBuilder::model(std::string_view name) {
    if (model_.empty()) model_ = base::clean_utf8(name.substr(0, kMostName));
}

void AnswerBuilder::fail(Failure failure) {
    if (!failure_) failure_ = std::move(failure);
}

ToolCall AnswerBuilder::whole(const Growing& growing) const {
    ToolCall call;
    call.name = growing.name;
    if (growing.input.find_first_not_of(" \t\r\n") == std::string::npos) {
        call.input = base::Json::object();  // a tool without arguments is called with nothing
        return call;
    }
    auto input = base::parse_json(growing.input, "the arguments", kInput);
    if (input && input->is_object())
        call.input = std::move(*input);
    else
        call.malformed = base::shorten(base::clean_utf8(growing.input), kShownInput);
    return call;
}

Outcome<Answer> AnswerBuilder::finish() {
    if (failure_) return tl::unexpected(std::move(*failure_));
    if (!complete_) return tl::unexpected(peer_.cut());
    Answer answer;
    answer.turn.speaker = Speaker::Assistant;
    for (const auto& [place, growing] : calls_) {
        answer.turn.calls.push_back(whole(growing));
        answer.turn.calls.back().id = call_id(place);
    }
    // Servers differ in what they call the stop of an answer with calls; the calls themselves
    // count.
    answer.stop = stop_.value_or(Stop::End);
    if (answer.stop == Stop::End || answer.stop == Stop::Tools)
        answer.stop = answer.turn.calls.empty() ? Stop::End : Stop::Tools;
    answer.turn.text = base::clean_utf8(text_);
    answer.turn.provider_state = std::move(state_);
    if (!prompt_.answer_schema.is_null() && answer.stop == Stop::End)
        // The value alone: callers parse it, and a fence or a thought aloud around it is no part of
        // it.
        if (const auto value = json_in(answer.turn.text))
            answer.turn.text = base::dump_json(*value);
    answer.usage = usage_;
    answer.model = model_;
    return answer;
}

}  // namespace insight::llm
