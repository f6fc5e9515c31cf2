// Statements as models write them in answers about causes, each with the evidence that it cites and
// what a careful reader says of it.
#include <gtest/gtest.h>

#include "agent/reasoning/proof.h"
#include "tests/unit/reasoning/probe_evidence.h"

namespace insight::agent::reasoning {
namespace {

using model::Proof;

enum class Is {
    Said,     // the evidence says it
    NotSaid,  // it does not, or says something else
    BeyondUs  // it does, in a way that is not read: unproven, and never contradicted
};

struct Probe {
    Is is;
    const model::Evidence& evidence;
    const char* statement;
};

void judge(const std::vector<Probe>& probes, const model::Evidence* beside = nullptr) {
    for (const Probe& probe : probes) {
        const Finding finding =
            prove(shown_statement(probe.statement), {&probe.evidence, beside}, test::kShop);
        std::string missing;
        for (const std::string& part : finding.missing) missing += " [" + part + "]";
        switch (probe.is) {
            case Is::Said:
                EXPECT_EQ(finding.proof, Proof::Proven) << probe.statement << missing;
                break;
            case Is::NotSaid:
                EXPECT_NE(finding.proof, Proof::Proven) << probe.statement;
                break;
            case Is::BeyondUs:
                EXPECT_EQ(finding.proof, Proof::Unproven) << probe.statement << missing;
                break;
        }
    }
}

constexpr Is said = Is::Said, not_said = Is::NotSaid, beyond_us = Is::BeyondUs;

TEST(Probe, lines_that_mention_a_service_are_no_failures_of_it) {
    using test::kAnySpans, test::kFailures, test::kMentions, test::kSpans;
    judge({{said, kMentions, "41 lines match cart"},
           {said, kMentions, "41 log lines mention cart"},
           {not_said, kMentions, "cart failed 41 times"},
           {not_said, kMentions, "cart: 41 failed calls"},
           {not_said, kMentions, "41 calls of cart failed"},
           {not_said, kMentions, "41 cart requests failed"},
           {not_said, kMentions, "cart had 41 errors"},
           {not_said, kMentions, "cart logged 41 warnings"},
           {not_said, kMentions, "cart was restarted 41 times"},
           {not_said, kMentions, "cart: 41 timeouts"},
           {not_said, kMentions, "checkout: 28 retries"},
           {not_said, kMentions, "cart failed 11 times"},
           {said, kFailures, "cart failed 41 times"},
           {said, kFailures, "cart logged 41 errors"},
           {said, kFailures, "cart: 29 failed to add item"},
           {not_said, kFailures, "cart: 41 timeouts"},
           {said, kFailures, "cart: 29 redis timeouts"},
           {not_said, kFailures, "cart crashed 41 times"},
           {not_said, kFailures, "cart was restarted 41 times"},
           {not_said, kFailures, "payment failed 41 times"},
           {said, kSpans, "checkout has 61 error spans"},
           {not_said, kSpans, "cart failed 97 times"},
           {not_said, kAnySpans, "cart failed 58 times"},
           {not_said, kAnySpans, "58 requests of cart failed"},
           {said, kAnySpans, "cart: 58 spans matched"}});
}

TEST(Probe, a_rate_is_a_number_a_time) {
    using test::kBytes, test::kCounter, test::kTraffic;
    judge({{said, kTraffic, "cart served 120 req/s"},
           {said, kTraffic, "cart: 120 requests per second"},
           {said, kTraffic, "cart: 120 rps"},
           {said, kTraffic, "cart handled 120 requests/s"},
           {said, kTraffic, "cart: 120 QPS"},
           {said, kTraffic, "cart: 7200 requests per minute"},
           {said, kTraffic, "cart: 7,200 req/min"},
           {said, kTraffic, "cart: requests fell from 340 req/s to 120 req/s"},
           {not_said, kTraffic, "cart: traffic rose from 340 req/s to 120 req/s"},
           {not_said, kTraffic, "cart: traffic fell from 120 req/s to 340 req/s"},
           {not_said, kTraffic, "cart served 125 req/s"},
           {not_said, kTraffic, "cart served 120 req/min"},
           {not_said, kTraffic, "cart served 2 req/s"},
           {not_said, kTraffic, "cart served 120 MB/s"},
           {not_said, kTraffic, "cart served 120 requests"},
           {not_said, kTraffic, "cart failed 120 req/s"},
           {not_said, kTraffic, "payment served 120 req/s"},
           {said, kCounter, "cart served 120 req/s"},
           {said, kCounter, "cart: 7,200 requests per minute"},
           {not_said, kCounter, "cart served 121600 req/s"},
           {not_said, kCounter, "cart served 130 req/s"},
           {said, kBytes, "cart: network_transmit_bytes rose to 12.5 MB/s"},
           {beyond_us, kBytes, "cart sends 12.5 MB/s"},
           {not_said, kBytes, "cart: network_transmit_bytes rose to 12.5 MiB/s"},
           {not_said, kBytes, "cart: network_transmit_bytes rose to 12.5 KB/s"},
           {not_said, kBytes, "cart: network_transmit_bytes rose to 12.5 MB/min"},
           {said, kBytes, "cart: network_transmit_bytes rose to 100 Mbit/s"}});
}

TEST(Probe, from_what_to_what_and_by_how_much) {
    using test::kLatency, test::kMemory, test::kSeriesRows;
    judge({{said, kLatency, "checkout: p99 rose from 12 ms to 340 ms"},
           {said, kLatency, "checkout p99 latency rose from 12ms to 340ms"},
           {not_said, kLatency, "checkout: p99 rose from 12 s to 340 s"},
           {not_said, kLatency, "checkout: p99 rose from 340 ms to 12 ms"},
           {not_said, kLatency, "checkout: p95 rose from 12 ms to 340 ms"},
           {not_said, kLatency, "checkout: p50 is 340 ms"},
           {said, kLatency, "checkout: p99 rose 28x"},
           {not_said, kLatency, "checkout: p99 rose 8x"},
           {not_said, kLatency, "checkout: p99 rose by 340 ms"},
           {said, kLatency, "checkout: p99 rose by 328 ms"},
           {not_said, kLatency, "checkout: p99 rose by 28 %"},
           {said, kLatency, "checkout: p99 reached 352 ms"},
           {not_said, kLatency, "checkout: the average latency rose to 340 ms"},
           {not_said, kLatency, "checkout: p99 never fell below 12 ms"},
           {said, kSeriesRows, "checkout: http_server_errors_ratio rose from 0.2 % to 31 %"},
           {not_said, kSeriesRows, "payment: http_server_errors_ratio rose from 0.2 % to 31 %"},
           {not_said, kSeriesRows, "checkout: http_server_duration_p99 rose to 31 %"},
           {not_said, kSeriesRows, "http_server_duration_p99 of checkout rose to 31 %"},
           {said, kSeriesRows, "http_server_errors_ratio of checkout rose to 31 %"},
           {not_said, kSeriesRows, "31 % of payment requests failed"},
           {not_said, kSeriesRows, "payment: p99 rose from 12 ms to 340 ms"},
           {said, kSeriesRows, "payment: http_server_duration_p99 did not rise"},
           {not_said, kSeriesRows, "checkout is the slowest"},
           {not_said, kSeriesRows, "checkout is slower than payment"},
           {said, kMemory, "cart-7d9f8b4c5-x2k4p: memory rose from 256 MiB to 486 MiB"},
           {said, kMemory, "cart-7d9f8b4c5-x2k4p: memory rose to 511 MiB"},
           {not_said, kMemory, "cart-7d9f8b4c5-x2k4p: memory rose from 256 KiB to 486 KiB"},
           {not_said, kMemory, "cart-7d9f8b4c5-x2k4p: memory rose to 512 GiB"},
           {not_said, kMemory, "cart-7d9f8b4c5-m9zzt: memory rose to 486 MiB"},
           {not_said, kMemory, "cart-7d9f8b4c5-x2k4p: memory reached its limit of 512 MiB"}});
}

TEST(Probe, times_of_several_zones_and_forms) {
    using test::kAlert, test::kDeploy, test::kErrorsLater, test::kLatency;
    judge({{said, kDeploy, "cart was deployed at 10:42 UTC"},
           {said, kDeploy, "cart was deployed at 10:42:10Z"},
           {said, kDeploy, "cart was deployed at 2026-11-18T10:42:10Z"},
           {said, kDeploy, "cart was deployed at 2026-11-18T11:42:10+01:00"},
           {beyond_us, kDeploy, "cart was deployed at 11:42 CET"},
           {not_said, kDeploy, "cart was deployed at 10:42 CET"},
           {not_said, kDeploy, "cart was deployed at 10:42 PM"},
           {not_said, kDeploy, "cart was deployed at 2026-11-18T10:42:10+01:00"},
           {not_said, kDeploy, "cart was deployed at 10:43 UTC"},
           {not_said, kDeploy, "cart was deployed on 2026-11-17"},
           {said, kDeploy, "cart was deployed on 2026-11-18"},
           {said, kDeploy, "ada deployed cart at 10:42"},
           {not_said, kDeploy, "bob deployed cart at 10:42"},
           {said, kErrorsLater, "checkout: connection refused since 10:45 UTC"},
           {not_said, kErrorsLater, "checkout: connection refused since 10:51 UTC"},
           {not_said, kErrorsLater, "checkout: connection refused since 10:42 UTC"},
           {said, kErrorsLater, "checkout: connection refused for 6 minutes"},
           {not_said, kErrorsLater, "checkout: connection refused for 10 minutes"},
           {not_said, kErrorsLater,
            "checkout: connection refused 6 minutes after the deploy of cart"},
           {said, kErrorsLater, "checkout: connection refused from 10:45 to 10:51"},
           {not_said, kErrorsLater, "checkout: connection refused until 10:45"},
           {said, kLatency, "checkout: p99 rose at 12:02 UTC"},
           {not_said, kLatency, "checkout: p99 rose at 11:50 UTC"},
           {not_said, kLatency, "checkout: p99 rose since 12:04 UTC"},
           {not_said, kLatency, "checkout: p99 was 12 ms at 12:02"},
           {said, kLatency, "checkout: p99 was 12 ms at 11:50"},
           {not_said, kLatency, "checkout: p99 was 352 ms at 12:02"},
           {said, kLatency, "checkout: p99 was 352 ms at 12:03"},
           {not_said, kLatency, "checkout: p99 fell at 12:02 UTC"},
           {said, kAlert, "CheckoutSlow fired for checkout at 12:03:19 UTC"},
           {not_said, kAlert, "CheckoutSlow resolved for checkout at 12:03:19 UTC"}});
}

TEST(Probe, order_and_causes) {
    using test::kDeploy, test::kErrorsLater, test::kTopology;
    judge({{not_said, kErrorsLater, "checkout: connection refused before the deploy of cart"},
           {not_said, kDeploy, "cart was deployed after checkout failed"},
           {not_said, kErrorsLater, "checkout failed after the deploy of v2"},
           {not_said, kDeploy, "cart v2 broke checkout"},
           {not_said, kDeploy, "cart was deployed, which made checkout slow"},
           {not_said, kDeploy, "cart was deployed, breaking checkout"},
           {not_said, kErrorsLater, "checkout: connection refused from overload"},
           {said, kDeploy, "cart was deployed from v1 to v2"},
           {not_said, kDeploy, "cart was deployed from v2 to v1"},
           {not_said, kDeploy, "cart was rolled back to v1"},
           {said, kDeploy, "cart was deployed: shop/cart:v1 before, shop/cart:v2 after"},
           {said, kDeploy, "cart: timeout was 2000 and is 200"},
           {not_said, kDeploy, "cart: timeout was 200 and is 2000"},
           {not_said, kDeploy, "cart: timeout was raised to 2000"},
           {said, kTopology, "checkout needs cart"},
           {not_said, kTopology, "cart needs checkout"},
           {not_said, kTopology, "payment needs cart"},
           {said, kTopology, "frontend calls checkout"},
           {not_said, kTopology, "checkout calls frontend"}});
}

TEST(Probe, counts_with_suffixes_families_and_shares) {
    using test::kDatabase, test::kEvents, test::kSpans, test::kStatuses;
    judge({{said, kStatuses, "frontend: 12k lines with status 200"},
           {said, kStatuses, "frontend answered 320 times with 503"},
           {not_said, kStatuses, "frontend answered 320 times with 500"},
           {not_said, kStatuses, "frontend answered 85 times with 503"},
           {said, kStatuses, "frontend answered 405 times with 5xx"},
           {not_said, kStatuses, "frontend answered 320 times with 5xx"},
           {not_said, kStatuses, "frontend answered 405 times with 4xx"},
           {not_said, kStatuses, "frontend failed 12405 times"},
           {not_said, kStatuses, "frontend: 12M lines"},
           {said, kStatuses, "frontend: 12.4k lines matched"},
           {not_said, kStatuses, "503 requests of frontend failed"},
           {not_said, kStatuses, "frontend: 3.3 % of lines are 4xx"},
           {not_said, kStatuses, "most requests of frontend failed"},
           {said, kSpans, "61 of 97 spans are of checkout"},
           {not_said, kSpans, "checkout: 97 of 97 spans"},
           {not_said, kSpans, "checkout: all spans failed"},
           {said, kSpans, "checkout: POST /cart/add took 2004.2 ms: deadline exceeded"},
           {not_said, kSpans, "frontend: POST /cart/add took 2004.2 ms"},
           {said, kSpans, "checkout: POST /cart/add took 2 s"},
           {beyond_us, kDatabase, "orders-db: mean_ms rose from 0.31 to 39.2"},
           {said, kDatabase, "orders-db: mean_ms went from 0.31 to 39.2"},
           {not_said, kDatabase, "orders-db: mean_ms went from 39.2 to 0.31"},
           {not_said, kDatabase, "orders-db: calls went from 8100 to 5400"},
           {not_said, kDatabase, "orders-db: mean_ms rose from 39.2 to 0.31"},
           {not_said, kDatabase, "orders-db: 39.2 calls"},
           {said, kDatabase, "orders-db: calls went from 5400 to 8.1k"},
           {said, kEvents, "cart-7d9f8b4c5-x2k4p: BackOff, count 12, at 12:13"},
           {not_said, kEvents, "cart-7d9f8b4c5-x2k4p restarted 12 times"},
           {not_said, kEvents, "cart-7d9f8b4c5-x2k4p: Pulled 12 times"},
           {said, kEvents, "cart-7d9f8b4c5-x2k4p: Back-off restarting failed container cart"}});
}

TEST(Probe, all_none_most_and_several) {
    using test::kEvents, test::kFailures, test::kMentions, test::kNothing, test::kPods;
    judge({{said, kPods, "cart-7d9f8b4c5-x2k4p: 5 restarts, OOMKilled, exit code 137"},
           {not_said, kPods, "cart-7d9f8b4c5-m9zzt: OOMKilled"},
           {not_said, kPods, "cart-7d9f8b4c5-m9zzt: 5 restarts"},
           {not_said, kPods, "cart-7d9f8b4c5-x2k4p and cart-7d9f8b4c5-m9zzt: OOMKilled"},
           {not_said, kPods, "cart-7d9f8b4c5-x2k4p, cart-7d9f8b4c5-m9zzt: OOMKilled"},
           {not_said, kPods, "both cart-7d9f8b4c5-m9zzt and cart-7d9f8b4c5-x2k4p have 5 restarts"},
           {not_said, kPods, "cart-7d9f8b4c5-m9zzt, cart-7d9f8b4c5-x2k4p: OOMKilled"},
           {not_said, kPods, "OOMKilled: cart-7d9f8b4c5-x2k4p and cart-7d9f8b4c5-m9zzt"},
           {not_said, kPods, "payment-5c8b7d6f9-abcde restarted"},
           {said, kPods, "payment-5c8b7d6f9-abcde: 0 restarts"},
           {not_said, kPods, "node-3: 5 restarts"},
           {not_said, kPods, "all pods of cart are OOMKilled"},
           {not_said, kPods, "every replica of cart is OOMKilled"},
           {not_said, kPods, "each cart pod has 5 restarts"},
           {not_said, kPods, "none of the pods of cart is ready"},
           {not_said, kPods, "no pod of cart is ready"},
           {not_said, kPods, "cart-7d9f8b4c5-m9zzt is not ready"},
           {not_said, kPods, "cart-7d9f8b4c5-x2k4p is ready"},
           {not_said, kPods, "node-3 was OOMKilled"},
           {not_said, kPods, "payment-5c8b7d6f9-abcde has a memory limit of 512Mi"},
           {said, kPods, "payment-5c8b7d6f9-abcde has a memoryLimit of 256 MiB"},
           {said, kPods, "cart-7d9f8b4c5-x2k4p runs on node-3"},
           {not_said, kPods, "cart-7d9f8b4c5-x2k4p runs on node-4"},
           {not_said, kPods, "the pods of cart are crash looping"},
           {said, kNothing, "payment: no error lines matched"},
           {not_said, kNothing, "cart: no error lines matched"},
           {not_said, kNothing, "payment: no requests"},
           {not_said, kNothing, "payment is healthy"},
           {not_said, kNothing, "payment had errors"},
           {not_said, kFailures, "cart logged no errors"},
           {not_said, kFailures, "cart never failed"},
           {not_said, kMentions, "cart and checkout failed"},
           {not_said, kMentions, "checkout failed"},
           {not_said, kEvents, "cart-7d9f8b4c5-x2k4p: the image could not be pulled"}});
}

TEST(Probe, parts_of_one_statement_are_of_one_record) {
    using test::kMentions, test::kFailures, test::kSpans, test::kDatabase, test::kEvents,
        test::kErrorsLater, test::kPods, test::kTwoLines;
    judge({{said, kMentions, "checkout: call to cart took 4100 ms at 12:12:05"},
           {not_said, kMentions, "checkout: call to cart took 4100 ms at 12:04:11"},
           {not_said, kMentions, "checkout: call to cart took 812 ms at 12:12:05"},
           {not_said, kMentions, "cart: served from cache at 11:58"},
           {said, kMentions, "cart: served from cache at 12:04"},
           {said, kTwoLines, "cart: connection pool exhausted after 50 ms at 12:01"},
           {said, kTwoLines, "cart: heap 97 % full at 12:05"},
           {not_said, kTwoLines, "cart: connection pool 97 % full"},
           {not_said, kTwoLines, "cart: heap exhausted after 50 ms"},
           {not_said, kTwoLines, "cart: connection pool exhausted at 12:05"},
           {not_said, kTwoLines, "cart: heap 97 % full at 12:01"},
           {not_said, kTwoLines, "cart: heap full since 12:01"},
           {said, kTwoLines, "cart: heap full since 12:05"},
           {said, kFailures, "cart failed since 12:11:40"},
           {not_said, kFailures, "cart failed since 12:12"},
           {said, kFailures, "cart failed until 12:19:44"},
           {not_said, kFailures, "cart failed until 12:12"},
           {not_said, kEvents, "cart-7d9f8b4c5-x2k4p: BackOff since 12:09"},
           {said, kEvents, "cart-7d9f8b4c5-x2k4p: BackOff at 12:13"},
           {not_said, kEvents, "cart-7d9f8b4c5-x2k4p: BackOff at 12:09"},
           {not_said, kDatabase, "orders-db: mean_ms 39.2 at 12:04"},
           {said, kDatabase, "orders-db: mean_ms 39.2 at 12:14"},
           {not_said, kErrorsLater, "checkout: connection refused at 10:50"},
           {not_said, kSpans, "frontend: deadline exceeded"},
           {not_said, kSpans, "frontend: GET /checkout took 2004.2 ms"},
           {not_said, kPods, "payment-5c8b7d6f9-abcde: exit code 137"}});
}

TEST(Probe, a_time_may_come_first) {
    using test::kDatabase, test::kLatency, test::kMentions, test::kTwoLines;
    judge({{not_said, kLatency, "At 12:02 UTC p99 of checkout was 12 ms"},
           {said, kLatency, "At 11:50 p99 of checkout was 12 ms"},
           {not_said, kLatency, "At 11:50 the p99 of checkout rose to 340 ms"},
           {said, kLatency, "At 12:02 the p99 of checkout rose to 340 ms"},
           {not_said, kLatency, "12:02: checkout p99 12 ms"},
           {not_said, kLatency, "checkout: p99 rose before 11:50"},
           {not_said, kLatency, "checkout: p99 rose after 12:04"},
           {not_said, kTwoLines, "cart: pool exhausted before 12:01"},
           {said, kTwoLines, "cart: pool exhausted before 12:05"},
           {not_said, kTwoLines, "cart: pool exhausted after 12:05"},
           {said, kTwoLines, "cart: heap full after 12:01"},
           {not_said, kTwoLines, "At 12:01 cart: heap 97 % full"},
           {said, kTwoLines, "At 12:05 cart: heap 97 % full"},
           {not_said, kTwoLines, "At 12:05, cart logged connection pool exhausted"},
           {not_said, kMentions, "At 12:04:11 checkout: call to cart took 4100 ms"},
           {not_said, kDatabase, "At 12:04 the mean_ms of orders-db was 39.2"},
           {said, kTwoLines, "cart: pool exhausted at 12:01 and heap full at 12:05"},
           {not_said, kTwoLines, "cart: pool exhausted at 12:05 and heap full at 12:01"}});
}

TEST(Probe, negations_comparisons_and_wishful_words) {
    using test::kAlert, test::kDeploy, test::kErrorsLater, test::kEvents, test::kFailures,
        test::kLatency, test::kMemory, test::kNothing, test::kPods, test::kSeriesRows, test::kSpans,
        test::kTopology, test::kTraffic;
    judge({{not_said, kLatency, "checkout: p99 did not rise"},
           {not_said, kLatency, "checkout: p99 has recovered"},
           {not_said, kLatency, "checkout: p99 is back to 12 ms"},
           {not_said, kLatency, "checkout: p99 is 28 times lower"},
           {not_said, kLatency, "checkout: p99 doubled"},
           {not_said, kLatency, "checkout: p99 rose in steps"},
           {not_said, kLatency, "checkout: p99 exceeds its objective of 300 ms"},
           {beyond_us, kLatency, "checkout: p99 is over 330 ms"},
           {said, kLatency, "checkout: p99 is over 338 ms"},
           {not_said, kLatency, "checkout: p99 is over 400 ms"},
           {not_said, kLatency, "payment: p99 rose from 12 ms to 340 ms"},
           {not_said, kSeriesRows, "only checkout rose"},
           {not_said, kSeriesRows, "checkout rose the most"},
           {not_said, kSeriesRows, "payment and checkout: http_server_duration_p99 rose"},
           {not_said, kSeriesRows, "neither checkout nor payment rose"},
           {not_said, kSeriesRows, "checkout: nearly a third of requests fail"},
           {not_said, kMemory, "cart-7d9f8b4c5-x2k4p leaks memory"},
           {not_said, kMemory, "cart-7d9f8b4c5-x2k4p: memory rose steadily"},
           {said, kMemory, "cart-7d9f8b4c5-x2k4p: memory doubled"},
           {said, kMemory, "cart-7d9f8b4c5-x2k4p: memory rose 1.9x"},
           {not_said, kMemory, "cart-7d9f8b4c5-x2k4p: memory rose by 486 MiB"},
           {said, kMemory, "cart-7d9f8b4c5-x2k4p: memory rose by 230 MiB"},
           {not_said, kTraffic, "cart: traffic is unchanged"},
           {not_said, kTraffic, "cart: requests rose"},
           {not_said, kTraffic, "cart is overloaded with 120 req/s"},
           {not_said, kFailures, "cart failed intermittently"},
           {not_said, kFailures, "cart lost 41 orders"},
           {not_said, kFailures, "redis is down"},
           {not_said, kFailures, "cart: redis did not time out"},
           {not_said, kFailures, "cart: `redis timeout after 3000 ms`"},
           {said, kFailures, "cart: `redis timeout after 2000 ms`"},
           {not_said, kSpans, "checkout waits for cart"},
           {not_said, kSpans, "cart is slow"},
           {not_said, kSpans, "frontend calls cart"},
           {not_said, kEvents, "cart-7d9f8b4c5-x2k4p was evicted"},
           {not_said, kEvents, "cart-7d9f8b4c5-x2k4p: the container did not fail"},
           {not_said, kPods, "cart-7d9f8b4c5-x2k4p was killed by the kernel"},
           {not_said, kPods, "no pod restarted"},
           {not_said, kPods, "half of the pods are ready"},
           {not_said, kPods, "cart-7d9f8b4c5-m9zzt and payment-5c8b7d6f9-abcde: 5 restarts"},
           {not_said, kPods, "cart-7d9f8b4c5-m9zzt runs on node-3"},
           {said, kPods, "cart-7d9f8b4c5-m9zzt runs on node-4"},
           {not_said, kDeploy, "nothing was deployed"},
           {not_said, kDeploy, "cart was not deployed"},
           {not_said, kDeploy, "payment was deployed at 10:42"},
           {not_said, kDeploy, "cart was deployed twice"},
           {not_said, kDeploy, "cart was deployed by a pipeline"},
           {said, kDeploy, "cart was deployed by ada"},
           {not_said, kDeploy, "the timeout of cart was raised from 200 to 2000"},
           {said, kDeploy, "the timeout of cart went from 2000 to 200"},
           {not_said, kDeploy, "cart: timeout 200 ms"},
           {not_said, kErrorsLater, "checkout recovered at 10:51"},
           {not_said, kErrorsLater, "checkout: connection to cart refused"},
           {not_said, kErrorsLater, "checkout: connection refused every minute"},
           {said, kErrorsLater, "checkout: connection refused, 2 lines"},
           {said, kErrorsLater, "checkout: connection refused 2 times"},
           {not_said, kErrorsLater, "checkout: connection refused 900 times"},
           {not_said, kTopology, "checkout needs payment"},
           {said, kTopology, "cart is needed by checkout"},
           {not_said, kTopology, "checkout is needed by cart"},
           {not_said, kTopology, "checkout needs only cart"},
           {not_said, kNothing, "payment answered all requests"},
           {not_said, kAlert, "CheckoutSlow fired 3 times"},
           {not_said, kAlert, "p99 of checkout is above 400 ms"},
           {said, kAlert, "p99 of checkout is above 300 ms"},
           {not_said, kAlert, "p99 of payment is above 300 ms"}});
}

TEST(Probe, a_clock_in_prose_is_of_its_own_sentence) {
    using test::kNote;
    judge({{said, kNote, "orders-db: index is rebuilt by job nightly-reindex at 02:05"},
           {not_said, kNote, "orders-db: index is rebuilt by job nightly-reindex at 03:10"},
           {not_said, kNote, "orders-db: index is rebuilt by job nightly-reindex at 02:06"},
           {said, kNote, "orders-db: backup starts at 03:10"},
           {not_said, kNote, "orders-db: backup starts at 02:05"}});
}

// Citing more proves no more.
TEST(Probe, several_that_are_cited_stay_themselves) {
    using test::kDeploy, test::kErrorsLater, test::kFailures, test::kLatency, test::kPods,
        test::kTraffic, test::kTwoLines;
    judge({{not_said, kTwoLines, "cart: connection pool exhausted at 12:05"},
           {said, kTwoLines, "cart: connection pool exhausted at 12:01"},
           {said, kTwoLines, "cart: 120 req/s at 12:03"},
           {not_said, kTwoLines, "cart: 340 req/s at 12:03"},
           {not_said, kTwoLines, "cart: heap 120 % full"},
           {not_said, kTwoLines, "cart: heap full since 12:02"},
           {said, kTwoLines, "cart: requests fell since 12:02"},
           {not_said, kTwoLines, "cart: requests fell since 12:01"},
           {not_said, kTwoLines, "cart failed 120 times"}},
          &kTraffic);
    judge({{said, kFailures, "cart failed 41 times"},
           {not_said, kFailures, "checkout failed 41 times"},
           {not_said, kFailures, "cart: p99 rose from 12 ms to 340 ms"},
           {not_said, kFailures, "checkout: redis timeout after 2000 ms"},
           {said, kFailures, "checkout: p99 rose from 12 ms to 340 ms"},
           {not_said, kFailures, "checkout: p99 is 2000 ms"},
           {not_said, kFailures, "cart failed 41 times since 12:02"},
           {said, kFailures, "cart failed since 12:11:40"}},
          &kLatency);
    judge({{not_said, kErrorsLater, "checkout: connection refused before cart was deployed"},
           {said, kErrorsLater, "cart was deployed before checkout failed"},
           {not_said, kErrorsLater, "checkout was deployed at 10:42"},
           {not_said, kErrorsLater, "cart: connection refused"},
           {not_said, kErrorsLater, "cart failed at 10:45"},
           {not_said, kErrorsLater, "checkout: connection refused at 10:42:10"}},
          &kDeploy);
    judge({{not_said, kPods, "cart-7d9f8b4c5-m9zzt: OOMKilled at 12:11:40"},
           {not_said, kPods, "cart-7d9f8b4c5-x2k4p restarted 41 times"},
           {not_said, kPods, "payment-5c8b7d6f9-abcde failed 41 times"},
           {not_said, kPods, "cart-7d9f8b4c5-m9zzt: redis timeout"}},
          &kFailures);
}

TEST(Probe, more_counts_and_rates) {
    using test::kBytes, test::kCounter, test::kEngineLines, test::kEvents, test::kPods,
        test::kSpans, test::kStatuses, test::kTraffic;
    judge({{said, kSpans, "checkout failed 61 times"},
           {not_said, kSpans, "checkout: 61 timeouts"},
           {not_said, kSpans, "checkout had 97 error spans"},
           {said, kSpans, "frontend has 36 of 97 error spans"},
           {not_said, kEvents, "cart-7d9f8b4c5-x2k4p crashed 12 times"},
           {said, kEvents, "cart-7d9f8b4c5-x2k4p: 12 BackOff events"},
           {said, kPods, "cart-7d9f8b4c5-x2k4p restarted 5 times"},
           {not_said, kPods, "cart-7d9f8b4c5-x2k4p: 5 crashes"},
           {not_said, kPods, "3 pods are OOMKilled"},
           {not_said, kPods, "3 pods are ready"},
           {said, kPods, "3 pods matched"},
           {not_said, kStatuses, "frontend: 503 was answered 12000 times"},
           {not_said, kStatuses, "frontend: 503: 12000"},
           {said, kStatuses, "frontend: 503: 320, 500: 85"},
           {not_said, kStatuses, "frontend: 503: 85, 500: 320"},
           {not_said, kStatuses, "frontend: 320 5xx"},
           {not_said, kStatuses, "frontend: 12000 errors"},
           {said, kTraffic, "cart served 118.6 req/s at 12:04"},
           {not_said, kTraffic, "cart served 340 req/s at 12:04"},
           {said, kTraffic, "cart: requests fell by 220 req/s"},
           {said, kTraffic, "cart: requests fell by 64.7 %"},
           {not_said, kTraffic, "cart: requests fell by 120 req/s"},
           {said, kTraffic, "cart: 432000 requests per hour"},
           {not_said, kTraffic, "cart: 120 errors per second"},
           {not_said, kTraffic, "cart: over 400 req/s"},
           {said, kTraffic, "cart: less than 121 req/s"},
           {not_said, kCounter, "cart served 7200 requests"},
           {not_said, kBytes, "cart: network_transmit_bytes is 12.5 MB"},
           {not_said, kBytes, "cart served 12500000 requests per second"},
           {said, kEngineLines, "cart: 41 lines in the window"},
           {said, kEngineLines, "cart: 41 lines `failed to add item`"},
           {said, kEngineLines, "cart failed 41 times"},
           {not_said, kEngineLines, "cart: 41 restarts"},
           {not_said, kEngineLines, "cart: 41 requests lost"}});
}

}  // namespace
}  // namespace insight::agent::reasoning
