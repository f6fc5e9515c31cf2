#include "core/store/snapshot_format.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/crypto.h"
#include "core/model/objects.h"

namespace insight::store {
namespace {

using base::Json;
using base::Status;
using model::Signals;

template <typename Item>
std::string write_lines(const std::vector<Item>& items) {
    std::string out;
    for (const Item& item : items) {
        if constexpr (std::is_same_v<Item, Json>)
            out += base::dump_json(item);
        else
            out += base::dump_json(model::to_json(item));
        out += '\n';
    }
    return out;
}

template <typename Item>
Status keep(base::Result<Item> item, std::vector<Item>& into) {
    if (!item) return base::fail(item.error());
    into.push_back(std::move(*item));
    return {};
}

Status keep_object(const Json& value, std::vector<Json>& into) {
    if (!value.is_object()) return base::fail(base::ErrorKind::Invalid, "a line is not an object");
    into.push_back(value);
    return {};
}

Status take_incident(const Json& value, Snapshot& into) {
    const std::int64_t version = base::integer_at(value, "formatVersion");
    if (version != kSnapshotVersion)
        return base::fail(base::ErrorKind::Invalid,
                          fmt::format("its formatVersion is {}, only {} is known: read it with the "
                                      "version that wrote it",
                                      version, kSnapshotVersion));
    base::Result<model::Incident> incident = model::incident_from_json(value);
    if (!incident) return base::fail(incident.error());
    into.incident = std::move(*incident);
    return {};
}

Status take_coverage(const Json& value, Snapshot& into) {
    if (!value.is_array()) return base::fail(base::ErrorKind::Invalid, "it is not a list");
    for (const Json& row : value) {
        Status kept = keep(model::coverage_row_from_json(row), into.signals.coverage);
        if (!kept) return kept;
    }
    return {};
}

std::string write_incident(const Snapshot& from) {
    return base::dump_json(model::to_json(from.incident), 1) + "\n";
}

// A list, but one row a line: readable, and kind to diff.
std::string write_coverage(const Snapshot& from) {
    std::string out = "[";
    for (const model::CoverageRow& row : from.signals.coverage) {
        out += out.size() > 1 ? ",\n " : "\n ";
        out += base::dump_json(model::to_json(row));
    }
    return out + "\n]\n";
}

template <auto Read, auto Member>
bool take_line(SnapshotLines& lines, std::string_view text, Snapshot& into) {
    auto& items = into.signals.*Member;
    const bool taken = (lines.*Read)(text, items.emplace_back());
    // The slow way reads the line again and says what is wrong.
    if (!taken) items.pop_back();
    return taken;
}

bool take_log(SnapshotLines& lines, std::string_view text, Snapshot& into) {
    model::LogView view;
    if (!lines.log(text, view)) return false;
    into.signals.logs.push_back(store::keep(view));
    return true;
}

// By name. Without keys of its own a line may hold any: resources and events are the cluster's.
std::vector<SnapshotFile> make_files() {
    return {
        {"changes.ndjson",
         true,
         {"time", "kind", "entity", "author", "summary", "before", "after", "diff", "ref", "files",
          "notBefore"},
         [](const Json& value, Snapshot& into) {
             return keep(model::change_from_json(value), into.signals.changes);
         },
         nullptr,
         [](const Snapshot& from) { return write_lines(from.signals.changes); }},
        {kCoverage,
         false,
         {"source", "asked", "outcome", "count", "intervals", "note", "query"},
         take_coverage,
         nullptr,
         write_coverage},
        {"databases.ndjson",
         true,
         {"system", "instance", "view", "time", "row"},
         [](const Json& value, Snapshot& into) {
             return keep(model::database_row_from_json(value), into.signals.databases);
         },
         nullptr,
         [](const Snapshot& from) { return write_lines(from.signals.databases); }},
        {"events.ndjson",
         true,
         {},
         [](const Json& value, Snapshot& into) {
             return model::add_objects(value, into.signals.events);
         },
         nullptr,
         [](const Snapshot& from) { return write_lines(from.signals.events); }},
        {"history.ndjson",
         true,
         {"incident", "title", "openedAt", "features", "causeClass", "causeEntity"},
         [](const Json& value, Snapshot& into) {
             return keep(model::past_incident_from_json(value), into.history);
         },
         nullptr,
         [](const Snapshot& from) { return write_lines(from.history); }},
        {kIncident,
         false,
         {"formatVersion", "id", "origin", "state", "alert", "alerts", "question", "service",
          "groupKey", "truncatedAlerts", "window", "scope", "openedAt", "resolvedAt"},
         take_incident,
         nullptr,
         write_incident},
        {kLogs,
         true,
         {"time", "severity", "severityText", "body", "traceId", "spanId", "attributes"},
         [](const Json& value, Snapshot& into) {
             return keep(model::log_record_from_json(value), into.signals.logs);
         },
         take_log,
         [](const Snapshot& from) { return write_lines(from.signals.logs); }},
        {"metrics.ndjson",
         true,
         {"name", "labels", "unit", "type", "points"},
         [](const Json& value, Snapshot& into) {
             return keep(model::series_from_json(value), into.signals.metrics);
         },
         take_line<&SnapshotLines::series, &Signals::metrics>,
         [](const Snapshot& from) { return write_lines(from.signals.metrics); }},
        {"model.ndjson",
         true,
         {},
         [](const Json& value, Snapshot& into) { return keep_object(value, into.exchanges); },
         nullptr,
         [](const Snapshot& from) { return write_lines(from.exchanges); }},
        {"resources.ndjson",
         true,
         {},
         [](const Json& value, Snapshot& into) {
             return model::add_objects(value, into.signals.resources);
         },
         nullptr,
         [](const Snapshot& from) { return write_lines(from.signals.resources); }},
        {"runbooks.ndjson",
         true,
         {},
         [](const Json& value, Snapshot& into) { return keep_object(value, into.runbooks); },
         nullptr,
         [](const Snapshot& from) { return write_lines(from.runbooks); }},
        {"spans.ndjson",
         true,
         {"traceId", "spanId", "parentSpanId", "name", "kind", "start", "end", "status",
          "statusMessage", "attributes"},
         [](const Json& value, Snapshot& into) {
             return keep(model::span_from_json(value), into.signals.spans);
         },
         take_line<&SnapshotLines::span, &Signals::spans>,
         [](const Snapshot& from) { return write_lines(from.signals.spans); }},
        {"topology.ndjson",
         true,
         {"from", "to", "kind"},
         [](const Json& value, Snapshot& into) {
             return keep(model::edge_from_json(value), into.signals.topology);
         },
         nullptr,
         [](const Snapshot& from) { return write_lines(from.signals.topology); }},
    };
}

}  // namespace

const std::vector<SnapshotFile>& snapshot_files() {
    static const std::vector<SnapshotFile> kFiles = make_files();
    return kFiles;
}

const SnapshotFile* find_snapshot_file(std::string_view name) {
    for (const SnapshotFile& file : snapshot_files())
        if (file.name == name) return &file;
    return nullptr;
}

FileBytes write_files(const Snapshot& snapshot) {
    FileBytes files;
    Json digests = Json::object();
    for (const SnapshotFile& file : snapshot_files()) {
        std::string bytes = file.write(snapshot);
        // What there is nothing of has no file: an old snapshot and a new one without it are alike.
        if (bytes.empty()) continue;
        digests[std::string(file.name)] = base::sha256_hex(bytes);
        files.emplace_back(file.name, std::move(bytes));
    }
    const Json manifest{{"formatVersion", kSnapshotVersion}, {"files", std::move(digests)}};
    files.emplace_back(kManifest, base::dump_json(manifest, 1) + "\n");
    // By name, as a folder is read: the manifest stands where the alphabet puts it.
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace insight::store
