"""A shop whose orders service got a pool of 2 connections instead of 40, as a recorded window."""

import json
import os
import time

SECOND = 1_000_000_000

VALUES = """# Values of the orders service.   Owner: team-orders
replicaCount: 3

image:
    repository: shop/orders
    tag:   "1.4.2"     # bumped by CI

pool:
    # one connection a worker, and some to spare
    size: 40           # measured in May
    timeout: 5s
"""

GO = """package orders

// Pool gives out connections to the database.
func newPool() *Pool {
\treturn &Pool{size: config.Int("pool.size")}
}
"""


def window(folder, changes, *, incident="inc-0123456789abcdef", alert=True, resources=(),
           late=0, healthy=False, service="orders", now=None):
    """Writes a snapshot folder; `late` seconds between the onset and the alert."""
    now = int(now or time.time())
    onset = now - 600
    start = onset - late - 120
    base = start - 3600
    os.makedirs(folder, exist_ok=True)
    about = {"formatVersion": 1, "id": incident,
             "window": {"start": start * SECOND, "end": now * SECOND,
                        "baselineStart": base * SECOND, "baselineEnd": start * SECOND},
             "scope": {"cluster": "lab", "namespace": "shop"}}
    if alert:
        about["alert"] = {
            "fingerprint": "0123456789abcdef", "status": "firing",
            "labels": {"alertname": "OrdersErrors", "service": service, "severity": "critical"},
            "annotations": {"summary": f"{service} fails: connection pool exhausted"},
            "startsAt": _rfc3339(onset + late), "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "http://prometheus/graph?g0.expr=sum%28rate%28http_errors_total%5B5m%5D"
                            "%29%29+%2F+sum%28rate%28http_requests_total%5B5m%5D%29%29+%3E+0.05"}
    else:
        about["question"] = f"why is {service} slow?"
    _write(folder, "incident.json", json.dumps(about))
    _write(folder, "coverage.json", json.dumps(
        [{"source": "prometheus/main", "asked": True, "outcome": "answered", "count": 3,
          "intervals": [[base * SECOND, now * SECOND]]},
         {"source": "github/octo/shop", "asked": True, "outcome": "answered",
          "count": len(changes), "intervals": [[base * SECOND, now * SECOND]]}]))
    lines = []
    series = [("db_pool_wait_seconds", {}, 0.002, 4.0),
              ("http_request_duration_seconds_p99", {}, 0.12, 6.5),
              ("http_errors_per_second", {}, 0.01, 22.0),
              ("http_requests_per_second", {}, 80, 80)]
    if healthy and alert:  # only what the alert itself asks for can say that it fired for nothing
        series.append(("sum(rate(http_errors_total[5m])) / sum(rate(http_requests_total[5m]))",
                       {"alertname": "OrdersErrors"}, 0.001, 0.3))
    for name, labels, usual, bad in series:
        points = []
        for i, at in enumerate(range(base, now, 15)):
            value = bad if at >= onset and not healthy else usual
            points.append([at, value * (1 + 0.05 * ((i * 7919) % 13 - 6) / 6)])
        lines.append(json.dumps({"name": name, "unit": "",
                                 "labels": {"service": service, "namespace": "shop",
                                            "pod": f"{service}-7d9f", **labels},
                                 "points": points}))
    _write(folder, "metrics.ndjson", "\n".join(lines) + "\n")
    logs = []
    for at in range(base, now, 20):
        logs.append({"time": at * SECOND, "severity": 9, "severityText": "INFO",
                     "body": "order accepted", "attributes": {"service.name": service}})
        if at >= onset and not healthy:
            for i in range(4):
                logs.append({"time": at * SECOND + i, "severity": 17, "severityText": "ERROR",
                             "body": "could not get a connection from the pool: pool size 2 "
                                     "exhausted after timeout",
                             "attributes": {"service.name": service}})
    _write(folder, "logs.ndjson", "".join(json.dumps(log) + "\n" for log in logs))
    _write(folder, "changes.ndjson", "".join(
        json.dumps({"before": None, "after": None, "diff": None, **change}) + "\n"
        for change in changes))
    if resources:
        _write(folder, "resources.ndjson", "".join(json.dumps(one) + "\n" for one in resources))
    return onset


def _write(folder, name, text):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(text)


def _rfc3339(at):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
