// Evidence of every kind of signal, shaped as the looks and the engine give it.
#pragma once

#include "tests/unit/reasoning/cited.h"

namespace insight::agent::reasoning::test {

inline model::Evidence shaped(std::string title, std::string query, std::string_view content) {
    auto parsed = base::parse_json(content, "evidence of a test");
    return evidence(parsed ? std::move(*parsed) : base::Json(), std::move(title), std::move(query));
}

// 41 lines in which the word "cart" stands: of two services, and none of them is a failure.
inline const model::Evidence kMentions =
    shaped("log lines", R"(query_logs {"contains":"cart"})", R"({
 "kind": "logs",
 "facts": {"scanned": 18250, "matched": 41, "matchedInWindow": 38, "matchedInBaseline": 3,
  "first": "2026-11-18T11:58:02Z", "last": "2026-11-18T12:19:44Z",
  "services": [{"value": "checkout", "count": 30}, {"value": "cart", "count": 11}],
  "severities": [{"value": "INFO", "count": 38}, {"value": "WARN", "count": 3}],
  "templates": [
   {"template": "call to cart took <*> ms", "baseline": 2, "window": 28, "first": "2026-11-18T11:58:02Z", "last": "2026-11-18T12:19:40Z"},
   {"template": "cart served from cache", "baseline": 1, "window": 10, "first": "2026-11-18T11:59:02Z", "last": "2026-11-18T12:19:44Z"}]},
 "lines": [
  {"time": "2026-11-18T11:58:02Z", "severity": "INFO", "service": "checkout", "body": "call to cart took 812 ms"},
  {"time": "2026-11-18T12:04:11Z", "severity": "INFO", "service": "cart", "body": "cart served from cache"},
  {"time": "2026-11-18T12:12:05Z", "severity": "WARN", "service": "checkout", "body": "call to cart took 4100 ms, will be retried if it failed"}],
 "more": 38})");

// 41 error lines of cart and nothing else.
inline const model::Evidence kFailures =
    shaped("log lines", R"(query_logs {"service":"cart","severity":"error"})", R"({
 "kind": "logs",
 "facts": {"scanned": 18250, "matched": 41, "matchedInWindow": 41, "matchedInBaseline": 0,
  "first": "2026-11-18T12:11:40Z", "last": "2026-11-18T12:19:44Z",
  "services": [{"value": "cart", "count": 41}],
  "severities": [{"value": "ERROR", "count": 41}],
  "templates": [
   {"template": "failed to add item: redis timeout after <*> ms", "baseline": 0, "window": 29, "first": "2026-11-18T12:11:40Z", "last": "2026-11-18T12:19:44Z"},
   {"template": "request failed: cart is not available", "baseline": 0, "window": 12, "first": "2026-11-18T12:12:40Z", "last": "2026-11-18T12:19:04Z"}]},
 "lines": [
  {"time": "2026-11-18T12:11:40Z", "severity": "ERROR", "service": "cart", "body": "failed to add item: redis timeout after 2000 ms"},
  {"time": "2026-11-18T12:12:40Z", "severity": "ERROR", "service": "cart", "body": "request failed: cart is not available"}],
 "more": 39})");

// Requests by status, counted over the lines of an access log.
inline const model::Evidence kStatuses =
    shaped("log lines", R"(query_logs {"groupBy":"status","service":"frontend"})", R"({
 "kind": "logs",
 "facts": {"scanned": 18250, "matched": 12405, "matchedInWindow": 12405, "matchedInBaseline": 0,
  "first": "2026-11-18T12:00:00Z", "last": "2026-11-18T12:19:59Z",
  "services": [{"value": "frontend", "count": 12405}],
  "severities": [{"value": "INFO", "count": 12405}],
  "templates": [{"template": "GET /cart <*> <*> ms", "baseline": 0, "window": 12405, "first": "2026-11-18T12:00:00Z", "last": "2026-11-18T12:19:59Z"}],
  "groups": [{"value": "200", "count": 12000}, {"value": "503", "count": 320}, {"value": "500", "count": 85}]},
 "lines": [{"time": "2026-11-18T12:00:00Z", "severity": "INFO", "service": "frontend", "body": "GET /cart 200 11 ms"}],
 "more": 12404})");

