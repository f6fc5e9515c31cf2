#include "collectors/kubernetes/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "collectors/kubernetes/kinds.h"
#include "core/base/text.h"

namespace insight::collectors::kubernetes {
namespace {

using insight::kubernetes::ApiResource;
using insight::kubernetes::Catalog;
using insight::kubernetes::Target;
using model::Outcome;

bool is_row_of(const Kind& row, const CustomKind& kind) {
    return row.resource == kind.resource && row.group == kind.group;
}

bool is_enabled(const Options& options, const Kind& row) {
    return options.kinds.empty() ||
           std::any_of(options.kinds.begin(), options.kinds.end(),
                       [&](const std::string& name) { return is_named(row, name); }) ||
           std::any_of(options.custom.begin(), options.custom.end(),
                       [&](const CustomKind& kind) { return is_row_of(row, kind); });
}

// The named kinds that the table does not have: its own are read as it says, once.
std::vector<const CustomKind*> foreign_to_table(const Options& options) {
    std::vector<const CustomKind*> out;
    const auto table = kinds();
    for (const CustomKind& kind : options.custom)
        if (std::none_of(table.begin(), table.end(),
                         [&](const Kind& row) { return is_row_of(row, kind); }))
            out.push_back(&kind);
    return out;
}

void append(std::vector<Target> more, std::vector<Target>& out) {
    std::move(more.begin(), more.end(), std::back_inserter(out));
}

// Why discovery has no list of this kind: an operator that is gone, a typing error, or an API that
// does not answer, which are for different people to mend.
Absent why_absent(const CustomKind& kind, const Catalog* catalog) {
    Absent out{kind, Outcome::Empty, "",
               fmt::format("kubectl api-resources --api-group={} tells what there is; install what "
                           "defines it, or take it out of customKinds",
                           kind.group)};
    if (catalog == nullptr) {
        out.outcome = Outcome::Denied;
        out.why = fmt::format(
            "{} could not be read: the server does not tell us which kinds it has, and with them "
            "their versions",
            kind.name());
        out.fix = "bind the ClusterRole system:discovery to our user";
        return out;
    }
    const auto& stale = catalog->stale();
    if (std::find(stale.begin(), stale.end(), kind.group) != stale.end()) {
        out.outcome = Outcome::Failed;
        out.why = fmt::format("{} could not be read: what serves the group {} did not answer",
                              kind.name(), kind.group);
        out.fix = "kubectl get apiservices tells which Service it is";
        return out;
    }
    const std::vector<std::string> plurals = catalog->plurals_of(kind.group);
    const auto& groups = catalog->groups();
    if (plurals.empty() && std::find(groups.begin(), groups.end(), kind.group) == groups.end()) {
        const std::string near = base::nearest(kind.group, groups);
        out.why = fmt::format("the server does not serve {}: it has no group {}{}", kind.name(),
                              kind.group, near.empty() ? "" : " (did you mean " + near + "?)");
    } else if (std::find(plurals.begin(), plurals.end(), kind.resource) != plurals.end()) {
        out.why = fmt::format("the server serves {} but does not list it", kind.name());
        out.fix = "take it out of customKinds";
    } else {
        std::string words;
        for (const std::string& one : plurals)
            if (words.size() < 200) words += (words.empty() ? "" : ", ") + one;
        out.why = fmt::format("the server does not serve {}; the group {} has {}", kind.name(),
                              kind.group, words.empty() ? "nothing" : words);
    }
    return out;
}

}  // namespace

bool is_wanted(const Options& options, std::string_view group) {
    const auto table = kinds();
    return std::any_of(
               table.begin(), table.end(),
               [&](const Kind& row) { return row.group == group && is_enabled(options, row); }) ||
           std::any_of(options.custom.begin(), options.custom.end(),
                       [&](const CustomKind& kind) { return kind.group == group; });
}

Plan plan_of(const Options& options, const Catalog* catalog) {
    Plan out;
    const auto add_named = [&] {
        for (const CustomKind* kind : foreign_to_table(options)) {
            const ApiResource* served =
                catalog == nullptr ? nullptr : catalog->find(kind->group, kind->resource);
            if (served == nullptr) {
                out.absent.push_back(why_absent(*kind, catalog));
                continue;
            }
            Target one{kind->group, served->version, kind->resource};
            one.namespaced = served->namespaced;
            append(in_spaces(std::move(one), options.spaces), out.targets);
        }
    };
    // Somebody asked for them by name: after what every cluster has, before other people's kinds.
    bool named = false;
    for (const Kind& row : kinds()) {
        if (!row.standard && !std::exchange(named, true)) add_named();
        if (!is_enabled(options, row)) continue;
        std::vector<Target> found = targets(row, catalog, options.spaces);
        if (found.empty())
            for (const CustomKind& kind : options.custom)
                if (is_row_of(row, kind)) out.absent.push_back(why_absent(kind, catalog));
        append(std::move(found), out.targets);
    }
    if (!named) add_named();
    return out;
}

std::vector<Target> permissions(const Options& options, const Catalog* catalog) {
    std::vector<Target> out = plan_of(options, catalog).targets;
    if (catalog == nullptr)
        for (const CustomKind* kind : foreign_to_table(options))
            append(in_spaces({kind->group, "", kind->resource}, options.spaces), out);
    for (const Target& extra : extra_permissions(options.logs))
        append(in_spaces(extra, options.spaces), out);
    return out;
}

}  // namespace insight::collectors::kubernetes
