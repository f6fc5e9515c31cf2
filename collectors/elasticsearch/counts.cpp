#include "collectors/elasticsearch/counts.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "collectors/coverage.h"

namespace insight::collectors::elasticsearch {
namespace {

using base::Json;
using base::Nanos;

constexpr int kMostServices = 200;  // the rest is counted as the part's own remainder
constexpr int kLevels = 30;         // spellings of severities in one estate
constexpr Nanos kPoints = 300;      // of a rate: enough for an onset, few enough for 200 services
constexpr Nanos kLeastStep = 10 * base::kSecond;

constexpr const char* kPartNames[] = {"baseline", "incident"};

// Severities that only the text tells are counted by filters on it, the others by their values.
bool counted_by_value(const Severity& severity) {
    return severity.kind != SeverityKind::Text && severity.kind != SeverityKind::None;
}

// Counts of one service in one part.
void read_levels(const Json& bucket, Part part, Dialect& dialect, ServiceCount& into) {
    const std::int64_t all = base::integer_at(bucket, "doc_count");
    std::int64_t errors = 0;
    std::int64_t warnings = 0;
    const Json& levels = base::object_at(bucket, "level");
    if (counted_by_value(dialect.severity)) {
        for (const Json& level : base::array_at(levels, "buckets")) {
            if (!level.contains("key")) continue;
            dialect.severity.learn(level["key"]);
            const Class one = class_of(severity_number(dialect.severity.kind, level["key"]));
            if (one == Class::Error) errors += base::integer_at(level, "doc_count");
            if (one == Class::Warning) warnings += base::integer_at(level, "doc_count");
        }
    } else {
        const Json& buckets = base::object_at(levels, "buckets");
        errors = base::integer_at(base::object_at(buckets, "error"), "doc_count");
        // "warning" asks for at least that, so it takes in the errors.
        warnings =
            base::integer_at(base::object_at(buckets, "warning"), "doc_count", errors) - errors;
    }
    into.lines[static_cast<std::size_t>(Class::Error)][part] += errors;
    into.lines[static_cast<std::size_t>(Class::Warning)][part] +=
        std::max<std::int64_t>(warnings, 0);
    into.lines[static_cast<std::size_t>(Class::Other)][part] +=
        std::max<std::int64_t>(all - errors - warnings, 0);
}

std::string searched_message(const Dialect& dialect) {
    return dialect.message_searchable ? dialect.message : std::string();
}

constexpr Nanos kMilli = 1'000'000;

// The servers count in whole milliseconds.
Nanos begin_of(const model::Window& window) {
    const Nanos begin =
        window.baseline_start < window.baseline_end ? window.baseline_start : window.start;
    return (begin + kMilli - 1) / kMilli * kMilli;
}

// Buckets begin where the window begins, or the first and last would be cut and look like a fall.
Json histogram(const Dialect& dialect, const model::Window& window, Nanos step) {
    const Nanos offset = begin_of(window) % step;
    return {{"date_histogram",
             {{"field", dialect.time},
              {"fixed_interval", fmt::format("{}ms", step / kMilli)},
              {"offset", fmt::format("{}ms", offset / kMilli)},
              // empty buckets are not sent; read_rates() knows where they belong
              {"min_doc_count", 1}}}};
}

Nanos step_of(const model::Window& window) {
    const Nanos range = std::max<Nanos>(window.end - begin_of(window), 1);
    const Nanos step = std::max(kLeastStep, (range + kPoints - 1) / kPoints);
    return (step + base::kSecond - 1) / base::kSecond * base::kSecond;
}

// The time between baseline and incident belongs to neither.
bool within(const model::Window& window, Nanos time) {
    return (time >= window.baseline_start && time < window.baseline_end) ||
           (time >= window.start && time < window.end);
}

}  // namespace

Json count_search(const Dialect& dialect, const model::Window& window) {
    Json level;
    if (counted_by_value(dialect.severity)) {
        level = {{"terms", {{"field", dialect.severity.field}, {"size", kLevels}}}};
    } else {
        Json filters = Json::object();
        const std::string message = searched_message(dialect);
        for (const Class one : {Class::Error, Class::Warning})
            if (Json filter = dialect.severity.at_least(one, message); !filter.is_null())
                filters[std::string(name(one))] = std::move(filter);
        if (!filters.empty()) level = {{"filters", {{"filters", std::move(filters)}}}};
    }
    Json inner = Json::object();
    if (!level.is_null()) inner["level"] = level;
    Json part_aggs = inner;  // lines that name no service are what is left of the part's own counts
    if (!dialect.service.empty()) {
        Json service{{"terms", {{"field", dialect.service}, {"size", kMostServices}}}};
        if (!inner.empty()) service["aggs"] = inner;
        part_aggs["service"] = std::move(service);
    }
    Json parts = Json::object();
    parts[kPartNames[Baseline]] =
        in_interval(dialect, {window.baseline_start, window.baseline_end});
    parts[kPartNames[Incident]] = in_interval(dialect, {window.start, window.end});
    Json part{{"filters", {{"filters", std::move(parts)}}}};
    if (!part_aggs.empty()) part["aggs"] = std::move(part_aggs);
    return counting(in_window(dialect, window), {{"part", std::move(part)}});
}

std::vector<ServiceCount> read_counts(const Json& answer, Dialect& dialect) {
    std::map<std::string, ServiceCount> found;
    const Json& parts = base::object_at(
        base::object_at(base::object_at(answer, "aggregations"), "part"), "buckets");
    for (const Part part : {Baseline, Incident}) {
        const Json& bucket = base::object_at(parts, kPartNames[part]);
        ServiceCount rest;
        read_levels(bucket, part, dialect, rest);
        for (const Json& one : base::array_at(base::object_at(bucket, "service"), "buckets")) {
            const std::string service = shown(base::text_at(one, "key"), 200);
            ServiceCount& count = found[service];
            const ServiceCount before = count;
            count.service = service;
            read_levels(one, part, dialect, count);
            for (std::size_t level = 0; level < rest.lines.size(); ++level)
                rest.lines[level][part] -= count.lines[level][part] - before.lines[level][part];
        }
        ServiceCount& none = found[""];
        for (std::size_t level = 0; level < rest.lines.size(); ++level)
            none.lines[level][part] += std::max<std::int64_t>(rest.lines[level][part], 0);
    }
    std::vector<ServiceCount> out;
    for (auto& [service, count] : found)
        if (count.total() > 0) out.push_back(std::move(count));
    std::stable_sort(out.begin(), out.end(), [](const ServiceCount& a, const ServiceCount& b) {
        return std::pair(a.of(Class::Error, Incident), a.total()) >
               std::pair(b.of(Class::Error, Incident), b.total());
    });
    return out;
}

Json rate_search(const Dialect& dialect, const model::Window& window,
                 const std::vector<std::string>& services) {
    const Json over_time = histogram(dialect, window, step_of(window));
    Json aggs{{"all", over_time}};
    if (Json errors = dialect.severity.at_least(Class::Error, searched_message(dialect));
        !errors.is_null())
        aggs["errors"] = {{"filter", std::move(errors)}, {"aggs", {{"all", over_time}}}};
    const Json query = all_of({in_window(dialect, window), one_of(dialect.service, services)});
    return counting(
        query, {{"service",
                 {{"terms",
                   // named, or the server would choose those with most lines
                   {{"field", dialect.service}, {"size", services.size()}, {"include", services}}},
                  {"aggs", std::move(aggs)}}}});
}

std::vector<model::Series> read_rates(const Json& answer, const model::Window& window,
                                      Nanos known_until, const model::Labels& scope) {
    const Nanos step = step_of(window);
    const Nanos begin = begin_of(window);
    std::vector<model::Series> out;
    const auto add = [&](const char* name, const std::string& service, const Json& buckets) {
        std::map<Nanos, double> counts;
        for (const Json& one : buckets)
            counts[base::integer_at(one, "key") * kMilli] = base::number_at(one, "doc_count");
        model::Series series;
        series.name = name;
        series.labels = scope;
        series.labels["service.name"] = service;
        series.unit = "{record}/s";
        series.type = model::SeriesType::Gauge;
        for (Nanos at = begin; at + step <= std::min(window.end, known_until); at += step) {
            // a bucket that reaches over an edge counts lines of both sides
            if (!within(window, at) || !within(window, at + step - 1)) continue;
            const auto it = counts.find(at);
            series.points.push_back(
                {at + step, it == counts.end() ? 0 : it->second / base::to_seconds(step)});
        }
        if (!series.points.empty()) out.push_back(std::move(series));
    };
    for (const Json& one : base::array_at(
             base::object_at(base::object_at(answer, "aggregations"), "service"), "buckets")) {
        const std::string service = shown(base::text_at(one, "key"), 200);
        add("log.records", service, base::array_at(base::object_at(one, "all"), "buckets"));
        if (const Json& errors = base::object_at(one, "errors"); !errors.empty())
            add("log.errors", service, base::array_at(base::object_at(errors, "all"), "buckets"));
    }
    return out;
}

Json significant_search(const Dialect& dialect, const model::Window& window,
                        const std::string& service) {
    const Json of_service = dialect.service.empty() ? Json() : one_of(dialect.service, {service});
    const Json background = all_of({of_service, in_window(dialect, window)});
    Json aggs = Json::object();
    for (std::size_t i = 0; i < dialect.attributes.size(); ++i)
        // by number: an aggregation's name may not hold all that a field's may
        aggs[fmt::format("a{}", i)] = {{"significant_terms",
                                        {{"field", dialect.attributes[i]},
                                         {"size", 2},
                                         {"min_doc_count", 5},
                                         {"background_filter", background}}}};
    if (dialect.message_searchable)
        // re-reads the text of each line: of a sample only
        aggs["words"] = {{"sampler", {{"shard_size", 200}}},
                         {"aggs",
                          {{"text",
                            {{"significant_text",
                              {{"field", dialect.message},
                               {"size", 8},
                               {"filter_duplicate_text", true},
                               {"background_filter", background}}}}}}}};
    if (aggs.empty()) return nullptr;
    return counting(all_of({of_service, in_interval(dialect, {window.start, window.end}),
                            dialect.severity.at_least(Class::Error, searched_message(dialect))}),
                    std::move(aggs));
}

std::vector<Json> read_significant(const Json& answer, const Dialect& dialect,
                                   const std::string& service) {
    std::vector<Json> out;
    const Json& aggs = base::object_at(answer, "aggregations");
    const auto read = [&](const Json& result, const std::string& field, bool word) {
        const std::int64_t of = base::integer_at(result, "doc_count");
        const std::int64_t background_of = base::integer_at(result, "bg_count");
        for (const Json& bucket : base::array_at(result, "buckets")) {
            const std::int64_t count = base::integer_at(bucket, "doc_count");
            const std::int64_t usual = base::integer_at(bucket, "bg_count");
            if (of <= 0 || background_of <= 0 || !bucket.contains("key")) continue;
            const Json& key = bucket["key"];
            out.push_back(
                {{"service", service},
                 {"field", field},
                 {"value",
                  shown(key.is_string() ? key.get<std::string>() : base::dump_json(key), 200)},
                 {"lines", count},
                 {"of_lines", of},
                 {"share", static_cast<double>(count) / static_cast<double>(of)},
                 {"usual_share", static_cast<double>(usual) / static_cast<double>(background_of)},
                 {"score", base::number_at(bucket, "score")},
                 {"word", word}});
        }
    };
    for (std::size_t i = 0; i < dialect.attributes.size(); ++i)
        read(base::object_at(aggs, fmt::format("a{}", i)), source_name(dialect.attributes[i]),
             false);
    read(base::object_at(base::object_at(aggs, "words"), "text"), source_name(dialect.message),
         true);
    return out;
}

}  // namespace insight::collectors::elasticsearch
