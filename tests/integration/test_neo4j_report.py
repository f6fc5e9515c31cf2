"""From a real Neo4j in which something goes wrong to the verdict."""

import json
import os
import pathlib
import subprocess
import sys
import threading
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "servers" / "neo4j"))
import server as real  # noqa: E402

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    try:
        one = real.Neo4j(tmp_path_factory.mktemp("neo4j"))
    except real.Absent as absent:
        pytest.skip(str(absent))
    try:
        one.run("UNWIND range(1, 100) AS i CREATE (:Order {id: i})")
        yield one
    finally:
        one.stop()


@pytest.fixture(scope="module")
def analyze(insight, graph, tmp_path_factory):
    folder = tmp_path_factory.mktemp("insight")
    (folder / "password").write_text(graph.PASSWORD)
    config = folder / "config.yaml"
    config.write_text(json.dumps({
        "store": f"sqlite://{folder}/insight.db",
        "collectors": {"neo4j": [{"name": "graph", "url": graph.url, "user": "neo4j",
                                  "password": {"file": str(folder / "password")}}]}}))

    def call(question):
        done = subprocess.run([insight, "analyze", question, "--service", "graph", "--since", "15m",
                               "--format", "json", "--config", str(config)],
                              capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode in (0, 3), done.stderr
        assert graph.PASSWORD not in done.stdout
        return json.loads(done.stdout)
    return call


def test_a_lock_that_others_wait_for_is_the_cause(graph, analyze):
    with graph.transaction("MATCH (o:Order {id: 7}) SET o.status = 'held'"):
        waiting = threading.Thread(target=graph.run,
                                   args=("MATCH (o:Order {id: 7}) SET o.status = 'late'",))
        waiting.start()
        time.sleep(1.5)  # a shorter wait is an ordinary one
        report = analyze("why do orders hang?")
    waiting.join(60)
    cause = report["causes"][0]
    assert cause["class"] == "lock_contention", cause
    assert cause["entity"] == {"kind": "database", "name": "graph"}
    assert "checkout/1.4.0" in json.dumps(report)
    assert "neo4j-transaction-" in cause["statement"] and "unproven" not in cause["statement"]
    assert "TERMINATE TRANSACTIONS" in json.dumps(report["recommendations"])


def test_a_quiet_graph_has_no_cause(analyze):
    report = analyze("is the graph well?")
    assert not [c for c in report["causes"] if c["class"] in ("lock_contention", "slow_statement",
                                                              "database_down", "memory_exhausted")]


def test_a_database_that_cannot_start_is_the_cause(graph, analyze):
    """The last test: it ruins the store."""
    graph.stop()
    for name in ("neostore", "neostore.nodestore.db"):
        (graph.home / "data/databases/neo4j" / name).write_bytes(os.urandom(8192))
    graph.start()
    graph.wait_for(lambda: ["offline"] in graph.run(
        "SHOW DATABASES YIELD name, currentStatus WHERE name = 'neo4j' RETURN currentStatus",
        database="system"), 60, "the failed start")
    cause = analyze("why does nothing work?")["causes"][0]
    assert cause["class"] == "database_down", cause
    assert "Unable to start" in cause["statement"]
