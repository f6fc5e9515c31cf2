"""The running service and the command line at a hub of the EvoMap network."""

import json
import pathlib

import pytest

from evomap_hub import Hub

WEBHOOK = pathlib.Path(__file__).resolve().parents[1] / "data" / "alertmanager"


@pytest.fixture
def hub():
    one = Hub()
    yield one
    one.kill()


@pytest.fixture
def joined(service, hub, tmp_path):
    """The service with a node of the network."""
    service.configure({}, {}, evomap={
        "apiUrl": f"http://127.0.0.1:{hub.port}/a2a", "enableHeartbeat": True,
        "heartbeatInterval": 900000, "autoPublish": True, "minConfidence": 0.8,
        "stateDirectory": str(tmp_path / "node")})
    service.start()
    return service


def test_an_unproven_incident_is_asked_about_and_not_published(joined, hub, tmp_path):
    body = json.loads(sorted(WEBHOOK.glob("*body*"))[0].read_text(encoding="utf-8"))
    name = body["alerts"][0]["labels"]["alertname"]
    assert joined.post_webhook(body)[0] == 200
    incident = joined.wait_for("an incident", lambda: joined.incident_of(name), 15)
    report = joined.wait_for("a report", lambda: joined.report(incident["id"]), 15)
    (publication,) = report["evomap"]["publications"]
    assert publication["state"] == "withheld" and "verdict" in publication["why"]

    said = joined.command("evomap", "publish", incident["id"], "--dry-run", "-c",
                          joined.configuration)
    assert "Would not be published" in said.stdout
    refused = joined.command("evomap", "publish", incident["id"], "-c", joined.configuration,
                             check=False)
    assert refused.returncode == 1 and "nothing was published" in refused.stderr

    status = json.loads(joined.command("evomap", "status", "--format", "json", "-c",
                                       joined.configuration).stdout)
    assert status["node"]["state"] == "active" and status["publications"] == []
    (file,) = (tmp_path / "node").glob("node_*.json")
    assert file.stat().st_mode & 0o777 == 0o600
    secret = json.loads(file.read_text(encoding="utf-8"))["node_secret"]
    joined.stop()
    assert secret not in json.dumps(status)
    assert secret not in joined.process.log_tail()

    held = hub.end()
    assert held["publications"] == 0
    paths = [call["path"] for call in held["calls"]]
    assert paths.count("/a2a/hello") == 1 and "/a2a/publish" not in paths
    searches = [call["body"]["payload"] for call in held["calls"] if call["path"] == "/a2a/fetch"]
    assert searches and all(search["search_only"] for search in searches)


def test_without_the_block_nothing_is_sent_and_the_command_says_so(service):
    service.configure({}, {})
    done = service.command("evomap", "status", "-c", service.configuration, check=False)
    assert done.returncode == 2 and "no block 'evomap'" in done.stderr
