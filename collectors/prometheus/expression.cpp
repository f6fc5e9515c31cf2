#include "collectors/prometheus/expression.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "core/base/text.h"

namespace insight::collectors::prometheus {
namespace {

constexpr std::size_t kLongest = 10'000;
constexpr int kDeepest = 100;  // brackets in brackets

enum class Kind { Word, Number, String, Mark };

struct Token {
    Kind kind;
    std::string_view text;
    int depth;  // of all kinds of brackets, the brackets themselves counted as outside
};

bool is_word(char c, bool first) {
    const auto u = static_cast<unsigned char>(c);
    return std::isalpha(u) != 0 || c == '_' || c == ':' || (!first && std::isdigit(u) != 0);
}

std::size_t string_end(std::string_view text, std::size_t at) {
    const char quote = text[at];
    for (++at; at < text.size() && text[at] != quote; ++at)
        if (text[at] == '\\' && quote != '`') ++at;
    return std::min(at + 1, text.size());
}

// Empty when brackets are nested too deep. Durations ("5m") are numbers here.
std::vector<Token> tokens(std::string_view text) {
    std::vector<Token> out;
    int depth = 0;
    int ranges = 0;
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        std::size_t end = at + 1;
        if (std::isspace(static_cast<unsigned char>(c)) != 0) {
            ++at;
            continue;
        }
        if (c == '#') {  // a comment up to the end of the line
            at = std::min(text.find('\n', at), text.size());
            continue;
        }
        Kind kind = Kind::Mark;
        // the colon of a subquery ("[1h:1m]") begins no name
        if (is_word(c, true) && !(c == ':' && ranges > 0)) {
            kind = Kind::Word;
            while (end < text.size() && is_word(text[end], false)) ++end;
        } else if (std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '.') {
            kind = Kind::Number;
            while (end < text.size() &&
                   (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '.'))
                ++end;
        } else if (c == '"' || c == '\'' || c == '`') {
            kind = Kind::String;
            end = string_end(text, at);
        } else if (end < text.size() && (text[end] == '=' || text[end] == '~') &&
                   (c == '=' || c == '!' || c == '<' || c == '>')) {
            ++end;
        }
        if (kind == Kind::Mark && c == '[') ++ranges;
        if (kind == Kind::Mark && c == ']') --ranges;
        const bool closes = c == ')' || c == '}' || c == ']';
        if (kind == Kind::Mark && closes) --depth;
        out.push_back({kind, text.substr(at, end - at), depth});
        if (kind == Kind::Mark && (c == '(' || c == '{' || c == '[') && ++depth > kDeepest)
            return {};
        at = end;
    }
    return out;
}

template <std::size_t N>
bool among(std::string_view word, const std::array<std::string_view, N>& words) {
    const std::string wanted = base::lower(word);
    return std::find(words.begin(), words.end(), wanted) != words.end();
}

constexpr std::array<std::string_view, 3> kSetOperators{"and", "or", "unless"};
constexpr std::array<std::string_view, 6> kComparisons{"==", "!=", ">", "<", ">=", "<="};
// Keywords that are followed by a list of label names in parentheses.
constexpr std::array<std::string_view, 6> kLabelLists{"by",       "without",    "on",
                                                      "ignoring", "group_left", "group_right"};
constexpr std::array<std::string_view, 8> kKeywords{"and",    "or",    "unless", "bool",
                                                    "offset", "atan2", "inf",    "nan"};

using Range = std::pair<std::size_t, std::size_t>;  // tokens [first, second)

std::string_view text_of(const std::vector<Token>& all, Range range) {
    if (range.first >= range.second) return {};
    const char* begin = all[range.first].text.data();
    const std::string_view last = all[range.second - 1].text;
    return {begin, static_cast<std::size_t>(last.data() + last.size() - begin)};
}

// Index behind the bracket that closes the one at `open`.
std::size_t behind(const std::vector<Token>& all, std::size_t open, std::size_t end) {
    for (std::size_t i = open + 1; i < end; ++i)
        if (all[i].depth == all[open].depth) return i + 1;
    return end;
}

// Without parentheses around the whole.
Range bare(const std::vector<Token>& all, Range range) {
    while (range.second - range.first > 2 && all[range.first].text == "(" &&
           behind(all, range.first, range.second) == range.second)
        range = {range.first + 1, range.second - 1};
    return range;
}

// Skips "bool", "on (…)", "group_left (…)" behind an operator.
std::size_t behind_modifiers(const std::vector<Token>& all, std::size_t at, std::size_t end) {
    while (at < end && all[at].kind == Kind::Word) {
        if (base::lower(all[at].text) == "bool") {
            ++at;
        } else if (among(all[at].text, kLabelLists)) {
            ++at;
            if (at < end && all[at].text == "(") at = behind(all, at, end);
        } else {
            break;
        }
    }
    return at;
}

bool has_series(const std::vector<Token>& all, Range range) {
    for (std::size_t i = range.first; i < range.second; ++i)
        if ((all[i].kind == Kind::Word && !among(all[i].text, kKeywords)) || all[i].text == "{")
            return true;
    return false;
}

void compared(const std::vector<Token>& all, Range range, std::vector<Quantity>& out);

// Splits at set operators outside of brackets.
void split(const std::vector<Token>& all, Range range, std::vector<Quantity>& out) {
    range = bare(all, range);
    if (range.first >= range.second) return;
    const int depth = all[range.first].depth;
    std::size_t from = range.first;
    bool divided = false;
    for (std::size_t i = range.first; i < range.second; ++i) {
        if (all[i].depth != depth || all[i].kind != Kind::Word ||
            !among(all[i].text, kSetOperators))
            continue;
        divided = true;
        split(all, {from, i}, out);
        from = behind_modifiers(all, i + 1, range.second);
    }
    if (divided) {
        split(all, {from, range.second}, out);
    } else {
        compared(all, range, out);
    }
}

void compared(const std::vector<Token>& all, Range range, std::vector<Quantity>& out) {
    const int depth = all[range.first].depth;
    // Comparisons bind weaker than arithmetic, so what stands on either side needs no taking apart.
    std::vector<std::size_t> operators;
    for (std::size_t i = range.first; i < range.second; ++i)
        if (all[i].depth == depth && all[i].kind == Kind::Mark && among(all[i].text, kComparisons))
            operators.push_back(i);
    if (operators.empty()) {
        out.push_back({std::string(text_of(all, range)), {}});
        return;
    }
    // "0 < x < 5" groups to the left: the last one is the outermost
    const std::size_t at = operators.back();
    const Range left = bare(all, {range.first, at});
    const Range right = bare(all, {behind_modifiers(all, at + 1, range.second), range.second});
    const bool left_series = has_series(all, left);
    const bool right_series = has_series(all, right);
    // Each side may be the one that moved: both are quantities.
    if (left_series && right_series) {
        split(all, left, out);
        split(all, right, out);
    } else if (left_series) {
        const std::size_t before = out.size();
        split(all, left, out);
        // Only where one quantity stands before it: of several the limit would be that of none.
        if (out.size() == before + 1 && out.back().limit.empty())
            out.back().limit = std::string(all[at].text) + " " + std::string(text_of(all, right));
    } else if (right_series) {
        split(all, right, out);
    }
}

int hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char low = static_cast<char>(c | 0x20);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

}  // namespace

