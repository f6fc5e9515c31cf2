"""The SkyWalking collector against a real OAP server, fed with an hour of a shop."""

import http.server
import json
import pathlib
import sys
import threading
import time
import urllib.request

import pytest

from reading import coverage, everything
from lab.site import Site

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "servers" / "skywalking"))
import oap  # noqa: E402
import shop as story  # noqa: E402

pytestmark = pytest.mark.servers


def started(folder, **settings):
    try:
        return oap.Oap(folder, **settings)
    except oap.Absent as absent:
        pytest.skip(str(absent))


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    # not in UTC: windows that were written in it would miss everything by hours
    server = started(tmp_path_factory.mktemp("oap") / "home")
    stopped = threading.Event()
    try:
        one = story.Shop(server)
        one.now = time.time()
        one.history(one.now)
        server.post("/v3/events", [{
            "uuid": "e1", "source": {"service": story.PAY, "serviceInstance": "pay-1@10.0.0.9"},
            "name": "Start", "type": "Normal", "message": "Start Java Application",
            "startTime": int(one.now * 1000) - 660_000, "endTime": int(one.now * 1000) - 659_000,
            "layer": "GENERAL"}])

        def keep_slow():  # alarms look at the present only
            while not stopped.wait(3):
                one.present()
        threading.Thread(target=keep_slow, daemon=True).start()
        server.wait_for(lambda: len(server.ask(
            '{listServices {name}}')["listServices"]) >= 4, 30, "the services")
        time.sleep(3)  # the last batch is on its way to the storage
        yield one
    finally:
        stopped.set()
        server.stop()


@pytest.fixture
def source(shop, console):
    return console("skywalking", name="main", url=shop.oap.url, timeout="10s", maxSeries=1500,
                   maxTraces=400, maxLogs=4000, cluster="east")


def window(shop):
    now = time.time()
    return {"start": now - 900, "end": now, "baselineStart": now - 3900, "baselineEnd": now - 900}


@pytest.fixture(scope="module")
def answer(shop):
    """One collection about orders, which most tests look at."""
    import servers
    one = servers.Console("skywalking", name="main", url=shop.oap.url, timeout="10s",
                          maxSeries=1500, maxTraces=400, maxLogs=4000, cluster="east")
    yield one("collect", timeout=30, question="why are orders and pay so bad?",
              window=window(shop))
    one.close()


def series(answer, name, **labels):
    labels = {key.replace("__", "."): value for key, value in labels.items()}
    return [s for s in answer["metrics"] if s["name"] == name
            and all(s["labels"].get(key) == value for key, value in labels.items())]


