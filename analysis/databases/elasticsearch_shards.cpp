// Shards of Elasticsearch or OpenSearch that have no node, with the reason that the cluster gives
// (documentation: cluster allocation explain). Without its primary an index is red: it cannot be
// read or written there; without a copy it is yellow: one more loss loses data.
#include <fmt/format.h>

#include <set>

#include "analysis/command.h"
#include "analysis/databases/fault.h"
#include "core/base/text.h"

namespace insight::analysis::databases {
namespace {

using base::Json;

// What a decider refuses for (org.elasticsearch.cluster.routing.allocation.decider), and what to
// do about it.
struct Decider {
    std::string_view name;
    model::Level level;
    std::string_view advice;
};
constexpr std::array kDeciders{
    Decider{"filter", model::Level::Config,
            "Correct the allocation filters of the index or the cluster, or give a node the "
            "attribute that they ask for."},
    Decider{"enable", model::Level::Config,
            "Allow allocation again: cluster.routing.allocation.enable is off for these shards."},
    Decider{"disk_threshold", model::Level::Infrastructure,
            "Make room on the data disks or add a node: the watermark forbids more shards."},
    Decider{"awareness", model::Level::Config,
            "Bring back the zone that awareness asks for, or change what it asks for."},
    Decider{"shards_limit", model::Level::Config,
            "Raise the limit of shards a node, or use fewer shards."},
    Decider{"max_retry", model::Level::Infrastructure,
            "Repair what failed, then allocate again with retry_failed."},
};

const Decider* known(const std::string& name) {
    const auto it = std::find_if(kDeciders.begin(), kDeciders.end(),
                                 [&](const Decider& one) { return one.name == name; });
    return it == kDeciders.end() ? nullptr : &*it;
}

// The words before the list of ids that follows them.
std::string plain(const std::string& explanation) {
    const std::string words = explanation.substr(0, explanation.find(" [["));
    return base::shorten(words, 240);
}

std::string reason_of(const Row& row) {
    const std::string decider = text(row, "decider");
    if (!decider.empty())
        return fmt::format("decider {} refuses on {} of {} nodes: {}", decider,
                           base::integer_at(row.row, "nodes_refusing"),
                           base::integer_at(row.row, "nodes_asked"),
                           plain(text(row, "decider_explanation")));
    if (text(row, "can_allocate") == "no_valid_shard_copy") return "no node has a copy of its data";
    return text(row, "reason").empty() ? "" : "reason " + text(row, "reason");
}

}  // namespace

void unassigned_shards(Context& context) {
    const RowList shards = context.instance.standing("unassigned", "server");
    RowList primaries, copies;
    for (const Row* row : shards)
        (base::flag_at(row->row, "primary") ? primaries : copies).push_back(row);
    const bool red = !primaries.empty();
    RowList& meant = red ? primaries : copies;
    // A copy that was missing before the baseline began is how this cluster lives.
    if (!red)
        std::erase_if(meant, [&](const Row* row) {
            return base::from_seconds(number(*row, "since_at")) < context.window.baseline_start;
        });
    if (meant.empty()) return;
    // the one that was explained tells why
    const auto told = std::find_if(meant.begin(), meant.end(), [](const Row* row) {
        return base::flag_at(row->row, "explained");
    });
    const Row& first = told == meant.end() ? *meant.front() : **told;
    const model::Nanos since = base::from_seconds(number(first, "since_at"));
    std::set<std::string> indices;
    for (const Row* row : meant) indices.insert(text(*row, "index"));
    Json facts{{"shards", meant.size()}, {"indices", indices.size()}};
    if (since > 0) facts["since"] = base::format_rfc3339(since);
    std::vector<std::string> evidence{
        context.evidence.add_rows("shards of " + context.instance.name() + " without a node", meant,
                                  {"index", "shard", "primary", "reason", "can_allocate", "decider",
                                   "decider_explanation", "nodes_refusing", "nodes_asked"},
                                  facts)};
    if (const RowList& health = context.instance.all("health"); !health.empty())
        evidence.push_back(context.evidence.add_rows(
            "health of " + context.instance.name(), health,
            {"status", "nodes", "data_nodes", "unassigned_shards", "initializing_shards"}));

    Fault fault;
    fault.kind = "unassigned_shard";
    fault.cause_class = "unassigned_shard";
    fault.statement = fmt::format(
        "{} of shard {} of index {} in {} has no node", red ? "The primary" : "A copy",
        base::integer_at(first.row, "shard"), text(first, "index"), context.instance.name());
    if (since > 0) fault.statement += " since " + base::format_clock(since);
    if (red) fault.statement += ", so that part of it can be neither read nor written";
    if (const std::string reason = reason_of(first); !reason.empty())
        fault.statement += "; " + reason;
    if (meant.size() > 1)
        fault.statement += fmt::format("; {} shards of {} {} are without one", meant.size(),
                                       indices.size(), indices.size() == 1 ? "index" : "indices");
    fault.statement += ".";
    fault.brief = fmt::format("Index {} loses {}.", text(first, "index"),
                              red ? "a primary shard" : "a copy of a shard");
    fault.evidence = evidence;
    fault.aspect = Aspect::Availability;
    fault.harm = red ? 1 : 0.3;
    fault.onset = since;
    const Decider* decider = known(text(first, "decider"));
    fault.level = decider != nullptr ? decider->level : model::Level::Infrastructure;
    fault.overturned_by = {
        "If requests to other indices fail in the same way, the shard is not why.",
        command::elasticsearch("/_cluster/allocation/explain",
                               fmt::format(R"({{"index":{},"shard":{},"primary":{}}})",
                                           command::json_text(text(first, "index")),
                                           base::integer_at(first.row, "shard"),
                                           base::flag_at(first.row, "primary")))};
    fault.recommendations.push_back(
        {decider != nullptr ? std::string(decider->advice)
                            : "Do what the explanation asks for; if a node left, bring it back.",
         "curl -sS -X POST "
         "\"$ELASTICSEARCH_URL\"'/_cluster/reroute?retry_failed=true&dry_run=true'",
         false, evidence});
    add_fault(context, first, std::move(fault));
}

}  // namespace insight::analysis::databases
