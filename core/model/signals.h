// Raw collected data, in the shapes of a snapshot's files (docs/snapshots.md).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/incident.h"

namespace insight::model {

struct Point {
    Nanos time = 0;
    double value = 0;
};

// counter: only grows, restarts at zero; gauge: anything else; unknown: the analysis decides.
enum class SeriesType { Unknown, Gauge, Counter };

struct Series {
    std::string name;
    Labels labels;
    std::string unit;  // UCUM; empty when the source does not say
    SeriesType type = SeriesType::Unknown;
    std::vector<Point> points;  // ascending in time; a gap is a missing point
};

struct LogRecord {
    Nanos time = 0;
    int severity = 0;  // OpenTelemetry severity number, 0 unspecified
    std::string severity_text;
    std::string body;
    std::string trace_id;
    std::string span_id;
    Labels attributes;
};

// A log record that somebody else owns, for streams too long to keep. Attribute order is free.
struct LogView {
    Nanos time = 0;
    int severity = 0;
    std::string_view severity_text;
    std::string_view body;
    std::string_view trace_id;
    std::string_view span_id;
    std::span<const std::pair<std::string_view, std::string_view>> attributes;
};

// Kinds are server, client, producer, consumer, internal; a status is unset, ok or error, as
// OpenTelemetry has them. An empty parent: the root of its trace, or of what is known of it.
struct Span {
    std::string trace_id;
    std::string span_id;
    std::string parent_span_id;
    std::string name;
    std::string kind;
    Nanos start = 0;
    Nanos end = 0;
    std::string status;
    std::string status_message;
    Labels attributes;
};

// One row of one view of one database instance at one time, e.g. postgresql, "orders", "blocking".
struct DatabaseRow {
    std::string system;    // db.system of OpenTelemetry: postgresql, redis, neo4j, …
    std::string instance;  // the collector instance's name
    std::string view;      // what the row is a row of; each collector documents its views
    Nanos time = 0;
    Json row;
};

struct Change {
    Nanos time = 0;
    std::string kind;  // deploy, image, config, flag, scaling, node, commit
    std::string entity;
    std::string author;
    std::string summary;
    std::string before;
    std::string after;
    std::string diff;
    std::string ref;
    std::vector<std::string> files;
    // The change happened in (not_before, time]; 0 when the source knows the exact time.
    Nanos not_before = 0;

    [[nodiscard]] Nanos earliest() const { return not_before != 0 ? not_before : time; }
};

// Directed: `from` needs `to`. Names are those of services, pods and nodes, without their kind.
struct Edge {
    std::string from;
    std::string to;
    std::string kind;  // calls, depends_on, runs_on
};

enum class Outcome { Answered, Empty, Denied, TimedOut, Failed, Truncated };

// What one source was asked and what came of it: a row of the coverage statement.
struct CoverageRow {
    std::string source;  // "prometheus/main", "postgresql/orders", "alerts", …
    bool asked = true;
    Outcome outcome = Outcome::Answered;
    std::int64_t count = 0;  // series, rows, records
    std::vector<Interval> intervals;
    std::string note;   // for people: what failed and what to do, or what was left out
    std::string query;  // the request that fetched it, in the source's own language; may be empty
};

struct Signals {
    std::vector<Series> metrics;
    std::vector<LogRecord> logs;
    std::vector<Span> spans;
    std::vector<Json> events;
    std::vector<Json> resources;
    std::vector<DatabaseRow> databases;
    std::vector<Change> changes;
    std::vector<Edge> topology;
    std::vector<CoverageRow> coverage;

    // Adds the other's signals behind these.
    void append(Signals&& other);
    // Orders everything by content, so that the same signals give the same bytes whatever came
    // first.
    void normalise();
};

std::string_view name(SeriesType type);
std::string_view name(Outcome outcome);

// One line of metrics.ndjson, changes.ndjson, …; unknown keys are ignored. Errors: Invalid.
Json to_json(const Series& series);
Json to_json(const LogRecord& record);
Json to_json(const Span& span);
Json to_json(const DatabaseRow& row);
Json to_json(const Change& change);
Json to_json(const Edge& edge);
Json to_json(const CoverageRow& row);
base::Result<Series> series_from_json(const Json& value);
base::Result<LogRecord> log_record_from_json(const Json& value);
base::Result<Span> span_from_json(const Json& value);
base::Result<DatabaseRow> database_row_from_json(const Json& value);
base::Result<Change> change_from_json(const Json& value);
base::Result<Edge> edge_from_json(const Json& value);
base::Result<CoverageRow> coverage_row_from_json(const Json& value);

}  // namespace insight::model
