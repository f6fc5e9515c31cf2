#include "collectors/prometheus/standing.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "collectors/coverage.h"
#include "core/base/text.h"

namespace insight::collectors::prometheus {
namespace {

using base::Json;
using base::text_at;

constexpr std::size_t kLongestText = 300;

// "a=b, c=d", without the labels that have a key of their own
std::string labels_text(const Json& labels, std::initializer_list<std::string_view> without) {
    std::string out;
    for (const auto& [key, value] : labels.items()) {
        const bool own = std::find(without.begin(), without.end(), key) != without.end();
        if (own || !value.is_string() || out.size() > kLongestText) continue;
        out += fmt::format("{}{}={}", out.empty() ? "" : ", ", key,
                           value.get_ref<const std::string&>());
    }
    return shown(out, kLongestText);
}

Json text_or_null(const Json& object, std::string_view key) {
    const std::string value = text_at(object, key);
    return value.empty() ? Json() : Json(shown(value, kLongestText));
}

// Prometheus writes values as text; null for what is no finite number
Json number_or_null(const Json& value) {
    double number = std::nan("");
    if (value.is_number()) number = value.get<double>();
    if (value.is_string())
        number = std::strtod(value.get_ref<const std::string&>().substr(0, 40).c_str(), nullptr);
    return std::isfinite(number) ? Json(number) : Json();
}

Json at(const Json& object, const char* key) {
    return object.is_object() && object.contains(key) ? object[key] : Json();
}

Json unix_seconds(const Json& object, std::string_view key) {
    const auto time = base::parse_rfc3339(text_at(object, key));
    return time && *time > 0 ? Json(base::to_seconds(*time)) : Json();
}

Listed cut(Rows rows, std::size_t limit) {
    Listed out{std::move(rows), 0};
    if (out.rows.size() > limit) {
        out.left_out = out.rows.size() - limit;
        out.rows.resize(limit);
    }
    return out;
}

// The first of several spellings; tracing libraries do not agree on one.
std::string first_of(const Json& labels, std::initializer_list<const char*> keys) {
    for (const char* key : keys)
        if (std::string value = text_at(labels, key); !value.empty())
            return base::shorten(base::clean_utf8(value), 64);
    return {};
}

}  // namespace

Listed alert_rows(const Json& data, std::size_t limit) {
    Rows out;
    for (const Json& alert : base::array_at(data, "alerts")) {
        const Json& labels = base::object_at(alert, "labels");
        const Json& notes = base::object_at(alert, "annotations");
        const std::string name = text_at(labels, "alertname");
        if (name.empty()) continue;
        Json row{{"alert", shown(name, kLongestText)},
                 {"state", shown(text_at(alert, "state"), 20)},
                 {"severity", text_or_null(labels, "severity")},
                 {"labels", labels_text(labels, {"alertname", "severity"})},
                 {"summary", text_or_null(notes, "summary")},
                 {"active_at", unix_seconds(alert, "activeAt")},
                 {"value", number_or_null(at(alert, "value"))}};
        if (row["summary"].is_null()) row["summary"] = text_or_null(notes, "description");
        out.push_back(std::move(row));
    }
    std::stable_sort(out.begin(), out.end(), [](const Json& a, const Json& b) {
        const auto key = [](const Json& row) {
            return std::pair(row["state"] != "firing", -base::number_at(row, "active_at"));
        };
        return key(a) < key(b);
    });
    return cut(std::move(out), limit);
}

Listed rule_rows(const Json& data, std::size_t limit) {
    Rows out;
    for (const Json& group : base::array_at(data, "groups"))
        for (const Json& rule : base::array_at(group, "rules")) {
            const std::string state = text_at(rule, "state", "");
            const std::string health = text_at(rule, "health");
            // both in seconds
            const double took = base::number_at(rule, "evaluationTime");
            const double interval = base::number_at(group, "interval");
            // A rule that takes longer than its turn is evaluated late, and so is its alert.
            const bool slow = interval > 0 && took > interval;
            if (state != "firing" && state != "pending" && health != "err" && !slow) continue;
            out.push_back({{"rule", shown(text_at(rule, "name"), kLongestText)},
                           {"group", shown(text_at(group, "name"), kLongestText)},
                           {"type", shown(text_at(rule, "type"), 20)},
                           {"state", state.empty() ? Json() : Json(shown(state, 20))},
                           {"health", shown(health, 20)},
                           {"error", text_or_null(rule, "lastError")},
                           {"query", shown(text_at(rule, "query"), kLongestText)},
                           {"for_s", number_or_null(at(rule, "duration"))},
                           {"evaluation_s", took},
                           {"interval_s", interval},
                           {"evaluated_at", unix_seconds(rule, "lastEvaluation")}});
        }
    // what fails first, then what fires
    std::stable_sort(out.begin(), out.end(), [](const Json& a, const Json& b) {
        const auto key = [](const Json& row) {
            return std::pair(row["health"] != "err", row["state"] != "firing");
        };
        return key(a) < key(b);
    });
    return cut(std::move(out), limit);
}

// Only those that are down: of the others `up` is a series, and says since when.
Listed target_rows(const Json& data, std::size_t limit) {
    Rows out;
    for (const Json& target : base::array_at(data, "activeTargets")) {
        if (text_at(target, "health") != "down") continue;
        const Json& labels = base::object_at(target, "labels");
        out.push_back({{"job", text_or_null(labels, "job")},
                       {"instance", text_or_null(labels, "instance")},
                       {"labels", labels_text(labels, {"job", "instance"})},
                       {"url", text_or_null(target, "scrapeUrl")},
                       {"error", text_or_null(target, "lastError")},
                       {"scraped_at", unix_seconds(target, "lastScrape")}});
    }
    return cut(std::move(out), limit);
}

Listed exemplar_rows(const Json& data, std::size_t limit) {
    Rows out;
    if (!data.is_array()) return {};
    for (const Json& series : data) {
        const Json& labels = base::object_at(series, "seriesLabels");
        for (const Json& one : base::array_at(series, "exemplars")) {
            const Json& named = base::object_at(one, "labels");
            const std::string trace =
                first_of(named, {"trace_id", "traceID", "traceId", "TraceID", "trace.id"});
            // What an exemplar is read for is its trace.
            if (trace.empty() || !at(one, "timestamp").is_number()) continue;
            out.push_back({{"metric", shown(text_at(labels, "__name__"), kLongestText)},
                           {"labels", labels_text(labels, {"__name__", "le"})},
                           {"trace_id", trace},
                           {"span_id", first_of(named, {"span_id", "spanID", "spanId", "span.id"})},
                           {"value", number_or_null(at(one, "value"))},
                           {"time", one["timestamp"]}});
        }
    }
    std::stable_sort(out.begin(), out.end(), [](const Json& a, const Json& b) {
        // The largest first: of latencies the slowest requests.
        return base::number_at(a, "value") > base::number_at(b, "value");
    });
    return cut(std::move(out), limit);
}

}  // namespace insight::collectors::prometheus
