// An answer as it grows out of the events of a stream, whatever the dialect. Bounded: a model or a
// server that does not stop talking ends the answer, not the process.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/llm/failure.h"
#include "core/llm/model.h"

namespace insight::llm {

// A count of tokens as a server claims it, kept within reason: sums of them never overflow, and no
// budget grows by a negative one.
std::int64_t tokens_at(const base::Json& usage, std::string_view key, std::int64_t fallback = 0);

class AnswerBuilder {
  public:
    static constexpr std::size_t kMostCalls = 128;
    static constexpr std::size_t kMostName = 256;
    static constexpr std::size_t kMostReasoning = 1U << 20;  // bytes; more of it is not given back

    AnswerBuilder(const Prompt& prompt, const Progress& progress, const Peer& peer,
                  std::size_t max_tool_input);

    void text(std::string_view piece);

    // A tool call by its place in the stream; again: more of it. Empty parts say nothing new.
    void call(std::int64_t place, std::string_view id, std::string_view name);
    void call_input(std::int64_t place, std::string_view piece);
    // The whole input at once, for dialects that send an object.
    void call_input(std::int64_t place, const base::Json& input);
    // The id under which the call will be told: the provider's, or one of ours.
    [[nodiscard]] std::string call_id(std::int64_t place) const;
    [[nodiscard]] bool has_call(std::int64_t place) const { return calls_.contains(place); }
    [[nodiscard]] bool any_call() const { return !calls_.empty(); }
    [[nodiscard]] bool any_text() const { return !text_.empty(); }

    void stop(Stop stop) { stop_ = stop; }
    void complete() { complete_ = true; }
    void model(std::string_view name);
    void state(base::Json state) { state_ = std::move(state); }
    void fail(Failure failure);
    Usage& usage() { return usage_; }

    [[nodiscard]] bool failed() const { return failure_.has_value(); }
    [[nodiscard]] bool stopped() const { return stop_.has_value(); }
    [[nodiscard]] bool is_complete() const { return complete_ && !failure_; }
    [[nodiscard]] bool shown() const { return shown_; }
    [[nodiscard]] const Peer& peer() const { return peer_; }

    Outcome<Answer> finish();

  private:
    struct Growing {
        std::string id, name, input;
        bool announced = false;
    };
    Growing* open(std::int64_t place);
    [[nodiscard]] ToolCall whole(const Growing& growing) const;

    const Prompt& prompt_;
    const Progress& progress_;
    const Peer& peer_;
    std::size_t max_tool_input_;
    std::size_t earlier_calls_ = 0;  // of the conversation: makes our ids unique within it
    std::string text_;
    std::map<std::int64_t, Growing> calls_;
    std::optional<Stop> stop_;
    std::optional<Failure> failure_;
    std::string model_;
    base::Json state_;
    Usage usage_;
    bool complete_ = false;
    bool shown_ = false;
};

}  // namespace insight::llm
