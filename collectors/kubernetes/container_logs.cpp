#include "collectors/kubernetes/container_logs.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "collectors/coverage.h"
#include "collectors/kubernetes/log_line.h"
#include "collectors/kubernetes/look.h"
#include "collectors/kubernetes/side_by_side.h"

namespace insight::collectors::kubernetes {
namespace {

using base::Json;
using base::Nanos;
using insight::kubernetes::Client;
using insight::kubernetes::LogLine;
using insight::kubernetes::LogWish;

constexpr std::size_t kContainersOfPod = 4;  // the application, a proxy, and two more
constexpr std::chrono::milliseconds kLeastTimeForLogs{200};

// Asking for the log of a container that never ran is HTTP 400, and no news.
bool has_begun(const Json& pod, const std::string& container) {
    for (const char* group : {"containerStatuses", "initContainerStatuses"})
        for (const Json& one : list(pod, "status", group))
            if (text(one, "name") == container)
                return at(one, "state", "running").is_object() ||
                       at(one, "state", "terminated").is_object() || whole(one, "restartCount") > 0;
    return false;
}

bool restarted_since(const Json& pod, const std::string& container, Nanos since) {
    for (const char* group : {"containerStatuses", "initContainerStatuses"})
        for (const Json& one : list(pod, "status", group))
            if (text(one, "name") == container)
                return time_at(one, "lastState", "terminated", "finishedAt") >= since &&
                       at(one, "lastState", "terminated").is_object();
    return false;
}

void add_containers(const Json& pod, Nanos since, std::vector<ContainerOf>& out) {
    std::size_t taken = 0;
    const auto add = [&](const char* group, bool finished_too) {
        for (const Json& one : list(pod, "spec", group)) {
            const std::string name = text(one, "name");
            if (name.empty() || taken >= kContainersOfPod || !has_begun(pod, name)) continue;
            ++taken;
            if (finished_too) out.push_back({&pod, name, false});
            if (restarted_since(pod, name, since)) out.push_back({&pod, name, true});
        }
    };
    add("containers", true);
    add("initContainers", is_unwell(pod, since));
}

// One part of a container's log and what came of the request.
struct Slice {
    std::vector<LogLine> lines;
    std::optional<base::Error> error;
    bool cut = false;
    std::string absent;
};

Slice read_slice(Client& client, const LogWish& wish, base::Deadline deadline) {
    Slice out;
    auto log = read_log(client, wish, deadline);
    if (!log) {
        out.error = std::move(log.error());
        return out;
    }
    out.lines = std::move(log->lines);
    out.cut = log->cut;
    out.absent = std::move(log->absent);
    return out;
}

}  // namespace

std::vector<ContainerOf> choose_containers(const Estate& estate, Nanos since,
                                           const LogLimits& limits, std::size_t& left_out) {
    struct Ranked {
        int rank;
        std::string space, name;
        const Json* pod;
    };
    std::vector<Ranked> ranked;
    std::map<const Json*, int> seen;
    for (const Json* pod : estate.all("Pod")) {
        const std::string name = text(*pod, "metadata", "name");
        const std::string space = text(*pod, "metadata", "namespace");
        const bool asked = estate.is_asked(name) || estate.is_asked(estate.service_of(*pod));
        const bool unwell = is_unwell(*pod, since);
        const int earlier = seen[&estate.root(*pod)]++;
        int rank = unwell && asked ? 0 : unwell ? 1 : asked ? 2 : earlier == 0 ? 3 : 9;
        // a hundred replicas that fail alike tell no more than a few of them
        if (rank <= 2 && earlier >= 5) rank = 4;
        if (text(*pod, "status", "phase") == "Succeeded" && !asked) rank = 9;
        if (rank < 9) ranked.push_back({rank, space, name, pod});
    }
    std::sort(ranked.begin(), ranked.end(), [](const Ranked& a, const Ranked& b) {
        return std::tie(a.rank, a.space, a.name) < std::tie(b.rank, b.space, b.name);
    });
    const std::size_t taken = std::min(ranked.size(), limits.pods);
    left_out = estate.all("Pod").size() - taken;
    std::vector<ContainerOf> out;
    for (std::size_t i = 0; i < taken; ++i) add_containers(*ranked[i].pod, since, out);
    return out;
}

LogOutcome read_containers(Client& client, const Estate& estate,
                           const std::vector<ContainerOf>& containers, const model::Window& window,
                           const LogLimits& limits, const std::string& cluster,
                           base::Deadline deadline) {
    LogOutcome out;
    const Nanos begin = window.baseline_start > 0 && window.baseline_start < window.start
                            ? window.baseline_start
                            : window.start;
    const std::size_t lines_each =
        std::max<std::size_t>(200, limits.lines / std::max<std::size_t>(containers.size(), 1));
    std::mutex mutex;
    std::vector<LogOutcome> parts(containers.size());
    side_by_side(containers.size(), kWidth, [&](std::size_t index) {
        const ContainerOf& one = containers[index];
        LogOutcome& part = parts[index];
        LogWish wish{text(*one.pod, "metadata", "namespace"),
                     text(*one.pod, "metadata", "name"),
                     one.name,
                     one.previous,
                     begin,
                     limits.bytes_a_slice,
                     0};
        model::CoverageRow row;
        // not below "kubernetes/…": those rows say which objects were seen
        row.source = "pod-logs/" + client.name();
        row.query = fmt::format("/api/v1/namespaces/{}/pods/{}/log?container={}{}", wish.space,
                                wish.pod, wish.container, one.previous ? "&previous=true" : "");
        row.intervals = {{begin, window.end}};
        if (deadline.remaining() < kLeastTimeForLogs) {
            row.outcome = model::Outcome::TimedOut;
            row.note = "no time was left";
            row.intervals.clear();
            part.coverage.push_back(std::move(row));
            return;
        }
        Slice first = read_slice(client, wish, deadline);
        std::vector<LogLine> lines = std::move(first.lines);
        std::optional<base::Error> error = std::move(first.error);
        bool cut = first.cut;
        if (!error && first.cut) {
            const Nanos covered = lines.empty() ? begin : lines.back().time;
            row.intervals = {{begin, std::min(covered, window.end)}};
            if (covered < window.end) {
                wish.since = std::max(window.start, covered);
                Slice second = read_slice(client, wish, deadline);
                const Nanos from = wish.since;
                cut = second.cut;
                error = std::move(second.error);
                std::erase_if(lines, [&](const LogLine& line) { return line.time >= from; });
                lines.insert(lines.end(), std::make_move_iterator(second.lines.begin()),
                             std::make_move_iterator(second.lines.end()));
                if (!error)
                    row.intervals.push_back(
                        {from, second.cut && !lines.empty() ? lines.back().time : window.end});
            }
        }
        std::erase_if(lines, [&](const LogLine& line) {
            return line.time < begin || line.time > window.end;
        });
        std::size_t dropped = 0;
        if (lines.size() > lines_each) {  // the newest tell most
            dropped = lines.size() - lines_each;
            lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(dropped));
            row.intervals = {{lines.front().time, row.intervals.back().end}};
        }
        row.count = static_cast<std::int64_t>(lines.size());
        if (error) {
            row.outcome = outcome_of(error->kind);
            row.note = shown(error->text(), 600);
            if (lines.empty()) row.intervals.clear();
        } else if (cut || first.cut || dropped > 0) {
            row.outcome = model::Outcome::Truncated;
            row.note = fmt::format("more was written than {} KiB a slice or {} lines",
                                   limits.bytes_a_slice >> 10U, lines_each);
        } else {
            row.outcome = lines.empty() ? model::Outcome::Empty : model::Outcome::Answered;
            row.note = shown(first.absent, 300);
        }
        part.coverage.push_back(std::move(row));
        std::string service;
        {
            const std::lock_guard lock(mutex);  // the estate remembers names it worked out
            service = estate.service_of(*one.pod);
        }
        for (const LogLine& line : lines) {
            model::LogRecord record;
            record.time = line.time;
            read_line(line.text, record);
            record.attributes = {{"service.name", service},
                                 {"k8s.namespace.name", wish.space},
                                 {"k8s.pod.name", wish.pod},
                                 {"k8s.container.name", wish.container}};
            if (!cluster.empty()) record.attributes["k8s.cluster.name"] = cluster;
            if (one.previous) record.attributes["k8s.container.previous"] = "true";
            part.records.push_back(std::move(record));
        }
    });
    for (LogOutcome& part : parts) {
        std::move(part.records.begin(), part.records.end(), std::back_inserter(out.records));
        std::move(part.coverage.begin(), part.coverage.end(), std::back_inserter(out.coverage));
    }
    return out;
}

}  // namespace insight::collectors::kubernetes
