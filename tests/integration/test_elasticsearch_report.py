"""From a real OpenSearch in which something goes wrong to the verdict."""

import datetime
import json
import pathlib
import random
import subprocess
import sys
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "servers" / "elasticsearch"))
from search_server import Absent, SearchServer  # noqa: E402

pytestmark = pytest.mark.servers


def line(at, service, level, message, pod):
    stamp = datetime.datetime.fromtimestamp(at, datetime.timezone.utc)
    return {"@timestamp": stamp.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "message": message,
            "log": {"level": level}, "service": {"name": service},
            "kubernetes": {"pod": {"name": f"{service}-{pod}"}}}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    try:
        server = SearchServer(tmp_path_factory.mktemp("opensearch"), "opensearch", "2.19.1")
    except Absent as absent:
        pytest.skip(str(absent))
    keyword = {"type": "keyword"}
    server.call("PUT", "/logs-shop", {"settings": {"number_of_replicas": 0}, "mappings": {
        "properties": {"@timestamp": {"type": "date"}, "message": {"type": "text"},
                       "log": {"properties": {"level": keyword}},
                       "service": {"properties": {"name": keyword}},
                       "kubernetes": {"properties": {"pod": {"properties": {"name": keyword}}}}}}})
    dice, now = random.Random(5), time.time()
    server.load("logs-shop", [
        line(now - 60 - dice.random() * 4400, dice.choice(["checkout", "cart"]), "info",
             f"GET /items/{dice.randrange(999)} 200", dice.choice("abcd")) for _ in range(3000)])
    yield server
    server.stop()


@pytest.fixture(scope="module")
def analyze(insight, store, tmp_path_factory):
    folder = tmp_path_factory.mktemp("insight")
    config = folder / "config.yaml"
    config.write_text(json.dumps({
        "store": f"sqlite://{folder}/insight.db",
        "collectors": {"elasticsearch": [{"name": "shop-logs", "url": store.url}]}}))

    def call(question, service="shop-logs"):
        done = subprocess.run([insight, "analyze", question, "--service", service, "--since", "15m",
                               "--format", "json", "--config", str(config)],
                              capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode in (0, 3), done.stderr
        return json.loads(done.stdout)
    return call


def test_a_quiet_cluster_has_no_cause(analyze):
    report = analyze("is the store of logs well?")
    assert not report["causes"], report["causes"]
    assert not [c for c in report["coverage"] if c["outcome"] in ("failed", "denied")]


def test_a_red_index_is_the_cause_with_its_reason(store, analyze):
    store.call("PUT", "/carts?wait_for_active_shards=0", {"settings": {
        "number_of_replicas": 0, "index.routing.allocation.require.zone": "basement"}})
    try:
        report = analyze("why do searches in carts fail?")
    finally:
        store.call("DELETE", "/carts")
    cause = report["causes"][0]
    assert cause["class"] == "unassigned_shard", cause
    assert cause["entity"] == {"kind": "database", "name": "shop-logs"}
    assert "index carts" in cause["statement"] and "decider filter" in cause["statement"]
    assert "unproven" not in cause["statement"]


def test_a_flooded_disk_is_the_cause_of_refused_writes(store, analyze):
    with store.flooded("logs-shop"):
        report = analyze("why are no logs written?")
    cause = report["causes"][0]
    assert cause["class"] == "disk_full", cause
    assert "logs-shop" in cause["statement"] and "flood_stage watermark of 3%" in cause["statement"]
    assert "unproven" not in cause["statement"]


def test_a_surge_of_errors_of_one_pod_is_a_clue_of_its_service(store, analyze):
    dice, now = random.Random(6), time.time()
    store.load("logs-shop", [
        line(now - 20 - dice.random() * 300, "checkout", "error",
             f"payment gateway timeout after {dice.randrange(900, 1100)} ms", "c")
        for _ in range(200)])
    report = analyze("why does checkout fail?", service="checkout")
    clue = next(c for c in report["clues"] if c["kind"] == "error_lines")
    assert clue["entity"] == {"kind": "service", "name": "checkout"}
    assert "wrote 200 error lines" in clue["statement"] and "checkout-c" in clue["statement"]
