// Several series in one evidence, several numbers in one row: which of them is meant.
#include "tests/unit/reasoning/probe.h"

namespace insight::agent::reasoning {
namespace {

using test::judge, test::said, test::not_said;

TEST(Probe, what_rose_is_what_is_said_to_have_risen) {
    using test::kSignals;
    judge({{said, kSignals, "checkout: requests fell"},
           {said, kSignals, "checkout: requests fell from 340 to 120 per second"},
           {said, kSignals, "checkout: 120 requests per second"},
           {said, kSignals, "checkout: the p99 latency rose to 340 ms"},
           {said, kSignals, "payment: cpu utilization rose from 40 % to 80 %"},
           {said, kSignals, "payment: cpu doubled"},
           {said, kSignals, "payment: errors halved"},
           {said, kSignals, "payment: errors fell from 4 to 2 per second"},
           {said, kSignals, "checkout: latency increased 28x"},
           {said, kSignals, "checkout saw a rise in latency"},
           {not_said, kSignals, "checkout: requests rose"},
           {not_said, kSignals, "checkout: latency fell"},
           {not_said, kSignals, "payment: errors rose"},
           {not_said, kSignals, "payment: CPU utilization fell"},
           {not_said, kSignals, "payment: cpu fell to 40 %"},
           {not_said, kSignals, "payment: errors doubled"},
           {not_said, kSignals, "payment: errors rose from 2 to 4 per second"},
           {not_said, kSignals, "checkout: requests tripled"},
           {not_said, kSignals, "checkout: p99 fell while requests rose"},
           {not_said, kSignals, "checkout: errors fell"},
           {not_said, kSignals, "payment: cpu halved"},
           {not_said, kSignals, "checkout: p99 rose before requests fell"},
           {not_said, kSignals, "only payment: cpu rose"},
           {not_said, kSignals, "payment: only cpu rose"},
           {not_said, kSignals, "all of checkout and payment rose"},
           {not_said, kSignals, "checkout and payment: requests fell"},
           {not_said, kSignals, "checkout: p99 rose, payment: cpu fell"},
           {not_said, kSignals,
            "checkout: p99 rose to 340 ms and payment: errors rose to 4 per second"},
           {not_said, kSignals, "if payment: cpu rose, errors fell"}});
}

TEST(Probe, what_is_told_without_a_time_is_of_the_incident) {
    using test::kSignals, test::kLatency, test::kSeriesRows, test::kMentions, test::kEngineLines;
    judge({{said, kSignals, "checkout: requests fell to 120 per second"},
           {said, kSignals, "payment: cpu is at 80 %"},
           {said, kSignals, "checkout's p99 was 12 ms before and is 340 ms now"},
           {not_said, kSignals, "checkout: http_server_requests rose from 120 to 340"},
           {not_said, kSignals, "checkout: latency fell from 340 ms to 12 ms"},
           {not_said, kSignals, "checkout: p99 340 ms at baseline"},
           {not_said, kSignals, "checkout: p99 is 12 ms"},
           {not_said, kSignals, "checkout: the p99 is 12 ms now"},
           {not_said, kSignals, "checkout: 340 requests per second in the window"},
           {not_said, kSignals, "checkout: currently 340 requests per second"},
           {not_said, kSignals, "checkout serves 340 requests per second"},
           {not_said, kSignals, "checkout is down to 12 ms"},
           {not_said, kSignals, "checkout: requests fell to 340 per second"},
           {not_said, kSignals, "payment: cpu is at 40 %"},
           {not_said, kSignals, "payment: cpu rose by 80 %"},
           {not_said, kSignals, "payment: cpu rose by 0.8"},
           {not_said, kSignals, "checkout: requests fell by half"},
           {not_said, kSignals, "checkout: requests are 35 % lower"},
           {not_said, kSignals, "checkout: requests fell by 35 %"},
           {not_said, kSignals, "checkout: p99 never exceeded 338 ms"},
           {not_said, kSignals, "checkout: p99 stayed above 338 ms"},
           {not_said, kSignals, "checkout: p99 rose first"},
           {not_said, kSignals, "checkout: p99 rose to 340 s"},
           {not_said, kSignals, "checkout: p99 rose to 0.34 ms"},
           {not_said, kSignals, "checkout: 120 requests per minute"},
           {not_said, kSignals, "checkout: 2 requests per second"},
           {not_said, kSignals, "payment: 2 % errors"},
           {not_said, kSignals, "checkout: requests fell by a factor of 3"},
           {not_said, kSignals, "checkout: requests fell 3x"},
           {not_said, kSignals, "checkout: 3 times as many requests"},
           {not_said, kSignals, "checkout: p99 rose to 340 ms, which made requests fall"},
           {not_said, kSignals, "checkout: p99 rising made requests fall"},
           {not_said, kSignals, "checkout: requests fell following p99"},
           {not_said, kSignals, "checkout: requests fell thanks to p99"},
           {not_said, kLatency, "checkout: p99 is 12 ms"},
           {not_said, kLatency, "checkout: p99 is at 11 ms"},
           {not_said, kSeriesRows, "checkout: p99 is 11 ms"},
           {said, kLatency, "checkout: p99 was 12 ms at 11:50"},
           {not_said, kMentions, "2 lines match cart in the window"},
           {not_said, kEngineLines, "cart: 1200 s in the window"},
           {not_said, kSignals, "2 of 4 series rose"},
           {not_said, kSignals, "4 services matched"},
           {not_said, kSignals, "240 series rose"},
           {said, kSignals, "4 series matched"}});
}

}  // namespace
}  // namespace insight::agent::reasoning
