"""The audit chain as others see it: exported, recomputed by other means, and after somebody had the
file in hand."""

import hashlib
import json
import os
import sqlite3
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from test_tickets_and_messages import alert, move, one_ticket  # noqa: E402


@pytest.fixture
def written(service):
    """A service that has stopped, with a few entries in its chain."""
    service.configure({}, {"window": "2m", "baseline": "2m", "collectTimeout": "1s"})
    service.start()
    service.post_webhook(alert(name="Überlast"))
    ticket = one_ticket(service)
    for state in ("investigating", "resolved", "closed"):
        move(service, ticket, state)
    service.stop()
    return service


def export(service):
    done = service.command("audit", "export", "--config", service.configuration)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_an_export_can_be_checked_by_anybody(written):
    entries = export(written)
    assert [entry["number"] for entry in entries] == list(range(1, len(entries) + 1))
    assert len(entries) >= 4
    previous = "0" * 64
    for entry in entries:
        told = entry.pop("hash")
        assert entry["previous"] == previous
        text = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        previous = hashlib.sha256(text.encode()).hexdigest()
        assert told == previous
    done = written.command("audit", "verify", "--config", written.configuration)
    assert previous in done.stdout


@pytest.mark.parametrize("change", [
    "UPDATE audit SET actor = 'nobody' WHERE number = 2",
    "DELETE FROM audit WHERE number = (SELECT max(number) FROM audit)",
    "UPDATE audit SET detail = replace(detail, 'closed', 'opened') WHERE number > 3"])
def test_a_changed_entry_is_found(written, change):
    with sqlite3.connect(os.path.join(written.folder, "insight.db")) as database:
        assert database.execute(change).rowcount > 0
    database.close()
    done = written.command("audit", "verify", "--config", written.configuration, check=False)
    assert done.returncode == 1
    assert "the audit chain is broken at entry" in done.stderr
