#include "collectors/kubernetes/collection.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "collectors/history.h"
#include "collectors/kubernetes/changes.h"
#include "collectors/kubernetes/events.h"
#include "collectors/kubernetes/look.h"
#include "collectors/kubernetes/quotas.h"
#include "collectors/kubernetes/side_by_side.h"
#include "collectors/kubernetes/slim.h"
#include "collectors/kubernetes/topology.h"
#include "collectors/kubernetes/usage.h"
#include "core/base/crypto.h"
#include "core/base/text.h"

namespace insight::collectors::kubernetes {
namespace {

using base::ErrorKind;
using base::Json;
using base::Nanos;
using insight::kubernetes::ListLimits;
using insight::kubernetes::Target;
using model::Outcome;

constexpr std::size_t kMostEvents = 5000;
constexpr std::size_t kMostNormalEvents = 2000;
constexpr std::size_t kMostFinished = 500;
constexpr std::size_t kKeptRevisions = 4;
// In memory an object takes about four times its JSON.
constexpr std::size_t kBytesOfList = 32U << 20;
constexpr std::size_t kBytesOfAll = 48U << 20;
constexpr std::chrono::milliseconds kLeastTimeForList{150};

std::string query_of(const Target& target) {
    return path_of(target) + "?limit=500&resourceVersion=0";
}

}  // namespace

std::vector<const Kind*> enabled(const Options& options) {
    std::vector<const Kind*> out;
    for (const Kind& kind : kinds())
        if (options.kinds.empty() ||
            std::any_of(options.kinds.begin(), options.kinds.end(),
                        [&](const std::string& name) { return is_named(kind, name); }))
            out.push_back(&kind);
    return out;
}

Collection::Collection(insight::kubernetes::Client& client, const Options& options,
                       const Request& request, std::vector<store::Sample> samples,
                       const base::Clock& clock)
    : client_(client),
      options_(options),
      request_(request),
      samples_(std::move(samples)),
      clock_(clock),
      coverage_("kubernetes/" + client.name(), intervals_of(request.window)),
      salt_(base::random_hex(16)),
      begin_(request.window.baseline_start > 0
                 ? std::min(request.window.baseline_start, request.window.start)
                 : request.window.start) {}

std::set<std::string> Collection::asked_names() const {
    std::set<std::string> out;
    if (!request_.incident.service.empty()) out.insert(request_.incident.service);
    for (const model::Alert& alert : request_.incident.alerts)
        for (const char* label :
             {"service", "service_name", "app", "job", "pod", "deployment", "statefulset",
              "daemonset", "workload", "container", "k8s_pod_name", "service.name"})
            if (const auto it = alert.labels.find(label);
                it != alert.labels.end() && !it->second.empty())
                out.insert(it->second);
    // words of a question that may be names
    std::string word;
    for (const char c : request_.incident.question + " ") {
        const bool part = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
        if (part) {
            word += c;
            continue;
        }
        while (!word.empty() && (word.back() == '.' || word.back() == '-')) word.pop_back();
        if (word.size() > 2 && out.size() < 60) out.insert(word);
        word.clear();
    }
    return out;
}

bool Collection::discover() {
    const auto wanted = [&](std::string_view group) {
        const auto list_of = enabled(options_);
        return std::any_of(list_of.begin(), list_of.end(),
                           [&](const Kind* kind) { return kind->group == group; });
    };
    const base::Deadline deadline = request_.deadline.sooner(request_.deadline.remaining() / 3);
    auto catalog = insight::kubernetes::discover(client_, wanted, deadline);
    if (catalog) {
        std::string note;
        for (const std::string& group : catalog->stale())
            if (note.find(group) == std::string::npos)
                note += (note.empty() ? "no answer from " : ", ") + base::shorten(group, 80);
        coverage_.answered("/apis", catalog->size(), note);
        catalog_ = std::move(*catalog);
        return true;
    }
    coverage_.failed("/apis", catalog.error());
    // Some clusters hide discovery from ordinary users: the standard kinds are known without it.
    return catalog.error().kind == ErrorKind::Denied &&
           catalog.error().message.find("401") == std::string::npos &&
           request_.deadline.remaining() > kLeastTimeForList;
}

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
    Slimmer slimmer(begin_, options_.config_values, salt_);
    std::size_t well = 0;
    std::size_t finished = 0;
    std::size_t normal = 0;
    const bool events = target.resource == "events";
    const auto keep = [&](Json& item) {
        if (events) {
            const Nanos last = event_time(item);
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
        } else if (target.resource == "configmaps" &&
                   text(item, "metadata", "name") == "kube-root-ca.crt") {
            return false;
        }
        slimmer.slim(item);
        return true;
    };
    const ListLimits limits{500, events ? kMostEvents : options_.objects, kBytesOfList, 400};
    auto listed = insight::kubernetes::list(client_, target, {}, limits, deadline, keep);
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
    std::vector<Target> plan;
    for (const Kind* kind : enabled(options_))
        for (Target& target : targets(*kind, catalog_ ? &*catalog_ : nullptr, options_.spaces))
            plan.push_back(std::move(target));
    // logs come after the objects and must find some time
    const base::Deadline deadline = request_.deadline.sooner(
        options_.logs ? request_.deadline.remaining() * 7 / 10 : request_.deadline.remaining());
    std::vector<Answered> answers(plan.size());
    std::atomic<std::size_t> bytes{0};
    side_by_side(plan.size(), kWidth, [&](std::size_t i) {
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

void Collection::thin_out_revisions(std::vector<Json>& objects) const {
    std::map<std::string, std::vector<std::pair<Nanos, std::size_t>>> idle;
    for (std::size_t i = 0; i < objects.size(); ++i) {
        const Json& object = objects[i];
        const std::string kind = text(object, "kind");
        if (kind != "ControllerRevision" &&
            (kind != "ReplicaSet" || whole(object, "spec", "replicas") > 0 ||
             whole(object, "status", "replicas") > 0))
            continue;
        const Json& owners = list(object, "metadata", "ownerReferences");
        if (owners.empty()) continue;
        idle[text(owners.front(), "uid")].emplace_back(
            time_at(object, "metadata", "creationTimestamp"), i);
    }
    std::set<std::size_t> old;
    for (auto& [owner, list_of] : idle) {
        std::sort(list_of.rbegin(), list_of.rend());
        for (std::size_t i = kKeptRevisions; i < list_of.size(); ++i)
            if (list_of[i].first < begin_) old.insert(list_of[i].second);
    }
    std::size_t index = 0;
    std::erase_if(objects, [&](const Json&) { return old.contains(index++); });
}

void Collection::read_usage(const Estate& estate) {
    const std::string query = "/apis/metrics.k8s.io/v1beta1/pods";
    model::CoverageRow row;
    row.source = "pod-metrics/" + client_.name();
    row.query = query;
    auto usage = kubernetes::read_usage(client_, options_.spaces, options_.objects,
                                        request_.deadline.sooner(std::chrono::seconds(5)));
    Json now = usage ? std::move(*usage) : Json::object();
    if (Json quotas = quotas_of(out_.resources); !quotas.empty()) now["quotas"] = std::move(quotas);
    if (!now.empty())
        samples_.push_back({"kubernetes", client_.name(), clock_.now(), std::move(now)});
    samples_ = in_order(std::move(samples_));
    out_.metrics = usage_series(samples_, estate, options_.cluster);
    row.count = static_cast<std::int64_t>(out_.metrics.size());
    if (!samples_.empty()) row.intervals = {{samples_.front().time, samples_.back().time}};
    if (!usage) {
        const bool absent = usage.error().kind == ErrorKind::NotFound;
        row.outcome = absent ? Outcome::Empty : outcome_of(usage.error().kind);
        row.note = absent ? "the cluster has no metrics.k8s.io: install metrics-server to see usage"
                          : shown(usage.error().text(), 600);
    } else {
        row.outcome = out_.metrics.empty() ? Outcome::Empty : Outcome::Answered;
        if (samples_.size() == 1)
            row.note = "one moment only: curves need earlier samples of a running service";
    }
    more_coverage_.push_back(std::move(row));
    std::vector<model::Series> quotas = quota_series(samples_, options_.cluster);
    std::move(quotas.begin(), quotas.end(), std::back_inserter(out_.metrics));
}

model::Signals Collection::run() {
    if (discover()) {
        read_objects();
        const Estate estate(out_.resources, asked_names());
        if (request_.deadline.remaining() > kLeastTimeForList) read_usage(estate);
        if (options_.logs) {
            std::size_t left_out = 0;
            const auto chosen = choose_containers(estate, begin_, options_.log_limits, left_out);
            LogOutcome logs =
                read_containers(client_, estate, chosen, request_.window, options_.log_limits,
                                options_.cluster, request_.deadline);
            out_.logs = std::move(logs.records);
            std::move(logs.coverage.begin(), logs.coverage.end(),
                      std::back_inserter(more_coverage_));
            if (left_out > 0) {
                model::CoverageRow row;
                row.source = "pod-logs/" + client_.name();
                row.asked = false;
                row.outcome = Outcome::Truncated;
                row.note = fmt::format(
                    "logs of {} pods were not read: the unwell ones, those in question and one of "
                    "each other workload go first",
                    left_out);
                more_coverage_.push_back(std::move(row));
            }
        }
        out_.changes = changes(estate, out_.events, begin_, request_.window.end, client_.name());
        out_.topology = topology(estate);
    }
    thin_out_revisions(out_.resources);
    for (auto* objects : {&out_.resources, &out_.events})
        for (Json& object : *objects) Slimmer::forget_fields(object);
    out_.coverage = coverage_.take();
    std::move(more_coverage_.begin(), more_coverage_.end(), std::back_inserter(out_.coverage));
    return std::move(out_);
}

}  // namespace insight::collectors::kubernetes
