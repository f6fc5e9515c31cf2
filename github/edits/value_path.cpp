#include "github/edits/value_path.h"

#include <fmt/format.h>

#include <charconv>

#include "core/base/text.h"

namespace insight::github::edits {
namespace {

constexpr std::size_t kMostPathBytes = 1024;
constexpr std::size_t kMostPathSteps = 32;

tl::unexpected<base::Error> unreadable(std::string_view text, std::string_view why) {
    return base::fail(base::ErrorKind::Invalid,
                      fmt::format("the path '{}' of a value cannot be read: {}",
                                  base::shorten(base::clean_utf8(text), 120), why));
}

// Up to one of `ends`, or a quoted text. Moves `rest` behind it. False: a quote is not closed.
bool read_word(std::string_view& rest, std::string_view ends, std::string& word) {
    if (!rest.starts_with('"')) {
        const std::size_t end = std::min(rest.find_first_of(ends), rest.size());
        word = std::string(rest.substr(0, end));
        rest.remove_prefix(end);
        return true;
    }
    rest.remove_prefix(1);
    for (; !rest.empty(); rest.remove_prefix(1)) {
        if (rest.front() == '"') {
            rest.remove_prefix(1);
            return true;
        }
        if (rest.front() == '\\' && rest.size() > 1) rest.remove_prefix(1);
        word += rest.front();
    }
    return false;
}

bool read_bracket(std::string_view& rest, Step& step) {
    rest.remove_prefix(1);
    if (!read_word(rest, "=]", step.key) || rest.empty()) return false;
    if (rest.front() == '=') {
        rest.remove_prefix(1);
        step.kind = Step::Kind::Where;
        if (step.key.empty() || !read_word(rest, "]", step.value)) return false;
    } else {
        step.kind = Step::Kind::Index;
        const char* end = step.key.data() + step.key.size();
        const auto [stop, failed] = std::from_chars(step.key.data(), end, step.index);
        if (failed != std::errc() || stop != end) return false;
        step.key.clear();
    }
    if (!rest.starts_with(']')) return false;
    rest.remove_prefix(1);
    return true;
}

std::string quoted(std::string_view word, std::string_view special) {
    if (!word.empty() && word.find_first_of(special) == std::string_view::npos)
        return std::string(word);
    std::string out = "\"";
    for (const char c : word) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

}  // namespace

base::Result<ValuePath> parse_value_path(std::string_view text) {
    if (text.empty()) return unreadable(text, "it is empty");
    if (text.size() > kMostPathBytes) return unreadable(text, "it is longer than 1,024 bytes");
    ValuePath path;
    std::string_view rest = text;
    // A path is keys with dots between them and brackets behind them:
    // "spec.containers[name=web].image".
    bool dot = true;  // a key is awaited
    while (!rest.empty()) {
        if (path.size() >= kMostPathSteps) return unreadable(text, "it has more than 32 steps");
        Step step;
        if (rest.front() == '[') {
            if (dot && !path.empty()) return unreadable(text, "a '.' is followed by '['");
            if (!read_bracket(rest, step))
                return unreadable(text, "write [3] or [name=value] for an item of a list");
        } else {
            if (!dot) return unreadable(text, "a '.' is missing before a key");
            const bool is_quoted = rest.front() == '"';
            if (!read_word(rest, ".[", step.key)) return unreadable(text, "a '\"' is not closed");
            if (step.key.empty() && !is_quoted) return unreadable(text, "a key is empty");
        }
        path.push_back(std::move(step));
        dot = rest.starts_with('.');
        if (dot) rest.remove_prefix(1);
    }
    if (dot) return unreadable(text, "it ends with '.'");
    return path;
}

std::string to_text(const ValuePath& path) {
    std::string out;
    for (const Step& step : path) {
        if (step.kind == Step::Kind::Index)
            out += fmt::format("[{}]", step.index);
        else if (step.kind == Step::Kind::Where)
            out += fmt::format("[{}={}]", quoted(step.key, "=]\"\\"), quoted(step.value, "]\"\\"));
        else
            out += (out.empty() ? "" : ".") + quoted(step.key, ".[\"\\");
    }
    return out;
}

}  // namespace insight::github::edits
