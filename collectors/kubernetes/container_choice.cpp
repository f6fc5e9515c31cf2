// Which containers are worth a look: a cluster has more of them than an incident has time for.
#include <algorithm>
#include <map>
#include <tuple>

#include "collectors/kubernetes/container_logs.h"
#include "collectors/kubernetes/look.h"

namespace insight::collectors::kubernetes {
namespace {

using base::Json;
using base::Nanos;

constexpr std::size_t kContainersOfPod = 4;  // the application, a proxy, and two more

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

}  // namespace

std::vector<ContainerOf> choose_containers(const Estate& estate, Nanos since,
                                           const LogLimits& limits, std::size_t& left_out) {
    struct Ranked {
        int rank;
        std::string space, name;
        const Json* pod;
    };
    // Ranks: 0 unwell and asked about, 1 unwell, 2 asked about, 3 the first of a workload, 4 more
    // of the same, 9 not read.
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

}  // namespace insight::collectors::kubernetes