inline const model::Evidence kTraffic =
    shaped("series http_server_requests",
           R"(query_metrics {"name":"http_server_requests","entity":"cart"})", R"({
 "kind": "series", "name": "http_server_requests", "labels": {"service": "cart"}, "unit": "{request}/s", "rate": true,
 "points": [[1795003200, 338], [1795003260, 342], [1795003320, 121], [1795003380, 120], [1795003440, 118.6]],
 "baseline": {"median": 340, "low": 331, "high": 352},
 "window": {"median": 120, "low": 118.6, "high": 121, "last": 118.6}, "onset": 1795003320})");

// A counter as it stands: 7,200 more in a minute.
inline const model::Evidence kCounter =
    shaped("series http_requests_total", R"(query_metrics {"name":"http_requests_total"})", R"({
 "kind": "series", "name": "http_requests_total", "labels": {"service": "cart"}, "unit": "{request}",
 "points": [[1795003200, 100000], [1795003260, 107200], [1795003320, 114400], [1795003380, 121600]]})");

inline const model::Evidence kBytes = shaped(
    "series network_transmit_bytes", R"(query_metrics {"name":"network_transmit_bytes"})", R"({
 "kind": "series", "name": "network_transmit_bytes", "labels": {"service": "cart"}, "unit": "By/s", "rate": true,
 "points": [[1795003200, 2400000], [1795003260, 12500000]],
 "baseline": {"median": 2400000}, "window": {"median": 12500000, "low": 12500000, "high": 12500000, "last": 12500000}})");

inline const model::Evidence kLatency =
    shaped("series http_server_duration_p99",
           R"(query_metrics {"name":"http_server_duration_p99","entity":"checkout"})", R"({
 "kind": "series", "name": "http_server_duration_p99", "labels": {"service": "checkout", "quantile": "0.99"}, "unit": "s",
 "points": [[1795002600, 0.012], [1795002660, 0.011], [1795003320, 0.34], [1795003380, 0.352], [1795003440, 0.338]],
 "baseline": {"median": 0.012, "low": 0.011, "high": 0.013},
 "window": {"median": 0.34, "low": 0.338, "high": 0.352, "last": 0.338}, "onset": 1795003320})");

// Several series, a row each, the most unusual first.
inline const model::Evidence kSeriesRows =
    shaped("series", R"(query_metrics {"contains":"duration"})", R"({
 "kind": "rows",
 "columns": ["name", "labels", "unit", "baseline_median", "baseline_min", "baseline_max", "window_median", "window_min", "window_max", "window_last", "outlying"],
 "rows": [
  ["http_server_duration_p99", {"service": "checkout"}, "s", 0.012, 0.011, 0.013, 0.34, 0.338, 0.352, 0.338, 141.2],
  ["http_server_duration_p99", {"service": "payment"}, "s", 0.02, 0.018, 0.022, 0.021, 0.018, 0.023, 0.02, 0.8],
  ["http_server_errors_ratio", {"service": "checkout"}, "1", 0.002, 0, 0.004, 0.31, 0.22, 0.36, 0.3, 98.1]],
 "facts": {"scanned": 240, "matched": 3}})");

// What one service does and what another does, a row a series.
inline const model::Evidence kSignals =
    shaped("series", R"(query_metrics {"contains":"http|cpu"})", R"({
 "kind": "rows",
 "columns": ["name", "labels", "unit", "baseline_median", "baseline_min", "baseline_max", "window_median", "window_min", "window_max", "window_last", "outlying"],
 "rows": [
  ["http_server_duration_p99", {"service": "checkout"}, "s", 0.012, 0.011, 0.013, 0.34, 0.338, 0.352, 0.338, 141.2],
  ["http_server_requests", {"service": "checkout"}, "{request}/s", 340, 331, 352, 120, 118, 121, 119, 71.3],
  ["http_server_errors", {"service": "payment"}, "{error}/s", 4, 3, 5, 2, 1, 2.5, 2, 9.8],
  ["process_cpu_utilization", {"service": "payment"}, "1", 0.4, 0.38, 0.42, 0.8, 0.7, 0.9, 0.82, 22.0]],
 "facts": {"scanned": 240, "matched": 4}})");

inline const model::Evidence kMemory =
    shaped("series container_memory_working_set_bytes",
           R"(query_metrics {"name":"container_memory_working_set_bytes"})", R"({
 "kind": "series", "name": "container_memory_working_set_bytes", "labels": {"pod": "cart-7d9f8b4c5-x2k4p", "service": "cart"}, "unit": "By",
 "points": [[1795002600, 268435456], [1795003320, 509607936], [1795003380, 535822336]],
 "baseline": {"median": 268435456}, "window": {"median": 509607936, "low": 509607936, "high": 535822336, "last": 535822336}, "onset": 1795003320})");

