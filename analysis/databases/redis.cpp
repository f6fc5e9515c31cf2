// Redis at its limits. At maxmemory it evicts keys by its policy, or refuses writes under
// noeviction (documentation: key eviction); at maxclients it refuses connections.
#include <fmt/format.h>

#include <map>

#include "analysis/databases/rules.h"
#include "analysis/databases/users.h"
#include "analysis/databases/words.h"
#include "analysis/entity.h"
#include "core/base/text.h"

namespace insight::analysis::databases {
namespace {

constexpr double kAtLimit = 0.95;  // of maxmemory; eviction keeps a little room

using base::Json;

struct Reads {
    double hits = 0, misses = 0;
    [[nodiscard]] double total() const { return hits + misses; }
    [[nodiscard]] double ratio() const { return total() > 0 ? hits / total() : 0; }
};

Reads reads_between(const Row& earlier, const Row& later) {
    return {std::max(0.0, number(later, "keyspace_hits") - number(earlier, "keyspace_hits")),
            std::max(0.0, number(later, "keyspace_misses") - number(earlier, "keyspace_misses"))};
}

// First moment at which a counter had grown faster than before; 0 when it never did.
model::Nanos growth_onset(const RowList& rows, std::string_view key, double usual_rate) {
    for (std::size_t i = 1; i < rows.size(); ++i)
        // One a second is granted: beside a baseline of none every single key would be a surge.
        if (rate(*rows[i - 1], *rows[i], key) > kSurge * usual_rate + 1) return rows[i - 1]->time;
    return 0;
}

// Grew after the baseline's end; without a reading of the baseline, at all.
bool grew_since(const RowList& rows, std::string_view key, model::Nanos baseline_end) {
    const Row* turn = last_until(rows, baseline_end);
    return number(*rows.back(), key) > number(turn != nullptr ? *turn : *rows.front(), key);
}

struct Newcomer {
    std::string name, cmd;
    const Row* row = nullptr;
};

// A named client that the baseline did not know, the one that was seen first.
std::optional<Newcomer> newcomer(const Instance& instance, const model::Window& window) {
    std::map<std::string, bool> known;
    const RowList& all = instance.all("clients");
    bool sampled = false;
    for (const Row* row : all)
        if (row->time <= window.baseline_end) {
            known[text(*row, "name")] = true;
            sampled = true;
        }
    if (!sampled) return std::nullopt;
    std::optional<Newcomer> found;
    for (const Row* row : all) {
        if (row->time <= window.baseline_end) continue;
        const std::string name = text(*row, "name");
        if (name.empty() || known.contains(name) || name.starts_with("devops-insight")) continue;
        // its last appearance says what it was doing
        if (!found || found->name == name) found = Newcomer{name, text(*row, "cmd"), row};
    }
    return found;
}

struct EvictionPressure {
    const Row* first = nullptr;  // start of the baseline
    const Row* turn = nullptr;   // end of the baseline
    const Row* now = nullptr;
    double evicted_before = 0;  // keys per second
    double evicted_now = 0;
    Reads reads_before, reads_now;
};

EvictionPressure pressure_of(const RowList& info, const model::Window& window) {
    EvictionPressure p;
    p.first = info.front();
    p.now = info.back();
    p.turn = last_until(info, window.baseline_end);
    if (p.turn == nullptr) p.turn = p.first;
    p.evicted_before = rate(*p.first, *p.turn, "evicted_keys");
    // The fastest stretch since: an average over the whole window would hide what began at its end.
    for (std::size_t i = 1; i < info.size(); ++i)
        if (info[i - 1]->time >= p.turn->time)
            p.evicted_now = std::max(p.evicted_now, rate(*info[i - 1], *info[i], "evicted_keys"));
    p.reads_before = reads_between(*p.first, *p.turn);
    const model::Nanos onset = growth_onset(info, "evicted_keys", p.evicted_before);
    const Row* since = onset != 0 ? first_from(info, onset) : p.turn;
    p.reads_now = reads_between(*since, *p.now);
    return p;
}

// Counters begin anew with the process (run_id): across a restart they cannot be compared.
bool same_run(const RowList& info) {
    return std::all_of(info.begin(), info.end(), [&](const Row* row) {
        return text(*row, "run_id") == text(*info.back(), "run_id");
    });
}

void add_client_facts(const std::optional<Newcomer>& client, Context& context,
                      std::vector<std::string>& evidence, std::string& statement) {
    if (!client) return;
    RowList rows;
    for (const Row* row : context.instance.all("clients"))
        if (text(*row, "name") == client->name) rows.push_back(row);
    evidence.push_back(
        context.evidence.add_rows("client " + client->name + " of " + context.instance.name(), rows,
                                  {"name", "user", "host", "cmd", "count", "max_age_s"},
                                  {{"firstSeen", base::format_rfc3339(rows.front()->time)}}));
    statement += fmt::format("; client {}, first seen at {}, was not there before", client->name,
                             base::format_clock(rows.front()->time));
    if (!client->cmd.empty()) statement += fmt::format(" and runs {}", client->cmd);
}

}  // namespace

void memory_eviction(Context& context) {
    const RowList& info = context.instance.all("info");
    if (info.size() < 2 || !same_run(info)) return;
    const EvictionPressure p = pressure_of(info, context.window);
    const double limit = number(*p.now, "maxmemory_bytes");
    const double used = number(*p.now, "used_memory_bytes");
    const bool at_limit = limit > 0 && used >= kAtLimit * limit;
    const bool evicting = p.evicted_now > kSurge * p.evicted_before + 1;
    const std::string policy = text(*p.now, "maxmemory_policy");
    // Under noeviction a write beyond the limit is answered with an error (OOM). The counter holds
    // every kind of error: it is proof only together with the limit.
    const bool refusing =
        at_limit && policy == "noeviction" &&
        number(*p.now, "total_error_replies") > number(*p.turn, "total_error_replies");
    if (!evicting && !refusing) return;

    // A ratio of a few reads is noise.
    const bool ratio_fell = p.reads_before.total() >= 20 && p.reads_now.total() >= 20 &&
                            p.reads_now.ratio() < p.reads_before.ratio() - 0.05;
    const model::Nanos onset = growth_onset(info, "evicted_keys", p.evicted_before);
    Json facts{{"limit", base::format_quantity(limit, "By")},
               {"used", base::format_quantity(used, "By")},
               {"evictedPerSecond", base::format_number(p.evicted_now)},
               {"evictedPerSecondBefore", base::format_number(p.evicted_before)}};
    if (onset != 0) facts["onset"] = base::format_rfc3339(onset);
    if (ratio_fell)
        facts["hitRatio"] = {{"before", percent(p.reads_before.ratio())},
                             {"now", percent(p.reads_now.ratio())}};
    std::vector<std::string> evidence{context.evidence.add_rows(
        "memory and keys of " + context.instance.name(), info,
        {"used_memory_bytes", "maxmemory_bytes", "maxmemory_policy", "evicted_keys",
         "keyspace_hits", "keyspace_misses", "total_error_replies"},
        facts)};

    std::string statement =
        refusing ? fmt::format("{} is at its memory limit of {} and refuses writes (policy {})",
                               context.instance.name(), base::format_quantity(limit, "By"), policy)
                 : fmt::format(
                       "{} {} at its memory limit of {} and {} up to {} keys per second "
                       "(before: {}; policy {})",
                       context.instance.name(), at_limit ? "is" : "was",
                       base::format_quantity(limit, "By"), at_limit ? "evicts" : "evicted",
                       base::format_number(p.evicted_now), base::format_number(p.evicted_before),
                       policy);
    if (ratio_fell)
        statement += fmt::format("; its hit ratio fell from {} to {}",
                                 percent(p.reads_before.ratio()), percent(p.reads_now.ratio()));
    const std::optional<Newcomer> client = newcomer(context.instance, context.window);
    add_client_facts(client, context, evidence, statement);
    statement += ".";

    Finding finding;
    finding.clue.kind = refusing ? "memory_limit" : "eviction";
    finding.clue.entity = entity_of(*p.now);
    finding.clue.statement = statement;
    finding.brief = refusing ? "Writes begin to be refused." : "Keys begin to be evicted.";
    finding.clue.strength = std::min(1.0, 0.6 + (ratio_fell ? 0.2 : 0) + (at_limit ? 0.2 : 0));
    if (onset != 0) finding.clue.onset = onset;
    finding.clue.current = at_limit;
    finding.clue.evidence = evidence;
    finding.aspect = Aspect::Eviction;
    finding.harm = ratio_fell || refusing ? 1 : 0.6;
    Mechanism mechanism;
    mechanism.cause_class = refusing ? "memory_exhausted" : "cache_eviction";
    mechanism.level = client ? model::Level::Code : model::Level::Config;
    mechanism.statement = statement;
    mechanism.directness = 1;
    mechanism.overturned_by = {
        "If evictions stop while used memory stays at the limit, the keys were not pushed out by "
        "writes.",
        "redis-cli INFO"};
    if (client)
        mechanism.recommendations.push_back(
            {fmt::format("Ask the owner of {} whether it may be paused, and give its keys a "
                         "shorter lifetime or a place of their own.",
                         client->name),
             "redis-cli CLIENT LIST", false, evidence});
    mechanism.recommendations.push_back(
        {"Raise maxmemory if the host has room and the data is meant to be kept.",
         "redis-cli CONFIG SET maxmemory <bytes>", true, evidence});
    add_users(context, mechanism);
    finding.mechanism = std::move(mechanism);
    context.findings.push_back(std::move(finding));
}

void client_saturation(Context& context) {
    const RowList refused = refused_since(context.instance, context.window.baseline_end);
    const RowList& info = context.instance.all("info");
    const bool turned_away = !refused.empty() && text(*refused.front(), "reason") == "max_clients";
    const bool rejecting = info.size() >= 2 && same_run(info) &&
                           grew_since(info, "rejected_connections", context.window.baseline_end);
    if (!turned_away && !rejecting) return;
    std::vector<std::string> evidence;
    if (turned_away)
        evidence.push_back(context.evidence.add_rows("refusal by " + context.instance.name(),
                                                     refused, {"reason", "message"}));
    if (info.size() >= 2)
        evidence.push_back(
            context.evidence.add_rows("clients of " + context.instance.name(), info,
                                      {"connected_clients", "maxclients", "rejected_connections"}));
    Finding finding;
    finding.clue.kind = "saturation";
    finding.clue.entity = {"cache", context.instance.name()};
    finding.clue.statement =
        fmt::format("{} refuses connections: its maxclients is reached.", context.instance.name());
    finding.brief = finding.clue.statement;
    finding.clue.strength = 1;
    finding.clue.evidence = evidence;
    finding.aspect = Aspect::Saturation;
    finding.harm = 1;
    Mechanism mechanism;
    mechanism.cause_class = "connection_exhaustion";
    mechanism.level = model::Level::Config;
    mechanism.statement = finding.clue.statement;
    mechanism.directness = 1;
    mechanism.overturned_by = {
        "If connected clients are far below maxclients while refusals go on, look at the network "
        "instead.",
        "redis-cli INFO clients"};
    add_users(context, mechanism);
    finding.mechanism = std::move(mechanism);
    context.findings.push_back(std::move(finding));
}

}  // namespace insight::analysis::databases