std::vector<Quantity> quantities(std::string_view expression) {
    std::vector<Quantity> out;
    if (expression.size() > kLongest) return out;
    const auto all = tokens(expression);
    split(all, {0, all.size()}, out);
    std::erase_if(out, [](const Quantity& one) { return one.expression.empty(); });
    return out;
}

std::vector<std::string> selectors(std::string_view expression) {
    std::vector<std::string> out;
    if (expression.size() > kLongest) return out;
    const auto all = tokens(expression);
    for (std::size_t i = 0; i < all.size();) {
        const bool braces = i < all.size() && all[i].text == "{";
        if (all[i].kind != Kind::Word && !braces) {
            ++i;
            continue;
        }
        const std::size_t next = braces ? i : i + 1;
        if (!braces && among(all[i].text, kLabelLists)) {
            i = next < all.size() && all[next].text == "(" ? behind(all, next, all.size()) : next;
            continue;
        }
        // "sum (…)", "sum by (…) (…)"
        const bool call = !braces && next < all.size() &&
                          (all[next].text == "(" || base::lower(all[next].text) == "by" ||
                           base::lower(all[next].text) == "without");
        if (!braces && (call || among(all[i].text, kKeywords))) {
            ++i;
            continue;
        }
        const std::size_t end =
            next < all.size() && all[next].text == "{" ? behind(all, next, all.size()) : next;
        std::string one(text_of(all, {i, end}));
        if (std::find(out.begin(), out.end(), one) == out.end()) out.push_back(std::move(one));
        i = end;
    }
    return out;
}

std::string generator_expression(std::string_view url) {
    constexpr std::string_view kKey = "g0.expr=";
    std::size_t at = url.find("?" + std::string(kKey));
    if (at == std::string_view::npos) at = url.find("&" + std::string(kKey));
    if (at == std::string_view::npos) return {};
    const std::size_t begin = at + 1 + kKey.size();
    std::size_t end = begin;
    std::string out;
    for (; end < url.size() && url[end] != '&' && url[end] != '#'; ++end) {
        if (url[end] == '+') {
            out += ' ';
        } else if (url[end] == '%' && end + 2 < url.size() && hex(url[end + 1]) >= 0 &&
                   hex(url[end + 2]) >= 0) {
            out += static_cast<char>(hex(url[end + 1]) * 16 + hex(url[end + 2]));
            end += 2;
        } else {
            out += url[end];
        }
    }
    // a URL that was cut on its way ends in an ellipsis: half an expression is none
    if (out.size() > kLongest || url.ends_with("\u2026")) return {};
    return base::clean_utf8(out);
}

std::string promql_string(std::string_view value) {
    std::string out = "\"";
    for (const char c : value) {
        // The one character that a quoted string of PromQL cannot hold as it stands.
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

}  // namespace insight::collectors::prometheus
