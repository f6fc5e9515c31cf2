#include "analysis/meaning.h"

#include <algorithm>
#include <array>
#include <string>

namespace insight::analysis {
namespace {

struct Row {
    std::string_view words;  // "_a_b_" must occur in "_…_" of the name
    Aspect aspect;
    Harm harm;
    double weight;
};

// First match wins, so what is special stands before what is general.
constexpr std::array kRows{
    // settings and limits say nothing by themselves; what came of passing one does
    Row{"_limit_rejected_", Aspect::Errors, Harm::Up, 0.9},
    Row{"_limit_exceeded_", Aspect::Errors, Harm::Up, 0.8},
    Row{"_over_limit_", Aspect::Errors, Harm::Up, 0.8},
    Row{"_settings_", Aspect::Other, Harm::Neither, 0},
    Row{"_config_", Aspect::Other, Harm::Neither, 0},
    Row{"_max_connections_", Aspect::Other, Harm::Neither, 0},
    Row{"_maxclients_", Aspect::Other, Harm::Neither, 0},
    Row{"_max_clients_", Aspect::Other, Harm::Neither, 0},
    Row{"_info_", Aspect::Other, Harm::Neither, 0},
    Row{"_uptime_", Aspect::Other, Harm::Neither, 0},
    Row{"_start_time_", Aspect::Other, Harm::Neither, 0},
    Row{"_timestamp_", Aspect::Other, Harm::Neither, 0},
    Row{"_scrape_", Aspect::Other, Harm::Neither, 0},
    Row{"_exporter_", Aspect::Other, Harm::Neither, 0},
    Row{"_limit_", Aspect::Other, Harm::Neither, 0},
    Row{"_limits_", Aspect::Other, Harm::Neither, 0},
    Row{"_maxmemory_", Aspect::Other, Harm::Neither, 0},
    Row{"_last_seen_", Aspect::Other, Harm::Neither, 0},
    // what the runtime does inside
    Row{"_gc_", Aspect::Load, Harm::Up, 0.4},
    Row{"_garbage_", Aspect::Load, Harm::Up, 0.4},
    Row{"_major_faults_", Aspect::Load, Harm::Up, 0.4},
    Row{"_page_faults_", Aspect::Load, Harm::Up, 0.3},
    Row{"_packet_loss_", Aspect::Errors, Harm::Up, 0.7},
    Row{"_retransmits_", Aspect::Errors, Harm::Up, 0.5},
    Row{"_retrans_", Aspect::Errors, Harm::Up, 0.5},
    // availability
    Row{"_up_", Aspect::Availability, Harm::Down, 1},
    Row{"_ready_", Aspect::Availability, Harm::Down, 0.8},
    Row{"_available_replicas_", Aspect::Availability, Harm::Down, 0.9},
    Row{"_availability_", Aspect::Availability, Harm::Down, 1},
    Row{"_success_", Aspect::Errors, Harm::Down, 0.9},
    Row{"_sla_", Aspect::Errors, Harm::Down, 0.9},
    Row{"_apdex_", Aspect::Latency, Harm::Down, 0.8},
    Row{"_restarts_", Aspect::Availability, Harm::Up, 0.8},
    // errors and refusals
    Row{"_error_", Aspect::Errors, Harm::Up, 0.9},
    Row{"_errors_", Aspect::Errors, Harm::Up, 0.9},
    Row{"_fault_", Aspect::Errors, Harm::Up, 0.9},
    Row{"_faults_", Aspect::Errors, Harm::Up, 0.9},
    Row{"_exceptions_", Aspect::Errors, Harm::Up, 0.9},
    Row{"_failed_", Aspect::Errors, Harm::Up, 0.8},
    Row{"_failures_", Aspect::Errors, Harm::Up, 0.8},
    Row{"_rejected_", Aspect::Errors, Harm::Up, 0.9},
    Row{"_refused_", Aspect::Errors, Harm::Up, 0.9},
    Row{"_dropped_", Aspect::Errors, Harm::Up, 0.7},
    Row{"_timeouts_", Aspect::Errors, Harm::Up, 0.8},
    Row{"_deadlocks_", Aspect::Errors, Harm::Up, 0.8},
    Row{"_conflicts_", Aspect::Errors, Harm::Up, 0.6},
    Row{"_rollback_", Aspect::Errors, Harm::Up, 0.4},
    Row{"_oom_", Aspect::Errors, Harm::Up, 0.9},
    Row{"_5xx_", Aspect::Errors, Harm::Up, 0.9},
    // evictions and misses
    Row{"_evicted_", Aspect::Eviction, Harm::Up, 0.8},
    Row{"_evictions_", Aspect::Eviction, Harm::Up, 0.8},
    Row{"_misses_", Aspect::Eviction, Harm::Up, 0.5},
    Row{"_hit_ratio_", Aspect::Eviction, Harm::Down, 0.7},
    Row{"_keyspace_hits_", Aspect::Throughput, Harm::Down, 0.3},
    // waiting
    Row{"_blocked_", Aspect::Waiting, Harm::Up, 0.9},
    Row{"_waiting_", Aspect::Waiting, Harm::Up, 0.8},
    Row{"_pending_", Aspect::Waiting, Harm::Up, 0.6},
    Row{"_queue_", Aspect::Waiting, Harm::Up, 0.6},
    Row{"_queued_", Aspect::Waiting, Harm::Up, 0.6},
    Row{"_backlog_", Aspect::Waiting, Harm::Up, 0.6},
    Row{"_lag_", Aspect::Waiting, Harm::Up, 0.6},
    Row{"_tx_duration_", Aspect::Waiting, Harm::Up, 0.6},
    Row{"_throttled_", Aspect::Waiting, Harm::Up, 0.6},
    // latency
    Row{"_latency_", Aspect::Latency, Harm::Up, 0.9},
    Row{"_duration_", Aspect::Latency, Harm::Up, 0.8},
    Row{"_response_time_", Aspect::Latency, Harm::Up, 0.9},
    Row{"_resp_time_", Aspect::Latency, Harm::Up, 0.9},
    Row{"_percentile_", Aspect::Latency, Harm::Up, 0.7},
    Row{"_mean_exec_time_", Aspect::Latency, Harm::Up, 0.9},
    Row{"_mean_time_", Aspect::Latency, Harm::Up, 0.9},
    Row{"_mean_seconds_", Aspect::Latency, Harm::Up, 0.9},
    Row{"_blk_read_time_", Aspect::Latency, Harm::Up, 0.3},
    // saturation
    Row{"_saturation_", Aspect::Saturation, Harm::Up, 0.8},
    Row{"_connections_", Aspect::Saturation, Harm::Up, 0.5},
    Row{"_numbackends_", Aspect::Saturation, Harm::Up, 0.5},
    Row{"_connected_clients_", Aspect::Saturation, Harm::Up, 0.4},
    Row{"_activity_count_", Aspect::Saturation, Harm::Up, 0.4},
    Row{"_cpu_", Aspect::Saturation, Harm::Up, 0.5},
    Row{"_memory_", Aspect::Saturation, Harm::Up, 0.3},
    Row{"_heap_", Aspect::Saturation, Harm::Up, 0.3},
    Row{"_threads_", Aspect::Saturation, Harm::Up, 0.3},
    Row{"_goroutines_", Aspect::Saturation, Harm::Up, 0.3},
    Row{"_processes_", Aspect::Saturation, Harm::Up, 0.3},
    Row{"_fds_", Aspect::Saturation, Harm::Up, 0.4},
    Row{"_file_descriptors_", Aspect::Saturation, Harm::Up, 0.4},
    Row{"_utilization_", Aspect::Saturation, Harm::Up, 0.4},
    Row{"_filesystem_", Aspect::Saturation, Harm::Up, 0.3},
    Row{"_volume_", Aspect::Saturation, Harm::Up, 0.3},
    Row{"_load1_", Aspect::Saturation, Harm::Up, 0.3},
    Row{"_disk_", Aspect::Saturation, Harm::Up, 0.3},
    Row{"_syscall_", Aspect::Load, Harm::Neither, 0.2},
    Row{"_network_", Aspect::Load, Harm::Neither, 0.2},
    Row{"_io_", Aspect::Load, Harm::Up, 0.2},
    Row{"_seq_scan_", Aspect::Load, Harm::Up, 0.3},
    Row{"_seq_tup_read_", Aspect::Load, Harm::Up, 0.4},
    Row{"_tup_inserted_", Aspect::Load, Harm::Down, 0.3},
    Row{"_tup_updated_", Aspect::Load, Harm::Down, 0.3},
    Row{"_tup_deleted_", Aspect::Load, Harm::Down, 0.3},
    // traffic
    Row{"_requests_", Aspect::Throughput, Harm::Down, 0.5},
    Row{"_request_count_", Aspect::Throughput, Harm::Down, 0.5},
    Row{"_request_rate_", Aspect::Throughput, Harm::Down, 0.5},
    Row{"_calls_", Aspect::Throughput, Harm::Down, 0.4},
    Row{"_cpm_", Aspect::Throughput, Harm::Down, 0.4},
    Row{"_rps_", Aspect::Throughput, Harm::Down, 0.5},
    Row{"_qps_", Aspect::Throughput, Harm::Down, 0.5},
    Row{"_messages_", Aspect::Throughput, Harm::Down, 0.3},
    Row{"_xact_commit_", Aspect::Throughput, Harm::Down, 0.5},
    Row{"_commands_processed_", Aspect::Throughput, Harm::Neither, 0.2},
    Row{"_throughput_", Aspect::Throughput, Harm::Down, 0.5},
};

// What an entity has or does by itself, whoever calls it.
constexpr std::array<std::string_view, 24> kOwnWords{
    "_cpu_", "_memory_",  "_mem_",        "_heap_",      "_gc_",      "_disk_",
    "_fs_",  "_network_", "_filesystem_", "_syscall_",   "_node_",    "_process_",
    "_jvm_", "_threads_", "_goroutines_", "_container_", "_pod_",     "_io_",
    "_fds_", "_host_",    "_system_",     "_runtime_",   "_kubelet_", "_volume_"};
constexpr std::array<std::string_view, 6> kSeenWords{"_client_",   "_upstream_", "_outgoing_",
                                                     "_outbound_", "_egress_",   "_downstream_"};

View view_of(const std::string& words, Aspect aspect) {
    const auto says = [&](std::string_view word) { return words.find(word) != std::string::npos; };
    // Envoy calls the side that it serves downstream; elsewhere it is what one calls.
    const bool served = says("_downstream_rq_") || says("_downstream_cx_");
    if (!served && std::any_of(kSeenWords.begin(), kSeenWords.end(), says)) return View::Seen;
    if (std::any_of(kOwnWords.begin(), kOwnWords.end(), says)) return View::Own;
    const bool service = aspect == Aspect::Latency || aspect == Aspect::Errors ||
                         aspect == Aspect::Availability || aspect == Aspect::Throughput;
    return service ? View::Served : View::Own;
}

constexpr double kUnknown = 0.15;  // weight of a name that says nothing

}  // namespace

std::string words_of(std::string_view metric_name) {
    // Names are ASCII, and what is not stands between words.
    const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
    std::string words = "_";
    words.reserve(metric_name.size() + 8);
    char previous = '_';
    for (const char c : metric_name) {
        const bool upper = c >= 'A' && c <= 'Z';
        const bool letter = upper || is_lower(c) || (c >= '0' && c <= '9');
        if ((!letter || (upper && is_lower(previous))) && words.back() != '_') words += '_';
        if (letter) words += upper ? static_cast<char>(c - 'A' + 'a') : c;
        previous = c;
    }
    if (words.back() != '_') words += '_';
    return words;
}

Meaning meaning_of(std::string_view metric_name) {
    const std::string words = words_of(metric_name);
    for (const Row& row : kRows)
        if (words.find(row.words) != std::string::npos)
            return {row.aspect, row.harm, row.weight, view_of(words, row.aspect), true};
    return {Aspect::Other, Harm::Neither, kUnknown, View::Own, false};
}

double seconds_per_unit(std::string_view metric_name, std::string_view unit) {
    if (unit == "s") return 1;
    if (unit == "ms") return 1e-3;
    if (unit == "us") return 1e-6;
    const std::string words = words_of(metric_name);
    const auto says = [&](std::string_view word) { return words.find(word) != std::string::npos; };
    if (says("_usec_") || says("_us_") || says("_microseconds_")) return 1e-6;
    if (says("_msec_") || says("_ms_") || says("_milliseconds_")) return 1e-3;
    return says("_seconds_") ? 1 : 0;
}

}  // namespace insight::analysis
