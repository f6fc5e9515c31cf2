#include "analysis/logs/template_parts.h"

#include "analysis/logs/line_scan.h"

namespace insight::analysis::logs {
namespace {

using namespace scan;

constexpr std::size_t kQuoted = 64;  // longer quotations are sentences of their own

// "SCREEN_ON": an enumerator, also as the last part of a qualified name.
bool is_state(std::string_view word) {
    return word.size() >= 2 && std::all_of(word.begin(), word.end(), [](char c) {
               return (class_of(c) & (kUpper | kDigit)) != 0 || c == '_';
           });
}

constexpr std::array<std::string_view, 27> kUnits{
    "B",     "KB",     "MB",      "GB",  "TB",   "KiB",     "MiB",    "GiB", "TiB",
    "bytes", "byte",   "kB",      "k",   "ns",   "us",      "ms",     "s",   "sec",
    "secs",  "second", "seconds", "min", "mins", "minutes", "minute", "h",   "hours"};

// What a number is counted in; which one is a matter of its size.
bool is_unit(std::string_view word) {
    return std::find(kUnits.begin(), kUnits.end(), word) != kUnits.end();
}

PartKind kind_of(std::string_view text) {
    bool inner = false, upper = false, lower = false, hump = false, alpha = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c >= 1 && c <= 3) return PartKind::Value;
        const std::uint8_t kind = class_of(c);
        alpha = alpha || (kind & kAlpha) != 0;
        if ((kind & kUpper) != 0) {
            hump = hump || (i > 0 && lower);
            upper = true;
        } else if ((kind & kAlpha) != 0 && c != '_') {
            lower = true;
        }
        const bool joins = i > 0 && i + 1 < text.size();
        if ((kind & kInner) != 0 && joins && c != '-') inner = true;
        hump = hump || (c == '_' && joins);
    }
    if (!alpha) return PartKind::Between;
    if (upper && !lower) return PartKind::State;
    if (inner && is_state(text.substr(text.rfind('.') + 1))) return PartKind::State;
    return inner ? PartKind::Id : hump ? PartKind::Name : PartKind::Word;
}

}  // namespace

std::vector<Part> parts_of(std::string_view text) {
    std::vector<Part> out;
    std::size_t at = 0;
    bool assigned = false;
    std::vector<bool> open;  // for every bracket: does it follow an assignment?
    const auto push = [&](PartKind kind, std::size_t begin, std::size_t end) {
        if (end <= begin) return;
        Part part{kind, text.substr(begin, end - begin), false};
        if (kind == PartKind::Between) {
            // "name=…", and inside brackets also "name: …"; a list goes on after its commas.
            for (const char c : part.text) {
                if (c == '=' || (c == ':' && !open.empty())) {
                    assigned = true;
                } else if (c == '[' || c == '(' || c == '{') {
                    open.push_back(assigned);
                } else if (c == ']' || c == ')' || c == '}') {
                    if (!open.empty()) open.pop_back();
                    assigned = false;
                } else if (c == ',') {
                    assigned = !open.empty() && open.back();
                } else if (c != ' ' && c != '"' && c != '\'') {
                    assigned = false;
                }
            }
        } else {
            part.assigned = assigned;
            assigned = false;
        }
        out.push_back(part);
    };
    while (at < text.size()) {
        const std::size_t begin = at;
        const char c = text[at];
        if ((c == '"' || c == '\'') &&
            (at == 0 || (class_of(text[at - 1]) & (kAlpha | kDigit)) == 0)) {
            const std::size_t close = text.find(c, at + 1);
            const std::string_view inside =
                close == std::string_view::npos ? "" : text.substr(at + 1, close - at - 1);
            if (!inside.empty() && inside.size() <= kQuoted &&
                inside.find_first_of("\x01\x02") == std::string_view::npos) {
                push(PartKind::Between, at, at + 1);
                const PartKind kind = kind_of(inside);
                const bool sentence = inside.find(' ') != std::string_view::npos;
                push(sentence ? PartKind::Id : kind, at + 1, close);
                push(PartKind::Between, close, close + 1);
                at = close + 1;
                continue;
            }
        }
        if (c == ' ' || (c > 3 && (class_of(c) & kMark) != 0)) {
            push(PartKind::Between, at, at + 1);
            ++at;
            continue;
        }
        while (at < text.size() && text[at] != ' ' &&
               ((text[at] >= 1 && text[at] <= 3) || (class_of(text[at]) & kMark) == 0))
            ++at;
        std::size_t stop = at;
        while (stop > begin && text[stop - 1] == '.') --stop;
        const std::string_view word = text.substr(begin, stop - begin);
        PartKind kind = kind_of(word);
        if (out.size() >= 2 && out[out.size() - 2].kind == PartKind::Value &&
            out.back().text == " " && is_unit(word))
            kind = PartKind::Id;
        push(kind, begin, stop);
        push(PartKind::Between, stop, at);
    }
    return out;
}

}  // namespace insight::analysis::logs
