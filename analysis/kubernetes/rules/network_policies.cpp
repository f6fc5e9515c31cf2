// Network policies that select nobody. An empty selector selects every pod of the namespace, and a
// selecting policy forbids what it does not list (NetworkPolicySpec in the API reference).
#include <fmt/format.h>

#include "analysis/kubernetes/rules.h"

namespace insight::analysis::kubernetes {

void network_policies(Look& look) {
    if (!look.check_up) return;
    for (const Object* policy : look.cluster.all("NetworkPolicy")) {
        const Selector selector = Selector::of(at(policy->spec(), "podSelector"));
        if (selector.empty()) {
            const Json& types = list(policy->spec(), "policyTypes");
            // Types that are left out always include Ingress.
            const bool ingress =
                list(policy->spec(), "ingress").empty() &&
                (types.empty() || std::find(types.begin(), types.end(), "Ingress") != types.end());
            if (ingress)
                look.notice(*policy, "policy_denies_all")
                    .says(fmt::format(
                        "Network policy {} selects every pod of its namespace and lets nothing in.",
                        path_of(*policy)))
                    .cite(*policy, {{"podSelector", "{}"}, {"ingress", "none"}});
            continue;
        }
        if (look.cluster.absence("Pod", policy->space) == Absence::Unknown ||
            !look.cluster.pods_selected(policy->space, selector).empty())
            continue;
        look.notice(*policy, "policy_selects_nobody")
            .says(fmt::format("Network policy {} applies to no pod: none has the labels {}.",
                              path_of(*policy), selector.words()))
            .cite(*policy, {{"podSelector", selector.words()}, {"pods", 0}});
    }
}

// Results that a policy engine reported; it judges, we pass it on.
void policy_reports(Look& look) {
    for (const char* kind : {"PolicyReport", "ClusterPolicyReport"})
        for (const Object* report : look.cluster.all(kind)) {
            std::int64_t failed = 0;
            const Json* first = nullptr;
            for (const Json& result : list(*report->json, "results"))
                if (text(result, "result") == "fail" || text(result, "result") == "error") {
                    if (first == nullptr) first = &result;
                    ++failed;
                }
            if (first == nullptr || !look.check_up) continue;
            look.notice(*report, "policy_violation")
                .says(fmt::format("{} lists {} failed check{}; policy {}: {}", label_of(*report),
                                  failed, failed == 1 ? "" : "s", plain(text(*first, "policy")),
                                  in_quotes(text(*first, "message"))))
                .cite(*report, {{"failed", failed},
                                {"policy", plain(text(*first, "policy"))},
                                {"rule", plain(text(*first, "rule"))},
                                {"message", plain(text(*first, "message"))}});
        }
}

}  // namespace insight::analysis::kubernetes
