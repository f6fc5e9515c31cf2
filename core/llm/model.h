// A language model as the rest of the product sees it: one conversation in, one answer out.
//
// Providers (Anthropic Messages, OpenAI-compatible chat completions, Google Gemini, Amazon Bedrock)
// are adapters behind `Model`; nothing above this room knows which one answers. Whether a call may
// be made at all (budget), what may be said (redaction) and what an answer is worth (claim check)
// is decided by the caller.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/base/time.h"

namespace insight::llm {

// A tool the model may call. `input_schema` is JSON Schema of an object.
struct Tool {
    std::string name;  // [a-zA-Z0-9_-]{1,64}
    std::string description;
    base::Json input_schema;
};

// One call of a tool by the model. `input` is an object; text that was no JSON object is an
// argument error: `input` is null then and `malformed` holds what was sent, shortened.
struct ToolCall {
    std::string id;  // of the provider; made by the adapter where a provider gives none
    std::string name;
    base::Json input;
    std::string malformed;
};

struct ToolResult {
    std::string call_id;
    std::string content;
    bool is_error = false;
};

enum class Speaker { User, Assistant };

// One turn. A user's turn has text and/or results; an assistant's turn text and/or calls.
// `provider_state` is what an adapter needs back unread (signed reasoning, thought signatures); it
// is kept with the turn and means nothing to others.
struct Turn {
    Speaker speaker = Speaker::User;
    std::string text;
    std::vector<ToolCall> calls;
    std::vector<ToolResult> results;
    base::Json provider_state;
};

struct Prompt {
    std::string system;  // stable text first: it is what providers cache
    std::vector<Turn> turns;
    std::vector<Tool> tools;
    base::Json answer_schema;  // null: free text; else the final answer is one JSON value of it
    // The tools stay declared (turns that called them need that) but none may be called any more.
    bool answer_now = false;
    int max_output_tokens = 4096;
    base::Deadline deadline = base::Deadline::after(std::chrono::seconds(120));
};

// Tokens as the provider counted them; 0 where it did not say.
struct Usage {
    std::int64_t input = 0;         // fresh input, not from a cache
    std::int64_t cached_input = 0;  // read from the provider's cache
    std::int64_t cache_write = 0;
    std::int64_t output = 0;
};

enum class Stop { End, Tools, Length, Refusal };

struct Answer {
    Turn turn;  // the assistant's
    Stop stop = Stop::End;
    Usage usage;
    std::string model;  // the one that answered, as the provider names it
};

// What a streamed answer shows while it comes. Called on the caller's thread.
struct Progress {
    std::function<void(std::string_view piece)> text{};
    std::function<void(std::string_view tool)> tool_started{};
    // What was shown of this answer is void: it broke off and is asked for again.
    std::function<void()> restarted{};
};

// Threads: ask() is safe from any thread and blocks. Errors (Error.kind): Unavailable (down,
// overloaded, rate limited, circuit open), Timeout, Denied (key), Invalid (the provider refuses the
// request: too long, unknown model; the message says which), Corrupt (an answer that is none).
// A failed call may have cost tokens: `Error` then carries no usage, and the caller settles with
// what it reserved.
class Model {
  public:
    virtual ~Model() = default;
    virtual base::Result<Answer> ask(const Prompt& prompt, const Progress& progress = {}) = 0;
    // "anthropic/claude-…", for prices, reports and logs
    [[nodiscard]] virtual std::string_view name() const = 0;
    // The most tokens the model reads and writes in one call; estimate.h says what a prompt takes.
    [[nodiscard]] virtual std::int64_t context_tokens() const = 0;
};

}  // namespace insight::llm
