#include "agent/reasoning/record.h"

#include <algorithm>
#include <cmath>

#include "agent/reasoning/words.h"
#include "core/base/text.h"

namespace insight::agent::reasoning {
namespace {

using base::Json;

constexpr std::array<std::string_view, 6> kTimeKeys{"onset", "end",  "start",
                                                    "first", "last", "time"};
// Keys whose numbers say how many records were counted.
constexpr std::array<std::string_view, 9> kTallies{
    "matched",   "matchedInWindow", "matchedInBaseline", "scanned",      "count",
    "uncounted", "windowLines",     "baselineLines",     "expectedLines"};
constexpr std::array<std::string_view, 9> kMaybe{"if",    "unless", "whether", "will",  "would",
                                                 "could", "may",    "might",   "should"};
constexpr double kMoved = 0.05;  // a smaller difference is no rise and no fall

template <std::size_t N>
bool is_in(const std::array<std::string_view, N>& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

// Behind the next mark that a space follows; without one it stands within a word or a number.
std::size_t end_of_clause(std::string_view text, std::size_t at) {
    for (std::size_t i = at; i + 1 < text.size(); ++i)
        if (std::string_view(",;.!?").find(text[i]) != std::string_view::npos &&
            (text[i + 1] == ' ' || text[i + 1] == '\n'))
            return i + 1;
    return text.size();
}

Course compared(double before, double after) {
    const double least = std::max(std::abs(before), std::abs(after)) * kMoved;
    if (after - before > least) return Course::Rose;
    return before - after > least ? Course::Fell : Course::Steady;
}

}  // namespace

void add_text(Record& record, std::string_view text) {
    record.text += base::lower(text);
    record.text += '\n';
    // A negation reaches no further than its clause: "not flushed, restart done" restarted.
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = end_of_clause(text, at);
        int negated = 0;  // how many of the next words it reaches
        for (const std::string& word : words_of(text.substr(at, end - at))) {
            // "will retry if it failed": what may be is not what was.
            if (is_in(kMaybe, word)) break;
            record.stems.insert(stem(word));
            if (kind_of(word) == WordKind::Negation)
                negated = 3;
            else if (negated-- > 0)
                record.negated.insert(stem(word));
        }
        at = end;
    }
    if (const auto time = base::parse_rfc3339(text)) {
        record.times.push_back(*time);
        return;
    }
    for (FoundFigure& found : figures_in(text)) {
        constexpr std::size_t kBoundWords = 16;  // characters of "greater than "
        const std::size_t from = found.begin > kBoundWords ? found.begin - kBoundWords : 0;
        found.figure.bound = bound_at_end(text.substr(from, found.begin - from));
        const std::vector<std::string> before = words_of(text.substr(from, found.begin - from));
        if (!before.empty()) found.figure.led = before.back();
        record.figures.push_back(std::move(found.figure));
    }
}

// UCUM: "{request}/s" says what is counted.
void add_unit(Record& record, std::string_view unit) {
    if (unit.starts_with('{'))
        for (const std::string& word : words_of(unit.substr(0, unit.find('}'))))
            record.stems.insert(stem(word));
}

bool by_the_second(std::string_view key) {
    return key.find("per_second") != std::string_view::npos ||
           key.find("PerSecond") != std::string_view::npos;
}

Side side_of(std::string_view key) {
    static constexpr std::array<std::string_view, 6> kBefore{"baseline", "before",   "usual",
                                                             "previous", "expected", "was"};
    static constexpr std::array<std::string_view, 4> kAfter{"window", "after", "now", "current"};
    for (const std::string& word : words_of(key)) {
        if (is_in(kBefore, word)) return Side::Before;
        if (is_in(kAfter, word)) return Side::After;
    }
    return Side::Either;
}

void put_on_side(Record& record, std::size_t from, Side side) {
    for (std::size_t i = from; i < record.figures.size(); ++i)
        if (record.figures[i].side == Side::Either) record.figures[i].side = side;
}

void add_number(Record& record, double value, std::string_view key, std::string_view unit) {
    const bool time = is_in(kTimeKeys, key);
    // Unix seconds of the years 1973 to 2286; other values at such a key are lengths or counts.
    if (time && value > 1e8 && value < 1e10) {
        record.times.push_back(base::from_seconds(value));
        return;
    }
    const std::string_view own = unit_of_column(key);
    record.figures.push_back(figure_of(value, own.empty() ? unit : own));
    record.figures.back().key = std::string(key);
    record.figures.back().tally = is_in(kTallies, key);
    record.figures.back().side = side_of(key);
    if (by_the_second(key)) record.figures.back().per = 1;
    add_unit(record, unit);
}

void add_value(Record& record, const Json& value, std::string_view key, std::string_view unit) {
    const std::size_t before = record.figures.size();
    if (value.is_string()) {
        const std::string& text = value.get_ref<const std::string&>();
        add_text(record, text);
        // "512Mi" of "memoryLimit"
        if (record.figures.size() == before + 1 && record.figures.back().text == text)
            record.figures.back().key = std::string(key);
        for (std::size_t i = before; i < record.figures.size(); ++i)
            if (by_the_second(key)) record.figures[i].per = 1;
    } else if (value.is_number()) {
        add_number(record, value.get<double>(), key, unit);
    } else if (value.is_structured()) {
        for (const auto& [inner, item] : value.items()) {
            if (value.is_object()) add_text(record, inner);
            add_value(record, item, value.is_object() ? inner : key, unit);
        }
    }
    put_on_side(record, before, side_of(key));
}

std::optional<double> number_at_any(const Json& object, std::initializer_list<const char*> keys) {
    for (const char* key : keys)
        if (const auto found = object.find(key); found != object.end()) {
            if (found->is_number()) return found->get<double>();
            if (found->is_object() && found->contains("median") && (*found)["median"].is_number())
                return (*found)["median"].get<double>();
        }
    return std::nullopt;
}

void set_course(Record& record, double before, double after) {
    record.course = compared(before, after);
    // From nothing there is no "three times as much".
    if (before > 0) record.ratio = after / before;
    record.before = before;
    record.after = after;
}

void set_course(Record& record, const Json& object) {
    if (!object.is_object()) return;
    const auto before = number_at_any(object, {"before", "baseline_median", "baseline", "usual"});
    const auto after = number_at_any(object, {"now", "window_median", "window", "after"});
    if (before && after) set_course(record, *before, *after);
}

bool has_text(const Record& record, std::string_view text) {
    return record.text.find(base::lower(text)) != std::string::npos;
}

}  // namespace insight::agent::reasoning
