#include "collectors/redis/round.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "collectors/redis/cluster.h"
#include "collectors/redis/failure.h"
#include "collectors/redis/replies.h"
#include "collectors/unreached.h"

namespace insight::collectors::redis {
namespace {

constexpr std::size_t kClientGroups = 100;
constexpr std::size_t kClusterNodes = 200;
constexpr std::size_t kLatencyEvents = 8;

}  // namespace

// The reply of one command, its failure in `coverage` and, where it tells something about the
// server, among the rows.
std::optional<Json> Round::ask(const std::vector<std::string>& words) {
    auto reply = session_.command(words, deadline_);
    if (reply) return std::move(*reply);
    coverage_.failed(fmt::format("{}", fmt::join(words, " ")), reply.error());
    refused(reply.error());
    return std::nullopt;
}

// "max number of clients reached" says more than that we were not let in: it is the incident.
void Round::refused(const base::Error& error) {
    auto reason = refusal(error.cause);
    // Who has answered something in this round was reached.
    if (reason.empty() && out_.databases.empty()) reason = unreached(error);
    const bool told = std::any_of(out_.databases.begin(), out_.databases.end(),
                                  [](const auto& row) { return row.view == "refused"; });
    if (reason.empty() || told) return;
    out_.databases.push_back(
        make_("refused", clock_.now(), Json{{"reason", reason}, {"message", told_by(error)}}));
}

void Round::put(std::string_view view, Rows rows) {
    const base::Nanos now = clock_.now();
    for (Json& row : rows) out_.databases.push_back(make_(view, now, std::move(row)));
}

// Rows that carry a time of their own, in unix seconds.
void Round::put_timed(std::string_view view, Rows rows) {
    for (Json& row : rows) {
        const base::Nanos time = base::from_seconds(base::number_at(row, "time"));
        row.erase("time");
        out_.databases.push_back(make_(view, time, std::move(row)));
    }
}

Json Round::present(base::Nanos since) {
    Json sample = Json::object();
    if (const auto reply = ask({"INFO", "all"}); reply && reply->is_string()) {
        Info info = parse_info(reply->get_ref<const std::string&>());
        if (info.info.empty()) {
            coverage_.skipped("INFO all", model::Outcome::Failed,
                              fmt::format("what answers for Redis {} gave no INFO of a Redis: "
                                          "correct the address",
                                          make_.instance));
        } else {
            coverage_.answered("INFO all", info.info.size());
            sample["info"] = info.info;
            sample["commandstats"] = info.commandstats;
            sample["replicas"] = info.replicas;
            put("info", {std::move(info.info)});
            put("keyspace", std::move(info.keyspace));
            put("commandstats", std::move(info.commandstats));
            put("errorstats", std::move(info.errorstats));
            put("replicas", std::move(info.replicas));
        }
    }
    if (const auto reply = ask({"CLIENT", "LIST"}); reply && reply->is_string()) {
        Rows groups = group_clients(reply->get_ref<const std::string&>());
        keep("CLIENT LIST", groups, kClientGroups, "groups of clients, the least numerous,");
        sample["clients"] = groups;
        put("clients", std::move(groups));
    }
    // What follows has a memory of its own in the server, or is of interest only now: no sample
    // needs it.
    if (since < 0) return sample;

    slow_log(since);
    latencies(since);
    if (const auto reply = ask({"MEMORY", "STATS"})) {
        Json row = memory_row(*reply);
        coverage_.answered("MEMORY STATS", row.size());
        if (!row.empty()) put("memory_stats", {std::move(row)});
    }
    if (base::flag_at(base::object_at(sample, "info"), "cluster_enabled")) cluster();
    return sample;
}

void Round::keep(std::string_view command, Rows& rows, std::size_t most, std::string_view which) {
    if (rows.size() <= most) {
        coverage_.answered(command, rows.size());
        return;
    }
    const std::size_t left_out = rows.size() - most;
    rows.resize(most);
    coverage_.truncated(command, most, fmt::format("{} {} were left out", left_out, which));
}

void Round::slow_log(base::Nanos since) {
    constexpr const char* kCommand = "SLOWLOG GET 128";
    constexpr std::size_t kRead = 128;
    const auto reply = ask({"SLOWLOG", "GET", std::to_string(kRead)});
    if (!reply) return;
    Rows entries = slowlog_rows(*reply, base::to_seconds(since));
    // In a bad hour the log is full of its last minute, and says nothing of how it was before.
    if (const auto reach = slowlog_reach(*reply, base::to_seconds(since)))
        // A longer log helps only up to what is read of it.
        coverage_.truncated(
            kCommand, entries.size(),
            fmt::format(
                "the last {} slow commands reach back to {} only: if that is too short, "
                "raise slowlog-log-slower-than{}",
                entries.size(), base::format_rfc3339(base::from_seconds(*reach)),
                reply->size() < kRead ? fmt::format(", or slowlog-max-len up to {}", kRead) : ""));
    else
        coverage_.answered(kCommand, entries.size());
    put_timed("slowlog", std::move(entries));
}

void Round::latencies(base::Nanos since) {
    const auto reply = ask({"LATENCY", "LATEST"});
    if (!reply) return;
    Rows events = latency_rows(*reply);
    coverage_.answered("LATENCY LATEST", events.size(),
                       events.empty() ? "no latency events: latency-monitor-threshold is off "
                                        "or nothing was slow"
                                      : "");
    if (events.size() > kLatencyEvents)
        coverage_.skipped("LATENCY HISTORY", model::Outcome::Truncated,
                          fmt::format("of {} more events only the latest and the worst moment",
                                      events.size() - kLatencyEvents));
    for (std::size_t i = 0; i < std::min(events.size(), kLatencyEvents); ++i) {
        const std::string event = base::text_at(events[i], "event");
        const auto history = ask({"LATENCY", "HISTORY", event});
        if (!history) break;
        Rows moments = latency_history_rows(event, *history, base::to_seconds(since));
        coverage_.answered("LATENCY HISTORY " + event, moments.size());
        put_timed("latency_history", std::move(moments));
    }
    put("latency", std::move(events));
}

void Round::cluster() {
    if (const auto reply = ask({"CLUSTER", "INFO"}); reply && reply->is_string()) {
        Json row = cluster_row(reply->get_ref<const std::string&>());
        coverage_.answered("CLUSTER INFO", row.size());
        if (!row.empty()) put("cluster", {std::move(row)});
    }
    if (const auto reply = ask({"CLUSTER", "NODES"}); reply && reply->is_string()) {
        Rows nodes = cluster_nodes(reply->get_ref<const std::string&>());
        keep("CLUSTER NODES", nodes, kClusterNodes, "nodes, those that are well first,");
        put("cluster_nodes", std::move(nodes));
    }
}

}  // namespace insight::collectors::redis
