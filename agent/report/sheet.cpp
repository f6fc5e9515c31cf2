#include "agent/report/sheet.h"

#include <fmt/format.h>

#include "agent/report/facts.h"
#include "agent/report/layout.h"

namespace insight::report {
namespace {

constexpr int kLabelIndent = 3;

std::string_view code(Ink ink) {
    switch (ink) {
        case Ink::Bold:
            return "\x1b[1m";
        case Ink::Dim:
            return "\x1b[2m";
        case Ink::Red:
            return "\x1b[1;31m";
        case Ink::Yellow:
            return "\x1b[1;33m";
        case Ink::Green:
            return "\x1b[1;32m";
        case Ink::Plain:
            break;
    }
    return "";
}

// The end of a citation "[E3,E5]" that begins at `at`, or npos.
std::size_t citation_end(std::string_view line, std::size_t at) {
    if (at + 2 >= line.size() || line[at + 1] != 'E') return std::string_view::npos;
    const std::size_t end = line.find_first_not_of("E0123456789,", at + 1);
    return end != std::string_view::npos && line[end] == ']' ? end + 1 : std::string_view::npos;
}

}  // namespace

Sheet::Sheet(const TextStyle& style) : style_(style) {
    // Below 40 columns the indents eat the text.
    style_.width = std::clamp(style.width, 40, 200);
}

void Sheet::blank() {
    if (!out_.empty() && !out_.ends_with("\n\n")) out_ += '\n';
}

void Sheet::heading(std::string_view text) {
    blank();
    for (const std::string& line : wrap(text, style_.width)) raw(paint(line, Ink::Bold));
}

void Sheet::text(std::string_view text, int indent, Ink ink) {
    for (const std::string& line : wrap(text, style_.width - indent))
        raw(std::string(static_cast<std::size_t>(indent), ' ') + with_citations(line, ink));
}

void Sheet::labelled(std::string_view label, std::string_view text, int column, Ink ink) {
    std::string head =
        std::string(kLabelIndent, ' ') + paint(pad(label, column - kLabelIndent), Ink::Dim);
    for (const std::string& line : wrap(text, style_.width - column)) {
        raw(head + with_citations(line, ink));
        head.assign(static_cast<std::size_t>(column), ' ');
    }
}

void Sheet::item(std::string_view mark, std::string_view text, int indent) {
    const int column = indent + display_width(mark) + 1;
    std::string head = std::string(static_cast<std::size_t>(indent), ' ') + std::string(mark) + " ";
    for (const std::string& line : wrap(text, style_.width - column)) {
        raw(head + with_citations(line, Ink::Plain));
        head.assign(static_cast<std::size_t>(column), ' ');
    }
}

void Sheet::command(std::string_view command, int indent) {
    const std::string text = visible(command);
    std::string_view rest = text;
    std::string_view mark = "$ ";
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        raw(fmt::format("{:{}}{}{}", "", indent, paint(mark, Ink::Dim), rest.substr(0, end)));
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        mark = "  ";
    }
}

void Sheet::raw(std::string_view line) {
    // Trailing blanks would make copies and goldens differ for nothing.
    out_.append(line.substr(0, line.find_last_not_of(' ') + 1)).append("\n");
}

std::string Sheet::paint(std::string_view text, Ink ink) const {
    if (!style_.colour || ink == Ink::Plain || text.empty()) return std::string(text);
    return fmt::format("{}{}\x1b[0m", code(ink), text);
}

std::string Sheet::with_citations(std::string_view line, Ink ink) const {
    if (!style_.colour) return std::string(line);
    std::string out;
    while (!line.empty()) {
        const std::size_t open = line.find('[');
        const std::size_t end = open == std::string_view::npos ? open : citation_end(line, open);
        if (end == std::string_view::npos) {
            const std::size_t plain = open == std::string_view::npos ? line.size() : open + 1;
            out += paint(line.substr(0, plain), ink);
            line.remove_prefix(plain);
            continue;
        }
        out += paint(line.substr(0, open), ink) + paint(line.substr(open, end - open), Ink::Dim);
        line.remove_prefix(end);
    }
    return out;
}

std::string Sheet::take() {
    return std::move(out_);
}

}  // namespace insight::report
