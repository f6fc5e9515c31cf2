#include "core/model/signals.h"

#include <tuple>

namespace insight::model {
namespace {

template <class T>
void move_behind(std::vector<T>& into, std::vector<T>& from) {
    into.insert(into.end(), std::make_move_iterator(from.begin()),
                std::make_move_iterator(from.end()));
    from.clear();
}

template <class T, class Key>
void sort_by(std::vector<T>& items, Key key) {
    std::stable_sort(items.begin(), items.end(),
                     [&](const T& left, const T& right) { return key(left) < key(right); });
}

std::string coverage_order(const CoverageRow& row) {
    return row.source + '\n' + row.query + '\n' + row.note;
}

}  // namespace

void Signals::append(Signals&& other) {
    move_behind(metrics, other.metrics);
    move_behind(logs, other.logs);
    move_behind(spans, other.spans);
    move_behind(events, other.events);
    move_behind(resources, other.resources);
    move_behind(databases, other.databases);
    move_behind(changes, other.changes);
    move_behind(topology, other.topology);
    move_behind(coverage, other.coverage);
}

void Signals::normalise() {
    sort_by(metrics, [](const Series& s) { return std::tie(s.name, s.labels); });
    sort_by(logs, [](const LogRecord& r) { return std::tie(r.time, r.attributes, r.body); });
    sort_by(spans, [](const Span& s) { return std::tie(s.start, s.trace_id, s.span_id); });
    sort_by(events, [](const Json& event) { return base::dump_json(event); });
    sort_by(resources, [](const Json& resource) { return base::dump_json(resource); });
    sort_by(databases, [](const DatabaseRow& r) {
        return std::make_tuple(std::string_view(r.system), std::string_view(r.instance), r.time,
                               std::string_view(r.view), base::dump_json(r.row));
    });
    sort_by(changes, [](const Change& c) { return std::tie(c.time, c.entity, c.summary, c.ref); });
    sort_by(topology, [](const Edge& e) { return std::tie(e.from, e.to, e.kind); });
    sort_by(coverage, coverage_order);
}

std::string_view name(SeriesType type) {
    switch (type) {
        case SeriesType::Unknown:
            return "";
        case SeriesType::Gauge:
            return "gauge";
        case SeriesType::Counter:
            return "counter";
    }
    return "";
}

std::string_view name(Outcome outcome) {
    switch (outcome) {
        case Outcome::Answered:
            return "answered";
        case Outcome::Empty:
            return "empty";
        case Outcome::Denied:
            return "denied";
        case Outcome::TimedOut:
            return "timed_out";
        case Outcome::Failed:
            return "failed";
        case Outcome::Truncated:
            return "truncated";
    }
    return "failed";
}

}  // namespace insight::model
