"""Health scans: real Prometheus with two days of history, real PostgreSQL, schedules across a power
cut and two processes. Nothing waits for a due time: the store is told that one was missed."""

import calendar
import itertools
import json
import os
import random
import sqlite3
import subprocess
import time
import urllib.request

import broken_sources
import pytest
from broken_sources import BrokenServer
from lab.monitoring import Prometheus
from lab.postgresql import PostgreSQL
from lab.process import LabError, find_binary
from lab.service import Service

_PIPELINE = {"workers": 2, "collectTimeout": "10s", "window": "1m", "baseline": "1m", "lead": "10s",
             "sampleInterval": "5s"}
_STEP = 120
_DAY = 86400


def _history(now):
    """OpenMetrics text: name → (labels, value at second `t` of two days)."""
    gib = 2 ** 30
    families = {
        # 40 GiB left now, 1 GiB an hour less: empty in 40 hours
        "node_filesystem_avail_bytes": [('{instance="db-3"}', lambda t, noise:
                                         gib * (40 + (2 * _DAY - t) / 3600 + 0.1 * noise))],
        "container_memory_working_set_bytes": [
            ('{pod="steady-1"}', lambda t, noise: gib * (1 + 0.05 * noise))],
        "probe_ssl_earliest_cert_expiry": [('{instance="shop"}', lambda t, noise: now + 3 * _DAY)]}
    chance = random.Random(7)
    lines = []
    for name, series in families.items():
        lines.append(f"# TYPE {name} gauge")
        for labels, value in series:
            for t in range(0, 2 * _DAY, _STEP):
                lines.append(f"{name}{labels} {value(t, chance.gauss(0, 1)):.1f} {now - 2 * _DAY + t}")
    return "\n".join(lines) + "\n# EOF\n"


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory):
    """A Prometheus that remembers two days and scrapes nothing."""
    try:
        binary = find_binary("promtool", "prometheus")
        Prometheus.binary()
    except LabError as absent:
        pytest.skip(str(absent))
    folder = tmp_path_factory.mktemp("prometheus")
    history = folder / "history.om"
    now = int(time.time())
    history.write_text(_history(now))
    subprocess.run([binary, "tsdb", "create-blocks-from", "openmetrics", str(history),
                    str(folder / "data")], check=True, capture_output=True, timeout=60)
    (folder / "prometheus.yml").write_text(json.dumps({"scrape_configs": []}))
    server = Prometheus(str(folder))
    server.empty_at = now + 40 * 3600
    server._run()  # pylint: disable=protected-access
    server.process.wait_until(server.ready, 20)
    yield server
    server.process.stop()


@pytest.fixture(scope="module")
def postgresql(tmp_path_factory):
    try:
        PostgreSQL.binaries()
    except LabError as absent:
        pytest.skip(str(absent))
    folder = tmp_path_factory.mktemp("postgresql")
    # the account postgres must get through to its own folder
    for place in itertools.takewhile(lambda one: not one.stat().st_mode & 0o001,
                                     (folder, *folder.parents)):
        os.chmod(place, 0o755)
    server = PostgreSQL(str(folder / "server"))
    try:
        server.launch()
        yield server
    finally:
        server.stop()


def _add_scans(service, scans):
    with open(service.configuration, encoding="utf-8") as file:
        configuration = json.load(file)
    configuration["scans"] = scans
    with open(service.configuration, "w", encoding="utf-8") as file:
        json.dump(configuration, file)


def _hourly(service):
    _add_scans(service, {"schedules": [
        {"name": "hourly", "cron": "0 * * * *", "timeZone": "Europe/Berlin", "window": "1h"}]})


def _miss(service):
    """As if nobody had run since the epoch."""
    with sqlite3.connect(os.path.join(service.folder, "insight.db"), timeout=10) as store:
        assert store.execute("UPDATE schedule SET since = 1").rowcount == 1
    store.close()


def _scans(service):
    return service.get("/api/v1/scans?schedule=hourly")["scans"]


def _schedule_known(service):
    with sqlite3.connect(os.path.join(service.folder, "insight.db"), timeout=10) as store:
        return True if store.execute("SELECT count(*) FROM schedule").fetchone()[0] else None


