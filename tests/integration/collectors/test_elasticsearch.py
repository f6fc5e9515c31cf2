"""The Elasticsearch collector against real Elasticsearch and OpenSearch."""

import concurrent.futures
import datetime
import json
import pathlib
import random
import sys
import time

import pytest

from reading import coverage, everything, present, rows

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "servers" / "elasticsearch"))
from search_server import Absent, SearchServer  # noqa: E402

pytestmark = pytest.mark.servers

ALL = {"name": "shop-logs", "timeout": "10s", "logs": True, "health": True, "maxLines": 2000,
       "indices": "*,-metrics-*,-traces-*,-apm-*", "cluster": "east"}
END = time.time() - 60
WINDOW = {"start": END - 600, "end": END, "baselineStart": END - 4200, "baselineEnd": END - 600}


def rfc3339(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime(
        "%Y-%m-%dT%H:%M:%S.%fZ")


def steady(number, seed, make):
    """`number` documents spread over baseline and incident alike."""
    dice = random.Random(seed)
    return [make(WINDOW["baselineStart"] + dice.random() * 4200, dice) for _ in range(number)]


def ecs(at, service, level, message, pod="a"):
    return {"@timestamp": rfc3339(at), "message": message, "log": {"level": level},
            "service": {"name": service}, "kubernetes": {"pod": {"name": f"{service}-{pod}"}},
            "trace": {"id": "4bf92f3577b34da6a3ce929d0e0e4736"}}


def surge():
    """Checkout of one pod cannot reach the payment gateway since 300 s before the end."""
    calm = steady(2400, 1, lambda at, dice: ecs(
        at, dice.choice(["checkout", "cart", "search"]), "info",
        f"GET /items/{dice.randrange(9999)} 200", dice.choice("abcd")))
    few = steady(42, 2, lambda at, dice: ecs(at, "checkout", "error",
                                             "card declined by issuer", dice.choice("abcd")))
    dice = random.Random(3)
    storm = [ecs(END - 300 + dice.random() * 300, "checkout", "error",
                 f"payment gateway timeout after {dice.randrange(900, 1100)} ms, "
                 "password=hunter2hunter2", "c") for _ in range(150)]
    return calm + few + storm


def start(folder, *words, **more):
    try:
        return SearchServer(folder, *words, **more)
    except Absent as absent:
        pytest.skip(str(absent))


ECS_MAPPING = {"properties": {
    "@timestamp": {"type": "date"}, "message": {"type": "text"},
    "log": {"properties": {"level": {"type": "keyword"}}},
    "service": {"properties": {"name": {"type": "keyword"}}},
    "kubernetes": {"properties": {"pod": {"properties": {"name": {"type": "keyword"}}}}}}}


@pytest.fixture(scope="module")
def opensearch(folder):
    server = start(folder, "opensearch", "2.19.1",
                   settings=["thread_pool.write.size: 1", "thread_pool.write.queue_size: 2"])
    server.call("PUT", "/_index_template/logs", {
        "index_patterns": ["logs-*"], "data_stream": {},
        "template": {"settings": {"number_of_replicas": 0}, "mappings": ECS_MAPPING}})
    server.load("logs-shop-default", surge())
    server.call("PUT", "/fluent-shop", {"settings": {"number_of_replicas": 0}})
    server.load("fluent-shop", steady(300, 4, lambda at, dice: {
        "@timestamp": rfc3339(at), "log": f"level=warn msg=\"slow reply {dice.randrange(99)}\"",
        "kubernetes": {"container_name": "gateway", "namespace_name": "shop"}}))
    server.call("PUT", "/otel-shop", {"settings": {"number_of_replicas": 0}, "mappings": {
        "properties": {"@timestamp": {"type": "date_nanos"}, "body": {"type": "text"},
                       "severity_number": {"type": "integer"},
                       "resource.attributes.service.name": {"type": "keyword"}}}})
    server.load("otel-shop", steady(200, 5, lambda at, dice: {
        "@timestamp": rfc3339(at), "body": "job done", "severity_number": dice.choice([9, 17]),
        "resource.attributes.service.name": "billing"}))
    server.call("PUT", "/orders", {"settings": {"number_of_replicas": 0}})
    server.load("orders", [{"customer": "ann", "total": 12}])
    yield server
    server.stop()


@pytest.fixture
def source(opensearch, console):
    return console("elasticsearch", url=opensearch.url, **ALL)


def collect(source, **more):
    return source("collect", **{"window": WINDOW, "timeout": 30, **more})


# --- four faults ---------------------------------------------------------------------------------

def test_a_surge_of_errors_of_one_service_is_counted_and_told_apart(source):
    answer = collect(source, service="checkout")
    counts = {(r["service"], r["severity"]): r for r in rows(answer, "log_counts")}
    errors = counts["checkout", "error"]
    assert errors["incident_lines"] > 150 and errors["baseline_lines"] < 60
    assert (errors["incident_s"], errors["baseline_s"]) == (600, 3600)
    assert ("cart", "error") not in counts
    pod = next(r for r in rows(answer, "significant") if r["field"] == "kubernetes.pod.name")
    assert pod["service"] == "checkout" and pod["value"] == "checkout-c"
    assert pod["share"] > 0.9 and pod["usual_share"] < 0.6
    words = {r["value"] for r in rows(answer, "significant") if r["field"] == "message"}
    assert {"gateway", "timeout"} & words
    curve = next(m for m in answer["metrics"] if m["name"] == "log.errors"
                 and m["labels"]["service.name"] == "checkout")
    late = [v for t, v in curve["points"] if t > END - 300]
    early = [v for t, v in curve["points"] if t < END - 600]
    assert min(late) >= 0 and sum(late) / len(late) > 5 * sum(early) / len(early)
    lines = [one for one in answer["logs"] if "payment gateway timeout" in one["body"]]
    assert len(lines) == 150 and {one["severity"] for one in lines} == {17}
    assert lines[0]["attributes"]["service.name"] == "checkout"
    assert lines[0]["attributes"]["k8s.pod.name"] == "checkout-c"
    assert lines[0]["traceId"] == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert "hunter2" not in everything(answer)


def test_a_red_index_comes_with_the_reason_why_its_shard_has_no_node(opensearch, source):
    opensearch.call("PUT", "/carts?wait_for_active_shards=0", {"settings": {
        "number_of_replicas": 0, "index.routing.allocation.require.zone": "basement"}})
    try:
        answer = collect(source)
    finally:
        opensearch.call("DELETE", "/carts")
    health, = present(answer, "health")
    assert health["status"] == "red" and health["unassigned_shards"] == 1
    index, = rows(answer, "indices")
    assert (index["index"], index["health"]) == ("carts", "red")
    shard, = rows(answer, "unassigned")
    assert (shard["index"], shard["shard"], shard["primary"]) == ("carts", 0, True)
    assert shard["reason"] == "INDEX_CREATED" and shard["can_allocate"] == "no"
    assert shard["decider"] == "filter" and 'zone:"basement"' in shard["decider_explanation"]
    assert shard["nodes_refusing"] == shard["nodes_asked"] == 1


def test_a_flooded_disk_is_seen_in_blocks_settings_and_nodes(opensearch, source):
    source("sample")
    with opensearch.flooded("orders"):
        with pytest.raises(AssertionError, match="read-only-allow-delete"):
            opensearch.call("POST", "/orders/_doc", {"customer": "bob"})
        answer = collect(source, window={**WINDOW, "end": time.time() + 1})
    assert {"index": "orders", "block": "read_only_allow_delete", "cluster": "east"} in present(
        answer, "blocks")
    settings = {r["name"]: r for r in rows(answer, "settings")}
    limit = settings["cluster.routing.allocation.disk.watermark.flood_stage"]
    assert limit["value"] == "3%" and limit["source"] == "persistent"
    node, = present(answer, "nodes")
    assert node["disk_used_ratio"] > 0.03 and node["disk_total_bytes"] > 0
    change, = [c for c in answer["changes"] if "flood_stage" in c["summary"]]
    assert change["kind"] == "config" and change["after"] == "3%" and change["notBefore"] > 0


def test_rejected_writes_are_counted_by_node_and_pool(opensearch, source):
    source("sample")
    documents = ("\n".join('{"index":{}}\n{"n": %d}' % n for n in range(2000)) + "\n").encode()

    def write(_):
        try:
            opensearch.call("POST", "/orders/_bulk?filter_path=errors", documents,
                            kind="application/x-ndjson")
        except AssertionError:
            pass  # 429 is what this is about
    with concurrent.futures.ThreadPoolExecutor(24) as crowd:
        list(crowd.map(write, range(120)))
    answer = collect(source, window={**WINDOW, "end": time.time() + 1})
    pool, = [r for r in present(answer, "thread_pools") if r["pool"] == "write"]
    assert pool["rejected"] > 0 and pool["threads"] == 1 and pool["node"] == "node-1"
    earlier = min((one for one in answer["databases"] if one["view"] == "thread_pools"
                   and one["row"]["pool"] == "write"), key=lambda one: one["time"])
    assert earlier["row"]["rejected"] < pool["rejected"]


# --- what is read, and how -----------------------------------------------------------------------

def test_fields_are_found_out_for_ecs_plain_and_opentelemetry_logs(source):
    answer = collect(source)
    by_service = {}
    for line in answer["logs"]:
        by_service.setdefault(line["attributes"].get("service.name"), []).append(line)
    assert set(by_service) == {"checkout", "cart", "search", "gateway", "billing"}
    gateway = by_service["gateway"][0]
    assert gateway["severity"] == 13 and gateway["attributes"]["k8s.namespace.name"] == "shop"
    assert {one["severity"] for one in by_service["billing"]} == {9, 17}
    assert any(one["time"] % 1_000_000 for one in by_service["billing"]), "nanoseconds are kept"
    caps, = [c for c in answer["coverage"] if c["query"].endswith("/_field_caps")]
    assert "3 indices with logs of the window" in caps["note"]
    assert {r["row"]["product"] for r in answer["databases"] if r["view"] == "server"} == {
        "OpenSearch"}
    assert all(r["row"]["cluster"] == "east" for r in answer["databases"])


def test_a_sample_is_fair_over_time_and_says_what_it_left_out(opensearch, console):
    small = console("elasticsearch", url=opensearch.url, **{**ALL, "maxLines": 400,
                                                            "indices": "logs-*"})
    answer = collect(small, service="checkout")
    assert 380 <= len(answer["logs"]) <= 400
    row, = [c for c in answer["coverage"] if c["source"] == "logs/shop-logs"]
    assert row["outcome"] == "truncated" and "a fair sample" in row["note"]
    assert row["intervals"] and row["count"] == len(answer["logs"])
    others = [one for one in answer["logs"] if one["attributes"]["service.name"] != "checkout"]
    incident = sum(one["time"] >= WINDOW["start"] * 1e9 for one in others) / len(others)
    assert 0.05 < incident < 0.30, "a seventh of the time"
    again = collect(small, service="checkout")
    assert sorted(one["body"] for one in again["logs"]) == sorted(
        one["body"] for one in answer["logs"]), "the same sample every time"


def test_whole_windows_are_read_whole_and_nothing_stays_open(opensearch, console):
    whole = console("elasticsearch", url=opensearch.url, **{**ALL, "maxLines": 10_000})
    answer = collect(whole)
    assert len(answer["logs"]) == len(surge()) + 300 + 200
    row, = [c for c in answer["coverage"] if c["source"] == "logs/shop-logs"]
    assert row["outcome"] == "answered"
    stats = opensearch.call("GET", "/_nodes/stats/indices/search")
    assert [n["indices"]["search"]["open_contexts"] for n in stats["nodes"].values()] == [0]


def test_a_large_window_costs_what_its_sample_costs_and_is_counted_exactly(opensearch, console):
    lines = 100_000
    opensearch.create("big-shop", {"settings": {"number_of_replicas": 0}, "mappings": ECS_MAPPING})
    try:
        opensearch.load("big-shop", steady(lines, 9, lambda at, dice: ecs(
            at, "mail", "info", f"sent message {dice.randrange(10**6)}")))
        source = console("elasticsearch", url=opensearch.url, **{**ALL, "indices": "big-shop"})
        answer = collect(source, service="mail")
        peak = next(int(line.split()[1]) for line in pathlib.Path(
            f"/proc/{source.process.pid}/status").read_text().splitlines() if "VmHWM" in line)
    finally:
        opensearch.call("DELETE", "/big-shop")
    count, = rows(answer, "log_counts")
    assert count["incident_lines"] + count["baseline_lines"] == lines
    assert len(answer["logs"]) == ALL["maxLines"] and peak < 256 * 1024
    row, = [c for c in answer["coverage"] if c["source"] == "logs/shop-logs"]
    assert f"of {lines} other lines of the services in question" in row["note"]


def test_an_estate_of_logs_without_any_is_said_to_be_empty(opensearch, console):
    none = console("elasticsearch", url=opensearch.url, **{**ALL, "indices": "orders"})
    answer = collect(none)
    row, = [c for c in answer["coverage"] if c["source"] == "logs/shop-logs"]
    assert row["outcome"] == "empty" and "correct `indices`" in row["note"] and not answer["logs"]


def test_doctor_says_what_logs_were_found_and_the_clock(source):
    probes = {p["what"]: p for p in source("probe", timeout=20)["probes"]}
    assert all(p["ok"] for p in probes.values()), probes
    assert "OpenSearch 2.19.1" in next(iter(probes.values()))["finding"]
    assert "severity log.level" in probes["logs in " + ALL["indices"]]["finding"]


@pytest.mark.parametrize("path", ["", "/nowhere"])
def test_what_is_no_elasticsearch_is_told_so(console, path):
    from servers import Speaker
    page = Speaker(b"HTTP/1.1 200 OK\r\nContent-Length: 18\r\nContent-Type: text/html\r\n\r\n"
                   b"<html>Home</html>\n")
    stranger = console("elasticsearch", url=f"http://127.0.0.1:{page.port}{path}", **ALL)
    answer = collect(stranger)
    page.close()
    assert "is not Elasticsearch" in coverage(answer, "failed")[0]["note"]
    assert not answer["logs"] and not answer["databases"]


# --- security ------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def secured(folder):
    server = start(folder, "elasticsearch", "8.19.0", security=True)
    server.call("PUT", "/logs-shop", {"settings": {"number_of_replicas": 0},
                                      "mappings": ECS_MAPPING})
    server.load("logs-shop", surge())
    yield server
    server.stop()


@pytest.fixture
def knock(secured, console):
    def run(secrets, ca="ca.crt", **more):
        return console("elasticsearch", url=secured.url, secrets=secrets,
                       **{**ALL, "caFile": secured.path(ca), **more})
    return run


def printed_role(source):
    """The role within the call that doctor prints for whoever is refused."""
    bad = next(p for p in source("probe", timeout=20)["probes"] if not p["ok"])
    line, body = bad["fix"][bad["fix"].index("POST /_security/api_key"):].strip().split("\n", 1)
    return json.loads(body)["role_descriptors"]["devops-insight"]


def test_the_role_that_doctor_prints_is_enough_and_reads_nothing_else(secured, knock):
    stranger = knock({"apiKey": "bm86Ym9keQ=="})
    denied = coverage(collect(stranger), "denied")
    assert denied and "refuses our credentials" in denied[0]["note"]
    role = printed_role(stranger)
    assert role["cluster"] == ["monitor"]
    secured.add_user("collector", "collector-secret-4", "least", role)
    source = knock({"password": "collector-secret-4"}, user="collector")
    answer = collect(source, service="checkout")
    assert not coverage(answer, "denied") and not coverage(answer, "failed"), answer["coverage"]
    assert len(answer["logs"]) > 1500 and rows(answer, "nodes") and rows(answer, "settings")
    assert rows(answer, "significant")
    assert "collector-secret-4" not in everything(answer)
    probes = source("probe", timeout=20)["probes"]
    assert all(p["ok"] for p in probes), [p for p in probes if not p["ok"]]
    assert any(p["what"] == "TLS" for p in probes)


def test_a_right_to_logs_alone_still_reads_logs_and_names_what_is_missing(secured, knock):
    secured.add_user("narrow", "narrow-secret-4", "narrow", {"indices": [
        {"names": ["logs-*"], "privileges": ["read", "view_index_metadata"]}]})
    source = knock({"password": "narrow-secret-4"}, user="narrow", indices="logs-*")
    answer = collect(source)
    assert len(answer["logs"]) > 1500
    notes = [c["note"] for c in coverage(answer, "denied")]
    assert any("cluster:monitor/health" in note and "forbids /_cluster/health" in note
               for note in notes), notes
    bad = [p for p in source("probe", timeout=20)["probes"] if not p["ok"]]
    assert bad and all("POST /_security/api_key" in p["fix"] for p in bad)


def test_users_with_passwords_may_come_and_wrong_ones_may_not(secured, knock):
    good = knock({"password": secured.PASSWORD}, user="elastic")
    answer = collect(good)
    assert not coverage(answer, "denied") and answer["logs"]
    bad = knock({"password": "nonsense-pw-3"}, user="elastic")
    answer = collect(bad)
    assert coverage(answer, "denied") and "nonsense-pw-3" not in everything(answer)


def test_an_authority_that_did_not_sign_is_no_authority(secured, knock):
    import subprocess
    other = secured.path("other.crt")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                    "-subj", "/CN=other", "-keyout", secured.path("other.key"), "-out", other],
                   check=True, capture_output=True)
    answer = collect(knock({"password": secured.PASSWORD}, ca="other.crt", user="elastic"))
    row, = coverage(answer, "failed")
    assert "certificate" in row["note"] and not answer["databases"]


