#include "collectors/skywalking/golden.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "core/base/text.h"

namespace insight::collectors::skywalking {
namespace {

using base::Json;
using base::Nanos;

// Success and Apdex are stored as whole ten-thousandths.
constexpr double kPerTenThousand = 1e-4;

constexpr std::array kServiceMetrics{
    Metric{"service_resp_time", "ms"}, Metric{"service_cpm", "/min"},
    Metric{"service_sla", "1", kPerTenThousand}, Metric{"service_percentile", "ms", 1, true},
    Metric{"service_apdex", "1", kPerTenThousand}};
constexpr std::array kDatabaseMetrics{Metric{"database_access_resp_time", "ms"},
                                      Metric{"database_access_cpm", "/min"},
                                      Metric{"database_access_sla", "1", kPerTenThousand},
                                      Metric{"database_access_percentile", "ms", 1, true}};
constexpr std::array kCacheMetrics{Metric{"cache_access_resp_time", "ms"},
                                   Metric{"cache_access_cpm", "/min"},
                                   Metric{"cache_access_sla", "1", kPerTenThousand},
                                   Metric{"cache_access_percentile", "ms", 1, true}};
constexpr std::array kQueueMetrics{Metric{"mq_service_consume_latency", "ms"},
                                   Metric{"mq_service_consume_cpm", "/min"},
                                   Metric{"mq_service_consume_sla", "1", kPerTenThousand},
                                   Metric{"mq_service_produce_sla", "1", kPerTenThousand}};
constexpr std::array kInstanceMetrics{
    Metric{"service_instance_resp_time", "ms"},
    Metric{"service_instance_cpm", "/min"},
    Metric{"service_instance_sla", "1", kPerTenThousand},
    Metric{"instance_jvm_cpu", "%"},
    Metric{"instance_jvm_memory_heap", "By"},
    Metric{"instance_jvm_old_gc_count", "1"},
    Metric{"instance_jvm_old_gc_time", "ms"},
    Metric{"instance_jvm_thread_live_count", "{thread}"},
    Metric{"instance_jvm_thread_blocked_state_thread_count", "{thread}"}};
constexpr std::array kEndpointMetrics{Metric{"endpoint_resp_time", "ms", 1, false, "endpoint_avg"},
                                      Metric{"endpoint_cpm", "/min"},
                                      Metric{"endpoint_sla", "1", kPerTenThousand}};
constexpr std::array kRelationMetrics{
    Metric{"service_relation_client_resp_time", "ms"},
    Metric{"service_relation_client_cpm", "/min"},
    Metric{"service_relation_client_call_sla", "1", kPerTenThousand}};

// Values come as texts, ids as milliseconds in text.
std::optional<double> number_of(const Json& value) {
    if (value.is_number()) return value.get<double>();
    if (!value.is_string()) return std::nullopt;
    const auto& text = value.get_ref<const std::string&>();
    double out = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return out;
}

// The begin of a value's bucket: an expression's value says it, an older answer's does not.
std::optional<Nanos> begin_of_value(const Json& value) {
    const auto id = value.find("id");
    if (id == value.end()) return std::nullopt;
    const auto number = number_of(*id);
    // In sorted lists an id is a name, which may be a number as well.
    if (!number || *number < 1e11 || *number > 9e15) return std::nullopt;
    return static_cast<Nanos>(*number) * base::kMillisecond;
}

void add_values(const Wanted& wanted, const Json& values, const std::string& quantile, bool older,
                const Buckets& buckets, std::vector<model::Series>& into) {
    model::Series series;
    Nanos begin = buckets.first;
    for (const Json& value : values) {
        const Nanos told = older ? begin : begin_of_value(value).value_or(begin);
        begin = told + buckets.length;
        if (begin > buckets.complete) break;  // half a bucket looks like a fall to half
        const auto found = value.find("value");
        if (found == value.end()) continue;
        const auto number = number_of(*found);
        if (!number || !std::isfinite(*number)) continue;
        // an older server writes 0 for "nothing was measured"
        if (older && base::flag_at(value, "isEmptyValue", *number == 0)) continue;
        if (series.points.empty() || begin > series.points.back().time)
            series.points.push_back({begin, *number * wanted.kind->factor});
    }
    if (series.points.empty()) return;
    model::Labels labels = wanted.labels;
    if (!quantile.empty()) labels["quantile"] = quantile;
    // a long window comes in parts
    for (model::Series& before : into)
        if (before.name == wanted.kind->name && before.labels == labels) {
            for (const model::Point& point : series.points)
                if (point.time > before.points.back().time) before.points.push_back(point);
            return;
        }
    series.name = wanted.kind->name;
    series.labels = std::move(labels);
    series.unit = wanted.kind->unit;
    series.type = model::SeriesType::Gauge;
    into.push_back(std::move(series));
}

}  // namespace

std::string_view name(Scope scope) {
    switch (scope) {
        case Scope::Service:
            return "Service";
        case Scope::Instance:
            return "ServiceInstance";
        case Scope::Endpoint:
            return "Endpoint";
        case Scope::Relation:
            break;
    }
    return "ServiceRelation";
}

std::span<const Metric> metrics_of(const Service& service) {
    for (const std::string& layer : service.layers) {
        if (layer == "VIRTUAL_DATABASE") return kDatabaseMetrics;
        if (layer == "VIRTUAL_CACHE") return kCacheMetrics;
        if (layer == "VIRTUAL_MQ") return kQueueMetrics;
    }
    // before 9.0 nothing says what a guess is; its only metrics are those of a database
    if (!service.normal) return kDatabaseMetrics;
    return kServiceMetrics;
}

std::span<const Metric> metrics_of(Scope scope) {
    switch (scope) {
        case Scope::Instance:
            return kInstanceMetrics;
        case Scope::Endpoint:
            return kEndpointMetrics;
        case Scope::Relation:
            return kRelationMetrics;
        case Scope::Service:
            break;
    }
    return kServiceMetrics;
}

void want(std::span<const Metric> metrics, Scope scope, const Json& entity,
          const model::Labels& labels, const std::set<std::string>& known,
          std::vector<Wanted>& into) {
    for (const Metric& metric : metrics) {
        std::string called(metric.name);
        // Where the server did not list its metrics each is asked for; what it does not know it
        // refuses.
        if (!known.empty() && !known.contains(called)) called = metric.older;
        if (called.empty() || (!known.empty() && !known.contains(called))) continue;
        into.push_back({called, &metric, scope, entity, labels});
    }
}

std::size_t series_of(const std::vector<Wanted>& wanted) {
    std::size_t count = 0;
    for (const Wanted& one : wanted) count += one.kind->percentiles ? 3 : 1;
    return count;
}

std::string quantile_of(std::string_view key, std::string_view value) {
    struct Row {
        std::string_view place;
        std::string_view percent;
        std::string_view quantile;
    };
    // Before 10.0 values are numbered by their place among 50, 75, 90, 95 and 99.
    static constexpr std::array kKept{Row{"0", "50", "0.5"}, Row{"3", "95", "0.95"},
                                      Row{"4", "99", "0.99"}};
    for (const Row& row : kKept)
        if (value == (key == "p" ? row.percent : row.place)) return std::string(row.quantile);
    return {};
}

void add_points(const Wanted& wanted, const Json& answer, const Buckets& buckets,
                std::vector<model::Series>& into) {
    const auto quantile = [&](std::string_view key, std::string_view value) {
        return wanted.kind->percentiles ? quantile_of(key, value) : std::string();
    };
    for (const Json& result : base::array_at(answer, "results")) {
        std::string kept;
        for (const Json& label : base::array_at(base::object_at(result, "metric"), "labels"))
            if (const auto key = base::text_at(label, "key"); key == "p" || key == "_")
                kept = quantile(key, base::text_at(label, "value"));
        if (wanted.kind->percentiles && kept.empty()) continue;
        add_values(wanted, base::array_at(result, "values"), kept, false, buckets, into);
    }
    const auto older = [&](const Json& one, const std::string& kept) {
        add_values(wanted, base::array_at(base::object_at(one, "values"), "values"), kept, true,
                   buckets, into);
    };
    if (answer.is_array()) {
        for (const Json& one : answer)
            if (const auto kept = quantile("_", base::text_at(one, "label")); !kept.empty())
                older(one, kept);
    } else if (answer.contains("values")) {
        older(answer, {});
    }
}

}  // namespace insight::collectors::skywalking
