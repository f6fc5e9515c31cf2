"""What Prometheus itself tells: alerts and rules, changes found by the server, exemplars."""

import shutil
import time
import types

import pytest

from reading import coverage, everything, rows
from servers import Cluster, Prometheus, free_port, wait_for

RULES = [
    {"alert": "TargetDown", "expr": 'up{job="gone"} == 0', "labels": {"severity": "page"},
     "annotations": {"summary": "{{ $labels.instance }} is down, token=abcdef-secret-9"}},
    {"alert": "NotYet", "expr": "shop_carts > 1", "for": "1h"},
    {"alert": "Quiet", "expr": "shop_carts > 1e9"},
    {"record": "shop:broken", "expr": "up * on () up"},
]


@pytest.fixture(scope="module")
def estate(folder):
    if shutil.which("prometheus") is None:
        pytest.skip("prometheus is not installed (apt-get install prometheus)")
    cluster = Cluster()
    prometheus = Prometheus(folder, {"cart": (cluster.port, {"service": "cart"}),
                                     "gone": (free_port(), {})},
                            RULES, ["--enable-feature=exemplar-storage"])
    wait_for(lambda: prometheus.query("count_over_time(up[1m]) >= 4"), 30, "the scrapes")
    yield types.SimpleNamespace(prometheus=prometheus, cluster=cluster)
    cluster.close()
    prometheus.stop()


@pytest.fixture
def source(estate, console):
    return console("prometheus", name="main", url=estate.prometheus.url, timeout="10s")


@pytest.fixture(scope="module")
def began(estate):
    """When other replicas and another image came, in unix seconds."""
    moment = int(time.time())
    estate.cluster.replicas, estate.cluster.image = 5, "shop:1.5"
    estate.cluster.deployed, estate.cluster.generation = moment, 8
    wait_for(lambda: estate.prometheus.query("kube_deployment_spec_replicas == 5"))
    return moment


def window(end=None):
    end = end or time.time() + 1
    return {"start": end - 6, "end": end, "baselineStart": end - 120, "baselineEnd": end - 6}


def test_alerts_rules_and_targets_are_rows(estate, source):
    answer = wait_for(lambda: (a := source("collect", window=window()))
                      and len(rows(a, "alerts")) == 2 and a, what="the alerts")
    firing, pending = rows(answer, "alerts")
    assert firing["alert"] == "TargetDown" and firing["state"] == "firing"
    assert firing["severity"] == "page" and "job=gone" in firing["labels"]
    assert "is down" in firing["summary"] and abs(firing["active_at"] - time.time()) < 120
    assert pending["alert"] == "NotYet" and pending["state"] == "pending"
    assert "abcdef-secret-9" not in everything(answer)
    by_name = {r["rule"]: r for r in rows(answer, "rules")}
    assert set(by_name) == {"TargetDown", "NotYet", "shop:broken"}
    assert by_name["shop:broken"]["health"] == "err"
    assert "duplicate" in by_name["shop:broken"]["error"]
    assert by_name["TargetDown"]["query"] == 'up{job="gone"} == 0'
    assert by_name["NotYet"]["for_s"] == 3600
    target, = rows(answer, "targets")
    assert target["job"] == "gone" and "refused" in target["error"]
    assert not coverage(answer, "failed")


def test_a_deploy_a_new_image_and_other_replicas_become_changes(source, began):
    assert not source("collect", window=window(began - 1))["changes"]

    def found():
        changes = source("collect", window=window())["changes"]
        by_kind = {c["kind"] + " " + c["summary"].split()[0]: c for c in changes}
        return len(by_kind) >= 4 and by_kind

    changes = wait_for(found, what="the changes")
    scaled = changes["scaling spec"]
    assert scaled["entity"] == "cart" and (scaled["before"], scaled["after"]) == ("3", "5")
    assert scaled["summary"] == "spec replicas of deployment cart in shop changed from 3 to 5"
    assert began - 2 <= scaled["notBefore"] / 1e9 <= scaled["time"] / 1e9 <= time.time() + 2
    image = changes["image image"]
    assert (image["before"], image["after"]) == ("shop:1.4", "shop:1.5")
    assert image["entity"] == "cart"
    marked = changes["deploy cart"]
    assert marked["time"] / 1e9 == began and marked["after"] == "version=1.5"
    assert changes["deploy metadata"]["entity"] == "cart"


def test_changes_are_found_where_the_estate_is_too_large_to_read(estate, console, began):
    small = console("prometheus", name="main", url=estate.prometheus.url, timeout="10s",
                    maxSeries=3)
    answer = small("collect", window=window())
    assert len(answer["metrics"]) <= 3
    assert {c["kind"] for c in answer["changes"]} >= {"scaling", "image", "deploy"}
    asked = [c["query"] for c in answer["coverage"] if "changes(kube_" in c.get("query", "")]
    assert asked and all("@" in query for query in asked)


def test_exemplars_lead_to_traces_the_slowest_first(estate, source):
    answer = source("collect", window=window(), service="cart")
    found = [d for d in answer["databases"] if d["view"] == "exemplars"]
    assert found and found[0]["row"]["trace_id"].startswith("slow")
    assert found[0]["row"]["span_id"].startswith("s") and found[0]["row"]["value"] >= 3
    assert found[0]["row"]["metric"] == "cart_seconds_bucket"
    assert abs(found[0]["time"] / 1e9 - time.time()) < 60
    values = [d["row"]["value"] for d in found]
    assert values == sorted(values, reverse=True) and len(values) <= 50


def test_a_server_without_exemplars_says_so(folder, console):
    cluster = Cluster()
    plain = Prometheus(folder, {"cart": (cluster.port, {"service": "cart"})})
    try:
        wait_for(lambda: plain.query("cart_seconds_count > 0"), 30, "the scrapes")
        source = console("prometheus", name="main", url=plain.url, timeout="10s")
        answer = wait_for(lambda: (a := source("collect", window=window(), service="cart")) and
                          [c for c in a["coverage"] if "exemplar" in c.get("query", "")] and a)
        row, = [c for c in answer["coverage"] if "exemplar" in c.get("query", "")]
        assert row["outcome"] == "empty" and "exemplar-storage" in row["note"]
        assert not rows(answer, "exemplars") and not rows(answer, "alerts")
    finally:
        cluster.close()
        plain.stop()