# --- versions ------------------------------------------------------------------------------------

@pytest.mark.parametrize("product, version, least_java, note", [
    # its archive lacks points in time, which its distribution has: the fallback is what is seen
    ("elasticsearch", "7.17.28", 17, "a scroll instead"),
    ("elasticsearch", "9.2.0", 21, ""),
    ("opensearch", "1.3.20", 17, ""),
    ("opensearch", "3.3.0", 21, ""),
])
def test_old_and_new_versions_give_the_same(folder, console, product, version, least_java,
                                              note):
    server = start(folder, product, version, least_java=least_java)
    try:
        server.call("PUT", "/logs-shop", {"settings": {"number_of_replicas": 1},
                                          "mappings": ECS_MAPPING})
        server.load("logs-shop", surge())
        source = console("elasticsearch", url=server.url, **ALL)
        answer = collect(source, service="checkout")
        assert not coverage(answer, "failed") and not coverage(answer, "denied"), [
            c for c in answer["coverage"] if c["outcome"] in ("failed", "denied")]
        told, = rows(answer, "server")
        assert told["product"].lower() == product and told["version"] == version
        assert 1900 <= len(answer["logs"]) <= 2000
        errors = next(r for r in rows(answer, "log_counts")
                      if (r["service"], r["severity"]) == ("checkout", "error"))
        assert errors["incident_lines"] > 150
        shard, = rows(answer, "unassigned")
        assert shard["decider"] == "same_shard" and not shard["primary"]
        row, = [c for c in answer["coverage"] if c["source"] == "logs/shop-logs"]
        if note:
            assert note in row["note"] and "one page" not in row["note"]
        else:
            assert "instead" not in row["note"], "no way of reading had to be given up"
        probes = source("probe", timeout=20)["probes"]
        assert note or all(p["ok"] for p in probes), [p for p in probes if not p["ok"]]
        stats = server.call("GET", "/_nodes/stats/indices/search")
        assert [n["indices"]["search"]["open_contexts"] for n in stats["nodes"].values()] == [0]
    finally:
        server.stop()
