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

// A series from where it comes to where it goes while others of its group are there.
struct Run {
    const Series* series;
    base::Nanos start;
    base::Nanos end;
    int returns;  // how often it has come back: 0 for the first time
};

// Ascending in their starts. The times of the whole group are the clock: where nothing of it has a
// point, nobody looked.
std::vector<Run> runs_of(const std::vector<const Series*>& group) {
    std::set<base::Nanos> times;
    for (const Series* series : group)
        for (const model::Point& point : series->points) times.insert(point.time);
    std::vector<Run> out;
    for (const Series* series : group) {
        int returns = 0;
        out.push_back({series, series->points.front().time, series->points.front().time, 0});
        for (const model::Point& point : series->points) {
            const auto next = times.upper_bound(out.back().end);
            if (next != times.end() && *next < point.time)
                out.push_back({series, point.time, point.time, ++returns});
            out.back().end = point.time;
        }
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const Run& a, const Run& b) { return a.start < b.start; });
    return out;
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
    void images(const std::vector<const Series*>& all) {
        std::vector<Run> runs = runs_of(all);
        // A roll-back comes back once; jobs that share the name of their container take turns.
        std::erase_if(runs, [](const Run& run) { return run.returns > 1; });
        succeed(runs, [&](const Run& before, const Run& after) {
            const base::Nanos at = after.start;
            Change& change = add(*after.series, "image", at);
            change.before = label(*before.series, "image");
            change.after = label(*after.series, "image");
            const std::string space = label(*after.series, "namespace");
            change.summary =
                fmt::format("image of container {}{} changed from {} to {}", change.entity,
                            space.empty() ? "" : " in " + space, change.before, change.after);
            const auto& points = before.series->points;
            const auto earlier =
                std::find_if(points.rbegin(), points.rend(),
                             [&](const model::Point& point) { return point.time < at; });
            if (earlier != points.rend()) change.not_before = earlier->time;
        });
    }

    // The same target shows other labels than before: another build runs there.
    void version(const std::vector<const Series*>& builds) {
        succeed(runs_of(builds), [&](const Run& before, const Run& after) {
            Change& change = add(*after.series, "deploy", after.start);
            change.not_before = std::min(before.end, after.start);
            // of both: a label may be new, and one may be gone
            model::Labels names = before.series->labels;
            names.insert(after.series->labels.begin(), after.series->labels.end());
            for (const auto& [key, value] : names) {
                const std::string was = label(*before.series, key.c_str());
                const std::string is = label(*after.series, key.c_str());
                if (was == is) continue;
                const char* space = change.after.empty() ? "" : ", ";
                change.before += fmt::format("{}{}={}", space, key, was);
                change.after += fmt::format("{}{}={}", space, key, is);
            }
            change.summary = fmt::format("{}{} changed from {} to {}", entity_of(*after.series),
                                         where(*after.series), change.before, change.after);
        });
    }

  private:
    // `tell` gets each run that takes over from another at or after `from_`.
    template <typename Tell>
    void succeed(const std::vector<Run>& runs, const Tell& tell) const {
        const Run* current = nullptr;
        for (const Run& run : runs) {
            // It was away and is back beside one that stays: nothing took over.
            if (run.returns > 0 && (current->series == run.series || current->end >= run.end))
                continue;
            if (current != nullptr && run.start >= from_ && run.start > current->start)
                tell(*current, run);
            current = &run;
        }
    }

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
    for (const auto& [key, group] : builds) finder.version(group);
    for (const auto& [key, group] : containers) finder.images(group);
    std::stable_sort(out.begin(), out.end(),
                     [](const Change& a, const Change& b) { return a.time < b.time; });
    // What changed last stands nearest to what is asked about.
    if (out.size() > kMostChanges)
        out.erase(out.begin(), out.end() - static_cast<std::ptrdiff_t>(kMostChanges));
    return out;
}

}  // namespace insight::collectors::prometheus
