// Which way bytes go: sent is not received, and neither is lost on the way.
#include "tests/unit/reasoning/probe.h"

namespace insight::agent::reasoning {
namespace {

using test::judge, test::said, test::not_said;

// Bytes in both directions, a row a series.
const model::Evidence kFlows =
    test::shaped("series", R"(query_metrics {"contains":"network"})", R"({
 "kind": "rows",
 "columns": ["name", "labels", "unit", "baseline_median", "baseline_min", "baseline_max", "window_median", "window_min", "window_max", "window_last", "outlying"],
 "rows": [
  ["container_network_transmit_bytes", {"service": "cart"}, "By/s", 2400000, 2300000, 2500000, 12500000, 12000000, 13100000, 12400000, 88.2],
  ["container_network_receive_bytes", {"service": "cart"}, "By/s", 900000, 880000, 930000, 910000, 870000, 940000, 900000, 0.4],
  ["container_network_transmit_bytes", {"service": "checkout"}, "By/s", 1100000, 1000000, 1200000, 500000, 480000, 530000, 490000, 40.1],
  ["container_network_transmit_packets_dropped", {"service": "cart"}, "{packet}/s", 0, 0, 0, 35, 20, 41, 38, 30.5]],
 "facts": {"scanned": 240, "matched": 4}})");

TEST(Probe, what_is_sent_is_what_was_transmitted) {
    using test::kBytes;
    judge({{said, kFlows, "cart sends 12.5 MB/s"},
           {said, kFlows, "cart is sending 12.5 MB/s"},
           {said, kFlows, "cart transmits 12.5 MB/s"},
           {said, kFlows, "cart writes 12.5 MB/s to the network"},
           {said, kFlows, "cart receives 0.91 MB/s"},
           {said, kFlows, "cart reads 0.91 MB/s from the network"},
           {said, kFlows, "cart sent 12.5 MB/s"},
           {said, kFlows, "checkout sends 0.5 MB/s"},
           {said, kFlows, "cart sends 12.5 MB/s and receives 0.91 MB/s"},
           {said, kFlows, "cart: network transmit rose from 2.4 MB/s to 12.5 MB/s"},
           {said, kFlows, "cart: 35 dropped packets per second"},
           {said, kFlows, "cart drops 35 packets per second"},
           {said, kFlows, "cart usually sends 2.4 MB/s"},
           {said, kFlows, "cart sends 5x more"},
           {said, kBytes, "cart sends 12.5 MB/s"},
           {said, kBytes, "cart sends 100 Mbit/s"},
           {said, kBytes, "cart: network transmit rose from 2.4 MB/s to 12.5 MB/s"}});
}

TEST(Probe, what_is_sent_is_not_received) {
    using test::kBytes, test::kTraffic;
    judge({{not_said, kFlows, "cart receives 12.5 MB/s"},
           {not_said, kFlows, "cart received 12.5 MB/s"},
           {not_said, kFlows, "cart is sent 12.5 MB/s"},
           {not_said, kFlows, "12.5 MB/s are sent to cart"},
           {not_said, kFlows, "12.5 MB/s are transmitted to cart"},
           {not_said, kFlows, "12.5 MB/s transmitted to cart"},
           {not_said, kFlows, "checkout transmits 12.5 MB/s to cart"},
           {not_said, kFlows, "cart transmits 12.5 MB/s to checkout"},
           {not_said, kFlows, "cart transmits 910 kB/s"},
           {not_said, kFlows, "cart sends 0.91 MB/s"},
           {not_said, kFlows, "checkout sends 12.5 MB/s"},
           {not_said, kFlows, "cart sends 12.5 Mbit/s"},
           {not_said, kFlows, "cart sends 35 packets per second"},
           {not_said, kFlows, "cart transmits 35 packets per second"},
           {not_said, kFlows, "cart sends 12.5 MB"},
           {not_said, kFlows, "cart usually sends 12.5 MB/s"},
           {not_said, kFlows, "cart sends 2.4 MB/s now"},
           {not_said, kFlows, "cart sends 2.4 MB/s"},
           {not_said, kFlows, "cart writes 12.5 MB/s to disk"},
           {not_said, kFlows, "cart writes 12.5 MB/s"},
           {not_said, kFlows, "cart reads 0.9 MB/s from the network to disk"},
           {not_said, kFlows, "cart sends no packets"},
           {not_said, kFlows, "cart stopped sending"},
           {not_said, kFlows, "cart: network receive rose from 2.4 MB/s to 12.5 MB/s"},
           {not_said, kFlows, "checkout receives 0.5 MB/s"},
           {not_said, kFlows, "cart sends 12.5 MB/s and receives 12.5 MB/s"},
           {not_said, kFlows, "cart sends 0.91 MB/s and receives 12.5 MB/s"},
           {not_said, kFlows, "cart and checkout send 12.5 MB/s"},
           {not_said, kBytes, "cart receives 12.5 MB/s"},
           {not_said, kBytes, "cart is sent 12.5 MB/s"},
           {not_said, kBytes, "12.5 MB/s were sent to cart"},
           {not_said, kBytes, "cart sends 12.5 MiB/s"},
           {not_said, kBytes, "payment sends 12.5 MB/s"},
           {not_said, kBytes, "cart sends 12.5 MB per minute"},
           {not_said, kBytes, "cart writes 12.5 MB/s"},
           {not_said, kBytes, "cart writes 12.5 MB/s to disk"},
           {not_said, kFlows, "cart sends 12.5 MB/s to payment"},
           {not_said, kFlows, "12.5 MB/s are sent by checkout"},
           {not_said, kFlows, "checkout sends cart 12.5 MB/s"},
           {not_said, kFlows, "cart sends 12.5 MB/s of logs"},
           {not_said, kFlows, "cart is sending checkout 12.5 MB/s"},
           {not_said, kFlows, "cart received 12.5 MB/s from checkout"},
           {not_said, kFlows, "cart reads 12.5 MB/s from the network"},
           {not_said, kFlows, "cart writes 0.91 MB/s to the network"},
           {not_said, kFlows, "cart sends 0.5 MB/s"},
           {not_said, kFlows, "cart does not send 12.5 MB/s"},
           {not_said, kFlows, "nobody but cart sends 12.5 MB/s"},
           {not_said, kFlows, "cart sent 12.5 MB/s before checkout received it"},
           {not_said, kFlows, "cart sends 5x less"},
           {not_said, kFlows, "cart receives 5x more"},
           {not_said, kFlows, "cart sends 35 errors per second"},
           {not_said, kFlows, "cart sends 35 dropped requests per second"},
           {not_said, kTraffic, "cart sends 120 requests per second"},
           {not_said, kTraffic, "cart sends 120 req/s"}});
}

}  // namespace
}  // namespace insight::agent::reasoning
