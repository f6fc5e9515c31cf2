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
}

}  // namespace
}  // namespace insight::analysis
