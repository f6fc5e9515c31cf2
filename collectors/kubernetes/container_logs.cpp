#include "collectors/kubernetes/container_logs.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "collectors/coverage.h"
#include "collectors/kubernetes/log_line.h"
#include "collectors/kubernetes/log_stretches.h"
#include "collectors/kubernetes/look.h"
#include "collectors/kubernetes/options.h"
#include "core/base/side_by_side.h"

namespace insight::collectors::kubernetes {
namespace {

using base::Nanos;
using insight::kubernetes::Client;
using insight::kubernetes::LogLine;
using insight::kubernetes::LogWish;

constexpr std::chrono::milliseconds kLeastTimeForLogs{200};
// Held of one container, at least, until it is known how much the others need.
constexpr std::size_t kLeastHeld = 2000;
// A window that ended longer ago than this has no end among the newest lines.
constexpr Nanos kPresent = base::kMinute;

// What one container gave.
struct ContainerLog {
    std::vector<LogStretch> stretches;
    std::optional<base::Error> error;
    bool cut = false;  // there was more than is here
    bool asked = false;
    std::string absent;
};

// One container in up to three requests, each of a slice's bytes: from the baseline's begin, from
// the incident's begin, and the incident's end. The API reads forwards only and knows no end, so a
// talkative container would otherwise show nothing but its first minutes.
class ContainerReader {
  public:
    ContainerReader(Client& client, LogWish wish, const model::Window& window, Nanos begin,
                    Nanos now, base::Deadline deadline)
        : client_(client),
          wish_(std::move(wish)),
          window_(window),
          begin_(begin),
          now_(now),
          deadline_(deadline) {}

    ContainerLog run() {
        out_.asked = true;
        if (!ask(begin_) || !last_cut_ || reached() >= window_.end) return finish();
        const Nanos from = std::max(window_.start, reached());
        if (!ask(from) || !last_cut_ || reached() >= window_.end) return finish();
        ask_for_end(from);
        return finish();
    }

  private:
    // After the first ask() that succeeded there is always a stretch, if only an empty one.
    [[nodiscard]] Nanos reached() const { return out_.stretches.back().interval.end; }

    // A stretch from `from` to as far as the answer goes. False: there is none.
    bool ask(Nanos from) {
        wish_.since = from;
        auto log = read_log(client_, wish_, deadline_);
        if (!log) {
            out_.error = std::move(log.error());
            return false;
        }
        last_cut_ = log->cut;
        if (!log->absent.empty()) out_.absent = std::move(log->absent);
        std::vector<LogLine>& lines = log->lines;
        // the kubelet knows whole seconds; of equal times the later request has them all
        std::erase_if(lines, [&](const LogLine& line) { return line.time < from; });
        if (!out_.stretches.empty())
            std::erase_if(out_.stretches.back().lines,
                          [&](const LogLine& line) { return line.time >= from; });
        const Nanos end = !last_cut_ ? window_.end : lines.empty() ? from : lines.back().time;
        std::erase_if(lines, [&](const LogLine& line) { return line.time > window_.end; });
        out_.stretches.push_back({{from, std::min(end, window_.end)}, std::move(lines)});
        return true;
    }

    void ask_for_end(Nanos from) {
        const LogStretch& begun = out_.stretches.back();
        const std::size_t count = std::max<std::size_t>(begun.lines.size(), 1);
        if (now_ - window_.end <= kPresent) {
            // As many as fit if they are as long as those, for a slice that is cut loses its end;
            // tailLines counts from the end of now.
            wish_.tail = static_cast<std::int64_t>(std::max<std::size_t>(count * 3 / 4, 1));
            const Nanos known = begun.interval.end;
            auto log = read_log(client_, wish_, deadline_);
            wish_.tail = 0;
            if (!log) {
                out_.error = std::move(log.error());
                return;
            }
            std::vector<LogLine>& lines = log->lines;
            const bool touches = !lines.empty() && lines.front().time <= known;
            std::erase_if(lines, [&](const LogLine& line) {
                return line.time <= known || line.time > window_.end;
            });
            if (lines.empty()) return;
            const Nanos end = log->cut ? lines.back().time : window_.end;
            out_.stretches.push_back(
                {{touches ? known : lines.front().time, end}, std::move(lines)});
            return;
        }
        // Of a window long over the end is found by how much time a slice took.
        // Three quarters of it, so that lines which come faster at the end still fit into the
        // slice.
        const Nanos step = begun.interval.end - from;
        if (step > 0) ask(std::max(begun.interval.end, window_.end - step * 3 / 4));
    }

    ContainerLog finish() {
        out_.cut = !out_.stretches.empty() && (has_gap() || reached() < window_.end);
        return std::move(out_);
    }

    [[nodiscard]] bool has_gap() const {
        for (std::size_t i = 1; i < out_.stretches.size(); ++i)
            if (out_.stretches[i].interval.start > out_.stretches[i - 1].interval.end) return true;
        return false;
    }

