#include "collectors/prometheus/naming.h"

#include <gtest/gtest.h>

namespace insight::collectors::prometheus {
namespace {

using model::SeriesType;

TEST(Naming, knows_what_targets_say_about_themselves) {
    for (const char* name : {"go_goroutines", "promhttp_metric_handler_requests_total",
                             "prometheus_tsdb_head_series", "scrape_duration_seconds", "ALERTS",
                             "redis_exporter_build_info", "http_requests_created"})
        EXPECT_TRUE(is_noise(name, false)) << name;
    for (const char* name : {"up", "process_cpu_seconds_total", "redis_up", "http_requests_total"})
        EXPECT_FALSE(is_noise(name, false)) << name;
    EXPECT_TRUE(is_noise("process_cpu_seconds_total", true));
    EXPECT_FALSE(is_noise("process_start_time_seconds", true));
}

TEST(Naming, metadata_decides_before_the_suffix) {
    const Dictionary dictionary(
        base::Json{{"pg_stat_database_deadlocks", {{{"type", "counter"}, {"unit", ""}}}},
                   {"odd_total", {{{"type", "gauge"}, {"unit", "bytes"}}}},
                   {"latency_seconds", {{{"type", "histogram"}, {"unit", ""}}}},
                   {"broken", 7}});
    EXPECT_EQ(dictionary.describe("pg_stat_database_deadlocks").type, SeriesType::Counter);
    EXPECT_EQ(dictionary.describe("odd_total").type, SeriesType::Gauge);
    EXPECT_EQ(dictionary.describe("odd_total").unit, "By");
    EXPECT_EQ(dictionary.describe("latency_seconds_count").type, SeriesType::Counter);
    EXPECT_EQ(dictionary.describe("latency_seconds_count").unit, "1");
    EXPECT_EQ(dictionary.describe("latency_seconds_sum").unit, "s");
    EXPECT_EQ(dictionary.describe("unheard_of").type, SeriesType::Unknown);
}

TEST(Naming, without_metadata_the_suffix_tells) {
    const Dictionary none;
    EXPECT_EQ(none.describe("http_requests_total").type, SeriesType::Counter);
    EXPECT_EQ(none.describe("x_cpu_seconds_total").unit, "s");
    EXPECT_EQ(none.describe("mem_used_bytes").unit, "By");
    EXPECT_EQ(none.describe("mem_used_bytes").type, SeriesType::Unknown);
    EXPECT_EQ(none.describe("").unit, "");
}

TEST(Naming, traffic_and_errors_come_before_settings) {
    EXPECT_LT(rank("http_errors_total"), rank("shop_carts"));
    EXPECT_LT(rank("shop_carts"), rank("pg_settings_work_mem_bytes"));
    EXPECT_EQ(rank("up"), 0);
}

}  // namespace
}  // namespace insight::collectors::prometheus
