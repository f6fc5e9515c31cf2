"""Several replicas of the built service on one PostgreSQL database: alerts are not doubled, work is not
lost, a server that goes away is said so and come back to."""

import concurrent.futures
import json
import os
import sys
import threading
import time
import urllib.error
import urllib.request

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from lab.process import NotInstalled  # noqa: E402
from lab.service import Service  # noqa: E402
from store_server import StoreServer  # noqa: E402
from test_tickets_and_messages import alert  # noqa: E402

_PIPELINE = {"workers": 2, "window": "2m", "baseline": "2m", "collectTimeout": "1s"}


@pytest.fixture(scope="module")
def server():
    try:
        one = StoreServer()
    except NotInstalled as error:
        pytest.skip(str(error))
    try:
        one.make()
        yield one
    finally:
        one.remove()


@pytest.fixture
def replicas(server, insight, tmp_path):
    """Two services that are configured and not yet started, with an empty store."""
    server.sql("DROP SCHEMA IF EXISTS devops_insight CASCADE", database="insight")
    server.sql("CREATE SCHEMA devops_insight AUTHORIZATION insight", database="insight")
    both = []
    for name in ("one", "two"):
        service = Service(str(tmp_path / name), insight)
        configure(service, server)
        both.append(service)
    yield both
    for service in both:
        service.stop()


def configure(service, server, url=None):
    service.configure({}, _PIPELINE, store=url or server.url,
                      storePassword=service.secret_file("store-password", server.password))


def start(services):
    for service in services:
        service.launch()
    for service in services:
        service.process.wait_until(service.ready, 30)


def status_of(service, path):
    try:
        with urllib.request.urlopen(service.url + path, timeout=20) as answer:
            return answer.status, dict(answer.headers), answer.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, dict(refusal.headers), refusal.read().decode()


def log_of(service):
    with open(service.process.log_path, encoding="utf-8", errors="replace") as log:
        return log.read()


def test_a_thousand_identical_alerts_at_two_replicas_are_one_incident_and_one_ticket(replicas, server):
    start(replicas)

    def send(sender):
        return replicas[sender % 2].post_often(alert(), 50)

    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        statuses = [status for some in pool.map(send, range(20)) for status in some]
    assert statuses == [200] * 1000
    one, two = replicas
    ticket = one.wait_for("ticket", lambda: next(iter(one.get("/api/v1/tickets")["tickets"]), None), 60)
    for service in replicas:
        incidents = service.incidents()
        assert len(incidents) == 1
        assert [one["id"] for one in service.get("/api/v1/tickets")["tickets"]] == [ticket["id"]]
        assert service.report(incidents[0]["id"]) is not None
    # both were asked, and the chain that both wrote is whole
    assert one.metric("insight_store_commits_total") > 0 and two.metric("insight_store_commits_total") > 0
    assert "is intact" in one.command("audit", "verify", "--config", one.configuration).stdout
    applications = server.sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'devops-insight'")
    assert 4 <= applications[0][0] <= 20, "a replica has at most ten connections"


def test_a_conversation_goes_on_at_the_other_replica(replicas):
    start(replicas)
    one, two = replicas

    def ask(service, question, **more):
        request = urllib.request.Request(service.url + "/api/v1/chat", headers={"Accept": "application/json"},
                                         data=json.dumps({"question": question, **more}).encode())
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["data"]

    first = ask(one, "why is checkout slow?")
    second = ask(two, "what could you not see?", conversation=first["conversation"])
    assert second["incident"] == first["incident"] and second["topic"] == "coverage"
    kept = one.get(f"/api/v1/chat/{first['conversation']}")
    assert [exchange["topic"] for exchange in kept["exchanges"]] == ["why", "coverage"]


def test_what_a_killed_replica_acknowledged_is_investigated_once_by_the_other(replicas, server):
    start(replicas)
    one, two = replicas
    status, _, text = one.post_webhook(alert("PowerCut"))
    one.kill()
    assert status == 200, text
    # If it had taken the job already, its lease has to run out first.
    incident = two.wait_for("incident", lambda: two.incident_of("PowerCut"), 30)
    two.wait_for("report", lambda: two.report(incident["id"]), 90)
    assert [row["id"] for row in two.incidents()] == [incident["id"]]
    two.wait_for("end of the job", lambda: True if server.sql(
        "SELECT count(*) FROM devops_insight.job", database="insight")[0][0] == 0 else None, 30)
    assert server.sql("SELECT count(*) FROM devops_insight.report", database="insight")[0][0] == 1
    two.wait_for("ticket", lambda: next(iter(two.get("/api/v1/tickets")["tickets"]), None), 30)
    assert len(two.get("/api/v1/tickets")["tickets"]) == 1


