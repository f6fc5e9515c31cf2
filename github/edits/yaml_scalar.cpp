#include "github/edits/yaml_scalar.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include "core/base/text.h"
#include "github/edits/lines.h"
#include "github/edits/value_edit.h"

namespace insight::github::edits {
namespace {

// What a bare word is read as. YAML 1.1's words count, too: many readers still know them.
enum class Kind { Null, Flag, Number, Other, Text };

Kind kind_of(std::string_view word) {
    static const RE2 kNull("(?i)~|null|");
    static const RE2 kFlag("(?i)true|false|yes|no|on|off|y|n");
    static const RE2 kNumber(
        R"((?i)[-+]?(\.[0-9]+|[0-9][0-9_]*(\.[0-9]*)?)(e[-+]?[0-9]+)?|0x[0-9a-f]+|0o?[0-7]+|[-+]?\.inf|\.nan)");
    static const RE2 kOther(R"([-+]?[0-9]+(:[0-5]?[0-9])+(\.[0-9]*)?|\d{4}-\d\d?-\d\d?([Tt ].*)?)");
    const re2::StringPiece piece(word.data(), word.size());
    if (RE2::FullMatch(piece, kNull)) return Kind::Null;
    if (RE2::FullMatch(piece, kFlag)) return Kind::Flag;
    if (RE2::FullMatch(piece, kNumber)) return Kind::Number;
    if (RE2::FullMatch(piece, kOther)) return Kind::Other;
    return Kind::Text;
}

bool is_plain(std::string_view word, bool flow) {
    if (word.empty() || word.front() == ' ' || word.back() == ' ' || word.back() == ':')
        return false;
    for (const char c : word)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
    if (word == "---" || word == "..." || word.starts_with("--- ") || word.starts_with("... "))
        return false;
    if (std::string_view(",[]{}#&*!|>'\"%@`").find(word.front()) != std::string_view::npos)
        return false;
    if (std::string_view("-?:").find(word.front()) != std::string_view::npos &&
        (word.size() == 1 || word[1] == ' '))
        return false;
    if (flow && word.find_first_of(",[]{}") != std::string_view::npos) return false;
    return word.find(": ") == std::string_view::npos && word.find(" #") == std::string_view::npos;
}

std::string in_double_quotes(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            out += std::string("\\") + c;
        else if (c == '\n')
            out += "\\n";
        else if (c == '\t')
            out += "\\t";
        else if (byte < 0x20 || byte == 0x7f)
            out += fmt::format("\\x{:02x}", byte);
        else
            out += c;
    }
    return out + '"';
}

bool fits_single_quotes(std::string_view text) {
    for (const char c : text)
        if (static_cast<unsigned char>(c) < 0x20) return false;
    return true;
}

std::string in_single_quotes(std::string_view text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? "''" : std::string(1, c);
    return out + '\'';
}

// Behind "&anchor" and "!tag".
std::size_t behind_properties(std::string_view text, std::size_t at) {
    while (at < text.size() && (text[at] == '&' || text[at] == '!')) {
        at = std::min(text.find_first_of(" \t\r\n", at), text.size());
        at = std::min(text.find_first_not_of(" \t\r\n", at), text.size());
    }
    return at;
}

std::size_t end_of_quotes(std::string_view text, std::size_t begin) {
    const char quote = text[begin];
    for (std::size_t i = begin + 1; i < text.size(); ++i) {
        if (quote == '"' && text[i] == '\\') {
            ++i;
        } else if (text[i] == quote) {
            if (quote == '"' || i + 1 >= text.size() || text[i + 1] != quote) return i + 1;
            ++i;
        }
    }
    return std::string_view::npos;
}

std::size_t end_of_plain(std::string_view text, std::size_t begin, bool flow) {
    std::size_t end = begin;
    for (std::size_t i = begin; i < text.size(); ++i) {
        const char c = text[i];
        const char after = i + 1 < text.size() ? text[i + 1] : '\n';
        if (c == '\n' || c == '\r') break;
        if (c == '#' && i > begin && (text[i - 1] == ' ' || text[i - 1] == '\t')) break;
        if (c == ':' && std::string_view(" \t\r\n").find(after) != std::string_view::npos) break;
        if (flow && std::string_view(",[]{}").find(c) != std::string_view::npos) break;
        if (c != ' ' && c != '\t') end = i + 1;
    }
    return end;
}

ScalarSpan block_span(std::string_view text, std::size_t begin) {
    ScalarSpan span{Style::Block, std::min(text.find('\n', begin), text.size() - 1) + 1, 0, 0};
    span.end = span.begin;
    std::size_t at = span.begin;
    for (const std::string_view line : lines_of(text.substr(span.begin))) {
        const std::size_t indent = bare_line(line).find_first_not_of(' ');
        at += line.size();
        if (indent == std::string_view::npos) continue;  // empty: belongs to it if more follows
        if (span.indent == 0) span.indent = indent;
        if (indent < span.indent || indent == 0) break;
        span.end = at;
    }
    return span;
}

}  // namespace

base::Result<ScalarSpan> span_of(std::string_view text, const YamlNode& scalar) {
    const std::size_t begin = behind_properties(text, scalar.begin);
    if (begin >= text.size()) return ScalarSpan{Style::Plain, text.size(), text.size(), 0};
    if (text[begin] == '"' || text[begin] == '\'') {
        const Style style = text[begin] == '"' ? Style::Double : Style::Single;
        const std::size_t end = end_of_quotes(text, begin);
        if (end != std::string_view::npos) return ScalarSpan{style, begin, end, 0};
        return base::fail(base::ErrorKind::Invalid,
                          fmt::format("line {}: the quotes are not closed", scalar.line));
    }
    if (!scalar.flow && (text[begin] == '|' || text[begin] == '>')) return block_span(text, begin);
    const ScalarSpan span{Style::Plain, begin, end_of_plain(text, begin, scalar.flow), 0};
    if (text.substr(span.begin, span.end - span.begin) != scalar.text)
        return base::fail(
            base::ErrorKind::Invalid,
            fmt::format("line {}: the value goes over several lines; use a patch", scalar.line));
    return span;
}

std::string write_scalar(const base::Json& value, Style style, bool flow, std::string_view before) {
    std::string text = plain_text(value);
    if (style == Style::Double) return in_double_quotes(text);
    if (style == Style::Single)
        return fits_single_quotes(text) ? in_single_quotes(text) : in_double_quotes(text);
    if (!value.is_string()) return text;
    const Kind kind = kind_of(text);
    // A text that a reader would take for something else ("yes", "1e3") is quoted, unless the value
    // before was read so, too.
    const bool same_kind = kind == Kind::Text || (kind == kind_of(before) && kind != Kind::Null);
    return same_kind && is_plain(text, flow) ? text : in_double_quotes(text);
}

std::string write_key(const std::string& key) {
    return is_plain(key, true) && kind_of(key) == Kind::Text ? key : in_double_quotes(key);
}

}  // namespace insight::github::edits
