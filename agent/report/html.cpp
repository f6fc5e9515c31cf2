#include "agent/report/html.h"

#include <fmt/format.h>

#include "agent/report/facts.h"
#include "agent/report/quoted.h"

namespace insight::report {

using base::Json;

std::string html(std::string_view text) {
    std::string out;
    for (const char c : visible(text)) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string html_line(const Json& object, std::string_view key, std::size_t limit) {
    return html(line_at(object, key, limit));
}

std::string html_prose(const Json& object, std::string_view key) {
    const std::string line = line_at(object, key);
    std::string out;
    for (const Piece& piece : pieces_of(line))
        out += piece.quoted ? "<code>" + html(piece.text) + "</code>" : html(piece.text);
    return out;
}

std::string html_citations(const Json& object) {
    std::string out;
    for (const std::string& id : cited(object))
        out += fmt::format(R"( <a class="cite" href="#{0}">{0}</a>)", html(id));
    return out;
}

std::string html_statement(const Json& object, std::string_view key) {
    return html_prose(object, key) + html_citations(object);
}

std::string html_command(const Json& object, std::string_view key) {
    const std::string command = block_at(object, key, 4000);
    if (command.empty()) return {};
    return fmt::format("<pre class=\"command\" tabindex=\"0\"><code>{}</code></pre>\n",
                       html(command));
}

}  // namespace insight::report
