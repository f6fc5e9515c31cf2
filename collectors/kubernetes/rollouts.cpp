#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "collectors/kubernetes/change_list.h"
#include "collectors/kubernetes/changes.h"
#include "collectors/kubernetes/events.h"
#include "collectors/kubernetes/look.h"
#include "core/base/text.h"

namespace insight::collectors::kubernetes {
namespace {

using base::Json;
using base::Nanos;
using model::Change;

// of a Deployment's replica sets, and of those of a Rollout of Argo
constexpr std::array<std::string_view, 2> kRevisions{"deployment.kubernetes.io/revision",
                                                     "rollout.argoproj.io/revision"};
constexpr std::string_view kCause = "kubernetes.io/change-cause";

std::string joined(const std::vector<std::string>& lines) {
    std::string out;
    for (const std::string& line : lines) out += (out.empty() ? "" : "\n") + line;
    return out;
}

class Rollouts {
  public:
    Rollouts(const Estate& estate, const std::vector<Json>& events, ChangeList& changes)
        : estate_(estate), events_(events), changes_(changes) {}

    void run() {
        rollouts("ReplicaSet", [](const Json& set) {
            std::string text_of;
            for (const std::string_view key : kRevisions)
                if (text_of.empty()) text_of = text(set, "metadata", "annotations", key);
            std::int64_t value = 0;
            for (const char c : text_of.substr(0, 15))
                if (c >= '0' && c <= '9') value = value * 10 + (c - '0');
            return value;
        });
        rollouts("ControllerRevision", [](const Json& one) { return whole(one, "revision"); });
    }

  private:
    // Revisions of one workload, oldest first; every one made in the window is a rollout.
    template <class Number>
    void rollouts(const char* kind, Number number) {
        std::map<const Json*, std::vector<const Json*>> revisions;
        for (const Json* one : estate_.all(kind)) {
            const Json& workload = estate_.root(*one);
            // one that nobody owns is no revision of anything
            if (&workload != one) revisions[&workload].push_back(one);
        }
        for (auto& [workload, list_of] : revisions) {
            std::sort(list_of.begin(), list_of.end(),
                      [&](const Json* a, const Json* b) { return number(*a) < number(*b); });
            for (std::size_t i = 0; i < list_of.size(); ++i) {
                const Nanos made = time_at(*list_of[i], "metadata", "creationTimestamp");
                const bool newest = i + 1 == list_of.size();
                if (changes_.inside(made))
                    rollout(*workload, i == 0 ? nullptr : list_of[i - 1], *list_of[i], made, false);
                // an old revision on top again: a roll-back, timed by what the controller said
                else if (newest && i > 0)
                    if (const Nanos back = scaled_up(*list_of[i]);
                        changes_.inside(back) && back > made)
                        rollout(*workload, list_of[i - 1], *list_of[i], back, true);
            }
        }
    }

    static const Json& template_of(const Json& revision) {
        // Controller revisions keep it below `data`, replica sets are built around it.
        const Json& data = at(revision, "data", "spec", "template");
        return data.is_object() ? data : at(revision, "spec", "template");
    }

    // First time in the window that the controller reported to grow this replica set from nothing.
    [[nodiscard]] Nanos scaled_up(const Json& set) const {
        Nanos first = 0;
        // "Scaled up replica set web-1 from 0 to 1"; Argo writes "ReplicaSet"
        const std::string name = " " + name_of(set) + " ";
        for (const Json& event : events_) {
            const std::string words = event_words(event);
            if (text(event, "reason") != "ScalingReplicaSet" || !words.starts_with("Scaled up ") ||
                words.find(name) == std::string::npos ||
                text(event, "metadata", "namespace") != text(set, "metadata", "namespace"))
                continue;
            // Repeated messages are counted in one event: the first time is when it began.
            const Nanos time = first_time(event);
            if (changes_.inside(time) && (first == 0 || time < first)) first = time;
        }
        // without the deployment's own write in the window it was scaled, not rolled back
        return writer_of(estate_.root(set), "spec.template") != nullptr ? first : 0;
    }

    void rollout(const Json& workload, const Json* before, const Json& after, Nanos time,
                 bool back) {
        static const Json kNothing = Json::object();
        const std::string service = estate_.service_of(workload);
        const Difference difference = compare_templates(
            before == nullptr ? kNothing : template_of(*before), template_of(after));
        const bool image_only = difference.lines.empty() && !difference.images_after.empty();
        Change& change = changes_.add(time, before != nullptr && image_only ? "image" : "deploy",
                                      service, workload);
        const std::string what = text(workload, "kind") + " " + path_of(workload);
        if (before == nullptr) {
            std::string images;
            for (const Json& container : list(pod_spec(workload), "containers"))
                images += (images.empty() ? "" : ", ") + text(container, "name") + "=" +
                          text(container, "image");
            change.after = images;
            change.summary = fmt::format("{} was first rolled out", what);
        } else if (!difference.images_after.empty()) {
            change.before = difference.images_before;
            change.after = difference.images_after;
            change.summary =
                fmt::format("{} was rolled {} {} (before: {})", what, back ? "back to" : "out with",
                            difference.images_after, difference.images_before);
        } else if (difference.restarted) {
            change.summary = fmt::format("{} was restarted (kubectl rollout restart)", what);
        } else {
            change.summary = fmt::format(
                "{} was rolled {}: {}", what, back ? "back" : "out",
                difference.lines.empty() ? "its template changed" : difference.lines.front());
        }
        change.summary = base::shorten(change.summary, 500);
        if (before != nullptr) change.diff = joined(difference.lines);
        if (const Json* writer = writer_of(workload, "spec.template"))
            change.author = text(*writer, "manager");
        if (const std::string cause = text(after, "metadata", "annotations", kCause);
            !cause.empty())
            change.summary += "; change-cause: " + base::shorten(base::one_line(cause), 200);
    }

    const Estate& estate_;
    const std::vector<Json>& events_;
    ChangeList& changes_;
};

}  // namespace

void find_rollouts(const Estate& estate, const std::vector<Json>& events, ChangeList& changes) {
    Rollouts(estate, events, changes).run();
}

}  // namespace insight::collectors::kubernetes
