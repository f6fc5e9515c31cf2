// Redis runs its commands one after another: one that takes long, or is called without end, makes
// all others wait (documentation: latency). And one command can throw all keys away.
#include <fmt/format.h>

#include <cmath>
#include <set>

#include "analysis/databases/fault.h"
#include "analysis/databases/ledger.h"
#include "core/base/text.h"

namespace insight::analysis::databases {
namespace {

constexpr double kQuarterOfTheThread = 0.25;
constexpr double kHalfTheThread = 0.5;

std::string command_of(const Row& row) {
    return text(row, "command");
}

double seconds_in(const Row& row) {
    return number(row, "usec") / 1e6;
}

// As people write it: "CONFIG GET".
std::string spelled(const std::string& command) {
    std::string out;
    for (const char c : command)
        out += c == '|' ? ' ' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return out;
}

// Clients whose last command it was; ours is none of them.
RowList clients_with(const Instance& instance, const std::string& command) {
    RowList out;
    for (const Row* row : instance.present("clients"))
        if (text(*row, "cmd") == command && !text(*row, "name").starts_with("devops-insight"))
            out.push_back(row);
    return out;
}

std::string names_of(const RowList& clients) {
    std::set<std::string> names;
    for (const Row* row : clients)
        names.insert(text(*row, "name").empty() ? "user " + text(*row, "user")
                                                : text(*row, "name"));
    return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

void heavy_command(Context& context) {
    const Instance& instance = context.instance;
    const RowList& rows = instance.all("commandstats");
    const Ledger ledger(rows, {command_of, seconds_in});
    const auto heavy = newly_heavy(ledger, context.window, kQuarterOfTheThread);
    if (!heavy) return;
    const RowList readings = where(rows, "command", heavy->work);
    const long before = std::lround(100 * heavy->before);
    const long after = std::lround(100 * heavy->after);
    Fault fault;
    fault.kind = fault.cause_class = "heavy_command";
    fault.level = model::Level::Code;
    fault.evidence = {context.evidence.add_rows("command of " + instance.name() + " over time",
                                                readings,
                                                {"command", "calls", "usec", "usec_per_call"},
                                                {{"command", spelled(heavy->work)},
                                                 {"percentBefore", before},
                                                 {"percentNow", after},
                                                 {"notYetAt", base::format_rfc3339(heavy->from)}})};
    fault.statement = fmt::format(
        "{} takes {} % of the time of {} since {}, before {} %; all others wait for it",
        spelled(heavy->work), after, instance.name(), base::format_clock(heavy->from), before);
    if (const RowList clients = clients_with(instance, heavy->work); !clients.empty()) {
        fault.evidence.push_back(
            context.evidence.add_rows("who calls it on " + instance.name(), clients,
                                      {"name", "user", "host", "cmd", "count"}));
        fault.statement += fmt::format("; {} calls it", names_of(clients));
    }
    fault.statement += ".";
    fault.brief = fmt::format("{} begins to take most of the time.", spelled(heavy->work));
    fault.aspect = Aspect::Load;
    fault.harm = heavy->after >= kHalfTheThread ? 0.8 : 0.5;
    fault.onset = heavy->from;
    fault.overturned_by = {
        "If the others stay as slow without it, the host or its network is the cause.",
        "redis-cli INFO commandstats"};
    fault.recommendations.push_back(
        {"See who calls it and with what, and let them ask for less at once; KEYS has SCAN.",
         "redis-cli SLOWLOG GET 20", false, fault.evidence});
    add_fault(context, *readings.back(), std::move(fault));
}

void flushed(Context& context) {
    const Instance& instance = context.instance;
    for (const char* command : {"flushall", "flushdb"}) {
        const RowList calls = where(instance.all("commandstats"), "command", command);
        if (calls.empty() || calls.back()->time <= context.window.baseline_end) continue;
        // What is not listed was not called yet: the readings themselves are those of the server.
        const RowList& info = instance.all("info");
        const auto called = [&](model::Nanos time) {
            const Row* row = last_until(calls, time);
            return row == nullptr ? 0 : base::integer_at(row->row, "calls");
        };
        for (std::size_t i = 1; i < info.size(); ++i) {
            const Row& before = *info[i - 1];
            const Row& after = *info[i];
            const auto more = called(after.time) - called(before.time);
            const auto keys = base::integer_at(before.row, "keys");
            const auto left = base::integer_at(after.row, "keys");
            if (after.time <= context.window.baseline_end || more <= 0 || left >= keys) continue;
            Fault fault;
            fault.kind = fault.cause_class = "cache_flushed";
            fault.level = model::Level::Config;
            fault.statement =
                fmt::format("{} was called on {} between {} and {}: of {} keys {} were left.",
                            spelled(command), instance.name(), base::format_clock(before.time),
                            base::format_clock(after.time), keys, left);
            fault.brief = fmt::format("{} empties {}.", spelled(command), instance.name());
            fault.evidence = {
                context.evidence.add_rows("keys of " + instance.name(), {&before, &after},
                                          {"keys", "used_memory_bytes"},
                                          {{"from", base::format_rfc3339(before.time)},
                                           {"to", base::format_rfc3339(after.time)}}),
                context.evidence.add_rows("calls on " + instance.name(), calls,
                                          {"command", "calls"}, {{"command", spelled(command)}})};
            fault.aspect = Aspect::Eviction;
            fault.harm = 0.9;
            fault.onset = before.time;
            fault.overturned_by = {
                "If misses were as many before the keys went, the cache was of no use already.",
                "redis-cli INFO keyspace"};
            fault.recommendations.push_back(
                {"Find out who may call it and take the right away: an ACL with -@dangerous does.",
                 "redis-cli ACL LIST", false, fault.evidence});
            add_fault(context, after, std::move(fault));
            return;
        }
    }
}

}  // namespace insight::analysis::databases
