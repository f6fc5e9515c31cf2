// Memory of the server. What the old generation holds after a collection is truly in use (Java's
// MemoryPoolMXBean.getCollectionUsage); Neo4j's manual asks for action where collections take a
// large share of the time. Transactions share one pool (dbms.memory.transaction.total.max): at its
// end, they are refused.
#include <fmt/format.h>

#include <algorithm>

#include "analysis/command.h"
#include "analysis/databases/neo4j_present.h"
#include "analysis/databases/rules.h"
#include "analysis/databases/users.h"
#include "analysis/databases/words.h"
#include "analysis/entity.h"
#include "core/base/text.h"

namespace insight::analysis::databases {
namespace {

constexpr double kHeapNearlyFull = 0.9;  // from here on a heap hardly does anything but collect
constexpr double kCollecting = 0.25;     // of all time
constexpr double kLargeShare = 0.3;      // of what is held, by one transaction
constexpr double kRatioFall = 0.05;      // of page cache hits

using base::Json;

// Share of the time between the last two moments that went into collections; 0 across a restart.
double collecting(const RowList& memory) {
    if (memory.size() < 2) return 0;
    // Milliseconds of collection per second.
    return rate(*memory[memory.size() - 2], *memory.back(), "gc_time_ms") / 1000;
}

// The open transaction that holds most.
const Row* largest(const Instance& instance) {
    const Row* found = nullptr;
    for (const Row* row : present_with(instance, "transactions"))
        if (found == nullptr || number(*row, "heap_bytes") > number(*found, "heap_bytes"))
            found = row;
    return found;
}

struct HeapPressure {
    std::string what;  // "after a collection 95 % of the heap is still in use"
    double share = 0;
    double limit = 0;  // bytes
};

// Used heap alone says little: most of it is garbage until the next collection.
std::optional<HeapPressure> of_heap(const RowList& memory) {
    const Row& now = *memory.back();
    const double most = number(now, "old_max_bytes");
    const double kept = number(now, "old_after_gc_bytes");
    const double share = collecting(memory);
    if (most > 0 && kept >= kHeapNearlyFull * most)
        return HeapPressure{
            fmt::format("after a garbage collection {} of {} are still in use",
                        base::format_quantity(kept, "By"), base::format_quantity(most, "By")),
            kept / most, most};
    const double heap = number(now, "heap_max_bytes");
    if (share >= kCollecting && heap > 0)
        return HeapPressure{
            fmt::format("garbage collection takes {} of the time, the heap holds {} of {}",
                        percent(share), base::format_quantity(number(now, "heap_used_bytes"), "By"),
                        base::format_quantity(heap, "By")),
            share, heap};
    return std::nullopt;
}

std::optional<HeapPressure> of_pool(const Instance& instance, const Row& memory) {
    const RowList activity = instance.present("activity");
    const double most = number(memory, "transaction_limit_bytes");
    if (activity.empty() || activity.front()->time != memory.time || most <= 0) return std::nullopt;
    const double held = number(*activity.front(), "transaction_heap_bytes");
    if (held < kHeapNearlyFull * most) return std::nullopt;
    return HeapPressure{
        fmt::format("open transactions hold {} of the {} that all may have",
                    base::format_quantity(held, "By"), base::format_quantity(most, "By")),
        held / most, most};
}

void add_pressure(Context& context, const HeapPressure& pressure, const RowList& refused) {
    const RowList& memory = context.instance.all("memory");
    const Row* holder = largest(context.instance);
    const double held = holder == nullptr ? 0 : number(*holder, "heap_bytes");
    const bool one = pressure.limit > 0 && held >= kLargeShare * pressure.limit;
    std::vector<std::string> evidence;
    if (!memory.empty())
        evidence.push_back(context.evidence.add_rows(
            "memory of " + context.instance.name(), memory,
            {"heap_used_bytes", "heap_max_bytes", "old_after_gc_bytes", "old_max_bytes", "gc_count",
             "gc_time_ms", "transaction_limit_bytes"},
            {{"pressure", pressure.what}, {"collecting", percent(collecting(memory))}}));
    if (const RowList& activity = context.instance.all("activity"); !activity.empty())
        evidence.push_back(context.evidence.add_rows(
            "transactions of " + context.instance.name() + " over time", activity,
            {"open_transactions", "running", "blocked", "transaction_heap_bytes"}));
    if (!refused.empty())
        evidence.push_back(context.evidence.add_rows("refusal by " + context.instance.name(),
                                                     refused, {"reason", "message"}));
    std::string statement = fmt::format("{} is short of memory", context.instance.name());
    if (!pressure.what.empty()) statement += ": " + pressure.what;
    if (!refused.empty()) statement += "; it refused a statement of ours for want of memory";
    if (one) {
        statement += fmt::format("; transaction {} (application {}) alone holds {}",
                                 text(*holder, "transaction"), text(*holder, "application"),
                                 base::format_quantity(held, "By"));
        if (const std::string query = text(*holder, "query"); !query.empty())
            statement += fmt::format(" with `{}`", base::shorten(query, 160));
        evidence.push_back(context.evidence.add_rows(
            "the largest transaction of " + context.instance.name(), {holder},
            {"transaction", "application", "query", "query_age_s", "heap_bytes"},
            {{"holds", base::format_quantity(held, "By")}}));
    }
    statement += ".";

    Finding finding;
    finding.clue.kind = "memory_limit";
    finding.clue.entity = {"database", context.instance.name()};
    finding.clue.statement = statement;
    finding.clue.strength = refused.empty() ? std::min(1.0, 0.4 + 0.5 * pressure.share) : 1;
    if (one) finding.clue.onset = holder->time - base::from_seconds(number(*holder, "age_s"));
    finding.clue.evidence = evidence;
    finding.brief = one ? fmt::format("Transaction {} begins.", text(*holder, "transaction"))
                        : "Memory runs short.";
    finding.aspect = Aspect::Saturation;
    finding.harm = refused.empty() ? 0.6 : 1;
    Mechanism mechanism;
    mechanism.cause_class = "memory_exhausted";
    mechanism.level = one ? model::Level::Code : model::Level::Config;
    mechanism.statement = statement;
    mechanism.directness = one || !refused.empty() ? 1 : 0.7;
    mechanism.overturned_by = {
        "If the memory in use falls after the next collection by itself, it was garbage.",
        "cypher-shell \"CALL dbms.queryJmx('java.lang:type=Memory')\""};
    if (one)
        mechanism.recommendations.push_back(
            {fmt::format("End transaction {} if its owner agrees, and let it work in batches.",
                         text(*holder, "transaction")),
             command::cypher(
                 "TERMINATE TRANSACTIONS " + command::cypher_text(text(*holder, "transaction")),
                 "system"),
             true, evidence});
    mechanism.recommendations.push_back(
        {"Cap what one transaction may take (db.memory.transaction.max), or give the heap more "
         "(server.memory.heap.max_size).",
         "", false, evidence});
    add_users(context, mechanism);
    finding.mechanism = std::move(mechanism);
    context.findings.push_back(std::move(finding));
}

struct Hits {
    double hits = 0;
    double faults = 0;
    [[nodiscard]] double ratio() const { return hits / std::max(1.0, hits + faults); }
};

Hits hits_between(const Row& earlier, const Row& later) {
    const double seconds = base::to_seconds(later.time - earlier.time);
    return {rate(earlier, later, "page_cache_hits") * seconds,
            rate(earlier, later, "page_cache_faults") * seconds};
}

}  // namespace

void neo4j_memory(Context& context) {
    const RowList& memory = context.instance.all("memory");
    RowList refused;
    for (const Row* row : present_with(context.instance, "refused"))
        if (text(*row, "reason") == "out_of_memory") refused.push_back(row);
    std::optional<HeapPressure> pressure;
    if (!memory.empty() && !present_with(context.instance, "memory").empty()) {
        pressure = of_heap(memory);
        // The heap first: when that is full, the pool of transactions is only a part of it.
        if (!pressure) pressure = of_pool(context.instance, *memory.back());
    }
    if (pressure || !refused.empty())
        add_pressure(context, pressure.value_or(HeapPressure{}), refused);
}

// Enterprise alone tells the counters of the page cache.
void neo4j_page_cache(Context& context) {
    const RowList& memory = context.instance.all("memory");
    const Row* turn = last_until(memory, context.window.baseline_end);
    if (turn == nullptr || turn == memory.front() || turn == memory.back()) return;
    const Hits before = hits_between(*memory.front(), *turn);
    const Hits now = hits_between(*turn, *memory.back());
    // a ratio of few reads is noise
    if (before.hits < 1000 || now.hits < 1000 || now.ratio() > before.ratio() - kRatioFall) return;
    const std::string evidence = context.evidence.add_rows(
        "page cache of " + context.instance.name(), memory,
        {"page_cache_hits", "page_cache_faults", "page_cache_evictions", "page_cache_usage_ratio",
         "page_cache_bytes"},
        {{"hitRatio", {{"before", percent(before.ratio())}, {"now", percent(now.ratio())}}}});
    Finding finding;
    finding.clue.kind = "page_cache";
    finding.clue.entity = {"database", context.instance.name()};
    finding.clue.statement = fmt::format(
        "The page cache of {} finds {} of the pages, before {}: the rest is read from "
        "disk.",
        context.instance.name(), percent(now.ratio()), percent(before.ratio()));
    finding.clue.strength = std::min(0.9, 0.4 + 2 * (before.ratio() - now.ratio()));
    finding.clue.evidence = {evidence};
    finding.clue.onset = turn->time;
    finding.brief = "The page cache begins to miss.";
    finding.aspect = Aspect::Latency;
    finding.harm = 0.6;
    Mechanism mechanism;
    mechanism.cause_class = "page_cache_pressure";
    mechanism.level = model::Level::Config;
    mechanism.statement = finding.clue.statement;
    mechanism.directness = 0.6;
    mechanism.overturned_by = {
        "If the server was restarted at that time, its page cache is only still cold.",
        "cypher-shell \"SHOW SETTINGS 'server.memory.pagecache.size'\""};
    mechanism.recommendations.push_back(
        {"Find the query that reads more of the store than before; else raise "
         "server.memory.pagecache.size.",
         "cypher-shell -d system \"SHOW TRANSACTIONS YIELD transactionId, pageFaults, "
         "currentQuery\"",
         false,
         {evidence}});
    add_users(context, mechanism);
    finding.mechanism = std::move(mechanism);
    context.findings.push_back(std::move(finding));
}

}  // namespace insight::analysis::databases
