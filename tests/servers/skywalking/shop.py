"""An hour of a small shop as its agents would tell it, and four things that go wrong in it:

  shop ──▶ orders ──▶ orders-db        an endpoint of orders became slow: its statement did
   │          (two instances)          one instance of orders stopped reporting
   └────▶ pay                          its calls fail with an exception
                                       an alarm of SkyWalking's own, for the slow endpoint
"""

import random
import time

SHOP = "agent::shop|prod|east"
ORDERS = "agent::orders|prod|east"
PAY = "agent::pay|prod|east"
DATABASE = "orders-db.prod.svc.cluster.local:5432"
PODS = ["orders-5d4c7b9f8-x2x9q", "orders-5d4c7b9f8-k7m2p"]
EXCEPTION = "java.net.SocketTimeoutException"
SECRET = "sup3r-s3cret"

_HTTP_SERVER, _HTTP_CLIENT, _JDBC = 14, 2, 37


def _span(number, parent, start, end, name, kind, layer, component, **more):
    return {"spanId": number, "parentSpanId": parent, "startTime": start, "endTime": end,
            "operationName": name, "spanType": kind, "spanLayer": layer, "componentId": component,
            "isError": False, **more}


def _ref(trace, segment, span, service, instance, endpoint, address):
    return [{"refType": "CrossProcess", "traceId": trace, "parentTraceSegmentId": segment,
             "parentSpanId": span, "parentService": service, "parentServiceInstance": instance,
             "parentEndpoint": endpoint, "networkAddressUsedAtPeer": address}]


def _tag(key, value):
    return {"key": key, "value": str(value)}


class Shop:
    def __init__(self, oap, seed=7):
        self.oap = oap
        self._random = random.Random(seed)
        self._count = 0

    def request(self, at, path="/orders", slow=False, failing=False, pod=0):
        """One request, beginning at unix seconds `at`, as segments of the services it meets."""
        self._count += 1
        start = int(at * 1000)
        trace = f"trace.{self._count}.{start}"
        statement = self._random.randint(1400, 1700) if slow else self._random.randint(20, 35)
        inner, outer = start + 5, start + 15 + statement + 10
        to_pay = path == "/pay"
        address = "10.0.0.9:8080" if to_pay else "10.0.0.7:8080"
        callee, instance = (PAY, "pay-1@10.0.0.9") if to_pay else (ORDERS, f"{PODS[pod]}@10.0.0.7")
        front = [
            _span(0, -1, start, outer + 5, f"GET:{path}", "Entry", "Http", _HTTP_SERVER,
                  tags=[_tag("http.method", "GET"), _tag("url", f"http://shop{path}?card=4111"),
                        _tag("http.status_code", 500 if failing else 200)]),
            _span(1, 0, inner, outer, f"/internal{path}", "Exit", "Http", _HTTP_CLIENT,
                  peer=address)]
        answer = [_span(0, -1, inner + 2, outer - 2, f"POST:/internal{path}", "Entry", "Http",
                        _HTTP_SERVER,
                        refs=_ref(trace, f"{trace}.a", 1, SHOP, "shop-1@10.0.0.5", f"GET:{path}",
                                  address))]
        if to_pay:
            answer.append(_span(1, 0, inner + 4, outer - 4, "charge", "Local", "Unknown", 0))
        else:
            answer.append(_span(1, 0, inner + 5, inner + 5 + statement, "PostgreSQL/JDBC/execute",
                                "Exit", "Database", _JDBC, peer=DATABASE,
                                tags=[_tag("db.type", "PostgreSQL"), _tag("db.instance", "orders"),
                                      _tag("db.statement", "select * from orders")]))
        if failing:
            for span in (*front, *answer):
                span["isError"] = True
            answer[1]["logs"] = [{"time": outer - 4, "data": [
                _tag("event", "error"), _tag("error.kind", EXCEPTION),
                _tag("message", f"Read timed out; password={SECRET}"),
                _tag("stack", f"{EXCEPTION}: Read timed out\n\tat shop.Pay.charge(Pay.java:41)")]}]
        return [{"traceId": trace, "traceSegmentId": f"{trace}.a", "service": SHOP,
                 "serviceInstance": "shop-1@10.0.0.5", "spans": front},
                {"traceId": trace, "traceSegmentId": f"{trace}.b", "service": callee,
                 "serviceInstance": instance, "spans": answer}]

    def log(self, at, service, instance, text, level="INFO"):
        return {"timestamp": int(at * 1000), "service": service, "serviceInstance": instance,
                "layer": "GENERAL", "tags": {"data": [_tag("level", level)]},
                "body": {"text": {"text": text}}}

    def history(self, now, minutes=70, slow=10, failing=10, silent=12, a_minute=12):
        """Requests and logs of the last `minutes`; the trouble began so many minutes ago (None:
        it did not)."""
        for minute in range(minutes, 0, -1):
            segments, logs = [], []
            for k in range(a_minute):
                at = now - minute * 60 + k * (58 / a_minute) + self._random.random()
                path = ("/orders", "/report", "/pay")[k % 3]
                segments += self.request(
                    at, path, slow=path == "/report" and slow is not None and minute <= slow,
                    failing=path == "/pay" and failing is not None and minute <= failing
                    and k % 2 == 0,
                    pod=0 if silent is not None and minute <= silent else k // 3 % 2)
                logs.append(self.log(at, ORDERS, f"{PODS[0]}@10.0.0.7",
                                     f"order {1000 + k} accepted"))
                if path == "/pay" and failing is not None and minute <= failing:
                    logs.append(self.log(at, PAY, "pay-1@10.0.0.9",
                                         f"charge failed: {EXCEPTION}: Read timed out", "ERROR"))
            self.oap.post("/v3/segments", segments)
            self.oap.post("/v3/logs", logs)

    def present(self):
        """A slow request just now: alarms look at nothing else."""
        self.oap.post("/v3/segments", self.request(time.time() - 3, "/report", slow=True))