inline const model::Evidence kSpans =
    shaped("spans", R"(query_spans {"groupBy":"service","status":"error"})", R"({
 "kind": "rows",
 "columns": ["time", "service", "name", "kind", "milliseconds", "status", "traceId", "statusMessage", "peer.service"],
 "rows": [
  ["2026-11-18T12:02:03Z", "checkout", "POST /cart/add", "client", 2004.2, "error", "4bf92f3577b34da6a3ce929d0e0e4736", "deadline exceeded", "cart"],
  ["2026-11-18T12:02:04Z", "frontend", "GET /checkout", "server", 2010.9, "error", "4bf92f3577b34da6a3ce929d0e0e4736", null, null]],
 "facts": {"scanned": 5210, "matched": 97, "first": "2026-11-18T12:02:03Z", "last": "2026-11-18T12:19:30Z",
  "groups": [{"value": "checkout", "count": 61}, {"value": "frontend", "count": 36}]},
 "more": 95})");

// Any spans of cart, however they ended.
inline const model::Evidence kAnySpans = shaped("spans", R"(query_spans {"service":"cart"})", R"({
 "kind": "rows",
 "columns": ["time", "service", "name", "kind", "milliseconds", "status", "traceId"],
 "rows": [["2026-11-18T12:02:03Z", "cart", "GET /items", "server", 12.5, "ok", "00f067aa0ba902b74bf92f3577b34da6"]],
 "facts": {"scanned": 5210, "matched": 58, "first": "2026-11-18T12:02:03Z", "last": "2026-11-18T12:19:30Z"},
 "more": 57})");

inline const model::Evidence kEvents =
    shaped("Kubernetes events", R"(query_events {"object":"cart-7d9f8b4c5-x2k4p"})", R"({
 "kind": "rows",
 "columns": ["time", "reason", "message", "object", "count", "type"],
 "rows": [
  ["2026-11-18T12:13:00Z", "BackOff", "Back-off restarting failed container cart in pod cart-7d9f8b4c5-x2k4p", "cart-7d9f8b4c5-x2k4p", 12, "Warning"],
  ["2026-11-18T12:09:00Z", "Pulled", "Container image \"shop/cart:v2\" already present on machine", "cart-7d9f8b4c5-x2k4p", 4, "Normal"]],
 "facts": {"scanned": 310, "matched": 2, "first": "2026-11-18T12:09:00Z", "last": "2026-11-18T12:13:00Z"}})");

inline const model::Evidence kPods =
    shaped("Kubernetes objects", R"(query_resources {"kind":"Pod","path":"status"})", R"({
 "kind": "rows",
 "columns": ["pod", "node", "ready", "restarts", "phase", "reason", "exitCode", "memoryLimit"],
 "rows": [
  ["cart-7d9f8b4c5-x2k4p", "node-3", false, 5, "Running", "OOMKilled", 137, "512Mi"],
  ["cart-7d9f8b4c5-m9zzt", "node-4", true, 0, "Running", null, null, "512Mi"],
  ["payment-5c8b7d6f9-abcde", "node-3", true, 0, "Running", null, null, "256Mi"]],
 "facts": {"scanned": 44, "matched": 3}})");

inline const model::Evidence kDatabase =
    shaped("database state", R"(query_database {"instance":"orders-db","view":"statements"})", R"({
 "kind": "rows",
 "columns": ["time", "query", "calls", "mean_ms", "rows", "instance", "view"],
 "rows": [
  ["2026-11-18T12:04:03Z", "SELECT id FROM orders WHERE customer_id = $1", 5400, 0.31, 20, "orders-db", "statements"],
  ["2026-11-18T12:14:03Z", "SELECT id FROM orders WHERE customer_id = $1", 8100, 39.2, 20, "orders-db", "statements"]],
 "facts": {"scanned": 120, "matched": 2, "first": "2026-11-18T12:04:03Z", "last": "2026-11-18T12:14:03Z"}})");

inline const model::Evidence kDeploy = shaped("cart v1 to v2", R"(changes {"entity":"cart"})", R"({
 "kind": "change", "time": "2026-11-18T10:42:10Z", "changeKind": "deploy", "entity": "cart", "author": "ada",
 "summary": "cart was deployed", "before": "shop/cart:v1", "after": "shop/cart:v2", "diff": "-timeout: 2000\n+timeout: 200\n", "ref": "kubernetes/lab"})");