    Client& client_;
    LogWish wish_;
    const model::Window& window_;
    Nanos begin_;
    Nanos now_;
    base::Deadline deadline_;
    ContainerLog out_;
    bool last_cut_ = false;
};

// The row of a container: what is covered, and what is not and why.
model::CoverageRow row_of(const ContainerLog& log, const LogLimits& limits, bool shortened) {
    model::CoverageRow row;
    for (const LogStretch& one : log.stretches) row.intervals.push_back(one.interval);
    row.count = static_cast<std::int64_t>(lines_of(log.stretches));
    if (!log.asked) {
        row.outcome = model::Outcome::TimedOut;
        row.note = "no time was left";
    } else if (log.error) {
        row.outcome = outcome_of(log.error->kind);
        row.note = shown(log.error->text(), 600);
        if (row.count == 0) row.intervals.clear();
    } else if (log.cut || shortened) {
        row.outcome = model::Outcome::Truncated;
        if (log.cut)
            row.note = fmt::format(
                "more was written than {} KiB at the begin of the baseline, and "
                "at the begin and the end of the incident",
                limits.bytes_a_slice >> 10U);
        if (shortened)
            row.note += fmt::format(
                "{}{} lines are its share of logLines ({}): the end of the baseline and both ends "
                "of the incident were kept",
                row.note.empty() ? "" : "; ", row.count, limits.lines);
    } else {
        row.outcome = row.count == 0 ? model::Outcome::Empty : model::Outcome::Answered;
        row.note = shown(log.absent, 300);
    }
    return row;
}

}  // namespace

LogOutcome read_containers(Client& client, const Estate& estate,
                           const std::vector<ContainerOf>& containers, const model::Window& window,
                           const LogLimits& limits, const std::string& cluster, Nanos now,
                           base::Deadline deadline) {
    const Nanos begin = window.baseline_start > 0 && window.baseline_start < window.start
                            ? window.baseline_start
                            : window.start;
    std::vector<LogWish> wishes;
    for (const ContainerOf& one : containers)
        wishes.push_back({text(*one.pod, "metadata", "namespace"),
                          text(*one.pod, "metadata", "name"), one.name, one.previous, begin,
                          limits.bytes_a_slice, 0});
    const std::size_t held =
        std::max(kLeastHeld, 2 * limits.lines / std::max<std::size_t>(containers.size(), 1));
    std::vector<ContainerLog> logs(containers.size());
    std::vector<char> held_back(containers.size(), 0);
    base::side_by_side(containers.size(), kWidth, [&](std::size_t i) {
        if (deadline.remaining() < kLeastTimeForLogs) return;
        logs[i] = ContainerReader(client, wishes[i], window, begin, now, deadline).run();
        held_back[i] = lines_of(logs[i].stretches) > held ? 1 : 0;
        logs[i].stretches = shortened(std::move(logs[i].stretches), window, held);
    });
    std::vector<std::size_t> wanted;
    for (const ContainerLog& log : logs) wanted.push_back(lines_of(log.stretches));
    const std::vector<std::size_t> shares = even_shares(wanted, limits.lines);

    LogOutcome out;
    std::vector<model::LogRecord> likes;  // what all records of a container have in common
    for (std::size_t i = 0; i < containers.size(); ++i) {
        const LogWish& wish = wishes[i];
        logs[i].stretches = shortened(std::move(logs[i].stretches), window, shares[i]);
        model::CoverageRow row =
            row_of(logs[i], limits, shares[i] < wanted[i] || held_back[i] != 0);
        // not below "kubernetes/…": those rows say which objects were seen
        row.source = "pod-logs/" + client.name();
        row.query = fmt::format("/api/v1/namespaces/{}/pods/{}/log?container={}{}", wish.space,
                                wish.pod, wish.container, wish.previous ? "&previous=true" : "");
        out.coverage.push_back(std::move(row));
        model::LogRecord& like = likes.emplace_back();
        like.attributes = {{"service.name", estate.service_of(*containers[i].pod)},
                           {"k8s.namespace.name", wish.space},
                           {"k8s.pod.name", wish.pod},
                           {"k8s.container.name", wish.container}};
        if (!cluster.empty()) like.attributes["k8s.cluster.name"] = cluster;
        if (wish.previous) like.attributes["k8s.container.previous"] = "true";
    }
    std::vector<std::vector<model::LogRecord>> parts(containers.size());
    base::side_by_side(containers.size(), kWidth, [&](std::size_t i) {
        for (const LogStretch& stretch : logs[i].stretches)
            for (const LogLine& line : stretch.lines) {
                model::LogRecord& record = parts[i].emplace_back(likes[i]);
                record.time = line.time;
                read_line(line.text, record);
            }
    });
    for (auto& part : parts) std::move(part.begin(), part.end(), std::back_inserter(out.records));
    return out;
}

}  // namespace insight::collectors::kubernetes
