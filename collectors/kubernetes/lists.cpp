// The lists of a collection: side by side, each within its part of the budget, and what becomes of
// those that were refused.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>

#include "collectors/kubernetes/collection.h"
#include "collectors/kubernetes/events.h"
#include "collectors/kubernetes/kinds.h"
#include "collectors/kubernetes/look.h"
#include "collectors/kubernetes/slim.h"
#include "core/base/side_by_side.h"
#include "core/base/text.h"

namespace insight::collectors::kubernetes {
namespace {

using base::ErrorKind;
using base::Json;
using base::Nanos;
using insight::kubernetes::ListLimits;
using insight::kubernetes::Target;

constexpr std::size_t kMostEvents = 5000;
constexpr std::size_t kMostNormalEvents = 2000;
constexpr std::size_t kMostFinished = 500;
// In memory an object takes about four times its JSON.
constexpr std::size_t kBytesOfList = 32U << 20;
constexpr std::size_t kBytesOfAll = 48U << 20;

// Written by Kubernetes' own people, whose objects keep credentials in known places only.
bool is_of_kubernetes(std::string_view group) {
    return group.find('.') == std::string_view::npos || group.ends_with(".k8s.io");
}

bool is_unknown(const Target& target) {
    const auto table = kinds();
    return std::none_of(table.begin(), table.end(), [&](const Kind& row) {
        return row.resource == target.resource && row.group == target.group;
    });
}

std::string query_of(const Target& target) {
    // Version 0 is answered from the API server's cache: a whole list costs etcd nothing.
    return path_of(target) + "?limit=500&resourceVersion=0";
}

}  // namespace

std::string Collection::fallback_space() const {
    if (!request_.incident.scope.space.empty()) return request_.incident.scope.space;
    for (const model::Alert& alert : request_.incident.alerts)
        if (const auto it = alert.labels.find("namespace"); it != alert.labels.end())
            if (insight::kubernetes::is_path_safe(it->second)) return it->second;
    const std::string& own = client_.access().space;
    return own.empty() ? "default" : own;
}

Collection::Answered Collection::read_one(const Target& target, base::Deadline deadline) {
    Answered out;
    out.target = target;
    Slimmer slimmer(begin_, options_.config_values);
    std::size_t well = 0;
    std::size_t finished = 0;
    std::size_t normal = 0;
    const bool events = target.resource == "events";
    const bool unknown = !events && is_unknown(target);
    const bool foreign = unknown || !is_of_kubernetes(target.group);
    const auto keep = [&](Json& item) {
        if (events) {
            const Nanos last = event_time(item);
            // Events live for an hour by default: before that a window has none, whatever happened.
            if (last < begin_ || first_time(item) > request_.window.end + base::kMinute)
                return false;
            if (text(item, "type") == "Normal" && ++normal > kMostNormalEvents) {
                ++out.passed_over;
                return false;
            }
        } else if (target.resource == "pods") {
            // of very many pods the ones that are well are the first to go
            const bool done = text(item, "status", "phase") == "Succeeded";
            if (done ? ++finished > kMostFinished
                     : !is_unwell(item, begin_) && ++well > options_.objects / 2) {
                ++out.passed_over;
                return false;
            }
            // every namespace has the same one, since 1.20
        } else if (target.resource == "configmaps" &&
                   text(item, "metadata", "name") == "kube-root-ca.crt") {
            return false;
        }
        if (unknown) Slimmer::conventional(item);
        slimmer.slim(item);
        if (foreign) slimmer.foreign(item);
        if (events) slimmer.event(item);
        return true;
    };
    const ListLimits limits{500, events ? kMostEvents : options_.objects, kBytesOfList, 400};
    const auto anew = [&] { well = finished = normal = out.passed_over = 0; };
    auto listed = insight::kubernetes::list(client_, target, {}, limits, deadline, keep, anew);
    if (listed)
        out.listed = std::move(*listed);
    else
        out.error = std::move(listed.error());
    return out;
}

void Collection::report(const Answered& one) {
    const std::string query = query_of(one.target);
    if (one.error) {
        coverage_.failed(query, *one.error);
        return;
    }
    std::string note = one.listed->note;
    const auto add = [&](const std::string& words) { note += (note.empty() ? "" : "; ") + words; };
    if (!one.listed->truncated.empty()) add(one.listed->truncated);
    if (one.passed_over > 0)
        add(fmt::format("{} that are well, finished or of no note were left out", one.passed_over));
    if (one.listed->broken) add("a later page failed: " + one.listed->broken->text());
    if (!one.listed->truncated.empty() || one.passed_over > 0 || one.listed->broken)
        coverage_.truncated(query, one.listed->items.size(), note);
    else
        coverage_.answered(query, one.listed->items.size(), note);
}

void Collection::ask_otherwise(Answered& refused, base::Deadline deadline) {
    const auto try_it = [&](const Target& target, const char* note) {
        Answered second = read_one(target, deadline);
        if (!second.listed) return false;
        second.listed->note = note + base::shorten(refused.error->message, 300);
        refused = std::move(second);
        return true;
    };
    Target narrower = refused.target;
    if (narrower.namespaced && narrower.space.empty()) {
        narrower.space = fallback_space();
        if (try_it(narrower, "only this namespace: ")) return;
    }
    // the same events in their other shape are a right of their own
    Target other = refused.target;
    if (other.resource != "events") return;
    other.group = "events.k8s.io";
    if (!try_it(other, "") && narrower.space != other.space) {
        other.space = narrower.space;
        try_it(other, "only this namespace: ");
    }
}

void Collection::read_objects() {
    const Plan wanted = plan_of(options_, catalog_ ? &*catalog_ : nullptr);
    const std::vector<Target>& plan = wanted.targets;
    // logs come after the objects and must find some time
    const base::Deadline deadline = request_.deadline.sooner(
        options_.logs ? request_.deadline.remaining() * 7 / 10 : request_.deadline.remaining());
    std::vector<Answered> answers(plan.size());
    std::atomic<std::size_t> bytes{0};
    base::side_by_side(plan.size(), kWidth, [&](std::size_t i) {
        answers[i].target = plan[i];
        if (deadline.remaining() < kLeastTimeForList) {
            answers[i].error = base::Error{ErrorKind::Timeout, "no time was left"};
        } else if (bytes > kBytesOfAll) {
            answers[i].error =
                base::Error{ErrorKind::TooLarge, "the objects before it used up the budget"};
        } else {
            answers[i] = read_one(plan[i], deadline);
            if (answers[i].error && answers[i].error->kind == ErrorKind::Denied)
                ask_otherwise(answers[i], deadline);
            if (answers[i].listed) bytes += answers[i].listed->bytes;
        }
    });
    take(std::move(answers));
    for (const Absent& one : wanted.absent)
        coverage_.skipped(fmt::format("/apis/{}/{}", one.kind.group, one.kind.resource),
                          one.outcome, one.why + "; " + one.fix);
}

void Collection::take(std::vector<Answered> answers) {
    // readers of the statement take the last word on a kind: a failure must not be overruled
    std::stable_partition(answers.begin(), answers.end(),
                          [](const Answered& one) { return one.listed.has_value(); });
    for (Answered& one : answers) {
        report(one);
        if (!one.listed) continue;
        auto& into = one.target.resource == "events" ? out_.events : out_.resources;
        for (Json& item : one.listed->items) {
            if (!options_.cluster.empty() && item.contains("metadata") &&
                item["metadata"].is_object())
                item["metadata"]["clusterName"] = options_.cluster;
            into.push_back(std::move(item));
        }
    }
}

}  // namespace insight::collectors::kubernetes