def test_a_scan_finds_what_ends_and_leaves_alone_what_does_not(service, prometheus, postgresql):
    service.configure(
        {"prometheus": [{"name": "main", "url": prometheus.url}],
         "postgres": [{"name": "orders-db", "dsn": service.secret_file(
             "dsn", postgresql.dsn("collector"))}]}, _PIPELINE)
    done = service.command("scan", "--config", service.configuration, "--format", "json",
                           "--fail-on", "warning", check=False)
    assert done.returncode == 3, done.stderr
    report = json.loads(done.stdout)
    rows = {row["source"]: row["outcome"] for row in report["coverage"]}
    assert rows["prometheus/main"] == "answered" and rows["postgresql/orders-db"] == "answered"
    found = {finding["entity"]["name"]: finding for finding in report["health"]["findings"]}
    assert set(found) == {"db-3", "shop"}, found
    disk = found["db-3"]["exhaustion"]
    truth = prometheus.empty_at
    assert abs(_seconds(disk["at"]) - truth) < 2 * 3600, disk
    assert _seconds(disk["earliest"]) <= truth <= _seconds(disk["latest"]), disk
    assert found["db-3"]["severity"] == "warning"
    assert found["shop"]["area"] == "certificates"
    assert all(evidence in report["evidence"] for finding in found.values()
               for evidence in finding["evidence"])

    # What somebody knows is not spoken of, and does not fail a pipeline.
    for finding in found.values():
        service.command("scan", "suppress", finding["id"], "--owner", "ana", "--reason", "known",
                        "--expires", "2d", "--config", service.configuration)
    done = service.command("scan", "--config", service.configuration, "--format", "json",
                           "--fail-on", "info")
    health = json.loads(done.stdout)["health"]
    assert health["findings"] == [] and len(health["suppressed"]) == 2 and health["score"] == 100


def _seconds(text):
    return calendar.timegm(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S"))


def test_a_scan_over_http_is_compared_with_the_one_before(service, prometheus):
    service.configure({"prometheus": [{"name": "main", "url": prometheus.url}]}, _PIPELINE)
    service.start()
    healths = []
    for _ in range(2):
        status, data = _post(service, "/api/v1/scans", {"since": "24h"})
        assert status == 202, data
        report = service.wait_for("report", lambda i=data["id"]: service.report(i), 30)
        healths.append((data["id"], report["health"]))
    (first, before), (_, after) = healths
    assert all(finding["new"] for finding in before["findings"]) and before["findings"]
    assert not any(finding["new"] for finding in after["findings"])
    assert after["previous"] == first
    assert len(service.get("/api/v1/scans")["scans"]) == 2


def _post(service, path, body):
    request = urllib.request.Request(service.url + path, json.dumps(body).encode(),
                                     {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.status, json.load(answer)["data"]


def test_a_missed_scan_survives_kill_9_and_runs_once(service):
    slow = BrokenServer(broken_sources.hang)  # keeps the scan busy when the power goes
    service.configure({"prometheus": [{"name": "main", "url": f"http://127.0.0.1:{slow.port}"}]},
                      {**_PIPELINE, "collectTimeout": "3s"})
    _hourly(service)
    service.start()
    service.wait_for("schedule", lambda: _schedule_known(service), 10)
    assert _scans(service) == []  # a new schedule owes nothing
    service.kill()
    _miss(service)
    service.start()
    service.wait_for("scan", lambda: _scans(service) or None, 10)
    service.wait_for("collection", lambda: slow.connections or None, 10)
    service.kill()

    service.start()
    rows = service.wait_for("report of the scan", lambda: [
        row for row in _scans(service) if row["state"] == "reported"] or None, 30)
    assert len(rows) == 1 and len(_scans(service)) == 1
    report = service.report(rows[0]["id"])
    assert report["health"]["schedule"] == "hourly" and report["health"]["dueAt"]
    slow.close()


def test_two_processes_on_one_store_open_one_scan(service, insight, tmp_path):
    service.configure({}, _PIPELINE)
    _hourly(service)
    service.start()
    service.wait_for("schedule", lambda: _schedule_known(service), 10)
    service.stop()
    _miss(service)
    other = Service(str(tmp_path / "other"), insight)
    with open(service.configuration, encoding="utf-8") as file:
        configuration = json.load(file)
    configuration["server"]["listen"] = f"127.0.0.1:{other.port}"
    with open(other.configuration, "w", encoding="utf-8") as file:
        json.dump(configuration, file)
    try:
        service.launch()
        other.launch()
        for one in (service, other):
            one.process.wait_until(one.ready, 15)
        rows = service.wait_for("report of the scan", lambda: [
            row for row in _scans(service) if row["state"] == "reported"] or None, 30)
        assert len(rows) == 1 and _scans(other) == _scans(service)
    finally:
        other.stop()


def test_a_wrong_schedule_is_refused_before_anything_starts(service):
    service.configure({}, _PIPELINE)
    _add_scans(service, {"schedules": [{"name": "odd", "cron": "61 * * * *"}]})
    done = service.command("config", "check", service.configuration, check=False)
    assert done.returncode == 2 and "odd" in done.stderr, done.stderr
    assert done.stdout == ""
