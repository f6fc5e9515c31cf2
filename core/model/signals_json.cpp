// The line formats of a snapshot's files. Absent optional parts are left out, unknown keys ignored.
#include <fmt/format.h>

#include "core/base/text.h"
#include "core/model/moment.h"
#include "core/model/signals.h"

namespace insight::model {
namespace {

using base::ErrorKind;
using base::fail;
using base::Result;

std::string text(const Json& value, std::string_view key) {
    return base::clean_utf8(base::text_at(value, key));
}

// Attribute values of other types than text are kept as their JSON.
Labels labels(const Json& value, std::string_view key) {
    Labels out;
    for (const auto& [name, item] : base::object_at(value, key).items())
        out.emplace(base::clean_utf8(name),
                    item.is_string() ? base::clean_utf8(item.get_ref<const std::string&>())
                                     : base::dump_json(item));
    return out;
}

void put_if(Json& object, const char* key, const std::string& value) {
    if (!value.empty()) object[key] = value;
}

tl::unexpected<base::Error> not_an_object(std::string_view what) {
    return fail(ErrorKind::Invalid, fmt::format("{} is not an object", what));
}

}  // namespace

Json to_json(const Series& series) {
    Json points = Json::array();
    for (const Point& point : series.points) {
        // Whole seconds stay integers: shorter, and exact.
        if (point.time % base::kSecond == 0)
            points.push_back({point.time / base::kSecond, point.value});
        else
            points.push_back({base::to_seconds(point.time), point.value});
    }
    Json out{{"name", series.name},
             {"labels", series.labels},
             {"unit", series.unit},
             {"points", std::move(points)}};
    if (series.type != SeriesType::Unknown) out["type"] = name(series.type);
    return out;
}

Result<Series> series_from_json(const Json& value) {
    if (!value.is_object()) return not_an_object("a series");
    Series series;
    series.name = text(value, "name");
    if (series.name.empty()) return fail(ErrorKind::Invalid, "a series has no 'name'");
    series.labels = labels(value, "labels");
    series.unit = text(value, "unit");
    const std::string type = text(value, "type");
    if (type == "counter") series.type = SeriesType::Counter;
    if (type == "gauge") series.type = SeriesType::Gauge;
    const Json& points = base::array_at(value, "points");
    series.points.reserve(points.size());
    for (const Json& point : points) {
        if (!point.is_array() || point.size() != 2 || !point[0].is_number())
            return fail(ErrorKind::Invalid,
                        fmt::format("series '{}' has a point that is not [seconds, value]",
                                    base::shorten(series.name, 100)));
        if (!point[1].is_number()) continue;  // null: a gap
        const Nanos time = moment(base::from_seconds(point[0].get<double>()));
        const auto number = point[1].get<double>();
        if (std::isfinite(number)) series.points.push_back({time, number});
    }
    if (!std::is_sorted(series.points.begin(), series.points.end(),
                        [](const Point& a, const Point& b) { return a.time < b.time; }))
        return fail(ErrorKind::Invalid,
                    fmt::format("the points of series '{}' do not ascend in time",
                                base::shorten(series.name, 100)));
    return series;
}

Json to_json(const LogRecord& record) {
    Json out{{"time", record.time},
             {"severity", record.severity},
             {"severityText", record.severity_text},
             {"body", record.body},
             {"attributes", record.attributes}};
    put_if(out, "traceId", record.trace_id);
    put_if(out, "spanId", record.span_id);
    return out;
}

Result<LogRecord> log_record_from_json(const Json& value) {
    if (!value.is_object()) return not_an_object("a log record");
    return LogRecord{
        moment_at(value, "time"),    static_cast<int>(base::integer_at(value, "severity")),
        text(value, "severityText"), text(value, "body"),
        text(value, "traceId"),      text(value, "spanId"),
        labels(value, "attributes")};
}

Json to_json(const Span& span) {
    Json out{
        {"traceId", span.trace_id}, {"spanId", span.span_id}, {"parentSpanId", span.parent_span_id},
        {"name", span.name},        {"kind", span.kind},      {"start", span.start},
        {"end", span.end},          {"status", span.status},  {"attributes", span.attributes}};
    put_if(out, "statusMessage", span.status_message);
    return out;
}

Result<Span> span_from_json(const Json& value) {
    if (!value.is_object()) return not_an_object("a span");
    return Span{text(value, "traceId"),     text(value, "spanId"), text(value, "parentSpanId"),
                text(value, "name"),        text(value, "kind"),   moment_at(value, "start"),
                moment_at(value, "end"),    text(value, "status"), text(value, "statusMessage"),
                labels(value, "attributes")};
}

Json to_json(const DatabaseRow& row) {
    return {{"system", row.system},
            {"instance", row.instance},
            {"view", row.view},
            {"time", row.time},
            {"row", row.row}};
}

Result<DatabaseRow> database_row_from_json(const Json& value) {
    if (!value.is_object()) return not_an_object("a database row");
    return DatabaseRow{text(value, "system"), text(value, "instance"), text(value, "view"),
                       moment_at(value, "time"), base::object_at(value, "row")};
}

Json to_json(const Change& change) {
    Json out{{"time", change.time},     {"kind", change.kind},       {"entity", change.entity},
             {"author", change.author}, {"summary", change.summary}, {"before", change.before},
             {"after", change.after},   {"diff", change.diff},       {"ref", change.ref}};
    if (!change.files.empty()) out["files"] = change.files;
    if (change.not_before != 0) out["notBefore"] = change.not_before;
    return out;
}

Result<Change> change_from_json(const Json& value) {
    if (!value.is_object()) return not_an_object("a change");
    Change change{moment_at(value, "time"),     text(value, "kind"),
                  text(value, "entity"),        text(value, "author"),
                  text(value, "summary"),       text(value, "before"),
                  text(value, "after"),         text(value, "diff"),
                  text(value, "ref"),           {},
                  moment_at(value, "notBefore")};
    for (const Json& file : base::array_at(value, "files"))
        if (file.is_string())
            change.files.push_back(base::clean_utf8(file.get_ref<const std::string&>()));
    return change;
}

Json to_json(const Edge& edge) {
    return {{"from", edge.from}, {"to", edge.to}, {"kind", edge.kind}};
}

Result<Edge> edge_from_json(const Json& value) {
    if (!value.is_object()) return not_an_object("an edge");
    return Edge{text(value, "from"), text(value, "to"), text(value, "kind")};
}

Json to_json(const CoverageRow& row) {
    Json intervals = Json::array();
    for (const Interval& interval : row.intervals)
        intervals.push_back({interval.start, interval.end});
    Json out{{"source", row.source},
             {"asked", row.asked},
             {"outcome", name(row.outcome)},
             {"count", row.count},
             {"intervals", std::move(intervals)}};
    put_if(out, "note", row.note);
    put_if(out, "query", row.query);
    return out;
}

Result<CoverageRow> coverage_row_from_json(const Json& value) {
    if (!value.is_object()) return not_an_object("a coverage row");
    CoverageRow row{text(value, "source"),
                    base::flag_at(value, "asked", true),
                    Outcome::Failed,
                    base::integer_at(value, "count"),
                    {},
                    text(value, "note"),
                    text(value, "query")};
    // Not guessed: an unknown one would say of a source what nobody has seen.
    const std::string outcome = text(value, "outcome");
    bool known = false;
    for (const Outcome candidate : {Outcome::Answered, Outcome::Empty, Outcome::Denied,
                                    Outcome::TimedOut, Outcome::Failed, Outcome::Truncated}) {
        if (outcome != name(candidate)) continue;
        row.outcome = candidate;
        known = true;
    }
    if (!known)
        return fail(ErrorKind::Invalid,
                    fmt::format("coverage outcome '{}' is unknown", base::shorten(outcome, 32)));
    for (const Json& interval : base::array_at(value, "intervals"))
        if (interval.is_array() && interval.size() == 2 && interval[0].is_number_integer() &&
            interval[1].is_number_integer())
            row.intervals.push_back(
                {moment(interval[0].get<Nanos>()), moment(interval[1].get<Nanos>())});
    return row;
}

}  // namespace insight::model
