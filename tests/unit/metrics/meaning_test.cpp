#include "analysis/meaning.h"

#include <gtest/gtest.h>

namespace insight::analysis {
namespace {

TEST(Meaning, words_are_found_whatever_the_naming_style) {
    for (const auto* name : {"http_server_request_duration_seconds", "http.server.request.duration",
                             "requestDuration"})
        EXPECT_EQ(meaning_of(name).aspect, Aspect::Latency) << name;
    EXPECT_EQ(meaning_of("redis_evicted_keys_total").aspect, Aspect::Eviction);
    EXPECT_EQ(meaning_of("pg_stat_activity_count").aspect, Aspect::Saturation);
}

TEST(Meaning, less_availability_hurts_and_more_does_not) {
    EXPECT_EQ(meaning_of("up").harm, Harm::Down);
    EXPECT_EQ(meaning_of("kube_deployment_status_available_replicas").harm, Harm::Down);
    EXPECT_EQ(meaning_of("deployment_available_replicas").harm, Harm::Down);
}

TEST(Meaning, part_of_a_word_is_not_the_word) {
    EXPECT_EQ(meaning_of("pg_backup_errorless_x").aspect, Aspect::Other);
}

TEST(Meaning, settings_say_nothing) {
    EXPECT_EQ(meaning_of("pg_settings_max_connections").weight, 0);
    EXPECT_EQ(meaning_of("container_memory_limit_bytes").weight, 0);
}

TEST(Meaning, what_a_limit_turns_away_is_no_setting) {
    for (const auto* name : {"http_rate_limit_rejected_total", "ratelimit_over_limit",
                             "tenant_limit_exceeded_total"}) {
        EXPECT_EQ(meaning_of(name).aspect, Aspect::Errors) << name;
        EXPECT_EQ(meaning_of(name).harm, Harm::Up) << name;
    }
}

TEST(Meaning, envoy_serves_the_side_that_it_calls_downstream) {
    EXPECT_EQ(meaning_of("envoy_http_downstream_rq_5xx").view, View::Served);
    EXPECT_EQ(meaning_of("envoy_cluster_upstream_rq_5xx").view, View::Seen);
    EXPECT_EQ(meaning_of("downstream_errors_total").view, View::Seen);
}

}  // namespace
}  // namespace insight::analysis
