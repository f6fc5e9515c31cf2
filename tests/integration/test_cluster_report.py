"""From a real cluster in which something goes wrong to a snapshot and a report."""

import json
import pathlib
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "servers" / "kubernetes"))
import cluster as real  # noqa: E402
import custom  # noqa: E402
import scenario  # noqa: E402

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    try:
        one = real.Cluster(tmp_path_factory.mktemp("kubernetes"))
    except real.Absent as absent:
        pytest.skip(str(absent))
    try:
        one.made = scenario.run(one)
        custom.run(one)
        yield one
    finally:
        one.stop()


@pytest.fixture(scope="module")
def run(insight, shop, tmp_path_factory):
    folder = tmp_path_factory.mktemp("insight")
    config = folder / "config.yaml"
    config.write_text(json.dumps({
        "store": f"sqlite://{folder}/insight.db",
        "collectors": {"kubernetes": [{"name": "east",
                                       "customKinds": ["kafkas.kafka.strimzi.io"],
                                       "kubeconfig": shop.kubeconfig("certificate")}]}}))

    def call(*words):
        if words[0] != "replay":  # needs no source
            words += ("--config", str(config))
        done = subprocess.run([insight, *words], capture_output=True, text=True, timeout=120,
                              check=False)
        assert done.returncode in (0, 3), done.stderr
        return done.stdout
    return call


def test_a_captured_window_holds_what_went_wrong(run, shop, tmp_path):
    target = tmp_path / "incident"
    run("snapshot", "capture", str(target), "--question", "why does web fail?", "--service", "web",
        "--since", "15m")
    read = {name: [json.loads(line) for line in (target / name).read_text().splitlines()]
            for name in ("resources.ndjson", "events.ndjson", "changes.ndjson", "logs.ndjson",
                         "topology.ndjson")}
    text = json.dumps(read)
    assert scenario.SECRET_VALUE not in text
    for word in ("OOMKilled", "ImagePullBackOff", "exceeded quota: few", "Insufficient cpu",
                 "heap is exhausted", '"ordres"'):
        assert word in text, word
    assert [one["entity"] for one in read["changes.ndjson"] if one["kind"] == "image"] == ["web"]
    assert json.loads(run("replay", str(target), "--format", "json"))["coverage"]


def test_an_analysis_of_the_cluster_reports_on_it(run, shop):
    report = json.loads(run("analyze", "why does web fail?", "--service", "web", "--since", "15m",
                            "--format", "json"))
    sources = {row["source"] for row in report["coverage"]}
    assert {"kubernetes/east", "pod-logs/east"} <= sources
    text = json.dumps(report)
    assert scenario.SECRET_VALUE not in text
    # the judgement names what was injected: the rollout whose image cannot be pulled
    assert "shop/web:2" in text


def test_an_object_of_somebodys_own_kind_that_is_not_well_is_a_finding(run):
    report = json.loads(run("analyze", "is anything wrong with kafka?", "--since", "15m",
                            "--format", "json"))
    found = [one for one in report["clues"] if "kafka/orders" in json.dumps(one)]
    assert found, report["clues"]
    text = json.dumps(report)
    assert "says that it is not well (Ready=False, TimeoutException)" in text
    assert custom.WORDS in text and custom.PASSWORD not in text
    assert "audit says that it is not well" not in text, "it is ready"
