// key=value, "key": "value", key: value, key => value: one pass over the separators. A key is read
// back at most 80 bytes, and what was taken as a value is not looked at again.
#include <algorithm>

#include "core/base/redaction/characters.h"
#include "core/base/redaction/find.h"
#include "core/base/redaction/key_names.h"
#include "core/base/redaction/literals.h"

namespace insight::base::redaction {
namespace {

constexpr std::size_t kLongestScheme = 4096;  // bytes of "Bearer" and the blanks behind it

constexpr std::size_t kWidestGap = 16;  // white space between a separator and its value

bool is_key_char(char c) {
    return is_letter_or_digit(c) || c == '_' || c == '-' || c == '.';
}

bool is_quote(char c) {
    return c == '"' || c == '\'' || c == '`';
}

bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

struct Key {
    std::string_view name;
    bool quoted = false;
};

Key key_before(std::string_view text, std::size_t separator) {
    std::size_t end = separator;
    for (int blanks = 0; end > 0 && is_blank(text[end - 1]) && blanks < 4; ++blanks) --end;
    Key key;
    if (end > 0 && (is_quote(text[end - 1]) || text[end - 1] == ']')) {
        key.quoted = text[end - 1] != ']';
        --end;
        if (end > 0 && is_quote(text[end - 1])) --end;  // env['KEY']
    }
    std::size_t begin = end;
    while (begin > 0 && end - begin < kLongestKey && is_key_char(text[begin - 1])) --begin;
    // scheme://key:…@host: who stands there is a user, and the password ends at the "@"
    if (begin >= 3 && text.substr(begin - 3, 3) == "://") return key;
    key.name = text.substr(begin, end - begin);
    return key;
}

// Does nothing but blanks, quotes and signs of a diff stand before it on its line?
bool is_first_on_line(std::string_view text, std::string_view name) {
    auto line = static_cast<std::size_t>(name.data() - text.data());
    for (int blanks = 0; line > 0 && blanks < 80; ++blanks, --line) {
        const char c = text[line - 1];
        if (!is_blank(c) && !is_quote(c) && c != '+' && c != '-') break;
    }
    return line == 0 || text[line - 1] == '\n' ||
           (line >= 7 && text.substr(line - 7, 7) == "export ") ||
           (line >= 4 && text.substr(line - 4, 4) == "ENV ");
}

// Length of the separator at `at`; 0: it separates no key from a value.
std::size_t separator_at(std::string_view text, std::size_t at) {
    const char next = at + 1 < text.size() ? text[at + 1] : '\0';
    const char before = at > 0 ? text[at - 1] : '\0';
    if (text[at] == '=') {
        // comparisons: a == b, a != b, a <= b
        if (next == '=' || before == '=' || before == '!' || before == '<' || before == '>')
            return 0;
        return next == '>' ? 2 : 1;
    }
    // C++ and PostgreSQL: name::of, value::type
    if (next == ':' || before == ':') return 0;
    // the scheme of a URL, whose password is looked for by itself
    if (next == '/' && at + 2 < text.size() && text[at + 2] == '/') return 0;
    // := of Go and Pascal
    return next == '=' ? 2 : 1;
}

// The end of a quoted value; a quote that is never closed ends with its line.
std::size_t quoted_end(std::string_view text, std::size_t begin, char quote) {
    for (std::size_t i = begin; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size())
            ++i;
        else if (text[i] == quote)
            return i;
    }
    return std::min(text.find('\n', begin), text.size());
}

std::size_t bare_end(std::string_view text, std::size_t begin, bool whole_word) {
    std::size_t end = begin;
    const std::string_view stops =
        whole_word ? std::string_view(" \t\r\n\"'`") : std::string_view(" \t\r\n\"'`,;&|<>()[]{}");
    if (end < text.size() && text[end] == '<') {  // one of our tokens, or somebody's placeholder
        const std::size_t close = text.substr(begin, 64).find('>');
        end = close == std::string_view::npos ? begin + 1 : begin + close + 1;
        const bool ends =
            end < text.size() && !is_key_char(text[end]) && close != std::string_view::npos;
        if (ends) return end;
    }
    while (end < text.size() && stops.find(text[end]) == std::string_view::npos) ++end;
    // a sentence's end is not the value's
    while (end > begin + 1 &&
           (text[end - 1] == '.' || text[end - 1] == ':' || text[end - 1] == ','))
        --end;
    return end;
}

class Reader {
  public:
    Reader(std::string_view text, Findings& out) : text_(text), out_(out) {}

