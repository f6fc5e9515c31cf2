// Tools over rows: spans, events, resources, database state.
#include <fmt/format.h>

#include "agent/reasoning/arguments.h"
#include "agent/reasoning/path.h"
#include "agent/reasoning/row_look.h"
#include "agent/reasoning/tools/simple_tool.h"
#include "agent/reasoning/tools/tools.h"

namespace insight::agent::reasoning {
namespace {

using base::Json;

struct Kind {
    const char* tool;
    const char* what;
    const char* title;
    const char* source;
};

// `add` puts the kind's own arguments in front of those that all have; `rows` gives the rows that
// these arguments leave.
std::unique_ptr<Tool> row_tool(const Case& of, const Kind& kind, const Json& own,
                               std::function<Rows(const Json& arguments)> rows) {
    Json properties = row_properties();
    properties.update(own);
    const std::string name = kind.tool;
    return std::make_unique<SimpleTool>(
        llm::Tool{name, kind.what, object_schema(std::move(properties))},
        [&of, kind, name, rows = std::move(rows)](const Json& arguments) {
            return look_at_rows(rows(arguments), arguments, of.snapshot.incident.window,
                                kind.source, kind.title, asked_text(name, arguments));
        });
}

bool wanted(const Json& arguments, const char* key, const std::string& value) {
    const std::string given = base::text_at(arguments, key);
    return given.empty() || given == value;
}

// Kubernetes says times in several places; the latest says what is true now.
// events.k8s.io/v1 has eventTime and series, the core API firstTimestamp and lastTimestamp; each
// leaves the other's null.
model::Nanos time_of_event(const Json& event) {
    for (const char* path :
         {"series.lastObservedTime", "lastTimestamp", "eventTime", "deprecatedLastTimestamp",
          "firstTimestamp", "metadata.creationTimestamp"})
        if (const auto time = base::parse_rfc3339(text_at_path(event, path)); time && *time != 0)
            return *time;
    return 0;
}

Json span_row(const model::Span& span) {
    Json out{
        {"service", span.attributes.contains("service.name") ? span.attributes.at("service.name")
                                                             : std::string()},
        {"name", span.name},
        {"kind", span.kind},
        {"milliseconds", static_cast<double>((span.end - span.start) / 1000) / 1000.0},
        {"status", span.status},
        {"traceId", span.trace_id},
        {"spanId", span.span_id},
        {"parentSpanId", span.parent_span_id}};
    if (!span.status_message.empty()) out["statusMessage"] = span.status_message;
    for (const auto& [key, value] : span.attributes)
        if (key != "service.name") out[key] = value;
    return out;
}

}  // namespace

std::unique_ptr<Tool> spans_tool(const Case& of) {
    return row_tool(
        of,
        {"query_spans",
         "Spans of traces: who called what, how long it took, how it ended. Counts, groups, rows.",
         "spans", "spans"},
        {{"service", text_property("The span's service.")},
         {"name", text_property("The operation.")},
         {"status", text_property("Its status, e.g. error.")},
         {"atLeastMilliseconds", count_property("Only spans that took so long.", 0, 86'400'000)}},
        [&of](const Json& arguments) -> Rows {
            return [&of, arguments](const auto& each) {
                const auto least =
                    base::integer_at(arguments, "atLeastMilliseconds") * base::Nanos{1'000'000};
                for (const model::Span& span : of.snapshot.signals.spans) {
                    if (span.end - span.start < least || !wanted(arguments, "name", span.name) ||
                        !wanted(arguments, "status", span.status))
                        continue;
                    const auto service = span.attributes.find("service.name");
                    if (!wanted(arguments, "service",
                                service == span.attributes.end() ? "" : service->second))
                        continue;
                    each({span.start, span_row(span)});
                }
            };
        });
}

std::unique_ptr<Tool> events_tool(const Case& of) {
    return row_tool(of,
                    {"query_events",
                     "Kubernetes events: reason, message, object, how often. Use `path`, e.g. "
                     "message, or groupBy, e.g. reason.",
                     "Kubernetes events", "kubernetes/events"},
                    {{"reason", text_property("The event's reason, e.g. BackOff.")},
                     {"object", text_property("Name of the object it is about.")}},
                    [&of](const Json& arguments) -> Rows {
                        return [&of, arguments](const auto& each) {
                            for (const Json& event : of.snapshot.signals.events) {
                                const std::string name = text_at_path(event, "involvedObject.name");
                                const std::string other = text_at_path(event, "regarding.name");
                                if (!wanted(arguments, "reason", base::text_at(event, "reason")) ||
                                    !wanted(arguments, "object", name.empty() ? other : name))
                                    continue;
                                each({time_of_event(event), event});
                            }
                        };
                    });
}

std::unique_ptr<Tool> resources_tool(const Case& of) {
    return row_tool(
        of,
        {"query_resources",
         "Kubernetes objects as the API gives them. Without `path` the objects are long: name "
         "what you want to see, e.g. path=status or path=spec.template.spec.containers[0].image.",
         "Kubernetes objects", "kubernetes/objects"},
        {{"kind", text_property("Pod, Deployment, …")},
         {"name", text_property("metadata.name")},
         {"namespace", text_property("metadata.namespace")}},
        [&of](const Json& arguments) -> Rows {
            return [&of, arguments](const auto& each) {
                for (const Json& object : of.snapshot.signals.resources) {
                    const Json& head = base::object_at(object, "metadata");
                    if (wanted(arguments, "kind", base::text_at(object, "kind")) &&
                        wanted(arguments, "name", base::text_at(head, "name")) &&
                        wanted(arguments, "namespace", base::text_at(head, "namespace")))
                        // State, without a time: true of the whole window.
                        each({0, object});
                }
            };
        });
}

std::unique_ptr<Tool> database_tool(const Case& of) {
    return row_tool(
        of,
        {"query_database",
         "Recorded rows of database state (statements, locks, connections, tables, …), by "
         "instance and view. groupBy=view lists the views.",
         "database state", "databases"},
        {{"system", text_property("postgresql, redis, …")},
         {"instance", text_property("The instance's name.")},
         {"view", text_property("What the rows are rows of.")}},
        [&of](const Json& arguments) -> Rows {
            return [&of, arguments](const auto& each) {
                for (const model::DatabaseRow& row : of.snapshot.signals.databases) {
                    if (!wanted(arguments, "system", row.system) ||
                        !wanted(arguments, "instance", row.instance) ||
                        !wanted(arguments, "view", row.view))
                        continue;
                    Json value = row.row.is_object() ? row.row : Json{{"value", row.row}};
                    value["system"] = row.system;
                    value["instance"] = row.instance;
                    value["view"] = row.view;
                    each({row.time, std::move(value)});
                }
            };
        });
}

std::unique_ptr<Tool> changes_tool(const Case& of) {
    return row_tool(of,
                    {"changes",
                     "Deploys, images, settings, scaling, commits: when, who, what. `change` is "
                     "the number that the tool `diff` takes.",
                     "changes", "changes"},
                    {{"entity", text_property("What was changed.")},
                     {"kind", choice_property("Which kind.", {"deploy", "image", "config", "flag",
                                                              "scaling", "node", "commit"})}},
                    [&of](const Json& arguments) -> Rows {
                        return [&of, arguments](const auto& each) {
                            int number = 0;
                            for (const model::Change& change : of.snapshot.signals.changes) {
                                ++number;
                                if (!wanted(arguments, "entity", change.entity) ||
                                    !wanted(arguments, "kind", change.kind))
                                    continue;
                                each({change.time,
                                      {{"change", number},
                                       {"kind", change.kind},
                                       {"entity", change.entity},
                                       {"author", change.author},
                                       {"summary", change.summary},
                                       {"before", change.before},
                                       {"after", change.after},
                                       {"diffBytes", change.diff.size()}}});
                            }
                        };
                    });
}

std::unique_ptr<Tool> past_tool(const Case& of) {
    return row_tool(of,
                    {"past_incidents",
                     "Earlier incidents that were known when this one was recorded, and what was "
                     "found then.",
                     "past incidents", "history"},
                    Json::object(), [&of](const Json& /*arguments*/) -> Rows {
                        return [&of](const auto& each) {
                            for (const model::PastIncident& past : of.snapshot.history)
                                each({0,
                                      {{"incident", past.incident},
                                       {"title", past.title},
                                       {"openedAt", base::format_rfc3339(past.opened_at)},
                                       {"class", past.cause_class},
                                       {"entity", past.cause_entity.name}}});
                        };
                    });
}

}  // namespace insight::agent::reasoning
