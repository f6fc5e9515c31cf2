#include "agent/reasoning/testimony.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "agent/reasoning/words.h"
#include "core/base/text.h"

namespace insight::agent::reasoning {
namespace {

using base::Json;

constexpr std::array<std::string_view, 6> kTimeKeys{"onset", "end",  "start",
                                                    "first", "last", "time"};
constexpr double kMoved = 0.05;  // a smaller difference is no rise and no fall

// Behind the next mark that a space follows; without one it stands within a word or a number.
std::size_t end_of_clause(std::string_view text, std::size_t at) {
    for (std::size_t i = at; i + 1 < text.size(); ++i)
        if (std::string_view(",;.!?").find(text[i]) != std::string_view::npos &&
            (text[i + 1] == ' ' || text[i + 1] == '\n'))
            return i + 1;
    return text.size();
}

void add_text(Record& record, std::string_view text) {
    record.text += base::lower(text);
    record.text += '\n';
    // A negation reaches no further than its clause: "not flushed, restart done" restarted.
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = end_of_clause(text, at);
        int negated = 0;  // how many of the next words it reaches
        for (const std::string& word : words_of(text.substr(at, end - at))) {
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
    for (FoundFigure& found : figures_in(text)) record.figures.push_back(std::move(found.figure));
}

// UCUM: "By/s". A statement that says "per second" finds it said.
void add_rate(Record& record, std::string_view unit) {
    if (unit.ends_with("/s")) record.stems.insert({stem("second"), "s"});
    if (unit.ends_with("/min")) record.stems.insert(stem("minute"));
}

void add_number(Record& record, double value, std::string_view key, std::string_view unit) {
    const bool time = std::find(kTimeKeys.begin(), kTimeKeys.end(), key) != kTimeKeys.end();
    // Unix seconds of the years 1973 to 2286; other values at such a key are lengths or counts.
    if (time && value > 1e8 && value < 1e10) {
        record.times.push_back(base::from_seconds(value));
        return;
    }
    const std::string_view own = unit_of_column(key);
    record.figures.push_back(figure_of(value, own.empty() ? unit : own));
    record.figures.back().key = std::string(key);
    add_rate(record, unit);
}

void add_value(Record& record, const Json& value, std::string_view key, std::string_view unit) {
    if (value.is_string()) {
        add_text(record, value.get_ref<const std::string&>());
    } else if (value.is_number()) {
        add_number(record, value.get<double>(), key, unit);
    } else if (value.is_structured()) {
        for (const auto& [inner, item] : value.items()) {
            if (value.is_object()) add_text(record, inner);
            add_value(record, item, value.is_object() ? inner : key, unit);
        }
    }
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

Course compared(double before, double after) {
    const double least = std::max(std::abs(before), std::abs(after)) * kMoved;
    if (after - before > least) return Course::Rose;
    return before - after > least ? Course::Fell : Course::Steady;
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

// Fields of one thing, a row each: together they are one record.
bool of_one_thing(const Json& columns) {
    return columns.size() == 2 && columns[0] == "field" && columns[1] == "value";
}

void add_rows(const Json& content, Testimony& out) {
    const Json& columns = base::array_at(content, "columns");
    if (of_one_thing(columns)) {
        Record record;
        for (const Json& row : base::array_at(content, "rows"))
            if (row.is_array())
                add_value(record, row,
                          row.empty() || !row[0].is_string() ? "" : row[0].get<std::string>(), "");
        out.records.push_back(std::move(record));
        return;
    }
    for (const Json& row : base::array_at(content, "rows")) {
        if (!row.is_array()) continue;
        Record record;
        Json named = Json::object();
        std::string unit;
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::string column =
                i < columns.size() && columns[i].is_string() ? columns[i].get<std::string>() : "";
            if (column == "unit" && row[i].is_string()) unit = row[i].get<std::string>();
            named[column] = row[i];
        }
        for (const auto& [column, value] : named.items()) {
            add_text(record, column);
            add_value(record, value, column, unit);
        }
        set_course(record, named);
        out.records.push_back(std::move(record));
    }
}

void add_series(const Json& content, Testimony& out) {
    Record record;
    const std::string unit = base::text_at(content, "unit");
    add_rate(record, unit);
    add_text(record, base::text_at(content, "name"));
    add_value(record, content.value("labels", Json::object()), "", "");
    std::vector<double> times, values;
    for (const Json& point : base::array_at(content, "points")) {
        if (!point.is_array() || point.size() != 2 || !point[0].is_number() ||
            !point[1].is_number())
            continue;
        times.push_back(point[0].get<double>());
        values.push_back(point[1].get<double>());
        record.figures.push_back(figure_of(values.back(), unit));
        record.times.push_back(base::from_seconds(times.back()));
    }
    for (const char* key : {"baseline", "window", "facts"})
        if (content.contains(key)) add_value(record, content[key], key, unit);
    for (const char* key : {"onset", "end"})
        if (content.contains(key) && content[key].is_number())
            add_number(record, content[key].get<double>(), key, "");
    // What the engine or a look compared itself comes first, a mean of points only where nobody
    // has.
    set_course(record, base::object_at(content, "facts"));
    if (record.course == Course::Unknown) set_course(record, content);
    const Json& usual = base::object_at(content, "baseline");
    const double onset = base::number_at(content, "onset");
    if (record.course == Course::Unknown && usual.contains("median") && onset > 0) {
        // What came after the onset, against what was usual.
        double sum = 0;
        int count = 0;
        for (std::size_t i = 0; i < values.size(); ++i)
            if (times[i] >= onset) sum += values[i], ++count;
        if (count > 0) set_course(record, base::number_at(usual, "median"), sum / count);
    }
    if (!values.empty()) {
        const Figure one = figure_of(1, unit);
        const auto [least, most] = std::minmax_element(values.begin(), values.end());
        out.span = {*least * one.scale, *most * one.scale};
        out.measure = one.measure;
    }
    out.records.push_back(std::move(record));
}

// Plain facts hold for all of the evidence; items of lists are records of their own.
void add_facts(const Json& facts, Testimony& out) {
    for (const auto& [key, value] : facts.items()) {
        if (!value.is_array()) {
            add_text(out.context, key);
            add_value(out.context, value, key, "");
            continue;
        }
        for (const Json& item : value) {
            Record record;
            add_text(record, key);
            add_value(record, item, key, "");
            set_course(record, item);
            out.records.push_back(std::move(record));
        }
    }
    set_course(out.context, facts);
    const auto before = number_at_any(facts, {"matchedInBaseline"});
    const auto after = number_at_any(facts, {"matchedInWindow"});
    if (before && after && out.context.course == Course::Unknown)
        set_course(out.context, *before, *after);
    out.nothing_found = facts.contains("matched") && facts["matched"] == 0;
}

// "query_logs {"service":"cart"}": what was asked for exactly is true of every record.
void add_scope(const std::string& query, Testimony& out) {
    const auto brace = query.find(" {");
    const auto asked = brace == std::string::npos
                           ? base::Result<Json>(Json())
                           : base::parse_json(std::string_view(query).substr(brace), "a query");
    if (!asked || !asked->is_object()) {
        // The source's own language: its names count, its numbers are limits and no measurements.
        out.context.text += base::lower(query) + "\n";
        for (const std::string& word : words_of(query)) out.context.stems.insert(stem(word));
        return;
    }
    for (const auto& [key, value] : asked->items()) {
        const bool pattern = key == "contains" || key == "without" || key == "also";
        const bool shape = key == "groupBy" || key == "show" || key == "limit" || key == "path" ||
                           key == "from" || key == "to";
        if (pattern || shape) continue;
        for (Record& record : out.records) add_value(record, value, key, "");
        add_value(out.context, value, key, "");
    }
}

}  // namespace

Testimony testimony_of(const model::Evidence& evidence) {
    Testimony out;
    out.evidence = &evidence;
    const Json& content = evidence.content;
    const std::string kind = base::text_at(content, "kind");
    add_text(out.context, evidence.title);
    add_text(out.context, evidence.source);
    if (kind == "rows") {
        add_rows(content, out);
    } else if (kind == "series") {
        add_series(content, out);
    } else if (kind == "logs") {
        for (const Json& line : base::array_at(content, "lines")) {
            Record record;
            add_value(record, line, "", "");
            out.records.push_back(std::move(record));
        }
    } else {
        Record record;
        add_value(record, content, "", "");
        // "64" and "4096" of a change are what was and what is.
        const std::vector<FoundFigure> before = figures_in(base::text_at(content, "before"));
        const std::vector<FoundFigure> after = figures_in(base::text_at(content, "after"));
        if (before.size() == 1 && after.size() == 1)
            set_course(record, before[0].figure.value, after[0].figure.value);
        out.records.push_back(std::move(record));
    }
    if (kind != "series") add_facts(base::object_at(content, "facts"), out);
    add_scope(evidence.query, out);
    return out;
}

bool has_text(const Record& record, std::string_view text) {
    return record.text.find(base::lower(text)) != std::string::npos;
}

}  // namespace insight::agent::reasoning
