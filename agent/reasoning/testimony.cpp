#include "agent/reasoning/testimony.h"

#include <algorithm>
#include <array>
#include <map>

#include "agent/reasoning/samples.h"
#include "agent/reasoning/series_testimony.h"
#include "agent/reasoning/words.h"
#include "core/base/text.h"

namespace insight::agent::reasoning {
namespace {

using base::Json;

// Columns that say what a row is about, and columns of things beside it.
constexpr std::array<std::string_view, 11> kOwn{"service",  "service.name", "pod",    "container",
                                                "object",   "deployment",   "entity", "instance",
                                                "workload", "name",         "job"};
constexpr std::array<std::string_view, 12> kAside{
    "node", "k8s.node.name",      "host",   "host.name",    "namespace",      "cluster",
    "zone", "k8s.namespace.name", "region", "peer.service", "server.address", "net.peer.name"};
template <std::size_t N>
bool one_of(const std::array<std::string_view, N>& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

// Columns whose numbers are in the unit of the row; how unusual it is has none.
bool is_value(std::string_view column) {
    static constexpr std::array<std::string_view, 7> kValues{"value", "min",  "max", "median",
                                                             "mean",  "last", "now"};
    return side_of(column) != Side::Either || one_of(kValues, column);
}

// Nothing, false and zero: the column is there, and what it names is not.
bool says_no(const Json& value) {
    return (value.is_boolean() && !value.get<bool>()) || (value.is_number() && value == 0);
}

void add_own(Record& record, const Json& row) {
    for (const std::string_view column : kOwn)
        if (column != "name")  // of a span or of a series what was done or measured
            record.own += base::lower(base::text_at(row, column)) + "\n";
    if (record.own.find_first_not_of('\n') == std::string::npos) record.own.clear();
}

void add_cells(Record& record, const Json& row, const std::string& unit) {
    const bool of_something = std::any_of(kOwn.begin(), kOwn.end(), [&](std::string_view column) {
        return row.contains(std::string(column));
    });
    add_own(record, row);
    add_own(record, base::object_at(row, "labels"));
    for (const auto& [column, value] : row.items())
        if (of_something && value.is_string() && one_of(kAside, column))
            record.aside += base::lower(value.get_ref<const std::string&>()) + "\n";
        else
            add_value(record, value, column, is_value(column) ? unit : "");
    // Unless something else in the row says the word.
    for (const auto& [column, value] : row.items())
        for (const std::string& word : words_of(says_no(value) ? column : ""))
            if (!record.stems.contains(stem(word))) record.negated.insert(stem(word));
    for (const auto& [column, value] : row.items())
        if (!value.is_null()) add_text(record, column);
}

std::string small_text(const Json& row, const char* column) {
    return base::lower(base::text_at(row, column));
}

// An event is counted by its reason: how often it backed off, not how often what it says happened.
void read_relations(const Json& row, Record& record) {
    record.from = small_text(row, "from");
    record.to = small_text(row, "to");
    record.was = small_text(row, "before");
    record.is = small_text(row, "after");
    if (const std::string reason = base::text_at(row, "reason"); !reason.empty()) {
        record.counted.emplace();
        for (const std::string& word : words_of(reason)) record.counted->insert(stem(word));
    }
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
        if (named.contains("unit")) {
            add_text(record, base::text_at(named, "name"));
            add_unit(record, unit);
            record.measured = record.stems;
        }
        add_cells(record, named, unit);
        read_relations(named, record);
        set_course(record, named);
        out.records.push_back(std::move(record));
    }
    add_samples(content, out);
}

// What a change took away and what it brought, its diff line by line.
void read_sides(const Json& content, Record& record) {
    record.was = base::lower(base::text_at(content, "before"));
    record.is = base::lower(base::text_at(content, "after"));
    const std::string diff = base::lower(base::text_at(content, "diff"));
    for (std::size_t at = 0; at < diff.size();) {
        const std::size_t end = std::min(diff.find('\n', at), diff.size());
        if (diff[at] == '-') record.was += "\n" + diff.substr(at + 1, end - at - 1);
        if (diff[at] == '+') record.is += "\n" + diff.substr(at + 1, end - at - 1);
        at = end + 1;
    }
}

// Plain facts hold for all of the evidence; items of lists are records of their own.
void add_facts(const Json& facts, Testimony& out) {
    const Json& services = base::array_at(facts, "services");
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
            for (Figure& figure : record.figures)
                figure.tally = figure.tally || (item.contains("template") && !figure.key.empty());
            // Which of several services wrote a template is not told; one that it names need not
            // be.
            if (item.contains("template") && !services.empty())
                record.own =
                    (services.size() == 1 ? base::lower(base::text_at(services[0], "value")) : "") +
                    "\n";
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

bool says_error(const Json& severity) {
    const std::string text = severity.is_string() ? base::lower(severity.get<std::string>()) : "";
    return text.starts_with("err") || text.starts_with("fatal") || text.starts_with("crit");
}

// What every counted record says: the one value of a tally, the one template, what all rows and
// lines have where all are shown.
void add_common(const Json& content, Testimony& out) {
    const Json& facts = base::object_at(content, "facts");
    for (const char* key : {"services", "severities", "groups", "templates"})
        if (const Json& list = base::array_at(facts, key); list.size() == 1)
            for (const char* text : {"value", "template"})
                add_text(out.context, base::text_at(list[0], text));
    const Json& list =
        content.contains("lines") ? content["lines"] : base::array_at(content, "rows");
    if (!list.is_array() || list.empty() || out.more || list.size() > out.records.size() ||
        base::integer_at(facts, "matched", -1) != static_cast<std::int64_t>(list.size()))
        return;
    // Rows of series are what they measure; the names of their labels are no things.
    const Record& first = out.records.front();
    std::set<std::string> common = first.measured.empty() ? first.stems : first.measured;
    for (std::size_t i = 1; i < list.size(); ++i)
        std::erase_if(common, [&](const std::string& one) {
            return !out.records[i].stems.contains(one) || out.records[i].negated.contains(one);
        });
    for (const std::string& one : out.records.front().negated) common.erase(one);
    out.context.stems.insert(common.begin(), common.end());
}

// Answers by status: 500 and 503 are "5xx".
void add_families(const Json& facts, Testimony& out) {
    std::map<char, double> families;
    for (const Json& item : base::array_at(facts, "groups")) {
        const std::string value = base::text_at(item, "value");
        const bool status = value.size() == 3 && value[0] >= '1' && value[0] <= '5' &&
                            value.find_first_not_of("0123456789") == std::string::npos;
        // Others that are not shown may be of the family, too.
        if (!status) return;
        families[value[0]] += base::number_at(item, "count");
    }
    for (const auto& [first, count] : families) {
        Record record;
        add_text(record, std::string(1, first) + "xx");
        add_number(record, count, "count", "");
        out.records.push_back(std::move(record));
    }
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
        const bool shape =
            key == "show" || key == "limit" || key == "path" || key == "from" || key == "to";
        // "at least a warning" is said of errors, too.
        if (key == "severity" && !says_error(value)) continue;
        if (key == "contains" && value.is_string())
            out.pattern = base::lower(value.get_ref<const std::string&>());
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
    out.more = base::number_at(content, "more") > 0;
    for (const std::string& word : words_of(evidence.title)) out.looked_at.insert(stem(word));
    if (kind == "rows") {
        add_rows(content, out);
    } else if (kind == "series") {
        add_series(content, out);
    } else if (kind == "logs") {
        for (const char* word : {"line", "log", "mention", "contain"})
            out.context.stems.insert(stem(word));
        for (const Json& line : base::array_at(content, "lines")) {
            Record record;
            add_own(record, line);
            add_value(record, line, "", "");
            out.records.push_back(std::move(record));
        }
    } else {
        Record record;
        if (kind == "alert") record.stems.insert({stem("fired"), stem("firing")});
        add_value(record, content, "", "");
        // "64" and "4096" of a change are what was and what is.
        const std::vector<FoundFigure> before = figures_in(base::text_at(content, "before"));
        const std::vector<FoundFigure> after = figures_in(base::text_at(content, "after"));
        if (before.size() == 1 && after.size() == 1)
            set_course(record, before[0].figure.value, after[0].figure.value);
        read_sides(content, record);
        out.records.push_back(std::move(record));
    }
    if (kind != "series") {
        add_common(content, out);
        add_facts(base::object_at(content, "facts"), out);
        add_families(base::object_at(content, "facts"), out);
    }
    for (const auto& [key, value] : base::object_at(content, "facts").items())
        for (const std::string& word : words_of(key)) out.looked_at.insert(stem(word));
    add_scope(evidence.query, out);
    return out;
}

}  // namespace insight::agent::reasoning
