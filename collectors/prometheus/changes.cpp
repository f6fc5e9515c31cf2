#include "collectors/prometheus/changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "collectors/prometheus/change_series.h"

namespace insight::collectors::prometheus {
namespace {

using model::Change;
using model::Series;

// Exporters compute a start time from an uptime, so it trembles by a second or two.
constexpr double kTremble = 5;

struct Setting {
    std::string_view start;
    std::string_view kind;
};

// By the beginning of the metric's name. Only what somebody sets; gauges that move by themselves
// are no change.
constexpr std::array kToldSettings{
    Setting{"pg_settings_", "config"},
    Setting{"redis_config_", "config"},
    Setting{"redis_memory_max_bytes", "config"},
    Setting{"mysql_global_variables_max_", "config"},
    Setting{"kube_deployment_spec_replicas", "scaling"},
    Setting{"kube_statefulset_replicas", "scaling"},
    Setting{"kube_horizontalpodautoscaler_spec_", "scaling"},
    Setting{"kube_deployment_metadata_generation", "deploy"},
    Setting{"kube_statefulset_metadata_generation", "deploy"},
    Setting{"kube_daemonset_metadata_generation", "deploy"},
    Setting{"kube_configmap_metadata_resource_version", "config"},
    Setting{"kube_secret_metadata_resource_version", "config"},
    Setting{"kube_node_spec_unschedulable", "node"},
};

std::string label(const Series& series, const char* key) {
    const auto it = series.labels.find(key);
    return it == series.labels.end() ? std::string() : it->second;
}

// What kube-state-metrics speaks of; its other labels are about itself.
constexpr std::array kObjects{"deployment", "statefulset", "daemonset", "horizontalpodautoscaler",
                              "configmap",  "secret",      "container", "node"};

std::string entity_of(const Series& series) {
    if (series.name.starts_with("kube_"))
        for (const char* key : kObjects)
            if (std::string value = label(series, key); !value.empty()) return value;
    for (const char* key :
         {"service", "app", "deployment", "statefulset", "exported_job", "job", "instance"})
        if (std::string value = label(series, key); !value.empty()) return value;
    return series.name;
}

// "kube_deployment_spec_replicas" → "spec replicas of deployment cart in shop"
std::string words_of(const Series& series) {
    if (series.name.starts_with("kube_"))
        for (const char* key : kObjects) {
            const std::string start = fmt::format("kube_{}_", key);
            if (!series.name.starts_with(start) || label(series, key).empty()) continue;
            std::string what = series.name.substr(start.size());
            std::replace(what.begin(), what.end(), '_', ' ');
            const std::string space = label(series, "namespace");
            return fmt::format("{} of {} {}{}", what, key, label(series, key),
                               space.empty() ? "" : " in " + space);
        }
    return {};
}

std::string where(const Series& series) {
    if (series.name.starts_with("kube_")) return {};  // the instance is that of the exporter
    const std::string instance = label(series, "instance");
    return instance.empty() || instance == entity_of(series) ? "" : fmt::format(" ({})", instance);
}

class Finder {
  public:
    Finder(const std::string& instance, base::Nanos from, std::vector<Change>& out)
        : ref_("prometheus/" + instance), from_(from), out_(out) {}

    void restarts(const Series& series) {
        double known = 0;
        for (const model::Point& point : series.points) {
            if (std::abs(point.value - known) <= kTremble) continue;
            // Whether it ran before the first point is not known: "started" fits both.
            const bool first = known == 0;
            known = point.value;
            const base::Nanos at = base::from_seconds(point.value);
            // a start time in the future is a broken clock, one before the window is old news
            if (at < from_ || at > point.time + base::kMinute) continue;
            const std::string entity = entity_of(series);
            if (!starts_.insert({entity + where(series), at / (2 * base::from_seconds(kTremble))})
                     .second)
                continue;
            Change& change = add(series, "deploy", at);
            change.summary =
                fmt::format("{}{} was {}", entity, where(series), first ? "started" : "restarted");
        }
    }

    void setting(const Series& series, std::string_view kind) {
        for (std::size_t i = 1; i < series.points.size(); ++i) {
            const auto& before = series.points[i - 1];
            const auto& after = series.points[i];
            if (before.value == after.value || after.time < from_) continue;
            Change& change = add(series, kind, after.time);
            change.not_before = before.time;
            // All digits: resource versions and sizes in bytes are long whole numbers.
            change.before = fmt::format("{:.15g}", before.value);
            change.after = fmt::format("{:.15g}", after.value);
            const std::string words = words_of(series);
            change.summary = fmt::format(
                "{} changed from {} to {}",
                words.empty()
                    ? fmt::format("{} of {}{}", series.name, entity_of(series), where(series))
                    : words,
                change.before, change.after);
        }
    }

