"""A power cut after the acknowledgement, and sources that are dead, slow or hostile."""

import broken_sources
import pytest
from broken_sources import BrokenServer
from lab import alert
from lab.ports import free_port

# The shortest baseline the configuration allows; a deadline that a hanging source soon reaches.
_PIPELINE = {"workers": 2, "collectTimeout": "3s", "window": "1m", "baseline": "1m", "lead": "10s",
             "sampleInterval": "5s"}
_STARTED = alert.now()


def delivery(name, status="firing"):
    return alert.delivery(name, _STARTED, status=status)


def collectors(service, prometheus, postgres, redis):
    return {
        "prometheus": [{"name": "main", "url": f"http://127.0.0.1:{prometheus}"}],
        "postgres": [{"name": "orders-db", "dsn": service.secret_file(
            "dsn", f"host=127.0.0.1 port={postgres} dbname=orders user=collector password=x")}],
        "redis": [{"name": "cart-cache", "address": f"127.0.0.1:{redis}"}]}


def accepted(answer):
    return 200 <= answer[0] < 300


def reported(service, name, seconds=30):
    """The incident of the alert once it has a report, and the report."""
    incident = service.wait_for(f"incident of {name}", lambda: service.incident_of(name), seconds)
    report = service.wait_for(f"report of {name}", lambda: service.report(incident["id"]), seconds)
    return incident, report


def test_an_acknowledged_alert_survives_kill_9_and_is_investigated_once(service):
    slow = BrokenServer(broken_sources.hang)  # keeps the investigation busy when the power goes
    service.configure(collectors(service, slow.port, slow.port, slow.port), _PIPELINE)
    service.start()
    assert accepted(service.post_webhook(delivery("PowerCut")))
    service.kill()

    service.start()
    incident, report = reported(service, "PowerCut")
    assert report["incident"]["id"] == incident["id"]
    # Alertmanager did not see the answer, perhaps: its repeat is the same incident
    assert accepted(service.post_webhook(delivery("PowerCut")))
    assert [row["id"] for row in service.incidents()] == [incident["id"]]
    assert slow.connections > 0  # the investigation did ask its sources
    slow.close()


def test_a_delivery_lost_before_the_acknowledgement_leaves_no_half_incident(service):
    service.configure({}, _PIPELINE)
    service.start()
    status, _, text = service.post_webhook(b'{"version": "4", "alerts": [{"status"')
    assert status == 400, text
    assert service.incidents() == []
    service.kill()
    service.start()
    assert service.incidents() == []


@pytest.mark.parametrize("behave", [broken_sources.refuse, broken_sources.hang,
                                    broken_sources.endless, broken_sources.negative_chunk,
                                    broken_sources.invalid_utf8])
def test_a_broken_source_is_a_coverage_row_and_the_report_is_still_written(service, behave):
    broken = BrokenServer(behave)
    service.configure(collectors(service, broken.port, broken.port, broken.port), _PIPELINE)
    service.start()
    assert accepted(service.post_webhook(delivery("Broken")))
    _, report = reported(service, "Broken")
    rows = {}
    for row in report["coverage"]:
        rows.setdefault(row["source"], []).append(row)
    for source in ("prometheus/main", "postgresql/orders-db", "redis/cart-cache"):
        assert source in rows, f"{source} is missing in {sorted(rows)}"
        failed = [row for row in rows[source] if row["outcome"] not in ("answered", "empty")]
        assert failed, f"{source} is not said to have failed: {rows[source]}"
        assert all(row.get("note") for row in failed), f"{source} does not say why: {failed}"
    assert report["verdict"] == "not_enough_evidence"
    assert service.process.running()
    broken.close()


def test_a_source_nobody_listens_at_is_a_coverage_row(service):
    service.configure(collectors(service, free_port(), free_port(), free_port()), _PIPELINE)
    service.start()
    assert accepted(service.post_webhook(delivery("Dead")))
    _, report = reported(service, "Dead")
    for source in ("prometheus/main", "postgresql/orders-db", "redis/cart-cache"):
        assert any(row["source"] == source and row["outcome"] == "failed"
                   for row in report["coverage"]), report["coverage"]
