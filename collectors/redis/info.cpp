#include "collectors/redis/info.h"

#include <array>
#include <charconv>
#include <map>
#include <tuple>

#include "collectors/coverage.h"
#include "core/base/text.h"

namespace insight::collectors::redis {
namespace {

struct Key {
    std::string_view theirs;
    std::string_view ours;
};

constexpr std::array kNumbers{
    Key{"uptime_in_seconds", "uptime_s"},
    Key{"connected_clients", "connected_clients"},
    Key{"maxclients", "maxclients"},
    Key{"blocked_clients", "blocked_clients"},
    Key{"rejected_connections", "rejected_connections"},
    Key{"total_connections_received", "total_connections_received"},
    Key{"used_memory", "used_memory_bytes"},
    Key{"used_memory_rss", "used_memory_rss_bytes"},
    Key{"used_memory_peak", "used_memory_peak_bytes"},
    Key{"maxmemory", "maxmemory_bytes"},
    Key{"mem_fragmentation_ratio", "mem_fragmentation_ratio"},
    Key{"mem_clients_normal", "mem_clients_normal_bytes"},
    Key{"mem_not_counted_for_evict", "mem_not_counted_for_evict_bytes"},
    Key{"evicted_keys", "evicted_keys"},
    Key{"expired_keys", "expired_keys"},
    Key{"keyspace_hits", "keyspace_hits"},
    Key{"keyspace_misses", "keyspace_misses"},
    Key{"total_commands_processed", "total_commands_processed"},
    Key{"instantaneous_ops_per_sec", "instantaneous_ops_per_sec"},
    Key{"total_error_replies", "total_error_replies"},
    Key{"unexpected_error_replies", "unexpected_error_replies"},
    Key{"latest_fork_usec", "latest_fork_us"},
    Key{"rdb_changes_since_last_save", "rdb_changes_since_last_save"},
    Key{"rdb_last_save_time", "rdb_last_save_at"},
    Key{"connected_slaves", "connected_slaves"},
    Key{"master_last_io_seconds_ago", "master_last_io_s"},
    Key{"master_link_down_since_seconds", "master_link_down_s"},
    Key{"master_repl_offset", "master_repl_offset"},
    Key{"slave_repl_offset", "slave_repl_offset"},
    Key{"mem_fragmentation_bytes", "mem_fragmentation_bytes"},
    Key{"allocator_frag_ratio", "allocator_frag_ratio"},
    Key{"allocator_frag_bytes", "allocator_frag_bytes"},
    Key{"rss_overhead_ratio", "rss_overhead_ratio"},
    Key{"mem_clients_slaves", "mem_clients_replicas_bytes"},
    Key{"mem_replication_backlog", "mem_replication_backlog_bytes"},
    Key{"evicted_clients", "evicted_clients"},
    Key{"total_net_input_bytes", "total_net_input_bytes"},
    Key{"total_net_output_bytes", "total_net_output_bytes"},
    Key{"acl_access_denied_auth", "acl_access_denied_auth"},
    Key{"loading_eta_seconds", "loading_eta_s"},
    Key{"rdb_last_bgsave_time_sec", "rdb_last_bgsave_s"},
    Key{"rdb_last_cow_size", "rdb_last_cow_bytes"},
    Key{"aof_current_size", "aof_current_bytes"},
    Key{"aof_base_size", "aof_base_bytes"},
    Key{"aof_delayed_fsync", "aof_delayed_fsync"},
    Key{"aof_pending_bio_fsync", "aof_pending_fsync"},
    Key{"sync_full", "sync_full"},
    Key{"sync_partial_ok", "sync_partial_ok"},
    Key{"sync_partial_err", "sync_partial_err"},
    Key{"repl_backlog_size", "repl_backlog_bytes"},
    Key{"repl_backlog_histlen", "repl_backlog_used_bytes"},
    Key{"slave_read_repl_offset", "slave_read_repl_offset"},
    Key{"master_port", "master_port"},
    Key{"used_cpu_user", "used_cpu_user_s"},
    Key{"used_cpu_sys", "used_cpu_sys_s"},
};

constexpr std::array kTexts{
    Key{"redis_version", "version"},
    Key{"valkey_version", "valkey_version"},
    Key{"redis_mode", "mode"},
    Key{"run_id", "run_id"},
    Key{"role", "role"},
    Key{"maxmemory_policy", "maxmemory_policy"},
    Key{"master_link_status", "master_link_status"},
    Key{"master_host", "master_host"},
    Key{"rdb_last_bgsave_status", "rdb_last_bgsave_status"},
    Key{"aof_last_write_status", "aof_last_write_status"},
    Key{"aof_last_bgrewrite_status", "aof_last_bgrewrite_status"},
};

constexpr std::array kFlags{
    Key{"loading", "loading"},
    Key{"aof_enabled", "aof_enabled"},
    Key{"cluster_enabled", "cluster_enabled"},
    Key{"rdb_bgsave_in_progress", "rdb_bgsave_in_progress"},
    Key{"aof_rewrite_in_progress", "aof_rewrite_in_progress"},
    Key{"master_sync_in_progress", "master_sync_in_progress"},
    Key{"active_defrag_running", "active_defrag_running"},
};

using Pairs = std::map<std::string, std::string, std::less<>>;

Json number(std::string_view text) {
    std::int64_t whole = 0;
    if (const auto [end, error] = std::from_chars(text.begin(), text.end(), whole);
        error == std::errc() && end == text.end() && !text.empty())
        return whole;
    double value = 0;
    if (const auto [end, error] = std::from_chars(text.begin(), text.end(), value);
        error == std::errc() && end == text.end() && std::isfinite(value))
        return value;
    return nullptr;
}

double plain(const Pairs& pairs, std::string_view key) {
    const auto it = pairs.find(key);
    const Json value = it == pairs.end() ? Json() : number(it->second);
    return value.is_number() ? value.get<double>() : 0;
}

std::string text(const Pairs& pairs, std::string_view key) {
    const auto it = pairs.find(key);
    return it == pairs.end() ? std::string() : it->second;
}

template <typename Use>
void each_part(std::string_view text, char separator, Use use) {
    while (!text.empty()) {
        const std::size_t end = text.find(separator);
        std::string_view part = text.substr(0, end);
        if (part.ends_with('\r')) part.remove_suffix(1);
        if (!part.empty()) use(part);
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
}

// "a=1,b=2"
Pairs pairs_of(std::string_view text, char separator) {
    Pairs out;
    each_part(text, separator, [&](std::string_view part) {
        const std::size_t sign = part.find('=');
        if (sign != std::string_view::npos)
            out.emplace(base::clean_utf8(part.substr(0, sign)),
                        base::clean_utf8(part.substr(sign + 1)));
    });
    return out;
}

Json with(Json row, const Pairs& pairs, std::initializer_list<Key> keys) {
    for (const Key& key : keys) {
        const auto it = pairs.find(key.theirs);
        row[std::string(key.ours)] = it == pairs.end() ? Json() : number(it->second);
    }
    return row;
}

// Rows of one family beyond this come from no real server.
constexpr std::size_t kMostRows = 2000;
constexpr std::size_t kMostLines = 20'000;
constexpr std::string_view kPercentiles = "latency_percentiles_usec_";

// Families of lines: "cmdstat_get:calls=…", "db0:keys=…", "slave0:ip=…".
void family(Info& out, std::string_view key, std::string_view value) {
    if (std::max({out.commandstats.size(), out.errorstats.size(), out.keyspace.size(),
                  out.replicas.size()}) >= kMostRows)
        return;
    const Pairs pairs = pairs_of(value, ',');
    if (key.starts_with("cmdstat_")) {
        out.commandstats.push_back(with({{"command", base::clean_utf8(key.substr(8))}}, pairs,
                                        {{"calls", "calls"},
                                         {"usec", "usec"},
                                         {"usec_per_call", "usec_per_call"},
                                         {"rejected_calls", "rejected_calls"},
                                         {"failed_calls", "failed_calls"}}));
    } else if (key.starts_with("errorstat_")) {
        out.errorstats.push_back(
            with({{"error", base::clean_utf8(key.substr(10))}}, pairs, {{"count", "count"}}));
    } else if (key.starts_with("db") && pairs.contains("keys")) {
        out.keyspace.push_back(
            with({{"db", number(key.substr(2))}}, pairs,
                 {{"keys", "keys"}, {"expires", "expires"}, {"avg_ttl", "avg_ttl_ms"}}));
    } else if (key.starts_with("slave") && pairs.contains("state")) {
        out.replicas.push_back(with({{"address", text(pairs, "ip") + ":" + text(pairs, "port")},
                                     {"state", text(pairs, "state")},
                                     {"offset", plain(pairs, "offset")}},
                                    pairs, {{"lag", "lag_s"}}));
    }
}

// An address without its port: "127.0.0.1:4711", "[::1]:4711", "/run/redis.sock:0".
std::string host_of(std::string_view address) {
    return std::string(address.substr(0, address.rfind(':')));
}

// Commands whose arguments are, or may hold, credentials.
bool secretive(std::string_view command) {
    std::string upper;
    for (const char c : command)
        upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return upper == "AUTH" || upper == "HELLO" || upper == "ACL" || upper == "CONFIG" ||
           upper == "MIGRATE";
}

}  // namespace

Info parse_info(std::string_view info) {
    Info out;
    Pairs pairs;
    std::map<std::string, Pairs> percentiles;  // by command
    std::size_t lines = 0;
    each_part(info, '\n', [&](std::string_view line) {
        const std::size_t colon = line.find(':');
        if (line.starts_with('#') || colon == std::string_view::npos || ++lines > kMostLines)
            return;
        const std::string_view key = line.substr(0, colon);
        const std::string_view value = line.substr(colon + 1);
        pairs.emplace(base::clean_utf8(key), base::shorten(base::clean_utf8(value), 200));
        if (key.starts_with(kPercentiles) && percentiles.size() < kMostRows)
            percentiles[base::clean_utf8(key.substr(kPercentiles.size()))] = pairs_of(value, ',');
        else if (value.find('=') != std::string_view::npos)
            family(out, key, value);
    });
    if (!pairs.contains("redis_version")) return {};
    for (const Key& key : kNumbers) {
        const auto it = pairs.find(key.theirs);
        out.info[std::string(key.ours)] = it == pairs.end() ? Json() : number(it->second);
    }
    for (const Key& key : kTexts) {
        const auto it = pairs.find(key.theirs);
        out.info[std::string(key.ours)] = it == pairs.end() ? Json() : Json(it->second);
    }
    for (const Key& key : kFlags) out.info[std::string(key.ours)] = text(pairs, key.theirs) == "1";

    for (Json& row : out.commandstats) {
        const Pairs& times = percentiles[base::text_at(row, "command")];
        row = with(std::move(row), times,
                   {{"p50", "p50_us"}, {"p99", "p99_us"}, {"p99.9", "p999_us"}});
    }
    std::int64_t keys = 0;
    std::int64_t expires = 0;
    for (const Json& row : out.keyspace) {
        keys += base::integer_at(row, "keys");
        expires += base::integer_at(row, "expires");
    }
    out.info["keys"] = keys;
    out.info["expires"] = expires;
    for (Json& row : out.replicas) {
        row["lag_bytes"] = plain(pairs, "master_repl_offset") - base::number_at(row, "offset");
        row.erase("offset");
    }
    return out;
}

Rows group_clients(std::string_view list, std::size_t limit) {
    struct Group {
        std::int64_t count = 0;
        double age = 0;
        double idle = 0;
        double memory = 0;
        double output = 0;
        std::int64_t blocked = 0;
        std::int64_t subscribed = 0;
    };
    std::map<std::tuple<std::string, std::string, std::string, std::string>, Group> groups;
    each_part(list, '\n', [&](std::string_view line) {
        const Pairs pairs = pairs_of(line, ' ');
        if (!pairs.contains("addr")) return;
        Group& group = groups[{text(pairs, "name"), text(pairs, "user"),
                               host_of(text(pairs, "addr")), text(pairs, "cmd")}];
        ++group.count;
        group.age = std::max(group.age, plain(pairs, "age"));
        group.idle = std::max(group.idle, plain(pairs, "idle"));
        group.memory += plain(pairs, "tot-mem");
        group.output = std::max(group.output, plain(pairs, "omem"));
        const std::string flags = text(pairs, "flags");
        group.blocked += flags.find('b') != std::string::npos ? 1 : 0;
        group.subscribed += flags.find('P') != std::string::npos ? 1 : 0;
    });
    Rows out;
    for (const auto& [key, group] : groups) {
        const auto& [name, user, host, cmd] = key;
        out.push_back({{"name", name},
                       {"user", user},
                       {"host", host},
                       {"cmd", cmd},
                       {"count", group.count},
                       {"max_age_s", group.age},
                       {"max_idle_s", group.idle},
                       {"tot_mem_bytes", group.memory},
                       {"max_output_bytes", group.output},
                       {"blocked", group.blocked},
                       {"subscribed", group.subscribed}});
    }
    std::stable_sort(out.begin(), out.end(), [](const Json& a, const Json& b) {
        return base::integer_at(a, "count") > base::integer_at(b, "count");
    });
    if (out.size() > limit) out.resize(limit);
    return out;
}

Rows slowlog_rows(const Json& reply, double since) {
    Rows out;
    if (!reply.is_array()) return out;
    for (const Json& entry : reply) {
        if (!entry.is_array() || entry.size() < 4 || !entry[0].is_number() ||
            !entry[1].is_number() || !entry[2].is_number() || !entry[3].is_array())
            continue;
        if (entry[1].get<double>() < since) continue;
        std::vector<std::string> words;
        for (const Json& word : entry[3])
            if (word.is_string()) words.push_back(shown(word.get_ref<const std::string&>(), 80));
        const std::string command = words.empty() ? "" : words.front();
        std::string arguments;
        for (std::size_t i = 1; i < words.size() && arguments.size() < 400; ++i)
            arguments += (i > 1 ? " " : "") + words[i];
        if (secretive(command)) arguments = "[redacted]";
        const auto tail = [&](std::size_t at) {
            return entry.size() > at && entry[at].is_string()
                       ? base::clean_utf8(entry[at].get_ref<const std::string&>())
                       : std::string();
        };
        out.push_back({{"id", entry[0]},
                       {"time", entry[1]},
                       {"duration_us", entry[2]},
                       {"command", command},
                       {"arguments", shown(arguments, 200)},
                       {"client_addr", tail(4)},
                       {"client_name", tail(5)}});
    }
    return out;
}

Rows latency_rows(const Json& reply) {
    Rows out;
    if (!reply.is_array()) return out;
    for (const Json& entry : reply)
        if (entry.is_array() && entry.size() >= 4 && entry[0].is_string())
            out.push_back({{"event", base::clean_utf8(entry[0].get_ref<const std::string&>())},
                           {"last_at", entry[1]},
                           {"last_ms", entry[2]},
                           {"max_ms", entry[3]}});
    return out;
}

Rows latency_history_rows(const std::string& event, const Json& reply, double since) {
    Rows out;
    if (!reply.is_array()) return out;
    for (const Json& entry : reply)
        if (entry.is_array() && entry.size() == 2 && entry[0].is_number() && entry[1].is_number() &&
            entry[0].get<double>() >= since)
            out.push_back({{"event", event}, {"time", entry[0]}, {"ms", entry[1]}});
    return out;
}

Json memory_row(const Json& reply) {
    Json out = Json::object();
    if (!reply.is_array()) return out;
    for (std::size_t i = 0; i + 1 < reply.size(); i += 2) {
        if (!reply[i].is_string()) continue;
        std::string key = base::clean_utf8(reply[i].get_ref<const std::string&>());
        for (char& c : key)
            if (c == '.' || c == '-') c = '_';
        const Json& value = reply[i + 1];
        const Json parsed = value.is_string() ? number(value.get_ref<const std::string&>()) : value;
        if (parsed.is_number()) out[key] = parsed;
    }
    return out;
}

}  // namespace insight::collectors::redis
