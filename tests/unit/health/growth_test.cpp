// From series to findings: what is recognised, where it ends, what is said.
#include "analysis/health/growth.h"

#include <gmock/gmock.h>

#include "analysis/claims.h"
#include "analysis/health/limits.h"
#include "bench/health/generated.h"

namespace insight::analysis::health {
namespace {

using testing::HasSubstr;

model::Series series(const std::string& name, model::Labels labels, double first, double per_minute,
                     const std::string& unit = "") {
    model::Series out;
    out.name = name;
    out.labels = std::move(labels);
    out.unit = unit;
    for (int i = 0; i < 240; ++i)
        out.points.push_back(generated::point(
            60.0 * i, first + per_minute * i + 0.1 * per_minute * ((i * 7919) % 13 - 6)));
    return out;
}

model::Incident window_of(const model::Series& one) {
    model::Incident incident;
    incident.origin = model::Origin::Scan;
    incident.window.baseline_start = one.points.front().time;
    incident.window.baseline_end = incident.window.start = one.points[120].time;
    incident.window.end = one.points.back().time;
    return incident;
}

struct Read {
    Grown grown;
    EvidenceBook evidence{{}};
};

Read read(std::vector<model::Series> all) {
    Read out;
    model::Signals signals;
    const model::Incident incident = window_of(all.front());
    signals.metrics = std::move(all);
    out.grown = find_growth(incident, signals, out.evidence);
    return out;
}

TEST(Growth, of_memory_meets_the_limit_of_the_same_container) {
    const Read out = read(
        {series("container_memory_working_set_bytes", {{"pod", "ledger-7f"}}, 200e6, 1e6, "By"),
         series("container_spec_memory_limit_bytes", {{"pod", "ledger-7f"}}, 1e9, 0, "By"),
         series("container_spec_memory_limit_bytes", {{"pod", "other-1"}}, 5e8, 0, "By")});
    ASSERT_EQ(out.grown.findings.size(), 1U);
    const model::HealthFinding& finding = out.grown.findings.front();
    EXPECT_EQ(finding.area, model::HealthArea::Memory);
    EXPECT_EQ(finding.entity.name, "ledger-7f");
    ASSERT_TRUE(finding.exhaustion);
    EXPECT_DOUBLE_EQ(finding.exhaustion->limit, 1e9);
    EXPECT_EQ(finding.exhaustion->limit_from, "container_spec_memory_limit_bytes");
    // 439 MB at the end, 561 more at one a minute
    const double minutes =
        base::to_seconds(finding.exhaustion->at) / 60 - generated::kEpoch / 60 - 239;
    EXPECT_NEAR(minutes, 561, 15);
    EXPECT_EQ(finding.severity, model::Severity::Critical);  // within a day
}

TEST(Growth, says_nothing_that_its_evidence_does_not_hold) {
    const Read out =
        read({series("node_filesystem_avail_bytes", {{"instance", "db-3:9100"}}, 9e9, -2e6, "By"),
              series("http_request_duration_seconds", {{"service", "cart"}}, 0.1, 0.002, "s"),
              series("heap_usage_ratio", {{"service", "cart"}}, 0.2, 0.001, "1")});
    ASSERT_EQ(out.grown.findings.size(), 3U);
    for (const model::HealthFinding& finding : out.grown.findings)
        EXPECT_EQ(unproven_parts(finding.statement, {out.evidence.find(finding.evidence[0])}),
                  std::vector<std::string>{})
            << finding.statement;
}

TEST(Growth, a_steadily_filling_disk_is_no_counter) {
    const Read out = read({series("pg_database_size_bytes", {{"service", "orders"}}, 1e9, 5e6)});
    ASSERT_EQ(out.grown.findings.size(), 1U);
    EXPECT_NEAR(out.grown.findings[0].growth->per_hour, 3e8, 1e7);
    EXPECT_FALSE(out.grown.findings[0].exhaustion);  // nobody says how large it may get
}

TEST(Growth, a_counter_is_read_as_its_rate) {
    model::Series errors = series("app_errors_total", {{"service", "cart"}}, 0, 0);
    double total = 0;
    for (std::size_t i = 0; i < errors.points.size(); ++i) {
        total += 10 + 0.5 * static_cast<double>(i) + static_cast<double>((i * 7919) % 13);
        if (i == 150) total = 0;  // a restart
        errors.points[i].value = total;
    }
    const Read out = read({errors});
    ASSERT_EQ(out.grown.findings.size(), 1U);
    EXPECT_EQ(out.grown.findings[0].area, model::HealthArea::Errors);
    errors.points.clear();
    total = 0;
    for (int i = 0; i < 240; ++i)
        errors.points.push_back(generated::point(60.0 * i, total += 10 + (i * 7919) % 5));
    EXPECT_TRUE(read({errors}).grown.findings.empty());  // a steady rate
}

TEST(Growth, a_certificate_ends_when_it_says) {
    model::Series one = series("probe_ssl_earliest_cert_expiry", {{"instance", "shop"}}, 0, 0);
    const double end = generated::kEpoch + 240 * 60 + 3 * 86400;
    for (model::Point& point : one.points) point.value = end;
    const Read out = read({one});
    ASSERT_EQ(out.grown.findings.size(), 1U);
    EXPECT_EQ(out.grown.findings[0].exhaustion->at, base::from_seconds(end));
    EXPECT_EQ(out.grown.findings[0].severity, model::Severity::Warning);
    EXPECT_THAT(out.grown.findings[0].statement, HasSubstr("certificate"));
}

TEST(Growth, transaction_ids_end_where_postgresql_refuses) {
    model::Signals signals;
    model::Incident incident;
    incident.window = {generated::point(7200, 0).time, generated::point(14400, 0).time,
                       generated::point(0, 0).time, generated::point(7200, 0).time};
    for (int i = 0; i < 240; ++i)
        signals.databases.push_back({"postgresql",
                                     "orders",
                                     "database",
                                     generated::point(60.0 * i, 0).time,
                                     {{"database", "shop"}, {"xid_age", 1.9e9 + 1e5 * i}}});
    EvidenceBook evidence({});
    const Grown grown = find_growth(incident, signals, evidence);
    ASSERT_EQ(grown.findings.size(), 1U);
    EXPECT_EQ(grown.findings[0].area, model::HealthArea::Maintenance);
    EXPECT_EQ(grown.findings[0].entity.kind, "database");
    ASSERT_TRUE(grown.findings[0].exhaustion);
    EXPECT_NEAR(grown.findings[0].exhaustion->limit, 2144483648.0, 1);
}

TEST(Growth, keeps_the_id_when_time_goes_on_and_changes_it_with_the_thing) {
    const auto id = [](const std::string& pod) {
        return read({series("container_memory_rss", {{"pod", pod}}, 1e8, 1e6, "By")})
            .grown.findings.at(0)
            .id;
    };
    EXPECT_EQ(id("a-1"), id("a-1"));
    EXPECT_NE(id("a-1"), id("b-1"));
}

TEST(Subject, knows_what_says_nothing_about_health) {
    for (const char* name :
         {"pg_settings_max_connections", "redis_config_maxclients", "node_disk_read_bytes_total",
          "process_start_time_seconds", "http_request_duration_seconds_count", "some_gauge"})
        EXPECT_FALSE(subject_of(name)) << name;
    EXPECT_EQ(subject_of("node_memory_MemAvailable_bytes")->way, Way::Down);
    EXPECT_EQ(subject_of("pg_replication_lag_seconds")->area, model::HealthArea::Replication);
    EXPECT_EQ(subject_of("kube_resourcequota")->area, model::HealthArea::Quota);
    EXPECT_EQ(subject_of("k8s.container.memory.workingSet")->area, model::HealthArea::Memory);
}

TEST(Limits, pair_names_that_differ_in_fillers_only) {
    const std::vector<std::pair<const char*, const char*>> pairs{
        {"redis_connected_clients", "redis_config_maxclients"},
        {"redis_memory_used_bytes", "redis_memory_max_bytes"},
        {"process_open_fds", "process_max_fds"},
        {"jvm_memory_used_bytes", "jvm_memory_max_bytes"},
        {"kubelet_volume_stats_used_bytes", "kubelet_volume_stats_capacity_bytes"},
        {"postgresql.connections.used", "postgresql.connections.max"},
        {"redis.info.used_memory_bytes", "redis.info.maxmemory_bytes"}};
    for (const auto& [used, most] : pairs) {
        const std::vector<model::Series> all{series(used, {{"service", "x"}}, 10, 0.01),
                                             series(most, {{"service", "x"}}, 100, 0)};
        const Limits limits(all);
        const auto limit = limits.of(all[0], subject_of(used).value_or(Subject{}));
        ASSERT_TRUE(limit) << used;
        EXPECT_EQ(limit->from, most);
    }
}

TEST(Limits, of_another_place_do_not_count) {
    const std::vector<model::Series> all{series("process_open_fds", {{"service", "x"}}, 10, 0.01),
                                         series("process_max_fds", {{"service", "y"}}, 100, 0)};
    EXPECT_FALSE(Limits(all).of(all[0], *subject_of("process_open_fds")));
}

}  // namespace
}  // namespace insight::analysis::health
