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

constexpr std::array<std::string_view, 21> kCalendar{
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov",
    "Dec", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "AM",  "PM"};

// Dates that are spelled out: at midnight, at noon and at the end of a month all lines would be
// new.
bool is_calendar(std::string_view word) {
    return std::find(kCalendar.begin(), kCalendar.end(), word) != kCalendar.end();
}

// Beside a number only: "May" and "Sun" are words, too.
void mark_dates(std::vector<Part>& parts) {
    const auto value_at = [&](std::size_t i) {
        return i < parts.size() && (parts[i].kind == PartKind::Value || is_calendar(parts[i].text));
    };
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (!is_calendar(parts[i].text)) continue;
        std::size_t next = i + 1;  // "Mar 3", "Tue, 3", "Sun Dec 4"
        while (next < parts.size() && next <= i + 2 && parts[next].kind == PartKind::Between)
            ++next;
        std::size_t before = i;  // "3 Mar", "11:59 PM"
        while (before > 0 && before + 2 > i && parts[before - 1].kind == PartKind::Between)
            --before;
        if (value_at(next) || (before > 0 && value_at(before - 1))) parts[i].kind = PartKind::Id;
    }
}

template <class Words>
bool is_listed(const Words& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

// Structured lines (JSON, logfmt) differ in the value of one key as others do in their sentence:
// what zap, logrus, slog, bunyan, structlog, log4j's JSON layout and Elastic's schema call it.
bool is_message_key(std::string_view key) {
    static constexpr std::array<std::string_view, 7> kKeys{"msg", "message", "error",    "err",
                                                           "log", "event",   "exception"};
    return is_listed(kKeys, key);
}
bool is_level_key(std::string_view key) {
    static constexpr std::array<std::string_view, 6> kKeys{"level",    "lvl",       "severity",
                                                           "loglevel", "log.level", "levelname"};
    return is_listed(kKeys, key);
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
    // The root is a path like any other ("GET / HTTP/1.1").
    if (text == "/") return PartKind::Id;
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
    std::string_view key;  // the last word before "=", or before ":" of JSON
    std::string_view last_word;
    std::size_t message_until = 0;  // the message of a structured line ends here
    std::size_t closing = 0;        // the quote that ends what is read word by word
    std::vector<bool> open;         // for every bracket: does it follow an assignment?
    const auto push = [&](PartKind kind, std::size_t begin, std::size_t end) {
        if (end <= begin) return;
        Part part{kind, text.substr(begin, end - begin), false};
        if (kind == PartKind::Between) {
            // "name=…", and inside brackets also "name: …"; a list goes on after its commas.
            for (const char c : part.text) {
                if (c == '=' || (c == ':' && !open.empty())) {
                    assigned = true;
                    key = last_word;
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
            const bool level = assigned && is_level_key(key);
            part.message = begin < message_until || (assigned && is_message_key(key));
            part.assigned = assigned && !part.message;
            // How bad it is must not become a value.
            if (level) part.kind = PartKind::Between;
            assigned = false;
            last_word = part.text;
            key = {};
        }
        out.push_back(part);
    };
    while (at < text.size()) {
        const std::size_t begin = at;
        const char c = text[at];
        if ((c == '"' || c == '\'') && at != closing &&
            (at == 0 || (class_of(text[at - 1]) & (kAlpha | kDigit)) == 0)) {
            const std::size_t close = text.find(c, at + 1);
            const std::string_view inside =
                close == std::string_view::npos ? "" : text.substr(at + 1, close - at - 1);
            const bool message = assigned && is_message_key(key);
            if (message && close != std::string_view::npos) message_until = close;
            const bool many = inside.find(' ') != std::string_view::npos;
            if (!inside.empty() && inside.size() <= kQuoted && !(message && many) &&
                inside.find_first_of("\x01\x02") == std::string_view::npos) {
                push(PartKind::Between, at, at + 1);
                const PartKind kind = kind_of(inside);
                push(many ? PartKind::Id : kind, at + 1, close);
                out.back().quoted = c == '\'' && kind == PartKind::Word && !many;
                push(PartKind::Between, close, close + 1);
                at = close + 1;
                continue;
            }
            if (close != std::string_view::npos) closing = close;
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
    mark_dates(out);
    return out;
}

std::uint64_t hash_of(const Part& part, bool masked) {
    if (masked || part.kind == PartKind::Value) return 0x9e3779b97f4a7c15;
    return std::hash<std::string_view>{}(part.text) | 1U;
}

std::uint64_t combine(std::uint64_t state, std::uint64_t next) {
    state ^= next + 0x9e3779b97f4a7c15 + (state << 6U) + (state >> 2U);
    return state * kPrime;
}

std::uint64_t skeleton(const std::vector<Part>& parts, bool mask_ids) {
    std::uint64_t state = 0;
    std::uint64_t before[2] = {0, 0};
    std::size_t repeats = 0;
    const auto masked = [mask_ids](const Part& part) {
        return part.kind == PartKind::Value ||
               (mask_ids &&
                (part.kind == PartKind::Id || (part.assigned && part.kind != PartKind::State &&
                                               part.kind != PartKind::Between)));
    };
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const Part& part = parts[i];
        const std::uint64_t now = hash_of(part, masked(part));
        // "10.0.0.1,10.0.0.2" and "[a, b, c]": values in a list may come in any number.
        if (part.text == "," && i > 0 && masked(parts[i - 1])) {
            const std::size_t next =
                i + 1 < parts.size() && parts[i + 1].text == " " ? i + 2 : i + 1;
            if (next < parts.size() && masked(parts[next])) {
                i = next;
                continue;
            }
        }
        // A pair (delimiter, value) that repeats a third time adds nothing.
        repeats = now == before[1] ? repeats + 1 : 0;
        if (repeats < 4) state = combine(state, now);
        before[1] = before[0];
        before[0] = now;
    }
    return state;
}

}  // namespace insight::analysis::logs
