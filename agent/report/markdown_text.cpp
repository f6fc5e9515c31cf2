#include "agent/report/markdown_text.h"

#include <fmt/format.h>

#include "agent/report/facts.h"
#include "agent/report/quoted.h"
#include "core/base/text.h"
#include "core/base/unlinked.h"

namespace insight::report {
namespace {

std::size_t longest_backtick_run(std::string_view text) {
    std::size_t longest = 0;
    std::size_t run = 0;
    for (const char c : text) {
        run = c == '`' ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return longest;
}

}  // namespace

std::string md_escape(std::string_view raw) {
    const std::string text = base::one_line(visible(raw));
    std::string out;
    // "1. " and "- " begin lists only at the start of a line.
    const std::size_t number = text.find_first_not_of("0123456789");
    const bool ordered =
        number != std::string::npos && number > 0 && (text[number] == '.' || text[number] == ')');
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        const bool special = std::string_view("\\`*_[]<>|~&$!").find(c) != std::string_view::npos;
        const bool starts = at == 0 && std::string_view("#+-=").find(c) != std::string_view::npos;
        if (special || starts || (ordered && at == number)) out += '\\';
        out += c;
    }
    return base::unlinked(out);
}

std::string md_code(std::string_view raw) {
    const std::string text = base::one_line(visible(raw));
    if (text.empty()) return {};
    // CommonMark 6.1: a code span ends at a run of exactly as many backticks as it began with.
    const std::string fence(longest_backtick_run(text) + 1, '`');
    const bool edge = text.front() == '`' || text.back() == '`';
    return fmt::format("{0}{1}{2}{1}{0}", fence, edge ? " " : "", text);
}

std::string md_prose(std::string_view text) {
    std::string out;
    bool gap = false;  // escaping takes the white space at the ends of a piece
    for (const Piece& piece : pieces_of(text)) {
        const bool bar = piece.text.find('|') != std::string_view::npos;
        const std::string one = !piece.quoted ? md_escape(piece.text)
                                : bar         ? md_escape(fmt::format("`{}`", piece.text))
                                              : md_code(piece.text);
        if (!piece.quoted && piece.text.front() == ' ') gap = true;
        if (one.empty()) continue;
        if (gap && !out.empty()) out += ' ';
        out += one;
        gap = !piece.quoted && piece.text.back() == ' ';
    }
    return out;
}

std::string md_block(std::string_view raw, std::string_view language) {
    std::string text = visible(raw);
    while (text.ends_with('\n')) text.pop_back();
    // CommonMark 4.5: a fence ends at a run that is at least as long.
    const std::string fence(std::max<std::size_t>(3, longest_backtick_run(text) + 1), '`');
    return fmt::format("{0}{1}\n{2}\n{0}\n", fence, language, text);
}

std::string md_statement(const base::Json& object, std::string_view key) {
    const std::vector<std::string> ids = cited(object);
    const std::string text = md_prose(line_at(object, key));
    return ids.empty() ? text : fmt::format("{} ({})", text, fmt::join(ids, ", "));
}

}  // namespace insight::report
