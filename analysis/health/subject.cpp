#include "analysis/health/subject.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace insight::analysis::health {
namespace {

using model::HealthArea;

struct Row {
    std::string_view words;
    HealthArea area;
    Way way = Way::Up;
    bool stock = true;
};

// What is a limit, a setting or a fact about the measuring itself.
constexpr std::array<std::string_view, 17> kNoSubject{
    "_settings_", "_config_",    "_info_",  "_build_",     "_uptime_",     "_start_time_",
    "_scrape_",   "_exporter_",  "_limit_", "_limits_",    "_maxclients_", "_capacity_",
    "_max_",      "_mem_total_", "_hard_",  "_requested_", "_swap_total_"};

// First match wins, so what is special stands before what is general.
constexpr std::array kRows{
    Row{"_not_after_", HealthArea::Certificates, Way::Expires},
    Row{"_cert_expiry_", HealthArea::Certificates, Way::Expires},
    Row{"_certificate_expiration_", HealthArea::Certificates, Way::Expires},
    Row{"_expiry_timestamp_", HealthArea::Certificates, Way::Expires},
    Row{"_ssl_expire_time_", HealthArea::Certificates, Way::Expires},
    Row{"_expires_in_", HealthArea::Certificates, Way::Expires},
    Row{"_until_expiry_", HealthArea::Certificates, Way::Expires},
    Row{"_until_first_cert_expiring_", HealthArea::Certificates, Way::Expires},
    Row{"_certificate_manager_client_ttl_", HealthArea::Certificates, Way::Expires},
    Row{"_certificate_manager_server_ttl_", HealthArea::Certificates, Way::Expires},
    Row{"_xid_age_", HealthArea::Maintenance},
    Row{"_mxid_age_", HealthArea::Maintenance},
    Row{"_datfrozenxid_", HealthArea::Maintenance},
    Row{"_transaction_id_age_", HealthArea::Maintenance},
    Row{"_dead_tup_", HealthArea::Maintenance},
    Row{"_dead_tuples_", HealthArea::Maintenance},
    Row{"_dead_rows_", HealthArea::Maintenance},
    Row{"_safe_wal_size_", HealthArea::Replication, Way::Down},
    Row{"_retained_bytes_", HealthArea::Replication},
    Row{"_replication_", HealthArea::Replication},
    Row{"_replay_lag_", HealthArea::Replication},
    Row{"_resourcequota_", HealthArea::Quota},
    Row{"_quota_", HealthArea::Quota},
    Row{"_lag_", HealthArea::Queues},
    Row{"_queue_", HealthArea::Queues},
    Row{"_queued_", HealthArea::Queues},
    Row{"_backlog_", HealthArea::Queues},
    Row{"_pending_", HealthArea::Queues},
    Row{"_errors_", HealthArea::Errors, Way::Up, false},
    Row{"_error_", HealthArea::Errors, Way::Up, false},
    Row{"_exceptions_", HealthArea::Errors, Way::Up, false},
    Row{"_failures_", HealthArea::Errors, Way::Up, false},
    Row{"_failed_", HealthArea::Errors, Way::Up, false},
    Row{"_rejected_", HealthArea::Errors, Way::Up, false},
    Row{"_timeouts_", HealthArea::Errors, Way::Up, false},
    Row{"_5xx_", HealthArea::Errors, Way::Up, false},
    Row{"_latency_", HealthArea::Latency, Way::Up, false},
    Row{"_duration_", HealthArea::Latency, Way::Up, false},
    Row{"_response_time_", HealthArea::Latency, Way::Up, false},
    Row{"_mean_exec_time_", HealthArea::Latency, Way::Up, false},
    Row{"_mean_time_", HealthArea::Latency, Way::Up, false},
    Row{"_connections_", HealthArea::Connections},
    Row{"_numbackends_", HealthArea::Connections},
    Row{"_connected_clients_", HealthArea::Connections},
    Row{"_activity_count_", HealthArea::Connections},
    Row{"_open_fds_", HealthArea::Connections},
    Row{"_file_descriptors_", HealthArea::Connections},
    Row{"_sockets_", HealthArea::Connections},
    Row{"_threads_", HealthArea::Connections},
    Row{"_goroutines_", HealthArea::Connections},
    Row{"_pool_", HealthArea::Connections},
    Row{"_memory_", HealthArea::Memory},
    Row{"_mem_", HealthArea::Memory},
    Row{"_heap_", HealthArea::Memory},
    Row{"_rss_", HealthArea::Memory},
    Row{"_working_set_", HealthArea::Memory},
    Row{"_filesystem_", HealthArea::Disk},
    Row{"_disk_", HealthArea::Disk},
    Row{"_volume_", HealthArea::Disk},
    Row{"_storage_", HealthArea::Disk},
    Row{"_inodes_", HealthArea::Disk},
    Row{"_database_size_", HealthArea::Disk},
    Row{"_table_size_", HealthArea::Disk},
    Row{"_size_bytes_", HealthArea::Disk},
    Row{"_cpu_", HealthArea::Load, Way::Up, false},
    Row{"_load1_", HealthArea::Load, Way::Up, false},
    Row{"_load5_", HealthArea::Load, Way::Up, false},
    Row{"_saturation_", HealthArea::Load, Way::Up, false}};

constexpr std::array<std::string_view, 6> kLeft{"_free_",      "_available_", "_avail_",
                                                "_remaining_", "_left_",      "_headroom_"};
// Traffic of disks and memory is no stock, however large it gets.
constexpr std::array<std::string_view, 12> kTraffic{
    "_io_",     "_reads_",   "_writes_", "_read_",     "_written_",     "_write_",
    "_faults_", "_evicted_", "_ops_",    "_received_", "_transmitted_", "_allocations_"};

bool has(std::string_view words, std::string_view word) {
    return words.find(word) != std::string_view::npos;
}

}  // namespace

std::string words_of(std::string_view name) {
    std::string words = "_";
    char previous = '_';
    for (const char c : name) {
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

std::optional<Subject> subject_of(std::string_view series_name) {
    const std::string words = words_of(series_name);
    const auto any = [&](const auto& list) {
        return std::any_of(list.begin(), list.end(),
                           [&](std::string_view word) { return has(words, word); });
    };
    if (any(kNoSubject)) return std::nullopt;
    const auto row = std::find_if(kRows.begin(), kRows.end(),
                                  [&](const Row& one) { return has(words, one.words); });
    if (row == kRows.end()) return std::nullopt;
    Subject subject{row->area, row->way, row->stock};
    const bool counter = series_name.ends_with("_total") || series_name.ends_with("_count") ||
                         series_name.ends_with("_sum") || series_name.ends_with("_bucket");
    // Buckets of remaining times are no moments (health/certificates.h reads them).
    if (subject.way == Way::Expires && counter) return std::nullopt;
    if (subject.stock && any(kTraffic)) return std::nullopt;
    // "pg_stat_activity_count" counts what is there, "…_duration_seconds_count" what has happened.
    if (counter && subject.area != HealthArea::Connections) subject.stock = false;
    if (series_name.ends_with("_total")) subject.stock = false;
    if (subject.way == Way::Up && any(kLeft)) subject.way = Way::Down;
    // How many were asked, how long all together: traffic, not trouble.
    if (subject.area == HealthArea::Latency && counter) return std::nullopt;
    return subject;
}

}  // namespace insight::analysis::health