def test_a_restarted_server_costs_503_and_no_alert(replicas, server):
    start(replicas)
    acknowledged = []
    refused = []
    stop = threading.Event()

    def send(service, sender):
        for number in range(100_000):
            if stop.is_set():
                return
            name = f"Alert{sender}x{number}"
            while not stop.is_set():  # as Alertmanager does: the same again until it is taken
                status, headers, text = service.post_webhook(alert(name))
                if status == 200:
                    acknowledged.append(name)
                    break
                refused.append((status, headers, text))
                time.sleep(0.2)
            time.sleep(0.02)

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for sender in range(4):
            pool.submit(send, replicas[sender % 2], sender)
        time.sleep(1.5)
        before = len(acknowledged)
        server.stop()
        time.sleep(3)
        ready = status_of(replicas[0], "/readyz")
        server.start()
        back = time.monotonic()
        while len(acknowledged) < before + 40 and time.monotonic() < back + 30:
            time.sleep(0.1)
        stop.set()
    assert ready[0] == 503 and "postgresql://127.0.0.1:" in ready[2]
    assert before > 0 and len(acknowledged) >= before + 40, "it goes on without a restart"
    assert refused and all(status == 503 and "Retry-After" in headers for status, headers, _ in refused)
    told = " ".join(text for _, _, text in refused)
    assert f"the store postgresql://127.0.0.1:{server.port}/insight" in told
    assert all(service.process.running() for service in replicas)
    for text in [told, ready[2], *(log_of(service) for service in replicas)]:
        assert server.password not in text
    groups = server.sql("SELECT convert_from(key, 'UTF8') FROM devops_insight.alert_group", database="insight")
    known = {row[0] for row in groups}
    missing = [name for name in acknowledged if f'{{}}:{{alertname="{name}"}}' not in known]
    assert missing == []
    incidents = server.sql("SELECT count(*), count(DISTINCT group_number) FROM devops_insight.incident",
                           database="insight")[0]
    assert incidents[0] == incidents[1], "one incident a group, also of those that were sent twice"


def test_doctor_and_check_know_the_store_and_never_show_its_password(replicas, server):
    one, _ = replicas
    checked = one.command("config", "check", one.configuration)
    assert f"store {server.url}" in checked.stdout
    healthy = one.command("doctor", "--config", one.configuration)
    assert f"ok    store {server.url}: writable" in healthy.stdout
    assert server.password not in checked.stdout + healthy.stdout + healthy.stderr
    server.sql("ALTER ROLE insight SET default_transaction_read_only = on")
    try:
        standby = one.command("doctor", "--config", one.configuration, check=False)
        assert standby.returncode == 1 and "it is a standby or read-only" in standby.stdout
    finally:
        server.sql("ALTER ROLE insight RESET default_transaction_read_only")
    one.secret_file("store-password", "wrong one")
    wrong = one.command("doctor", "--config", one.configuration, check=False)
    assert wrong.returncode == 1
    assert f"the store postgresql://127.0.0.1:{server.port}/insight cannot be reached" in wrong.stdout
    assert "password authentication failed" in wrong.stdout and "wrong one" not in wrong.stdout


def test_a_schema_of_others_and_a_missing_right_are_named(replicas, server):
    one, _ = replicas
    server.sql("CREATE TABLE devops_insight.theirs (x int)", database="insight")
    configure(one, server)
    foreign = one.command("doctor", "--config", one.configuration, check=False)
    assert "the schema devops_insight" in foreign.stdout and "tables of another program" in foreign.stdout
    configure(one, server, server.url + "?schema=elsewhere")
    refused = one.command("doctor", "--config", one.configuration, check=False)
    assert refused.returncode == 1 and "refuses a right to this user: grant" in refused.stdout


def test_a_password_in_the_file_is_refused(replicas, server):
    one, _ = replicas
    one.configure({}, _PIPELINE, store=server.url.replace("insight@", "insight:hunter2@"))
    refused = one.command("config", "check", one.configuration, check=False)
    assert refused.returncode == 2
    assert "'store' holds a password, which is not written here" in refused.stderr
    assert "hunter2" not in refused.stderr
