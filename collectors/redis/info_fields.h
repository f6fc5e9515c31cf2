// Which lines of INFO are kept, and what they are called here (redis.io/commands/info). Units are
// written into our names; a line that a server is too old for becomes null.
#pragma once

#include <array>
#include <string_view>

namespace insight::collectors::redis {

struct InfoKey {
    std::string_view theirs;
    std::string_view ours;
};

inline constexpr std::array kNumbers{
    InfoKey{"uptime_in_seconds", "uptime_s"},
    InfoKey{"connected_clients", "connected_clients"},
    InfoKey{"maxclients", "maxclients"},
    InfoKey{"blocked_clients", "blocked_clients"},
    InfoKey{"rejected_connections", "rejected_connections"},
    InfoKey{"total_connections_received", "total_connections_received"},
    InfoKey{"used_memory", "used_memory_bytes"},
    InfoKey{"used_memory_rss", "used_memory_rss_bytes"},
    InfoKey{"used_memory_peak", "used_memory_peak_bytes"},
    InfoKey{"maxmemory", "maxmemory_bytes"},
    InfoKey{"mem_fragmentation_ratio", "mem_fragmentation_ratio"},
    InfoKey{"mem_clients_normal", "mem_clients_normal_bytes"},
    InfoKey{"mem_not_counted_for_evict", "mem_not_counted_for_evict_bytes"},
    InfoKey{"evicted_keys", "evicted_keys"},
    InfoKey{"expired_keys", "expired_keys"},
    InfoKey{"keyspace_hits", "keyspace_hits"},
    InfoKey{"keyspace_misses", "keyspace_misses"},
    InfoKey{"total_commands_processed", "total_commands_processed"},
    InfoKey{"instantaneous_ops_per_sec", "instantaneous_ops_per_sec"},
    InfoKey{"total_error_replies", "total_error_replies"},
    InfoKey{"unexpected_error_replies", "unexpected_error_replies"},
    InfoKey{"latest_fork_usec", "latest_fork_us"},
    InfoKey{"rdb_changes_since_last_save", "rdb_changes_since_last_save"},
    InfoKey{"rdb_last_save_time", "rdb_last_save_at"},
    InfoKey{"connected_slaves", "connected_slaves"},
    InfoKey{"master_last_io_seconds_ago", "master_last_io_s"},
    InfoKey{"master_link_down_since_seconds", "master_link_down_s"},
    InfoKey{"master_repl_offset", "master_repl_offset"},
    InfoKey{"slave_repl_offset", "slave_repl_offset"},
    InfoKey{"mem_fragmentation_bytes", "mem_fragmentation_bytes"},
    InfoKey{"allocator_frag_ratio", "allocator_frag_ratio"},
    InfoKey{"allocator_frag_bytes", "allocator_frag_bytes"},
    InfoKey{"rss_overhead_ratio", "rss_overhead_ratio"},
    InfoKey{"mem_clients_slaves", "mem_clients_replicas_bytes"},
    InfoKey{"mem_replication_backlog", "mem_replication_backlog_bytes"},
    InfoKey{"evicted_clients", "evicted_clients"},
    InfoKey{"total_net_input_bytes", "total_net_input_bytes"},
    InfoKey{"total_net_output_bytes", "total_net_output_bytes"},
    InfoKey{"acl_access_denied_auth", "acl_access_denied_auth"},
    InfoKey{"loading_eta_seconds", "loading_eta_s"},
    InfoKey{"rdb_last_bgsave_time_sec", "rdb_last_bgsave_s"},
    InfoKey{"rdb_last_cow_size", "rdb_last_cow_bytes"},
    InfoKey{"aof_current_size", "aof_current_bytes"},
    InfoKey{"aof_base_size", "aof_base_bytes"},
    InfoKey{"aof_delayed_fsync", "aof_delayed_fsync"},
    InfoKey{"aof_pending_bio_fsync", "aof_pending_fsync"},
    InfoKey{"sync_full", "sync_full"},
    InfoKey{"sync_partial_ok", "sync_partial_ok"},
    InfoKey{"sync_partial_err", "sync_partial_err"},
    InfoKey{"repl_backlog_size", "repl_backlog_bytes"},
    InfoKey{"repl_backlog_histlen", "repl_backlog_used_bytes"},
    InfoKey{"slave_read_repl_offset", "slave_read_repl_offset"},
    InfoKey{"master_port", "master_port"},
    InfoKey{"used_cpu_user", "used_cpu_user_s"},
    InfoKey{"used_cpu_sys", "used_cpu_sys_s"},
};

inline constexpr std::array kTexts{
    InfoKey{"redis_version", "version"},
    InfoKey{"valkey_version", "valkey_version"},
    InfoKey{"redis_mode", "mode"},
    InfoKey{"run_id", "run_id"},
    InfoKey{"role", "role"},
    InfoKey{"maxmemory_policy", "maxmemory_policy"},
    InfoKey{"master_link_status", "master_link_status"},
    InfoKey{"master_host", "master_host"},
    InfoKey{"rdb_last_bgsave_status", "rdb_last_bgsave_status"},
    InfoKey{"aof_last_write_status", "aof_last_write_status"},
    InfoKey{"aof_last_bgrewrite_status", "aof_last_bgrewrite_status"},
};

inline constexpr std::array kFlags{
    InfoKey{"loading", "loading"},
    InfoKey{"aof_enabled", "aof_enabled"},
    InfoKey{"cluster_enabled", "cluster_enabled"},
    InfoKey{"rdb_bgsave_in_progress", "rdb_bgsave_in_progress"},
    InfoKey{"aof_rewrite_in_progress", "aof_rewrite_in_progress"},
    InfoKey{"master_sync_in_progress", "master_sync_in_progress"},
    InfoKey{"active_defrag_running", "active_defrag_running"},
};

}  // namespace insight::collectors::redis
