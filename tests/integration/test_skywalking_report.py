"""From a real SkyWalking server in which something goes wrong to a snapshot and a report."""

import json
import pathlib
import subprocess
import sys
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "servers" / "skywalking"))
import oap  # noqa: E402
import shop as story  # noqa: E402

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module", params=["slow", "failing", "silent", "healthy"])
def shop(request, tmp_path_factory):
    """One thing goes wrong at a time, ten minutes ago."""
    try:
        server = oap.Oap(tmp_path_factory.mktemp("oap") / "home")
    except oap.Absent as absent:
        pytest.skip(str(absent))
    try:
        one = story.Shop(server)
        one.fault = request.param
        trouble = {"slow": None, "failing": None, "silent": None}
        if request.param != "healthy":
            trouble[request.param] = 10
        one.now = time.time()
        one.history(one.now, minutes=80, **trouble)
        server.wait_for(lambda: len(server.ask("{listServices {name}}")["listServices"]) >= 4, 30,
                        "the services")
        time.sleep(3)  # the last batch is on its way to the storage
        yield one
    finally:
        server.stop()


@pytest.fixture(scope="module")
def run(insight, shop, tmp_path_factory):
    folder = tmp_path_factory.mktemp("insight")
    config = folder / "config.yaml"
    config.write_text(json.dumps({
        "store": f"sqlite://{folder}/insight.db",
        "collectors": {"skywalking": [{"name": "main", "url": shop.oap.url}]}}))

    def call(*words):
        if words[0] != "replay":  # needs no source
            words += ("--config", str(config))
        done = subprocess.run([insight, *words], capture_output=True, text=True, timeout=120,
                              check=False)
        assert done.returncode in (0, 3), done.stderr
        return done.stdout
    return call


def test_the_report_says_what_is_wrong_and_where(shop, run):
    report = json.loads(run("analyze", "why is the shop bad?", "--service", "shop", "--since",
                            "15m", "--format", "json"))
    sources = {row["source"] for row in report["coverage"]}
    assert {"skywalking/main", "skywalking/main/spans", "logs/skywalking/main"} <= sources
    assert not [row for row in report["coverage"] if row["outcome"] in ("failed", "timed_out")]
    text = json.dumps(report)
    assert story.SECRET not in text
    if shop.fault == "healthy":
        assert report["verdict"] in ("nothing_wrong", "not_enough_evidence"), text[:2000]
        return
    first = report["causes"][0]
    if shop.fault == "slow":
        # the statement of the report, wherever it is seen from: in orders or at its database
        assert first["entity"]["name"] in ("orders", "orders-db"), report["causes"]
    elif shop.fault == "silent":
        assert first["entity"]["name"] == "orders", report["causes"]
        assert f"{story.PODS[1]}@10.0.0.7}} has not been reported since" in text
    else:
        assert first["entity"]["name"] == "pay", report["causes"]
        assert "SocketTimeoutException" in text
    onset = report["causes"][0].get("onset") or ""
    assert onset, first


def test_a_captured_window_replays_to_the_same_report(shop, run, tmp_path):
    target = tmp_path / "incident"
    run("snapshot", "capture", str(target), "--question", "why does pay fail?", "--service", "pay",
        "--since", "15m")
    spans = [json.loads(line) for line in (target / "spans.ndjson").read_text().splitlines()]
    assert {span["attributes"]["service.name"] for span in spans} >= {"pay", "shop"}
    first = run("replay", str(target), "--format", "json")
    assert first == run("replay", str(target), "--format", "json")
    assert json.loads(first)["coverage"]
