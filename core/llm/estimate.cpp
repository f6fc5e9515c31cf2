#include "core/llm/estimate.h"

#include <algorithm>

namespace insight::llm {
namespace {

enum class Kind { Lower, Upper, Digit, Space, Newline, Mark, Other };

Kind kind_of(unsigned char c) {
    if (c >= 'a' && c <= 'z') return Kind::Lower;
    if (c >= 'A' && c <= 'Z') return Kind::Upper;
    if (c >= '0' && c <= '9') return Kind::Digit;
    if (c == '\n' || c == '\r' || c == '\t') return Kind::Newline;
    if (c == ' ') return Kind::Space;
    return c < 0x80 ? Kind::Mark : Kind::Other;
}

// Tokens of one run of characters of one kind, in tenths: words are common, the rest is not.
std::int64_t tenths(Kind kind, std::int64_t length) {
    switch (kind) {
        case Kind::Lower:
            // a common word is one token, a rare one three letters each
            return length <= 3 ? 10 : 10 + (length - 3) * 3;
        case Kind::Upper:
            return 10 + (length - 1) * 6;
        case Kind::Digit:
            return length * 10;  // some tokenizers take each digit for itself
        case Kind::Space:
            return length == 1 ? 0 : 10 + length;  // one belongs to the word behind it
        case Kind::Newline:
            return 5 + length * 5;
        case Kind::Mark:
            return length * 9;
        case Kind::Other:
            return length * 6;  // of UTF-8: a letter of 2 bytes, a Chinese one of 3
    }
    return length * 10;
}

// Roles, separators and names around each turn or tool.
constexpr std::int64_t kTurn = 8;
constexpr std::int64_t kTool = 24;
// What providers tell a model about tools at all.
constexpr std::int64_t kTools = 400;

}  // namespace

std::int64_t estimate_tokens(std::string_view text) {
    std::int64_t sum = 0;
    for (std::size_t at = 0; at < text.size();) {
        const Kind kind = kind_of(static_cast<unsigned char>(text[at]));
        std::size_t end = at + 1;
        while (end < text.size() && kind_of(static_cast<unsigned char>(text[end])) == kind) ++end;
        sum += tenths(kind, static_cast<std::int64_t>(end - at));
        // of 4 bytes are emoji and rare scripts, which few vocabularies hold
        if (kind == Kind::Other)
            sum += 8 * std::count_if(text.begin() + static_cast<std::ptrdiff_t>(at),
                                     text.begin() + static_cast<std::ptrdiff_t>(end),
                                     [](char c) { return static_cast<unsigned char>(c) >= 0xf0; });
        at = end;
    }
    return (sum + 9) / 10;
}

std::int64_t estimate_tokens(const Turn& turn) {
    std::int64_t sum = kTurn + estimate_tokens(turn.text);
    for (const ToolCall& call : turn.calls)
        sum += kTool + estimate_tokens(call.name) + estimate_tokens(base::dump_json(call.input));
    for (const ToolResult& result : turn.results) sum += kTool + estimate_tokens(result.content);
    if (!turn.provider_state.is_null())
        sum += estimate_tokens(base::dump_json(turn.provider_state));
    return sum;
}

std::int64_t estimate_tokens(const Prompt& prompt) {
    std::int64_t sum = kTurn + estimate_tokens(prompt.system);
    for (const Turn& turn : prompt.turns) sum += estimate_tokens(turn);
    if (!prompt.tools.empty()) sum += kTools;
    for (const Tool& tool : prompt.tools)
        sum += kTool + estimate_tokens(tool.name) + estimate_tokens(tool.description) +
               estimate_tokens(base::dump_json(tool.input_schema));
    if (!prompt.answer_schema.is_null())
        sum += kTool + estimate_tokens(base::dump_json(prompt.answer_schema));
    return sum;
}

}  // namespace insight::llm
