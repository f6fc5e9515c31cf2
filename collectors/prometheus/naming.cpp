#include "collectors/prometheus/naming.h"

#include <algorithm>
#include <array>

#include "core/base/text.h"

namespace insight::collectors::prometheus {
namespace {

// What the libraries of Prometheus say of themselves, in every process that is scraped.
constexpr std::array<std::string_view, 13> kNoise{
    "go_",
    "promhttp_",
    "prometheus_",
    "scrape_",
    "net_conntrack_",
    "alertmanager_",
    "ALERTS",
    "python_gc_",
    "python_info",
    "node_scrape_collector_",
    "node_textfile_scrape_error",
    "node_exporter_",
    "exporter_last_scrape_",
};

// Words in which exporters name load, errors, duration and what runs full. The order in which a
// small budget is spent; a word too many costs nothing but that.
constexpr std::array<std::string_view, 34> kTelling{
    "request",    "error",    "fail",     "latency", "duration", "cpu",     "memory",
    "connection", "client",   "evict",    "hit",     "miss",     "lock",    "queue",
    "reject",     "blocked",  "restart",  "thrott",  "load1",    "oom",     "saturat",
    "lag",        "timeout",  "activity", "backend", "pool",     "waiting", "commands",
    "deadlock",   "rollback", "commit",   "_up",     "pending",  "retries"};

// Hundreds of series that hardly ever move: read after all that tells of the moment.
constexpr std::array<std::string_view, 4> kSettingPrefixes{
    "pg_settings_", "redis_config_", "mysql_global_variables_", "kube_pod_labels"};

struct Suffix {
    std::string_view suffix;
    std::string_view unit;
};

// The first that fits wins; "_total" and "_sum" are taken off before.
constexpr std::array kUnits{
    Suffix{"_milliseconds", "ms"}, Suffix{"_microseconds", "us"}, Suffix{"_nanoseconds", "ns"},
    Suffix{"_seconds", "s"},       Suffix{"_minutes", "min"},     Suffix{"_kilobytes", "kBy"},
    Suffix{"_bytes", "By"},        Suffix{"_ratio", "1"},         Suffix{"_percent", "%"},
    Suffix{"_percentage", "%"},    Suffix{"_celsius", "Cel"},     Suffix{"_joules", "J"},
    Suffix{"_volts", "V"},         Suffix{"_amperes", "A"},       Suffix{"_hertz", "Hz"},
    Suffix{"_meters", "m"},        Suffix{"_grams", "g"},         Suffix{"_ms", "ms"},
};

template <std::size_t N>
bool starts(std::string_view name, const std::array<std::string_view, N>& all) {
    return std::any_of(all.begin(), all.end(),
                       [&](std::string_view one) { return name.starts_with(one); });
}

std::string_view without(std::string_view name, std::string_view suffix) {
    if (name.ends_with(suffix)) name.remove_suffix(suffix.size());
    return name;
}

std::string_view ucum(std::string_view word) {
    for (const Suffix& one : kUnits)
        if (one.suffix.substr(1) == word) return one.unit;
    return word;
}

}  // namespace

bool is_noise(std::string_view name, bool exporter) {
    // _created: when a counter was made, which client libraries add to each
    if (starts(name, kNoise) || name.ends_with("_created")) return true;
    if (name.find("_exporter_") != std::string_view::npos) return true;
    // of the process beside the thing that is watched only a restart matters: it makes gaps
    return exporter && name.starts_with("process_") && name != "process_start_time_seconds";
}

bool marks_exporter(std::string_view name) {
    return name.find("exporter_build_info") != std::string_view::npos ||
           name.find("_exporter_last_scrape") != std::string_view::npos ||
           name == "prometheus_build_info" || name == "alertmanager_build_info" ||
           name == "pushgateway_build_info";
}

int rank(std::string_view name) {
    if (starts(name, kSettingPrefixes) || name.ends_with("_info")) return 2;
    if (name == "up" || name.ends_with("_start_time_seconds")) return 0;
    const bool telling = std::any_of(kTelling.begin(), kTelling.end(), [&](std::string_view one) {
        return name.find(one) != std::string_view::npos;
    });
    return telling ? 0 : 1;
}

Dictionary::Dictionary(const base::Json& metadata) {
    if (!metadata.is_object()) return;
    for (const auto& [name, entries] : metadata.items())
        if (entries.is_array() && !entries.empty())
            known_[name] = {base::text_at(entries[0], "type"),
                            base::clean_utf8(base::text_at(entries[0], "unit"))};
}

Described Dictionary::describe(std::string_view name) const {
    Described out;
    std::string_view family = name;
    auto found = known_.find(name);
    // the parts of a histogram or summary are described under the family's name
    for (const std::string_view suffix : {"_total", "_count", "_sum", "_bucket"}) {
        if (found != known_.end() || !name.ends_with(suffix)) continue;
        family = without(name, suffix);
        found = known_.find(family);
    }
    const std::string type = found == known_.end() ? "" : found->second.type;
    const bool counts = name.ends_with("_total") || name.ends_with("_count") ||
                        name.ends_with("_sum") || name.ends_with("_bucket");
    const bool family_of_parts = type == "histogram" || type == "summary";
    if (type == "counter" || (family_of_parts && counts) || (type.empty() && counts)) {
        out.type = model::SeriesType::Counter;
    } else if (type == "gauge" || type == "info" || type == "stateset" || family_of_parts) {
        out.type = model::SeriesType::Gauge;
    }
    // how many observations there were, whatever was observed
    if (name.ends_with("_count")) {
        out.unit = "1";
        return out;
    }
    if (found != known_.end() && !found->second.unit.empty()) {
        out.unit = ucum(found->second.unit);
        return out;
    }
    const std::string_view base_name = without(without(without(name, "_total"), "_sum"), "_bucket");
    for (const Suffix& one : kUnits)
        if (base_name.ends_with(one.suffix)) {
            out.unit = one.unit;
            break;
        }
    return out;
}

}  // namespace insight::collectors::prometheus
