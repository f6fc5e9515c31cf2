#include "analysis/kubernetes/event.h"

namespace insight::analysis::kubernetes {
namespace {

std::optional<Nanos> first_of(std::initializer_list<std::optional<Nanos>> times) {
    for (const std::optional<Nanos>& time : times)
        if (time) return time;
    return std::nullopt;
}

}  // namespace

std::optional<Event> event_of(const Json& json) {
    const Json& core = at(json, "involvedObject");
    const Json& subject = core.is_object() ? core : at(json, "regarding");
    Event event;
    event.json = &json;
    event.kind = text(subject, "kind");
    event.name = text(subject, "name");
    event.space = text(subject, "namespace");
    event.uid = text(subject, "uid");
    event.type = text(json, "type");
    event.reason = text(json, "reason");
    event.message = text(json, "message");
    if (event.message.empty()) event.message = text(json, "note");
    event.reporter = text(json, "reportingComponent");
    if (event.reporter.empty()) event.reporter = text(json, "reportingController");
    if (event.reporter.empty()) event.reporter = text(json, "source", "component");
    if (event.kind.empty() || event.name.empty() || event.reason.empty()) return std::nullopt;
    // "spec.containers{app}"
    const std::string_view field = text(subject, "fieldPath");
    const auto open = field.find('{');
    if (open != std::string_view::npos && field.ends_with('}'))
        event.container = field.substr(open + 1, field.size() - open - 2);
    // Both APIs show the same events. Those written by events.k8s.io/v1 have an eventTime and, once
    // they repeat, a series; their first and last timestamps are null, in its own view
    // "deprecated".
    const std::optional<Nanos> at_all =
        first_of({time_at(json, "eventTime"), time_at(json, "metadata", "creationTimestamp")});
    event.first = first_of(
        {time_at(json, "firstTimestamp"), time_at(json, "deprecatedFirstTimestamp"), at_all});
    event.last =
        first_of({time_at(json, "series", "lastObservedTime"), time_at(json, "lastTimestamp"),
                  time_at(json, "deprecatedLastTimestamp"), at_all});
    event.count = std::max<std::int64_t>(
        {1, count(json, "count"), count(json, "series", "count"), count(json, "deprecatedCount")});
    return event;
}

}  // namespace insight::analysis::kubernetes
