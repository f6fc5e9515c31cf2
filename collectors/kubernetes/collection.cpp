#include "collectors/kubernetes/collection.h"

#include <fmt/format.h>

#include <algorithm>

#include "collectors/history.h"
#include "collectors/kubernetes/changes.h"
#include "collectors/kubernetes/look.h"
#include "collectors/kubernetes/quotas.h"
#include "collectors/kubernetes/slim.h"
#include "collectors/kubernetes/topology.h"
#include "collectors/kubernetes/usage.h"
#include "core/base/text.h"

namespace insight::collectors::kubernetes {
namespace {

using base::ErrorKind;
using base::Json;
using base::Nanos;
using model::Outcome;

// Idle revisions of a workload: the one before, what it may be rolled back to, and a little
// history.
constexpr std::size_t kKeptRevisions = 4;

}  // namespace

Collection::Collection(insight::kubernetes::Client& client, const Options& options,
                       const Request& request, std::vector<store::Sample> samples,
                       const base::Clock& clock)
    : client_(client),
      options_(options),
      request_(request),
      samples_(std::move(samples)),
      clock_(clock),
      coverage_("kubernetes/" + client.name(), intervals_of(request.window)),
      begin_(request.window.baseline_start > 0
                 ? std::min(request.window.baseline_start, request.window.start)
                 : request.window.start) {}

// How the incident calls what it is about: alerts name services by whatever label their rule has.
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
    // Words of a question that may be names. People write them in any letters, Kubernetes in small
    // ones.
    if (!request_.incident.service.empty()) out.insert(base::lower(request_.incident.service));
    std::string word;
    for (const char c : base::lower(request_.incident.question) + " ") {
        const bool part = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
        if (part) {
            word += c;
            continue;
        }
        while (!word.empty() && (word.back() == '.' || word.back() == '-')) word.pop_back();
        // Most words are no names; that does no harm, for only those that are labels of something
        // count.
        if (word.size() > 2 && out.size() < 60) out.insert(word);
        word.clear();
    }
    return out;
}

bool Collection::discover() {
    const auto wanted = [&](std::string_view group) { return is_wanted(options_, group); };
    // A broken aggregated API can hold discovery for long; the lists need the rest of the time.
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

// Done last: changes are found by comparing revisions that nobody needs to see afterwards.
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
    // a source of its own: without metrics-server the objects are no less complete
    const std::string query = "/apis/metrics.k8s.io/v1beta1/pods";
    model::CoverageRow row;
    row.source = "pod-metrics/" + client_.name();
    row.query = query;
    auto usage = kubernetes::read_usage(client_, options_.spaces, options_.objects,
                                        request_.deadline.sooner(std::chrono::seconds(5)));
    Json now = usage ? std::move(*usage) : Json::object();
    const std::size_t containers = map(now, "containers").size();
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
        else if (containers > kSampledContainers)
            row.note = fmt::format(
                "of {} containers the first {} are sampled and have curves, the others are seen "
                "now only: give the instance `namespaces` to sample those that matter",
                containers, kSampledContainers);
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
                                options_.cluster, clock_.now(), request_.deadline);
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
