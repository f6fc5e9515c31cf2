// Limit ranges that the next pod of a workload will not pass. Pods that run already are not judged
// by a limit range that came later, so nobody notices until one of them has to be made anew.
#include <fmt/format.h>

#include "analysis/kubernetes/container.h"
#include "analysis/kubernetes/quantity.h"
#include "analysis/kubernetes/rules.h"

namespace insight::analysis::kubernetes {
namespace {

std::string amount_text(const Json& value) {
    return value.is_string() ? plain(value.get_ref<const std::string&>()) : base::dump_json(value);
}

// One bound that an amount does not keep.
struct Breach {
    std::string words;  // "asks for 4Gi memory, at most 2Gi is allowed"
    Cells cells;
};

// A request that is left out is the limit; both are the range's defaults where it has some
// (documentation, "Limit Ranges").
const Json& asked(const Json& resources, const Json& item, std::string_view what,
                  std::string_view resource) {
    // The API server has completed the range that is stored: `default` from `max`, `defaultRequest`
    // from `default`.
    if (const Json& own = at(resources, what, resource); !own.is_null()) return own;
    if (what == "requests") {
        if (const Json& limit = at(resources, "limits", resource); !limit.is_null()) return limit;
        return at(item, "defaultRequest", resource);
    }
    return at(item, "default", resource);
}

std::optional<Breach> breach_of(const Json& resources, const Json& item) {
    const auto beyond = [&](const char* bound, const char* what, bool above,
                            const char* words) -> std::optional<Breach> {
        for (const auto& [resource, allowed] : map(item, bound).items()) {
            const Json& amount = asked(resources, item, what, resource);
            const auto most = quantity_of(allowed);
            const auto now = quantity_of(amount);
            if (!most || !now || (above ? *now <= *most : *now >= *most)) continue;
            return Breach{
                fmt::format("has {} {} of {}, {} {} is allowed", what, amount_text(amount),
                            plain(resource), words, amount_text(allowed)),
                {{fmt::format("{} {}", what, plain(resource)), amount_text(amount)},
                 {fmt::format("{} {}", bound, plain(resource)), amount_text(allowed)}}};
        }
        return std::nullopt;
    };
    if (auto found = beyond("max", "limits", true, "at most")) return found;
    if (auto found = beyond("max", "requests", true, "at most")) return found;
    return beyond("min", "requests", false, "at least");
}

void judge_range(Look& look, const Object& workload, const Object& range, const Json& item) {
    for (const Json* container : wanted_containers(workload.pod_spec())) {
        auto breach = breach_of(map(*container, "resources"), item);
        if (!breach) continue;
        Cells cells{{"limit range", path_of(range)},
                    {"container", plain(text(*container, "name"))}};
        for (auto& cell : breach->cells) cells.push_back(std::move(cell));
        look.notice(workload, "limit_range_exceeded")
            .says(fmt::format(
                "The next pod of {} will be refused: container {} {} by limit range {}.",
                label_of(workload), plain(text(*container, "name")), breach->words, path_of(range)))
            .cite(workload, std::move(cells))
            .cite(range, {{"type", plain(text(item, "type"))}});
        return;  // one reason is enough
    }
}

}  // namespace

void limit_ranges(Look& look) {
    if (!look.check_up) return;
    for (const Object* range : look.cluster.all("LimitRange"))
        for (const Json& item : list(range->spec(), "limits")) {
            if (text(item, "type") != "Container") continue;
            for (const char* kind : {"Deployment", "StatefulSet", "DaemonSet", "CronJob"})
                for (const Object* workload : look.cluster.all(kind, range->space))
                    judge_range(look, *workload, *range, item);
        }
}

}  // namespace insight::analysis::kubernetes