inline const model::Evidence kErrorsLater =
    shaped("log lines", R"(query_logs {"service":"checkout","severity":"error"})", R"({
 "kind": "logs",
 "facts": {"scanned": 900, "matched": 2, "matchedInWindow": 2, "matchedInBaseline": 0,
  "first": "2026-11-18T10:45:00Z", "last": "2026-11-18T10:51:00Z",
  "services": [{"value": "checkout", "count": 2}], "severities": [{"value": "ERROR", "count": 2}]},
 "lines": [
  {"time": "2026-11-18T10:45:00Z", "severity": "ERROR", "service": "checkout", "body": "connection refused"},
  {"time": "2026-11-18T10:51:00Z", "severity": "ERROR", "service": "checkout", "body": "connection refused"}]})");

inline const model::Evidence kTopology =
    shaped("topology around checkout", R"(topology {"entity":"checkout"})", R"({
 "kind": "rows", "columns": ["from", "relation", "to", "steps"],
 "rows": [["checkout", "needs", "cart", 1], ["checkout", "needs", "orders-db", 2], ["frontend", "calls", "checkout", 1]],
 "facts": {"matched": 3}})");

inline const model::Evidence kNothing =
    shaped("log lines", R"(query_logs {"service":"payment","severity":"error"})", R"({
 "kind": "logs", "facts": {"scanned": 18250, "matched": 0, "matchedInWindow": 0, "matchedInBaseline": 0}, "lines": []})");

inline const model::Evidence kTwoLines =
    shaped("log lines", R"(query_logs {"service":"cart"})", R"({
 "kind": "logs",
 "facts": {"scanned": 900, "matched": 2, "matchedInWindow": 2, "matchedInBaseline": 0,
  "first": "2026-11-18T12:01:00Z", "last": "2026-11-18T12:05:00Z"},
 "lines": [
  {"time": "2026-11-18T12:01:00Z", "severity": "WARN", "service": "cart", "body": "connection pool exhausted after 50 ms"},
  {"time": "2026-11-18T12:05:00Z", "severity": "WARN", "service": "cart", "body": "heap 97 % full"}]})");

// As the engine shows a template that surged.
inline const model::Evidence kEngineLines = shaped("log lines of cart", "", R"({
 "kind": "logs",
 "facts": {"entity": "cart", "pod": "", "template": "failed to add item: redis timeout after <*> ms", "windowLines": 41,
  "windowSeconds": 600, "baselineLines": 0, "baselineSeconds": 1200, "expectedLines": 0, "since": "2026-11-18T12:11:40Z"},
 "lines": [{"time": "2026-11-18T12:11:40Z", "severity": "ERROR", "body": "failed to add item: redis timeout after 2000 ms"}],
 "counts": [[1795003200, 20], [1795003260, 21]], "countSeconds": 60})");

inline const model::Evidence kAlert = shaped("alert CheckoutSlow", "", R"({
 "kind": "alert", "alert": {"annotations": {"summary": "p99 of checkout is above 300 ms"}, "fingerprint": "0da2c46eb7afc8bf",
  "labels": {"alertname": "CheckoutSlow", "service": "checkout", "severity": "critical"}, "startsAt": "2026-11-18T12:03:19Z"}})");

// What a server of the site answered: prose, with clocks that have no day.
inline const model::Evidence kNote = shaped("answer of read_text_file", "", R"({
 "kind": "rows", "columns": ["answer"], "rows": [
  ["the index of orders-db is rebuilt by job nightly-reindex at 02:05."],
  ["backup of orders-db starts at 03:10, ends 12:02:05"]]})");

// Prose that names its zone.
inline const model::Evidence kZoned = shaped("answer of read_text_file", "", R"({
 "kind": "rows", "columns": ["answer"], "rows": [
  ["maintenance of orders-db began at 14:05 CET and ended at 15:10 CET"],
  ["the index of payment is rebuilt at 09:05 EST"],
  ["cart: snapshot taken at 2026-11-18T13:11:40+02:00"]]})");

inline const std::set<std::string> kShop{"cart",
                                         "checkout",
                                         "payment",
                                         "frontend",
                                         "orders-db",
                                         "cart-cache",
                                         "cart-7d9f8b4c5-x2k4p",
                                         "cart-7d9f8b4c5-m9zzt",
                                         "payment-5c8b7d6f9-abcde",
                                         "node-3",
                                         "node-4"};

}  // namespace insight::agent::reasoning::test
