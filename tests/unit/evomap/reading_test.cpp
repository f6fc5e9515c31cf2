// Answers, intervals, settings, strategies, names, rows: the parts without a network.
#include <gmock/gmock.h>

#include <cstdlib>

#include "evomap/answer.h"
#include "evomap/canonical.h"
#include "evomap/fetched.h"
#include "evomap/heartbeat.h"
#include "evomap/names.h"
#include "evomap/preview.h"
#include "evomap/redaction.h"
#include "evomap/settings.h"
#include "evomap/strategy.h"

namespace insight::evomap {
namespace {

using base::kHour;
using base::kMinute;
using base::kSecond;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Answer answer(int status, const std::string& body, std::vector<net::Header> headers = {},
              base::Nanos now = 0) {
    return read_answer(net::Response{status, std::move(headers), body}, "/a2a/publish", now);
}

TEST(EvomapAnswer, codes_say_more_than_the_status) {
    EXPECT_EQ(answer(403, R"({"error":"node_secret_invalid"})").kind, AnswerKind::Unauthorised);
    EXPECT_EQ(answer(403, R"({"error":"not_node_owner"})").kind, AnswerKind::Refused);
    EXPECT_EQ(answer(403, R"({"error":{"code":"missing_env_fingerprint"}})").kind,
              AnswerKind::Unregistered);
    EXPECT_EQ(answer(400, R"({"error":"trigger_dedup"})").wait, 24 * kHour);
    EXPECT_EQ(answer(422, R"({"error":"event_asset_id_verification_failed"})").kind,
              AnswerKind::Mismatch);
    EXPECT_EQ(answer(409, R"({"error":"duplicate_asset"})").kind, AnswerKind::Duplicate);
    EXPECT_EQ(answer(500, R"({"error":"node_secret_invalid"})").kind, AnswerKind::Unreachable);
    EXPECT_EQ(answer(200, R"({"payload":{"error":"rate_limited"}})").kind, AnswerKind::Ok);
}

TEST(EvomapAnswer, a_page_is_an_outage_whatever_its_status) {
    for (const int status : {200, 401, 403, 500})
        EXPECT_EQ(answer(status, "<html>").kind, AnswerKind::Unreachable) << status;
    EXPECT_THAT(answer(403, "<html>").sentence, HasSubstr("no JSON"));
}

TEST(EvomapAnswer, the_longer_of_two_waits_counts) {
    const std::string body = R"({"error":"rate_limited","retry_after_ms":120000})";
    EXPECT_EQ(answer(429, body, {{"Retry-After", "30"}}).wait, 2 * kMinute);
    EXPECT_EQ(answer(429, body, {{"Retry-After", "300"}}).wait, 5 * kMinute);
    const base::Nanos now = base::parse_rfc3339("2026-11-21T10:00:00Z").value();
    EXPECT_EQ(answer(429, "{}", {{"Retry-After", "Sat, 21 Nov 2026 10:01:30 GMT"}}, now).wait,
              90 * kSecond);
    // The date is meant in the hub's time, where it says what time it is there.
    EXPECT_EQ(answer(429, "{}",
                     {{"Retry-After", "Sat, 21 Nov 2026 12:01:30 GMT"},
                      {"Date", "Sat, 21 Nov 2026 12:00:00 GMT"}},
                     now)
                  .wait,
              90 * kSecond);
    EXPECT_EQ(answer(429, R"({"retry_after_ms":1e300})").wait, 24 * kHour);
    EXPECT_EQ(answer(429, R"({"retry_after_ms":-5})", {{"Retry-After", "soon"}}).wait, 0);
}

TEST(EvomapAnswer, the_hubs_advice_is_shown_and_kept_short) {
    const Answer told =
        answer(400, R"({"error":"validation_error","details":[{"path":"x","message":"y"}],)"
                    R"("correction":{"fix":"do z"},"message":")" +
                        std::string(5000, 'a') + "\"}");
    EXPECT_THAT(told.sentence, HasSubstr("do z"));
    EXPECT_LE(told.sentence.size(), 610U);
}

TEST(EvomapHeartbeat, the_servers_word_counts_within_bounds) {
    EXPECT_EQ(interval_of(0, 15 * kMinute), 15 * kMinute);
    EXPECT_EQ(interval_of(6 * kMinute, 15 * kMinute), 6 * kMinute);
    EXPECT_EQ(interval_of(kSecond, 15 * kMinute), 5 * kMinute);
    EXPECT_EQ(interval_of(1000 * kHour, 15 * kMinute), 24 * kHour);
}

TEST(EvomapHeartbeat, failures_wait_longer_and_longer_up_to_a_bound) {
    Answer limited = answer(429, R"({"retry_after_ms":220000,"policy":{"window_ms":300000}})");
    EXPECT_EQ(pause_after(limited, 15 * kMinute, 1), 225 * kSecond);
    limited = answer(429, R"({"policy":{"window_ms":300000}})");
    EXPECT_EQ(pause_after(limited, 15 * kMinute, 1), 305 * kSecond);
    const Answer away =
        read_answer(base::fail(base::ErrorKind::Unavailable, "refused"), "/a2a/heartbeat", 0);
    EXPECT_EQ(pause_after(away, 15 * kMinute, 1), kMinute);
    EXPECT_EQ(pause_after(away, 15 * kMinute, 3), 4 * kMinute);
    EXPECT_EQ(pause_after(away, 15 * kMinute, 99), 10 * kMinute);
    EXPECT_EQ(pause_after(answer(500, "{}"), 5 * kMinute, 1), 10 * kMinute);
    EXPECT_EQ(hello_pause(1), 2 * kMinute);
    EXPECT_EQ(hello_pause(50), 4 * kHour);
}

TEST(EvomapSettings, the_root_is_found_in_what_people_write) {
    EXPECT_EQ(hub_root("https://evomap.ai/a2a").value(), "https://evomap.ai");
    EXPECT_EQ(hub_root("https://evomap.ai/a2a///").value(), "https://evomap.ai");
    EXPECT_EQ(hub_root("https://evomap.ai").value(), "https://evomap.ai");
    EXPECT_EQ(hub_root("http://127.0.0.1:9/a2a").value(), "http://127.0.0.1:9");
    EXPECT_TRUE(hub_root("http://[::1]:9").has_value());
    EXPECT_FALSE(hub_root("http://evomap.ai/a2a"));
    EXPECT_FALSE(hub_root("http://127.0.0.1.evil.example"));
    EXPECT_FALSE(hub_root("http://localhost.evil.example"));
    EXPECT_FALSE(hub_root("https://"));
}

TEST(EvomapSettings, a_node_id_has_its_shape) {
    EXPECT_TRUE(is_node_id("node_0123456789ab"));
    EXPECT_FALSE(is_node_id("hub_0123456789ab"));
    EXPECT_FALSE(is_node_id("node_0123456789AB"));
    EXPECT_FALSE(is_node_id("node_0123"));
    EXPECT_FALSE(is_node_id("node_0123456789ab/../x"));
}

TEST(EvomapStrategy, text_becomes_steps_in_every_form_people_write_it) {
    EXPECT_THAT(strategy_steps("1. Look at the wait queue first\n2) Raise the ceiling slowly"),
                ElementsAre("Look at the wait queue first", "Raise the ceiling slowly"));
    EXPECT_THAT(strategy_steps("Look at version 15.18 of it. Then raise the ceiling."),
                ElementsAre("Look at version 15.18 of it.", "Then raise the ceiling."));
    const auto chinese =
        strategy_steps("首先确认连接池已经耗尽并记录等待队列；然后逐步提高连接池上限并持续观察。");
    EXPECT_EQ(chinese.size(), 2U);
    EXPECT_EQ(strategy_steps("Only one step is in here").size(), 2U);
    EXPECT_THAT(
        strategy_steps("Short. Look at the wait queue first. Ok."),
        ElementsAre("Short. Look at the wait queue first. Ok.", HasSubstr("original signal")));
}

TEST(EvomapStrategy, signals_are_tidy) {
    EXPECT_THAT(tidy_signals({" a ", "timeout ", "timeout", "", "oom kill"}),
                ElementsAre("timeout", "oom kill"));
}

TEST(EvomapNames, whole_words_become_what_they_are_longest_first) {
    Names names;
    names.add("service", "orders");
    names.add("database", "orders-db");
    names.add("pod", "12");
    names.add("job", "postgres");
    EXPECT_EQ(names.hide("orders-db of orders, reorders, orders2: postgres 12"),
              "[database 1] of [service 1], reorders, orders2: postgres 12");
    EXPECT_EQ(names.hide("orders"), "[service 1]");
}

TEST(EvomapRedaction, the_same_value_gets_the_same_words_on_every_machine) {
    Redaction first(Names{}, {});
    Redaction second(Names{}, {});
    const std::string text = "from 10.0.0.1 to 10.0.0.2 and back to 10.0.0.1";
    EXPECT_EQ(first.hide(text), second.hide(text));
    EXPECT_THAT(first.hide(text), Not(HasSubstr("10.0.0")));
    const std::string hidden = first.hide("10.0.0.1 10.0.0.1");
    const std::size_t half = hidden.size() / 2;
    EXPECT_EQ(hidden.substr(0, half), hidden.substr(half + 1));
}

TEST(EvomapRedaction, prose_keeps_figures_and_loses_identifiers) {
    Redaction redaction(Names{}, {});
    EXPECT_EQ(redaction.hide_prose(
                  "orders_idx of public.orders took 39.2 ms at 02:07:09, 4.585ms a row, 7 rows/s "
                  "of pg_stat_activity; `SELECT x` failed"),
              "[name 1] of [host 1] took 39.2 ms at 02:07:09, 4.585ms a row, 7 rows/s of "
              "pg_stat_activity; "
              "[quoted 1] failed");
}

TEST(EvomapFetched, rows_of_every_shape_are_read_with_suspicion) {
    Json asset{{"type", "Capsule"},   {"summary", "It\u0007 was the pool"},
               {"trigger", {"pool"}}, {"confidence", 0.9},
               {"success_streak", 3}, {"outcome", {{"status", "success"}, {"score", 0.9}}}};
    ASSERT_TRUE(stamp(asset));
    Json bare = asset;
    bare["gdi_score"] = 31;  // the hub adds words of its own
    bare["status"] = "promoted";
    Json backfilled{{"payload", asset}, {"payload_backfill_reason", "missing"}};
    Json forged = asset;
    forged["summary"] = "Run this";
    const auto rows = read_rows(
        {{"results", {bare, {{"payload", asset}, {"source_node_id", "node_x"}}, backfilled}},
         {"assets", {forged, 7}}},
        10);
    ASSERT_EQ(rows.size(), 4U);
    EXPECT_TRUE(rows[0].verified);
    EXPECT_EQ(rows[0].status, "promoted");
    EXPECT_DOUBLE_EQ(rows[0].confidence, 0.54);
    EXPECT_EQ(rows[0].summary, "It was the pool");
    EXPECT_EQ(rows[0].outcome, "success");
    EXPECT_TRUE(rows[1].verified);
    EXPECT_EQ(rows[1].source_node, "node_x");
    EXPECT_FALSE(rows[2].verified);
    EXPECT_THAT(rows[2].doubt, HasSubstr("did not write"));
    EXPECT_FALSE(rows[3].verified);
    EXPECT_EQ(read_rows({{"results", Json::array({bare, bare, bare})}}, 2).size(), 2U);
}

TEST(EvomapPreview, leaves_nothing_out) {
    Bundle bundle;
    bundle.gene = {{"type", "Gene"}, {"summary", "S"}, {"strategy", {"one", "two"}}};
    bundle.capsule = {{"type", "Capsule"}, {"content", "C\nD"}, {"x_extra", {{"deep", "E"}}}};
    const std::string text = preview(bundle, "It would be sent.");
    for (const char* said : {"It would be sent.", "one", "two", "C\n", "D", "deep", "S"})
        EXPECT_THAT(text, HasSubstr(said));
}

}  // namespace
}  // namespace insight::evomap
