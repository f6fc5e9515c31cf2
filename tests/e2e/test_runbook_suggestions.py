"""`runbooks suggest` with the built binary: from an incident in the store to a diff that git applies."""

import json
import os
import sqlite3
import subprocess
import time

import pytest
from test_chat import BINARY, DEMO, Service, run

RUNBOOK = """---
title: A lost index
match:
  causes: [missing_index]
---
# A lost index
Look at pg_stat_user_tables.
"""
PASSWORD = "Zq7-bare-in-a-command"


@pytest.fixture
def stored(tmp_path):
    """A store in which the service has an incident, whose report and window are those of the bundled one: what the
    sources would have to be broken for stands in a file."""
    folder = tmp_path / "runbooks"
    (folder / "db").mkdir(parents=True)
    service = Service(tmp_path, "one", f"runbooks: {{folder: {folder}}}\n")
    asked = json.loads(service.request("/api/v1/analyze", {"question": "why is orders-db slow?"}))["data"]
    incident = asked.get("incident") or asked["id"]
    for _ in range(200):
        try:
            service.request(f"/api/v1/incidents/{incident}/report")
            break
        except OSError:  # 404 until it is there
            time.sleep(0.1)
    service.stop()
    report = run("replay", DEMO, "--format", "json").stdout
    report = json.loads(report)
    report["recommendations"].append({"statement": "Log in first", "kind": "check", "entity": report["causes"][0]["entity"],
                                      "evidence": [], "command": f"psql --file check.sql {PASSWORD}"})
    # the window tells what that word is: the environment of a pod
    window = tmp_path / "window"
    window.mkdir()
    subprocess.run(["tar", "--zstd", "-xf", DEMO, "-C", window], check=True)
    inside = window if (window / "incident.json").exists() else next(window.iterdir())
    (inside / "manifest.json").unlink()
    with open(inside / "resources.ndjson", "a", encoding="utf-8") as resources:
        resources.write(json.dumps({"kind": "Pod", "metadata": {"name": "orders-0", "namespace": "shop"}, "spec": {
            "containers": [{"name": "app", "env": [{"name": "DB_PASSWORD", "value": PASSWORD}]}]}}) + "\n")
    packed = tmp_path / "window.tar.zst"
    done = run("analyze", "--snapshot", str(inside), "--keep", str(packed), "--format", "json")
    assert done.returncode == 0, done.stderr
    with sqlite3.connect(tmp_path / "insight.db") as store:
        assert store.execute("UPDATE report SET content = ?", (json.dumps(report),)).rowcount == 1
        assert store.execute("UPDATE stage SET bytes = ? WHERE name = 'snapshot'", (packed.read_bytes(),)).rowcount == 1
    return incident, folder, str(service.config)


def applied(folder, diff):
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    done = subprocess.run(["git", "-C", str(folder), "apply", "--verbose", "-"], input=diff, capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stderr + diff


def test_what_a_runbook_does_not_say_is_a_diff_that_git_applies(stored):
    incident, folder, config = stored
    (folder / "db" / "index.md").write_text(RUNBOOK)
    done = run("runbooks", "suggest", incident, "--config", config)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("--- a/db/index.md\n+++ b/db/index.md\n")
    applied(folder, done.stdout)
    text = (folder / "db" / "index.md").read_text()
    assert text.startswith(RUNBOOK), "what people wrote stays"
    assert "CREATE INDEX CONCURRENTLY" in text
    # once it says so there is nothing left to say
    again = run("runbooks", "suggest", incident, "--config", config)
    assert again.returncode == 0 and again.stdout.strip() == "", again.stdout
    assert "says all of it" in again.stderr


def test_where_no_file_fits_a_new_one_is_drafted_and_fits_from_then_on(stored):
    incident, folder, config = stored
    done = run("runbooks", "suggest", incident, "--config", config)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("--- /dev/null\n+++ b/missing-index.md\n")
    applied(folder, done.stdout)
    listed = json.loads(run("runbooks", "--config", config, "--format", "json").stdout)
    assert [one["file"] for one in listed["runbooks"]] == ["missing-index.md"] and not listed["remarks"]
    again = run("runbooks", "suggest", incident, "--config", config)
    assert "missing-index.md says all of it" in again.stderr


def test_what_the_window_knows_as_a_secret_is_not_written_into_a_runbook(stored):
    incident, _, config = stored
    done = run("runbooks", "suggest", incident, "--config", config)
    assert done.returncode == 0, done.stderr
    assert "psql --file check.sql <" in done.stdout, done.stdout
    assert PASSWORD not in done.stdout + done.stderr


def test_without_a_folder_it_says_what_to_configure(tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text(f"store: sqlite://{tmp_path}/insight.db\n")
    done = subprocess.run([BINARY, "runbooks", "suggest", "inc-0123456789abcdef", "--config", str(config)],
                          capture_output=True, text=True, timeout=60, env=dict(os.environ), check=False)
    assert done.returncode == 2 and "runbooks.folder" in done.stderr