    void read() {
        for (std::size_t at = 0;
             (at = find_either(text_, '=', ':', at)) != std::string_view::npos;) {
            const std::size_t width = separator_at(text_, at);
            if (width == 0) {
                ++at;
                continue;
            }
            const Key key = key_before(text_, at);
            const std::string_view kind =
                key.name.empty() ? std::string_view() : secret_kind_of(key.name);
            // Behind a key that names nothing the value is read on: it may hold a key itself
            // ("url=…?token=…").
            at = kind.empty() ? at + width : value(key, kind, at + width);
        }
    }

  private:
    // Takes the value that starts after the separator; where to go on.
    std::size_t value(const Key& key, std::string_view kind, std::size_t at) {
        // JSON may break the line behind the colon; a bare key that ends its line has no value.
        at = skip_gap(at, key.quoted);
        if (at < text_.size() && (text_[at] == '|' || text_[at] == '>')) at = skip_block_mark(at);
        if (at >= text_.size() || text_[at] == '\n') return at;
        if (text_[at] == '[') return list(kind, at + 1);
        // Pairs with ";" and blanks between them, each with a name of its own: hidden in one.
        if (kind == "cookie") return to_line_end(kind, at);
        // b'…' of Python
        if (is_quote(text_[at]) ||
            (text_[at] == 'b' && at + 1 < text_.size() && is_quote(text_[at + 1])))
            return quoted(kind, text_[at] == 'b' ? at + 1 : at);
        return bare(key, kind, at);
    }

    std::size_t skip_gap(std::size_t at, bool over_lines) const {
        for (std::size_t gap = 0; gap < kWidestGap && at < text_.size(); ++gap, ++at) {
            const char c = text_[at];
            if (!is_blank(c) && !(over_lines && (c == '\n' || c == '\r'))) break;
        }
        return at;
    }

    // YAML's "|", ">-" and the like: the value starts on the next line.
    std::size_t skip_block_mark(std::size_t at) const {
        std::size_t next = at + 1;
        if (next < text_.size() && (text_[next] == '-' || text_[next] == '+')) ++next;
        if (next >= text_.size() || text_[next] != '\n') return at;
        ++next;
        while (next < text_.size() && is_blank(text_[next])) ++next;
        return next;
    }

    std::size_t quoted(std::string_view kind, std::size_t at) {
        const char quote = text_[at];
        const std::size_t end = quoted_end(text_, at + 1, quote);
        const std::size_t begin = at + 1;
        add(kind, begin + scheme_length(text_.substr(begin, end - begin)), end);
        return std::max(end, at + 1);
    }

    std::size_t list(std::string_view kind, std::size_t at) {
        for (int items = 0; items < 1000; ++items) {
            while (at < text_.size() &&
                   (is_blank(text_[at]) || text_[at] == ',' || text_[at] == '\n'))
                ++at;
            if (at >= text_.size() || !is_quote(text_[at])) break;
            at = std::min(quoted(kind, at) + 1, text_.size());
        }
        return at;
    }

    std::size_t bare(const Key& key, std::string_view kind, std::size_t at) {
        // Only as far as a scheme may reach: a line without end would be read for every key on it.
        const std::string_view head = text_.substr(at, kLongestScheme);
        const std::size_t begin = at + scheme_length(head.substr(0, head.find('\n')));
        // a value alone on its line may have anything in it but white space
        const std::size_t end = bare_end(text_, begin, is_first_on_line(text_, key.name));
        add(kind, begin, end);
        return std::max(end, at + 1);
    }

    std::size_t to_line_end(std::string_view kind, std::size_t at) {
        if (is_quote(text_[at])) return quoted(kind, at);
        const std::size_t end = std::min(text_.find_first_of("\r\n\"'", at), text_.size());
        add(kind, at, end);
        return end;
    }

    void add(std::string_view kind, std::size_t begin, std::size_t end) {
        if (begin >= end || !is_worth_hiding(kind, text_.substr(begin, end - begin))) return;
        out_.push_back({begin, end, kind, kNamed});
    }

    std::string_view text_;
    Findings& out_;
};

}  // namespace

void find_assignments(std::string_view text, Findings& out) {
    Reader(text, out).read();
}

}  // namespace insight::base::redaction
