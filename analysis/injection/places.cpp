#include "analysis/injection/places.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"

namespace insight::analysis::injection {
namespace {

using base::Json;

std::string name_in(const model::Labels& labels, std::initializer_list<const char*> keys) {
    for (const char* key : keys)
        if (const auto found = labels.find(key); found != labels.end() && !found->second.empty())
            return base::shorten(base::one_line(base::clean_utf8(found->second)), 80);
    return {};
}

std::string of(const std::string& name) {
    return name.empty() ? std::string() : " of " + name;
}

class Collector {
  public:
    explicit Collector(std::size_t most) : most_(most) {}

    [[nodiscard]] bool full() const { return places.size() >= most_; }

    void text(std::string_view text, const std::string& where) {
        if (full() || text.size() < 12) return;
        for (PlantedOrder& order : planted_orders(text, most_ - places.size()))
            places.push_back({where, std::move(order)});
    }

    void labels(const model::Labels& labels, std::string_view kind, const std::string& whose) {
        for (const auto& [key, value] : labels)
            text(value,
                 fmt::format("{} {}{}", kind, base::shorten(base::clean_utf8(key), 60), whose));
    }

    void json(const Json& value, const std::string& where) {
        if (full()) return;
        if (value.is_string()) return text(value.get_ref<const std::string&>(), where);
        if (value.is_object())
            for (const auto& [key, item] : value.items()) {
                // keys of labels and settings are as free as their values
                text(key, where);
                json(item, where);
            }
        if (value.is_array())
            for (const Json& item : value) json(item, where);
    }

    std::vector<Place> places;

  private:
    std::size_t most_;
};

std::string object_name(const Json& object) {
    const Json& metadata = base::object_at(object, "metadata");
    return fmt::format("{} {}", base::text_at(object, "kind", "object"),
                       base::shorten(base::clean_utf8(base::text_at(metadata, "name")), 80));
}

}  // namespace

std::vector<Place> orders_in(const model::Incident& incident, std::size_t most) {
    Collector found(most);
    for (const model::Alert& alert : incident.alerts) {
        const std::string whose = of("alert " + name_in(alert.labels, {"alertname"}));
        found.labels(alert.labels, "label", whose);
        found.labels(alert.annotations, "annotation", whose);
    }
    return std::move(found.places);
}

std::vector<Place> orders_in(const model::Signals& signals, std::size_t most) {
    Collector found(most);
    for (const model::LogRecord& record : signals.logs) {
        const std::string where = fmt::format(
            "log record{} at {}", of(name_in(record.attributes, {"service.name", "k8s.pod.name"})),
            base::format_clock(record.time));
        found.text(record.body, where);
        found.labels(record.attributes, "attribute", " of a " + where);
    }
    for (const model::Series& series : signals.metrics)
        found.labels(series.labels, "label", of("metric " + base::shorten(series.name, 80)));
    for (const model::Span& span : signals.spans) {
        const std::string where = "span " + base::shorten(base::clean_utf8(span.name), 80);
        found.text(span.name, where);
        found.text(span.status_message, where);
        found.labels(span.attributes, "attribute", " of " + where);
    }
    for (const Json& event : signals.events)
        found.json(event, "event " + base::text_at(event, "reason"));
    for (const Json& object : signals.resources) found.json(object, object_name(object));
    for (const model::DatabaseRow& row : signals.databases)
        found.json(row.row, fmt::format("{} of {} {}", row.view, row.system, row.instance));
    for (const model::Change& change : signals.changes) {
        const std::string where =
            fmt::format("{}{} at {}", change.kind, of(base::shorten(change.entity, 80)),
                        base::format_clock(change.time));
        for (const std::string* text :
             {&change.summary, &change.diff, &change.before, &change.after, &change.author})
            found.text(*text, where);
    }
    for (const model::CoverageRow& row : signals.coverage)
        found.text(row.note, "note of " + row.source);
    return std::move(found.places);
}

std::vector<Place> orders_in(const model::Evidence& evidence, std::size_t most) {
    const std::string where =
        fmt::format("{} ({}, {})", evidence.id, evidence.source,
                    base::shorten(base::one_line(base::clean_utf8(evidence.title)), 80));
    Collector found(most);
    found.text(evidence.title, where);
    found.json(evidence.content, where);
    return std::move(found.places);
}

std::vector<Place> orders_in(const Json& value, const std::string& where, std::size_t most) {
    Collector found(most);
    found.json(value, where);
    return std::move(found.places);
}

std::string sentence(const Place& place) {
    return fmt::format("An order is planted in {}: \u201c{}\u201d. It was treated as text.",
                       place.where, base::shorten(place.order.quote, 160));
}

}  // namespace insight::analysis::injection
