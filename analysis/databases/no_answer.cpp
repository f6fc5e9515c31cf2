// A data store that answered until a moment ago and does not any more. One that never did while
// anybody looked may just as well be written wrongly into the configuration: `doctor` tells that.
#include <fmt/format.h>

#include <array>

#include "analysis/databases/fault.h"
#include "core/base/text.h"

namespace insight::analysis::databases {
namespace {

struct Silence {
    std::string_view reason;  // of the row "refused"
    std::string_view words;
    std::string_view action;
};

constexpr std::array kSilences{
    Silence{"unreachable", "no connection to it can be made",
            "See whether its process and its host are up, and what its log says last."},
    Silence{"no_answer", "nothing comes back in time",
            "See whether its host has CPU, memory and disk left, and what its process waits for."},
    Silence{"starting_up", "it is starting up or recovers from a crash",
            "Read in its log why it ended, and let it recover."},
    Silence{"shutting_down", "it is shutting down", "See in its log who stops it."},
    Silence{"loading", "it is still reading its data into memory",
            "See in its log why it was started anew; it serves once its data is read."},
    Silence{"busy", "a script blocks it",
            "End the script; if it has written already, only a stop without saving ends it."},
    Silence{"no_master", "its nodes have no elected master",
            "See which of the nodes that may be elected are gone."},
};

const Silence* silence_of(const Row& refused) {
    const auto* const it = std::find_if(
        kSilences.begin(), kSilences.end(),
        [&](const Silence& one) { return one.reason == base::text_at(refused.row, "reason"); });
    return it == kSilences.end() ? nullptr : it;
}

// A question that any client may ask it.
std::string question(const std::string& system) {
    if (system == "postgresql") return "pg_isready";
    if (system == "redis") return "redis-cli ping";
    if (system == "neo4j") return "cypher-shell \"RETURN 1\"";
    return "curl -sS \"$ELASTICSEARCH_URL/_cluster/health\"";
}

}  // namespace

void stops_answering(Context& context) {
    const Instance& instance = context.instance;
    const RowList refused = refused_since(instance, context.window.baseline_end);
    if (refused.empty()) return;
    const Silence* silence = silence_of(*refused.front());
    const Row* answered = instance.newest_besides("refused");
    if (silence == nullptr || answered == nullptr || answered->time >= refused.front()->time)
        return;
    Fault fault;
    fault.kind = fault.cause_class = "database_down";
    fault.statement =
        fmt::format("{} does not answer any more: {}; it last answered at {}.", instance.name(),
                    silence->words, base::format_clock(answered->time));
    fault.brief = fmt::format("{} gives its last answer.", instance.name());
    fault.evidence = {
        context.evidence.add_rows("no answer of " + instance.name(), refused, {"reason", "message"},
                                  {{"lastAnswer", base::format_rfc3339(answered->time)}})};
    fault.aspect = Aspect::Availability;
    fault.harm = 1;
    fault.onset = answered->time;
    fault.overturned_by = {
        fmt::format("If {} answers a client beside its users, the way from here to it is broken, "
                    "and not {}.",
                    instance.name(), instance.name()),
        question(instance.system())};
    fault.recommendations.push_back({std::string(silence->action),
                                     silence->reason == "busy" ? "redis-cli script kill" : "",
                                     silence->reason == "busy", fault.evidence});
    add_fault(context, *refused.front(), std::move(fault));
}

}  // namespace insight::analysis::databases
