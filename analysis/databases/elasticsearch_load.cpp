// Elasticsearch or OpenSearch with more work than it takes: thread pools that reject, breakers that
// trip, tasks that go on for long (documentation: rejected requests, circuit breaker errors).
#include <fmt/format.h>

#include <map>
#include <set>

#include "analysis/command.h"
#include "analysis/databases/fault.h"
#include "core/base/text.h"

namespace insight::analysis::databases {
namespace {

using base::Json;

constexpr double kSlowTask = 10;  // seconds

// Rows of one node and pool (or breaker), and what its counter did.
struct Counter {
    RowList rows;
    double growth = 0;       // since the baseline's end
    double usual_rate = 0;   // per second, before
    double fastest = 0;      // per second, since
    model::Nanos onset = 0;  // last moment before it grew
};

struct Sample {
    model::Nanos time = 0;
    double count = 0;
};

// Breakers that never tripped and idle pools have no row (collectors/elasticsearch/cluster.cpp):
// where the node has others and none of this, the count is 0.
std::vector<Sample> samples_of(const RowList& of_node, const RowList& rows, std::string_view key) {
    std::map<model::Nanos, double> counts;
    for (const Row* row : of_node) counts.try_emplace(row->time, 0);
    for (const Row* row : rows) counts[row->time] = number(*row, key);
    std::vector<Sample> out;
    for (const auto& [time, count] : counts) out.push_back({time, count});
    return out;
}

double pace_of(const Sample& earlier, const Sample& later) {
    const double seconds = base::to_seconds(later.time - earlier.time);
    return seconds > 0 ? std::max(0.0, later.count - earlier.count) / seconds : 0;
}

// Nodes count from their own start on.
Counter counter_of(const RowList& of_node, RowList rows, std::string_view key,
                   const model::Window& window) {
    Counter out;
    out.rows = std::move(rows);
    const std::vector<Sample> samples = samples_of(of_node, out.rows, key);
    if (samples.size() < 2) return out;
    // Without a sample of the baseline the first one stands in: nothing is then usual, and any
    // growth counts.
    Sample turn = samples.front();
    for (const Sample& sample : samples)
        if (sample.time <= window.baseline_end) turn = sample;
    out.usual_rate = pace_of(samples.front(), turn);
    for (std::size_t i = 1; i < samples.size(); ++i) {
        const Sample& before = samples[i - 1];
        const Sample& after = samples[i];
        if (before.time < turn.time) continue;
        const double growth = after.count - before.count;
        if (growth <= 0) continue;  // nothing, or the node began anew
        out.growth += growth;
        out.fastest = std::max(out.fastest, pace_of(before, after));
        if (out.onset == 0) out.onset = before.time;
    }
    return out;
}

// Rows of every pair of values of two keys, in the order of the names, beside all of the first.
template <class Use>
void each(const RowList& rows, std::string_view a, std::string_view b, Use use) {
    std::set<std::pair<std::string, std::string>> seen;
    for (const Row* row : rows) seen.emplace(text(*row, a), text(*row, b));
    for (const auto& [first, second] : seen) {
        const RowList of_first = where(rows, a, first);
        use(of_first, where(of_first, b, second), first, second);
    }
}

std::string counted(double value) {
    return fmt::format("{:.0f}", value);
}

}  // namespace

void pool_rejections(Context& context) {
    const Instance& instance = context.instance;
    Counter worst;
    std::string node, pool;
    each(instance.all("thread_pools"), "node", "pool",
         [&](const RowList& of_node, RowList rows, const std::string& a, const std::string& b) {
             Counter one = counter_of(of_node, std::move(rows), "rejected", context.window);
             if (one.growth <= worst.growth) return;
             worst = std::move(one);
             node = a;
             pool = b;
         });
    // Our own request was turned away: proof by itself.
    const RowList refused = where(instance.standing("refused", "server"), "reason", "rejected");
    const bool grew = worst.growth > 0 && worst.fastest > kSurge * worst.usual_rate;
    if (!grew && refused.empty()) return;
    std::vector<std::string> evidence;
    Fault fault;
    if (grew) {
        const Row& now = *worst.rows.back();
        evidence.push_back(context.evidence.add_rows(
            fmt::format("thread pool {} of node {} of {}", pool, node, instance.name()), worst.rows,
            {"node", "pool", "threads", "active", "queue", "rejected", "completed"},
            {{"rejected", counted(worst.growth)},
             {"notRejectedUntil", base::format_rfc3339(worst.onset)}}));
        fault.statement = fmt::format(
            "Node {} of {} rejected {} requests of its thread pool {} since {} ({} threads)", node,
            instance.name(), counted(worst.growth), pool, base::format_clock(worst.onset),
            base::integer_at(now.row, "threads"));
    } else {
        fault.statement = fmt::format("{} rejects requests: a thread pool and its queue are full",
                                      instance.name());
    }
    if (!refused.empty())
        evidence.push_back(context.evidence.add_rows("refusal by " + instance.name(), refused,
                                                     {"reason", "message"}));
    fault.statement += ".";
    fault.kind = "rejection";
    fault.cause_class = "thread_pool_exhaustion";
    fault.level = model::Level::Infrastructure;
    fault.brief = "Requests begin to be rejected.";
    fault.evidence = evidence;
    fault.aspect = Aspect::Saturation;
    fault.harm = 0.9;
    // Beside a refusal alone nothing tells when it began.
    fault.onset = grew ? worst.onset : 0;
    fault.overturned_by = {
        "If rejections stop while the symptom goes on, it has another cause.",
        command::elasticsearch("/_cat/thread_pool?v&h=node_name,name,active,queue,rejected")};
    fault.recommendations.push_back(
        {"Find who sends more than before: fewer and larger bulks, fewer searches at a time, back "
         "off on HTTP 429; or add nodes.",
         command::elasticsearch("/_tasks?detailed=true&group_by=parents"), false, evidence});
    add_fault(context, grew ? *worst.rows.back() : *refused.front(), std::move(fault));
}

void breaker_trips(Context& context) {
    const Instance& instance = context.instance;
    Counter worst;
    std::string node, breaker;
    each(instance.all("breakers"), "node", "breaker",
         [&](const RowList& of_node, RowList rows, const std::string& a, const std::string& b) {
             Counter one = counter_of(of_node, std::move(rows), "tripped", context.window);
             if (one.growth <= worst.growth) return;
             worst = std::move(one);
             node = a;
             breaker = b;
         });
    if (worst.growth <= 0 || worst.fastest <= kSurge * worst.usual_rate) return;
    const Row& now = *worst.rows.back();
    const std::string limit = base::format_quantity(number(now, "limit_bytes"), "By");
    std::vector<std::string> evidence{context.evidence.add_rows(
        fmt::format("breaker {} of node {} of {}", breaker, node, instance.name()), worst.rows,
        {"node", "breaker", "limit_bytes", "estimated_bytes", "tripped"},
        {{"trips", counted(worst.growth)},
         {"limit", limit},
         {"notTrippedUntil", base::format_rfc3339(worst.onset)}})};
    Fault fault;
    fault.kind = "memory_limit";
    fault.cause_class = "memory_exhausted";
    fault.level = model::Level::Infrastructure;
    fault.statement = fmt::format(
        "Circuit breaker {} of node {} of {} tripped {} times since {} at its limit of {}: those "
        "requests failed.",
        breaker, node, instance.name(), counted(worst.growth), base::format_clock(worst.onset),
        limit);
    fault.brief = "A circuit breaker trips.";
    fault.evidence = evidence;
    fault.aspect = Aspect::Saturation;
    fault.harm = 0.9;
    fault.onset = worst.onset;
    fault.overturned_by = {"If heap stays far below the limit while requests fail, look elsewhere.",
                           command::elasticsearch("/_nodes/stats/breaker,jvm")};
    fault.recommendations.push_back(
        {"Find the request that takes so much (large aggregations, huge bulks) and make it "
         "smaller; then look at the size of the heap.",
         command::elasticsearch("/_tasks?actions=*search&detailed=true"), false, evidence});
    add_fault(context, now, std::move(fault));
}

void slow_tasks(Context& context) {
    RowList slow;
    for (const Row* row : context.instance.standing("tasks", "server"))
        if (number(*row, "running_s") >= kSlowTask) slow.push_back(row);
    if (slow.empty()) return;
    // The collector gives the longest first.
    const Row& worst = *slow.front();
    const model::Nanos began = base::from_seconds(number(worst, "started_at"));
    const std::string lasted =
        base::format_duration(base::from_seconds(number(worst, "running_s")));
    std::vector<std::string> evidence{context.evidence.add_rows(
        "tasks of " + context.instance.name() + " that go on for long", slow,
        {"task", "action", "description", "running_s", "cancellable", "opaque_id"},
        {{"longest", lasted}, {"began", base::format_rfc3339(began)}, {"tasks", slow.size()}})};
    Fault fault;
    fault.kind = "slow_task";
    fault.cause_class = "slow_statement";
    fault.level = model::Level::Code;
    fault.statement = fmt::format("Task {} ({}) of {} has been running for {}, since {}",
                                  text(worst, "task"), text(worst, "action"),
                                  context.instance.name(), lasted, base::format_clock(began));
    if (const std::string what = text(worst, "description"); !what.empty())
        fault.statement += ": " + base::shorten(what, 160);
    else
        fault.statement += ".";
    fault.brief = fmt::format("Task {} begins.", text(worst, "action"));
    fault.evidence = evidence;
    fault.aspect = Aspect::Latency;
    fault.harm = 0.5;
    fault.onset = began;
    fault.overturned_by = {
        "If the symptom stays when the task has ended, it was not why.",
        command::elasticsearch("/_tasks/" + command::url_segment(text(worst, "task")))};
    fault.recommendations.push_back(
        {"Ask its owner whether it may be cancelled.",
         "curl -sS -X POST \"$ELASTICSEARCH_URL\"" +
             command::word("/_tasks/" + command::url_segment(text(worst, "task")) + "/_cancel"),
         true, evidence});
    add_fault(context, worst, std::move(fault));
}

}  // namespace insight::analysis::databases
