// When it was, how long, and what came first.
#include "tests/unit/reasoning/probe.h"

namespace insight::agent::reasoning {
namespace {

using test::judge, test::said, test::not_said;

TEST(Probe, times_of_several_zones_and_forms) {
    using test::kAlert, test::kDeploy, test::kErrorsLater, test::kLatency;
    judge({{said, kDeploy, "cart was deployed at 10:42 UTC"},
           {said, kDeploy, "cart was deployed at 10:42:10Z"},
           {said, kDeploy, "cart was deployed at 2026-11-18T10:42:10Z"},
           {said, kDeploy, "cart was deployed at 2026-11-18T11:42:10+01:00"},
           {said, kDeploy, "cart was deployed at 11:42 CET"},
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

TEST(Probe, a_clock_in_prose_is_of_its_own_sentence) {
    using test::kNote;
    judge({{said, kNote, "orders-db: index is rebuilt by job nightly-reindex at 02:05"},
           {not_said, kNote, "orders-db: index is rebuilt by job nightly-reindex at 03:10"},
           {not_said, kNote, "orders-db: index is rebuilt by job nightly-reindex at 02:06"},
           {said, kNote, "orders-db: backup starts at 03:10"},
           {not_said, kNote, "orders-db: backup starts at 02:05"}});
}

}  // namespace
}  // namespace insight::agent::reasoning
