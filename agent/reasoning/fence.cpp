#include "agent/reasoning/fence.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include "agent/reasoning/bounded.h"

namespace insight::agent::reasoning {
namespace {

// Inside JSON texts only: outside of them JSON has none of these characters.
std::string without_angles(const std::string& json) {
    std::string out;
    out.reserve(json.size());
    for (const char c : json) {
        if (c == '<')
            out += "\\u003c";
        else if (c == '>')
            out += "\\u003e";
        else
            out += c;
    }
    return out;
}

std::string attribute(std::string_view text) {
    std::string out = cell(text, 160);
    for (char& c : out)
        if (c == '"' || c == '<' || c == '>' || c == '&') c = '\'';
    return out;
}

std::size_t end_of_line(std::string_view text, std::size_t at) {
    return std::min(text.find('\n', at), text.size());
}

bool opens(std::string_view line) {
    return (line.starts_with("<evidence ") || line.starts_with("<data ")) && line.ends_with('>');
}

// Tokens stay readable; what only looks like one cannot end a fence either.
std::string with_tokens(std::string text) {
    // The form that Border gives out: kind, colon, 12 to 24 hexadecimal digits.
    static const re2::RE2 kToken(R"(\\u003c([a-z_]+:[0-9a-f]{12,24})\\u003e)");
    re2::RE2::GlobalReplace(&text, kToken, R"(<\1>)");
    return text;
}

}  // namespace

// A fence's content is hidden as the JSON it is: as text the border would miss keys that name a
// secret, and could leave JSON that nobody can parse. What stands between fences is plain text.
std::string hidden_text(std::string_view text, base::Border& border) {
    std::string out;
    std::size_t plain = 0;  // where what stands between fences begins
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t head = end_of_line(text, at);
        // fenced() writes three lines: the opening tag, one line of JSON, the closing tag
        const std::size_t next = head + 1;
        if (!opens(text.substr(at, head - at)) || next >= text.size()) {
            at = next;
            continue;
        }
        const std::size_t end = end_of_line(text, next);
        const auto content = base::parse_json(text.substr(next, end - next), "a fence");
        if (!content || !content->is_structured()) {
            at = next;
            continue;
        }
        out += border.hide(text.substr(plain, next - plain));
        out += with_tokens(without_angles(base::dump_json(border.hide(*content))));
        at = plain = end;
    }
    return out + border.hide(text.substr(std::min(plain, text.size())));
}

std::string fenced(const model::Evidence& evidence, const base::Json& content) {
    return fmt::format("<evidence id=\"{}\" source=\"{}\" title=\"{}\">\n{}\n</evidence>",
                       evidence.id, attribute(evidence.source), attribute(evidence.title),
                       without_angles(base::dump_json(content)));
}

std::string fenced(std::string_view what, const base::Json& content) {
    return fmt::format("<data what=\"{}\">\n{}\n</data>", attribute(what),
                       without_angles(base::dump_json(content)));
}

}  // namespace insight::agent::reasoning