def before_and_since(one, when):
    """Medians of a series, until two minutes before and from two minutes after."""
    def middle(values):
        return sorted(values)[len(values) // 2]
    return (middle([v for t, v in one["points"] if t < when - 120]),
            middle([v for t, v in one["points"] if t > when + 120]))


def test_an_endpoint_that_became_slow_is_plain_and_so_is_its_statement(shop, answer):
    began = shop.now - 600
    slow, = series(answer, "endpoint_resp_time", service__name="orders",
                   endpoint="POST:/internal/report")
    usual, now = before_and_since(slow, began)
    assert slow["unit"] == "ms" and usual < 120 and now > 1300
    healthy, = series(answer, "endpoint_resp_time", service__name="orders",
                      endpoint="POST:/internal/orders")
    assert before_and_since(healthy, began)[1] < 120
    # in the server's zone, and at the end of each minute: the onset is where it was
    onset = min(t for t, v in slow["points"] if v > 700)
    assert -60 <= onset - began <= 120
    database, = series(answer, "database_access_resp_time", service__name="orders-db")
    assert before_and_since(database, began)[1] > 500
    slow_spans = [s for s in answer["spans"] if s["attributes"]["service.name"] == "orders"
                  and s["kind"] == "client" and s["end"] - s["start"] > 1e9]
    assert len(slow_spans) > 10
    assert {s["attributes"]["peer.service"] for s in slow_spans} == {"orders-db"}
    assert {s["attributes"]["db.query.text"] for s in slow_spans} == {"select * from orders"}
    by_id = {s["spanId"]: s for s in answer["spans"]}
    root = slow_spans[0]
    while root.get("parentSpanId"):
        root = by_id[root["parentSpanId"]]
    assert root["name"] == "GET:/report" and root["attributes"]["service.name"] == "shop"


def test_a_service_whose_calls_fail_with_an_exception_is_plain(shop, answer):
    failing, = series(answer, "service_sla", service__name="pay")
    usual, now = before_and_since(failing, shop.now - 600)
    assert failing["unit"] == "1" and usual == 1 and now == pytest.approx(0.5)
    broken = [s for s in answer["spans"] if s["status"] == "error"
              and s["attributes"]["service.name"] == "pay" and s["kind"] == "internal"]
    assert len(broken) > 10
    assert {s["attributes"]["exception.type"] for s in broken} == {story.EXCEPTION}
    assert all(s["start"] / 1e9 > shop.now - 660 for s in broken)
    assert "Pay.java:41" in broken[0]["attributes"]["exception.stacktrace"]
    errors = [r for r in answer["logs"] if r["attributes"].get("service.name") == "pay"
              and r["severity"] == 17]
    assert errors and all("SocketTimeoutException" in r["body"] for r in errors)
    assert story.SECRET not in everything(answer)


def test_an_instance_that_stopped_reporting_is_plain(shop, answer):
    last = {s["labels"]["k8s.pod.name"]: s["points"][-1][0]
            for s in series(answer, "service_instance_cpm", service__name="orders")}
    assert set(last) == set(story.PODS)
    assert last[story.PODS[0]] > shop.now - 120
    assert shop.now - 840 < last[story.PODS[1]] < shop.now - 600


def test_an_alarm_of_its_own_rules_is_a_record_of_the_endpoint(shop, source):
    def alarms():
        answer = source("collect", timeout=20, service="orders", window=window(shop))
        return [r for r in answer["logs"]
                if r["attributes"].get("event.name") == "skywalking.alarm"
                and r["attributes"]["service.name"] == "orders"]
    shop.oap.wait_for(alarms, 240, "the alarm")
    alarm = alarms()[0]
    assert alarm["attributes"]["skywalking.endpoint"] == "POST:/internal/report"
    assert "more than 1000ms" in alarm["body"] and alarm["severity"] == 21


def test_edges_services_and_series_meet_at_the_names_other_sources_use(answer):
    edges = {(e["from"], e["to"]) for e in answer["topology"] if e["kind"] == "calls"}
    assert {("shop", "orders"), ("shop", "pay"), ("orders", "orders-db")} <= edges
    named = {s["labels"]["service.name"] for s in answer["metrics"]}
    assert {"shop", "orders", "pay", "orders-db"} <= named
    assert {s["attributes"]["service.name"] for s in answer["spans"]} == {"shop", "orders", "pay"}
    assert {s["labels"]["cluster"] for s in answer["metrics"]} == {"east"}
    seen, = series(answer, "service_relation_client_resp_time", service__name="orders",
                   peer__service="orders-db")
    assert seen["points"]


def test_a_start_that_an_agent_reported_is_a_change(shop, answer):
    change, = [c for c in answer["changes"] if c["entity"] == "pay"]
    assert change["kind"] == "deploy" and "pay-1@10.0.0.9 of pay was started" in change["summary"]
    assert abs(change["time"] / 1e9 - (shop.now - 660)) < 1


def test_spans_and_logs_are_a_fair_sample_with_what_it_covers(shop, source):
    when = window(shop)
    answer = source("collect", timeout=30, service="shop", window=when)
    row, = [c for c in answer["coverage"] if c["source"] == "skywalking/main/spans"]
    assert row["outcome"] == "truncated" and "raise maxTraces" in row["note"]
    roots = [s["start"] / 1e9 for s in answer["spans"] if not s.get("parentSpanId")]

    def rate(start, end):
        covered = [(max(a / 1e9, start), min(b / 1e9, end)) for a, b in row["intervals"]]
        seconds = sum(max(0, b - a) for a, b in covered)
        return sum(any(a <= t < b for a, b in covered) for t in roots) / seconds
    # twelve requests a minute, all the time
    assert rate(when["baselineStart"], when["baselineEnd"]) == pytest.approx(0.2, rel=0.25)
    assert rate(when["start"], when["end"]) == pytest.approx(0.2, rel=0.25)
    logs, = [c for c in answer["coverage"] if c["source"] == "logs/skywalking/main"]
    lines = [r["time"] for r in answer["logs"] if "accepted" in r["body"]]
    inside = sum(any(a <= t < b for a, b in logs["intervals"]) for t in lines)
    seconds = sum(b - a for a, b in logs["intervals"]) / 1e9
    assert inside / seconds == pytest.approx(0.2, rel=0.25)


def test_small_budgets_are_kept_and_what_they_cost_is_said(shop, console):
    small = console("skywalking", name="main", url=shop.oap.url, timeout="10s", maxSeries=20,
                    maxTraces=30, maxLogs=50)
    answer = small("collect", timeout=30, service="orders", window=window(shop))
    assert 0 < len(answer["metrics"]) <= 40
    assert len({s["traceId"] for s in answer["spans"]}) <= 60
    assert len([r for r in answer["logs"] if "event.name" not in r["attributes"]]) <= 50
    notes = " ".join(c["note"] for c in coverage(answer, "truncated"))
    for key in ("maxSeries", "maxTraces", "maxLogs"):
        assert key in notes, notes
    assert series(answer, "service_resp_time", service__name="orders"), "what is asked for is first"
    none = console("skywalking", name="main", url=shop.oap.url, timeout="10s", maxSeries=20,
                   maxTraces=0, maxLogs=0)
    answer = none("collect", timeout=30, service="orders", window=window(shop))
    assert not answer["spans"]


def test_a_window_of_a_day_is_read_in_parts(shop, source):
    now = time.time()
    answer = source("collect", timeout=30, service="orders", window={
        "start": now - 86400, "end": now, "baselineStart": now - 90000,
        "baselineEnd": now - 86400})
    slow, = series(answer, "service_resp_time", service__name="orders")
    times = [t for t, _ in slow["points"]]
    assert len(times) > 50 and times == sorted(set(times))
    assert not coverage(answer, "failed")


def test_probe_tells_version_clock_and_zone(shop, source):
    probes = {p["what"].split()[0]: p for p in source("probe")["probes"]}
    assert probes["reach"]["ok"] and "version 10.1.0" in probes["reach"]["finding"]
    zone = f"{shop.oap.hours_from_utc:+03d}00"
    assert probes["clock"]["ok"] and zone in probes["clock"]["finding"]
    assert probes["services"]["ok"]


class Before:
    """A gateway to the real server behind which it looks like SkyWalking 8."""

    NEWER = {"execExpression", "listServices", "listInstances", "findEndpoint", "listMetrics",
             "listLayers"}

    def __init__(self, url, hidden=None):
        gateway = self
        self.hidden = self.NEWER if hidden is None else hidden
        self.seen = []
        self.authorization = set()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                gateway.authorization.add(self.headers.get("Authorization"))
                text = json.loads(body)["query"]
                gateway.seen.append(text)
                with urllib.request.urlopen(urllib.request.Request(
                        url + self.path, body, {"Content-Type": "application/json"})) as real:
                    answer = json.load(real)
                if "__schema" in text:
                    for one in answer["data"]["__schema"]["types"]:
                        if one["name"] == "Query":
                            one["fields"] = [f for f in one["fields"]
                                             if f["name"] not in gateway.hidden]
                out = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(out)))
                self.end_headers()
                self.wfile.write(out)

            def log_message(self, *_):
                pass

        self.server = Site(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def test_an_older_server_is_asked_as_it_was_asked_then(shop, console):
    gateway = Before(shop.oap.url)
    source = console("skywalking", name="main", url=gateway.url + "/graphql", timeout="10s",
                     maxSeries=1500, maxTraces=100, maxLogs=100, user="ann",
                     secrets={"password": "b-secret-6"})
    answer = source("collect", timeout=30, service="orders", window=window(shop))
    asked = " ".join(gateway.seen)
    for newer in Before.NEWER:
        assert newer not in asked
    for older in ("readMetricsValues", "getAllServices", "getServiceInstances", "sortMetrics"):
        assert older in asked
    slow, = series(answer, "endpoint_resp_time", service__name="orders",
                   endpoint="POST:/internal/report")
    usual, now = before_and_since(slow, shop.now - 600)
    assert usual < 120 and now > 1300
    last = {s["labels"]["k8s.pod.name"]: s["points"][-1][0]
            for s in series(answer, "service_instance_cpm", service__name="orders")}
    assert last[story.PODS[1]] < shop.now - 600 < last[story.PODS[0]], "nothing is no zero"
    assert {"shop", "orders", "orders-db"} <= {s["labels"]["service.name"]
                                               for s in answer["metrics"]}
    assert gateway.authorization == {"Basic YW5uOmItc2VjcmV0LTY="}
    assert "b-secret-6" not in everything(answer)
    gateway.close()


def test_a_server_that_takes_short_questions_only_is_asked_in_parts(tmp_path, console):
    server = started(tmp_path / "home", complexity=150)
    try:
        story.Shop(server).history(time.time(), minutes=30, slow=None, failing=None, silent=None)
        server.wait_for(lambda: len(server.ask("{listServices {name}}")["listServices"]) >= 4, 30,
                        "the services")
        time.sleep(3)
        source = console("skywalking", name="main", url=server.url, timeout="10s", maxSeries=300,
                         maxTraces=100, maxLogs=100)
        answer = source("collect", timeout=30, service="orders",
                        window={"start": time.time() - 600, "end": time.time(),
                                "baselineStart": time.time() - 1800,
                                "baselineEnd": time.time() - 600})
        assert series(answer, "endpoint_resp_time", service__name="orders")
        assert answer["spans"] and not coverage(answer, "failed")
    finally:
        server.stop()


def test_names_that_were_given_go_before_all_rules(shop, console):
    source = console("skywalking", name="main", url=shop.oap.url, timeout="10s", maxSeries=100,
                     maxTraces=20, maxLogs=20,
                     serviceNames={story.DATABASE: "postgres-main", story.PAY: "payments"})
    answer = source("collect", timeout=30, service="orders", window=window(shop))
    edges = {(e["from"], e["to"]) for e in answer["topology"]}
    assert ("orders", "postgres-main") in edges and ("shop", "payments") in edges


def test_a_silent_and_a_missing_server_are_one_row_within_the_deadline(silent, console):
    for url, outcome in ((f"http://127.0.0.1:{silent.port}", "timed_out"),
                         ("http://127.0.0.1:1", "failed")):
        answer = console("skywalking", name="main", url=url, timeout="30s")("collect", timeout=0.5)
        row, = answer["coverage"]
        assert row["outcome"] == outcome and answer["seconds"] < 2
