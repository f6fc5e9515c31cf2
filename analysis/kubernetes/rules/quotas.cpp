// Quotas that are used up. Full is a fault only where something was refused (see rejections): many
// teams run at their quota on purpose.
#include <fmt/format.h>

#include "analysis/kubernetes/quantity.h"
#include "analysis/kubernetes/rules.h"

namespace insight::analysis::kubernetes {
namespace {

constexpr double kFull = 0.999;
constexpr double kNearlyFull = 0.9;

// "pods "x" is forbidden: exceeded quota: compute, requested: …": this quota, and none whose name
// only begins like its own.
bool refused_by(const Object& quota, std::string_view message) {
    const std::string words = "exceeded quota: " + std::string(quota.name);
    const auto found = message.find(words);
    if (found == std::string_view::npos) return false;
    const std::string_view rest = message.substr(found + words.size());
    return rest.empty() || std::string_view(" ,\"").find(rest.front()) != std::string_view::npos;
}

}  // namespace

void quotas(Look& look) {
    for (const Object* quota : look.cluster.all("ResourceQuota")) {
        const Json& hard = map(quota->status(), "hard");
        const Json& used = map(quota->status(), "used");
        std::string full;
        Cells cells;
        double highest = 0;
        for (const auto& [resource, limit] : hard.items()) {
            const std::optional<double> most = quantity_of(limit);
            const std::optional<double> now = quantity_of(at(used, resource));
            if (!most || !now || *most <= 0) continue;
            const double share = *now / *most;
            highest = std::max(highest, share);
            if (share < kNearlyFull) continue;
            const auto show = [](const Json& value) {
                return value.is_string() ? plain(value.get_ref<const std::string&>())
                                         : base::dump_json(value);
            };
            full += fmt::format("{}{} of {} {}", full.empty() ? "" : ", ", show(at(used, resource)),
                                show(limit), plain(resource));
            cells.push_back(
                {plain(resource), fmt::format("{} of {}", show(at(used, resource)), show(limit))});
        }
        if (full.empty()) continue;
        bool refused = false;
        for (const Event& event : look.cluster.events())
            refused = refused || (event.space == quota->space && event.reason == "FailedCreate" &&
                                  refused_by(*quota, event.message));
        for (const char* kind : {"ReplicaSet", "ReplicationController"})
            for (const Object* object : look.cluster.all(kind, quota->space))
                refused =
                    refused ||
                    (text(condition(*object, "ReplicaFailure"), "status") == "True" &&
                     refused_by(*quota, text(condition(*object, "ReplicaFailure"), "message")));
        if (!refused && !(look.check_up && highest >= kNearlyFull)) continue;
        const std::string statement =
            fmt::format("Quota {} is {}: {} in use.", path_of(*quota),
                        highest >= kFull ? "used up" : "nearly used up", full);
        if (!refused) {
            look.notice(*quota, "quota_nearly_full").says(statement).cite(*quota, std::move(cells));
            continue;
        }
        look.add(*quota, "quota_exceeded", model::Level::Config, kBroken)
            .says(statement)
            .cite(*quota, std::move(cells))
            .overturned(
                "If the quota has room now, the controllers make their pods at the next try.",
                describe_command(*quota))
            .advise("Raise the quota, or free what the namespace no longer needs.",
                    describe_command(*quota));
        look.notes.back().aspect = Aspect::Saturation;
    }
}

}  // namespace insight::analysis::kubernetes
