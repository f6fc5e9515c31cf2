#include "agent/reasoning/row_look.h"

#include <fmt/format.h>

#include <deque>
#include <set>

#include "agent/reasoning/arguments.h"
#include "agent/reasoning/bounded.h"
#include "agent/reasoning/path.h"
#include "agent/reasoning/pattern.h"
#include "agent/reasoning/tally.h"
#include "core/base/text.h"

namespace insight::agent::reasoning {
namespace {

using base::Json;

// Objects with more keys are asked for with a path.
constexpr std::size_t kColumns = 24;
constexpr int kDefaultRows = 20;

struct RowQuery {
    model::Interval slice;
    std::vector<Pattern> contains;
    std::vector<std::pair<std::string, std::string>> where;
    std::string group_by, path, show;
    std::size_t limit = kDefaultRows;
};

base::Result<RowQuery> read_row_query(const Json& arguments, const model::Window& window) {
    RowQuery query;
    const auto slice = slice_argument(arguments, window);
    if (!slice) return base::fail(slice.error());
    query.slice = *slice;
    auto patterns = patterns_of(arguments);
    if (!patterns) return base::fail(patterns.error());
    query.contains = std::move(*patterns);
    query.where = where_argument(arguments);
    query.group_by = base::text_at(arguments, "groupBy");
    query.path = base::text_at(arguments, "path");
    query.show = base::text_at(arguments, "show", "head");
    query.limit = static_cast<std::size_t>(base::integer_at(arguments, "limit", kDefaultRows));
    return query;
}

bool fits(const RowQuery& query, const Row& row) {
    // A row without a time is state, true of the whole window.
    if (row.time != 0 && (row.time < query.slice.start || row.time > query.slice.end)) return false;
    for (const auto& [path, wanted] : query.where)
        if (text_at_path(row.value, path) != wanted) return false;
    return query.contains.empty() || in_all(query.contains, base::dump_json(row.value));
}

// Columns are the keys of the shown rows, and cells are short.
void put_rows(Json& content, const std::deque<Row>& kept, const RowQuery& query) {
    bool timed = false;
    std::vector<std::string> columns;
    std::set<std::string> known;
    for (const Row& row : kept) {
        timed = timed || row.time != 0;
        if (!query.path.empty() || !row.value.is_object()) continue;
        for (const auto& [key, ignored] : row.value.items())
            if (columns.size() < kColumns && known.insert(key).second) columns.push_back(key);
    }
    if (columns.empty()) columns.push_back(query.path.empty() ? "value" : query.path);
    Json rows = Json::array();
    for (const Row& row : kept) {
        Json cells = Json::array();
        if (timed)
            cells.push_back(row.time == 0 ? Json(nullptr) : Json(base::format_rfc3339(row.time)));
        for (const std::string& column : columns) {
            const bool whole = !row.value.is_object() && query.path.empty();
            const Json* value = whole ? &row.value : at_path(row.value, column);
            if (value == nullptr)
                cells.push_back(nullptr);
            else if (value->is_number() || value->is_boolean() || value->is_null())
                cells.push_back(*value);
            else
                cells.push_back(cell(value->is_string() ? value->get_ref<const std::string&>()
                                                        : base::dump_json(*value),
                                     query.path.empty() ? 300 : 2'000));
        }
        rows.push_back(std::move(cells));
    }
    Json head = Json::array();
    if (timed) head.push_back("time");
    for (const std::string& column : columns) head.push_back(column);
    content["columns"] = std::move(head);
    content["rows"] = std::move(rows);
}

}  // namespace

Json row_properties() {
    return with_slice({{"contains", text_property("RE2 over the row's JSON.")},
                       {"where", {{"type", "object"}, {"description", "Path to exact value."}}},
                       {"groupBy", text_property("Path to count by.")},
                       {"path", text_property("Show only this path.")},
                       {"show", choice_property("Which rows.", {"head", "tail"})},
                       {"limit", count_property("0: only counts.", 0, 200)}});
}

base::Result<Found> look_at_rows(const Rows& rows, const Json& arguments,
                                 const model::Window& window, std::string source, std::string title,
                                 std::string query_text) {
    auto query = read_row_query(arguments, window);
    if (!query) return base::fail(query.error());
    std::int64_t scanned = 0, matched = 0;
    model::Interval range{0, 0};
    Tally groups;
    std::deque<Row> kept;
    rows([&](const Row& row) {
        ++scanned;
        if (!fits(*query, row)) return;
        ++matched;
        if (row.time != 0) {
            if (range.start == 0 || row.time < range.start) range.start = row.time;
            range.end = std::max(range.end, row.time);
        }
        if (!query->group_by.empty()) groups.add(text_at_path(row.value, query->group_by));
        if (query->limit == 0) return;
        if (kept.size() < query->limit) {
            kept.push_back(row);
        } else if (query->show == "tail") {
            kept.pop_front();
            kept.push_back(row);
        }
    });
    Json facts{{"scanned", scanned}, {"matched", matched}};
    if (range.start != 0) {
        facts["first"] = base::format_rfc3339(range.start);
        facts["last"] = base::format_rfc3339(range.end);
    }
    if (!groups.empty()) facts["groups"] = groups.told();
    Found found;
    found.evidence.title = std::move(title);
    found.evidence.source = std::move(source);
    found.evidence.query = std::move(query_text);
    found.evidence.range = range;
    found.evidence.content = {{"kind", "rows"}, {"facts", std::move(facts)}};
    put_rows(found.evidence.content, kept, *query);
    // Nothing is dropped silently: a model, and a reader, must not take the shown rows for all.
    const auto hidden = matched - static_cast<std::int64_t>(kept.size());
    if (hidden > 0) found.evidence.content["more"] = hidden;
    return found;
}

}  // namespace insight::agent::reasoning
