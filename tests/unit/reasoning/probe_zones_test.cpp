// Times that are told in a zone, and times of prose that names one.
#include "tests/unit/reasoning/probe.h"

namespace insight::agent::reasoning {
namespace {

using test::judge, test::said, test::not_said, test::beyond_us;

TEST(Probe, a_zone_that_means_one_distance_is_read) {
    using test::kDeploy;
    judge({{said, kDeploy, "cart was deployed at 11:42 CET"},
           {said, kDeploy, "cart was deployed at 11:42:10 CET"},
           {said, kDeploy, "cart was deployed at 11:42 (CET)"},
           {said, kDeploy, "cart was deployed at 05:42 EST"},
           {said, kDeploy, "cart was deployed at 12:42 CEST"},
           {said, kDeploy, "cart was deployed at 06:42 EDT"},
           {said, kDeploy, "cart was deployed at 13:42 MSK"},
           {said, kDeploy, "cart was deployed at 19:42 JST"},
           {said, kDeploy, "cart was deployed at 10:42 GMT"},
           {said, kDeploy, "cart was deployed at 2026-11-18 11:42 CET"},
           {said, kDeploy, "cart was deployed on 2026-11-18 at 11:42 CET"},
           {said, kDeploy, "cart was deployed at 11:42 CET (10:42 UTC)"},
           {said, kDeploy, "ada deployed cart at 05:42 EST"},
           {said, kDeploy, "cart was deployed at 11:42 UTC+1"},
           {said, kDeploy, "cart was deployed at 05:42 GMT-5"},
           {not_said, kDeploy, "cart was deployed at 10:42 CET"},
           {not_said, kDeploy, "cart was deployed at 11:42 CEST"},
           {not_said, kDeploy, "cart was deployed at 10:42 EST"},
           {not_said, kDeploy, "cart was deployed at 04:42 CST"},
           {not_said, kDeploy, "cart was deployed at 18:42 CST"},
           {not_said, kDeploy, "cart was deployed at 16:12 IST"},
           {not_said, kDeploy, "cart was deployed at 10:42 IST"},
           {not_said, kDeploy, "cart was deployed at 11:42 BST"},
           {not_said, kDeploy, "cart was deployed at 02:42 PST"},
           {not_said, kDeploy, "cart was deployed at 05:42 EDT"},
           {not_said, kDeploy, "cart was deployed on 2026-11-17 at 11:42 CET"},
           {not_said, kDeploy, "cart was deployed at 2026-11-18 10:42 CET"},
           {not_said, kDeploy, "cart was deployed at 11:42 cet"},
           {not_said, kDeploy, "cart was deployed at 10:42 Pacific"},
           {not_said, kDeploy, "cart was deployed at 11:42 Berlin time"},
           {not_said, kDeploy, "cart was deployed at 11:42 UTC (10:42 CET)"},
           {not_said, kDeploy, "cart was deployed at 10:42 (CET)"},
           {not_said, kDeploy, "cart was deployed at 10:42 AM CET"},
           {not_said, kDeploy, "cart was deployed at 10:42 in CET"},
           {not_said, kDeploy, "cart was deployed at 10:42 local time"},
           {not_said, kDeploy, "CET: cart was deployed at 10:42"},
           {not_said, kDeploy, "cart was deployed on 2026-11-18 at 00:42 UTC"},
           {not_said, kDeploy, "cart was deployed at 10:42 UTC+1"},
           {not_said, kDeploy, "cart was deployed at 10:42 GMT-5"}});
}

TEST(Probe, one_zone_is_that_of_all_times) {
    using test::kErrorsLater;
    judge({{said, kErrorsLater, "checkout: connection refused from 11:45 to 11:51 CET"},
           {said, kErrorsLater, "checkout: connection refused since 05:45 EST"},
           {said, kErrorsLater, "checkout: connection refused from 11:45 CET to 11:51 CET"},
           {said, kErrorsLater, "checkout: connection refused at 11:45 and 11:51 CET"},
           {said, kErrorsLater, "checkout: connection refused from 10:45-10:51"},
           {not_said, kErrorsLater, "checkout: connection refused from 10:45 to 10:51 CET"},
           {not_said, kErrorsLater, "checkout: connection refused from 10:45 to 11:51 CET"},
           {not_said, kErrorsLater, "checkout: connection refused from 11:45 CET to 10:51"},
           {not_said, kErrorsLater, "checkout: connection refused since 10:45 CET"},
           {not_said, kErrorsLater, "checkout: connection refused until 10:51 EST"},
           {not_said, kErrorsLater, "checkout: connection refused from 10:45-11:51"}});
}

TEST(Probe, a_clock_in_prose_is_of_the_zone_it_names) {
    using test::kZoned, test::kNote;
    judge({{said, kZoned, "orders-db: maintenance began at 14:05 CET"},
           {said, kZoned, "payment: index is rebuilt at 09:05 EST"},
           {said, kZoned, "cart: snapshot taken at 13:11:40+02:00"},
           {said, kNote, "orders-db: backup starts at 03:10"},
           {said, kNote, "orders-db: backup ends at 12:02:05"},
           {said, kZoned, "orders-db: maintenance ended at 15:10 CET"},
           {not_said, kZoned, "orders-db: maintenance began at 14:05"},
           {not_said, kZoned, "orders-db: maintenance began at 14:05 UTC"},
           {not_said, kZoned, "orders-db: maintenance began at 14:05 EST"},
           {not_said, kZoned, "orders-db: maintenance began at 15:10 CET"},
           {not_said, kZoned, "payment: index is rebuilt at 09:05 UTC"},
           {not_said, kZoned, "payment: index is rebuilt at 09:05 CET"},
           {not_said, kZoned, "payment: index is rebuilt at 09:05"},
           {not_said, kZoned, "cart: snapshot taken at 13:11:40 UTC"},
           {not_said, kZoned, "cart: snapshot taken at 13:11:40"},
           {not_said, kNote, "orders-db: backup starts at 04:10 CET"},
           {not_said, kNote, "orders-db: index is rebuilt at 03:05 CET"},
           {not_said, kNote, "orders-db: backup starts at 12:02:05"},
           {not_said, kNote, "orders-db: backup ends at 03:10"},
           {not_said, kZoned, "orders-db: maintenance ended at 14:05 CET"}});
}

TEST(Probe, a_day_ends_elsewhere_at_another_time) {
    const model::Evidence late = test::shaped("cart v2 to v3", "", R"({
 "kind": "change", "time": "2026-11-18T23:30:00Z", "changeKind": "deploy", "entity": "cart", "summary": "cart was deployed"})");
    judge({{said, late, "cart was deployed at 00:30 CET"},
           {said, late, "cart was deployed at 2026-11-19 00:30 CET"},
           {beyond_us, late, "cart was deployed on 2026-11-19 at 00:30 CET"},
           {not_said, late, "cart was deployed on 2026-11-18 at 00:30 CET"},
           {not_said, late, "cart was deployed at 2026-11-18 00:30 CET"}});
}

}  // namespace
}  // namespace insight::agent::reasoning
