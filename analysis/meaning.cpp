#include "analysis/meaning.h"

#include <array>
#include <cctype>
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
    // settings and limits say nothing by themselves
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
    // availability
    Row{"_up_", Aspect::Availability, Harm::Down, 1},
    Row{"_ready_", Aspect::Availability, Harm::Down, 0.8},
    Row{"_available_replicas_", Aspect::Availability, Harm::Down, 0.9},
    Row{"_availability_", Aspect::Availability, Harm::Down, 1},
    Row{"_success_", Aspect::Errors, Harm::Down, 0.8},
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
    Row{"_load1_", Aspect::Saturation, Harm::Up, 0.3},
    Row{"_disk_", Aspect::Saturation, Harm::Up, 0.3},
    Row{"_seq_scan_", Aspect::Load, Harm::Up, 0.3},
    Row{"_seq_tup_read_", Aspect::Load, Harm::Up, 0.4},
    // traffic
    Row{"_requests_", Aspect::Throughput, Harm::Down, 0.5},
    Row{"_request_count_", Aspect::Throughput, Harm::Down, 0.5},
    Row{"_xact_commit_", Aspect::Throughput, Harm::Down, 0.5},
    Row{"_commands_processed_", Aspect::Throughput, Harm::Neither, 0.2},
    Row{"_throughput_", Aspect::Throughput, Harm::Down, 0.5},
};

// "pg_stat_database.numBackends" → "_pg_stat_database_num_backends_"
std::string words_of(std::string_view metric_name) {
    std::string words = "_";
    char previous = '_';
    for (const char c : metric_name) {
        const auto byte = static_cast<unsigned char>(c);
        const bool letter = std::isalnum(byte) != 0;
        const bool starts_word =
            std::isupper(byte) != 0 && std::islower(static_cast<unsigned char>(previous)) != 0;
        if ((!letter || starts_word) && words.back() != '_') words += '_';
        if (letter) words += static_cast<char>(std::tolower(byte));
        previous = c;
    }
    if (words.back() != '_') words += '_';
    return words;
}

}  // namespace

Meaning meaning_of(std::string_view metric_name) {
    const std::string words = words_of(metric_name);
    for (const Row& row : kRows)
        if (words.find(row.words) != std::string::npos) return {row.aspect, row.harm, row.weight};
    return {};
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