    // A pipeline wrote down when it deployed.
    void marker(const Series& series) {
        double known = 0;
        for (const model::Point& point : series.points) {
            // As seconds 1e11 would be the year 5138: those are milliseconds.
            const double seconds = point.value > 1e11 ? point.value / 1e3 : point.value;
            if (std::abs(seconds - known) < 1) continue;
            known = seconds;
            const base::Nanos at = base::from_seconds(std::clamp(seconds, 0.0, 4e9));
            if (at < from_ || at > point.time + base::kMinute) continue;
            Change& change = add(series, "deploy", at);
            for (const char* key : {"version", "tag", "revision", "commit", "image", "release"})
                if (const std::string value = label(series, key); !value.empty())
                    change.after +=
                        fmt::format("{}{}={}", change.after.empty() ? "" : ", ", key, value);
            change.author = label(series, "author");
            change.summary = fmt::format("{} was deployed{}", change.entity,
                                         change.after.empty() ? "" : ": " + change.after);
        }
    }

    // Images of one container of one namespace, however many pods run them.
    void images(std::vector<const Series*> all) {
        std::sort(all.begin(), all.end(), [](const Series* a, const Series* b) {
            return a->points.front().time < b->points.front().time;
        });
        for (std::size_t i = 1; i < all.size(); ++i) {
            const Series& before = *all[i - 1];
            const Series& after = *all[i];
            const base::Nanos at = after.points.front().time;
            if (at < from_ || at <= before.points.front().time) continue;
            Change& change = add(after, "image", at);
            change.before = label(before, "image");
            change.after = label(after, "image");
            const std::string space = label(after, "namespace");
            change.summary =
                fmt::format("image of container {}{} changed from {} to {}", change.entity,
                            space.empty() ? "" : " in " + space, change.before, change.after);
            const auto earlier =
                std::find_if(before.points.rbegin(), before.points.rend(),
                             [&](const model::Point& point) { return point.time < at; });
            if (earlier != before.points.rend()) change.not_before = earlier->time;
        }
    }

    // The same target shows other labels than before: another build runs there.
    void version(std::vector<const Series*> builds) {
        std::sort(builds.begin(), builds.end(), [](const Series* a, const Series* b) {
            return a->points.front().time < b->points.front().time;
        });
        for (std::size_t i = 1; i < builds.size(); ++i) {
            const Series& before = *builds[i - 1];
            const Series& after = *builds[i];
            const base::Nanos at = after.points.front().time;
            if (at < from_ || at <= before.points.front().time) continue;
            Change& change = add(after, "deploy", at);
            change.not_before = std::min(before.points.back().time, at);
            for (const auto& [key, value] : after.labels) {
                const std::string old = label(before, key.c_str());
                if (old == value) continue;
                const char* space = change.after.empty() ? "" : ", ";
                change.before += fmt::format("{}{}={}", space, key, old);
                change.after += fmt::format("{}{}={}", space, key, value);
            }
            change.summary = fmt::format("{}{} changed from {} to {}", entity_of(after),
                                         where(after), change.before, change.after);
        }
    }

  private:
    Change& add(const Series& series, std::string_view kind, base::Nanos at) {
        Change change;
        change.time = at;
        change.kind = kind;
        change.entity = entity_of(series);
        change.ref = ref_;
        return out_.emplace_back(std::move(change));
    }

    std::string ref_;
    base::Nanos from_;
    std::vector<Change>& out_;
    std::set<std::pair<std::string, base::Nanos>> starts_;
};

}  // namespace

std::vector<Change> changes(
    const std::string& instance, const std::vector<Series>& series, base::Nanos from,
    const std::function<bool(const std::string&, const std::string&)>& exporter) {
    std::vector<Change> out;
    Finder finder(instance, from, out);
    std::map<std::tuple<std::string, std::string, std::string>, std::vector<const Series*>> builds;
    std::map<std::pair<std::string, std::string>, std::vector<const Series*>> containers;
    for (const Series& one : series) {
        if (one.points.empty()) continue;
        const std::string job = label(one, "job");
        const std::string target = label(one, "instance");
        const bool own = one.name == "process_start_time_seconds" ||
                         one.name.find("exporter_build_info") != std::string::npos;
        // The exporter's own restart and version, beside what it tells of others.
        if (own && exporter(job, target)) continue;
        if (one.name.ends_with("_start_time_seconds")) finder.restarts(one);
        if (is_deploy_marker(one.name)) finder.marker(one);
        // pods of their own come and go; only what was counted by image tells of a change
        if (one.name == kImageMetric && label(one, "pod").empty())
            containers[{label(one, "namespace"), label(one, "container")}].push_back(&one);
        if (one.name.ends_with("_build_info")) builds[{one.name, job, target}].push_back(&one);
        for (const Setting& setting : kToldSettings)
            if (one.name.starts_with(setting.start)) finder.setting(one, setting.kind);
    }
    for (auto& [key, group] : builds) finder.version(std::move(group));
    for (auto& [key, group] : containers) finder.images(std::move(group));
    std::stable_sort(out.begin(), out.end(),
                     [](const Change& a, const Change& b) { return a.time < b.time; });
    if (out.size() > kMostChanges) out.resize(kMostChanges);
    return out;
}

}  // namespace insight::collectors::prometheus
