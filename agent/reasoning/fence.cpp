#include "agent/reasoning/fence.h"

#include <fmt/format.h>

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

}  // namespace

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
