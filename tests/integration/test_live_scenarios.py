"""Real servers, real faults, the real Alertmanager: is the first cause right, within a minute?"""

import json
import shutil
import subprocess

import pytest
from lab.scenarios import ALL

CASES = [scenario.name for scenario in ALL]


def reported(live, name):
    """The outcome, which must have come to a report at all."""
    outcome = live.outcome(name)
    assert outcome.report is not None, "; ".join(outcome.problems)
    return outcome


@pytest.mark.parametrize("name", CASES)
def test_the_first_cause_is_right(live, name):
    # the run itself waits no longer than a minute for the report
    outcome = reported(live, name)
    assert not outcome.problems, "; ".join(outcome.problems)


@pytest.mark.parametrize("name", CASES)
def test_every_statement_cites_evidence_of_the_report(live, name):
    report = reported(live, name).report
    cited = [number for part in report["causes"] + report["clues"] for number in part["evidence"]]
    assert set(cited) <= set(report["evidence"])
    assert all(part["evidence"] for part in report["causes"] + report["clues"])


@pytest.mark.parametrize("name", CASES)
def test_every_source_answered(live, name):
    rows = reported(live, name).report["coverage"]
    for system in ("prometheus", "postgresql", "redis"):
        assert any(row["source"].startswith(system) and row["outcome"] == "answered"
                   for row in rows), f"{system} did not answer: {rows}"


def replay(insight, snapshot):
    done = subprocess.run([insight, "replay", snapshot, "--format", "json"], capture_output=True,
                          timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.mark.parametrize("name", CASES)
def test_replay_gives_the_same_bytes_and_the_same_first_cause(live, insight, name):
    outcome = reported(live, name)
    first = replay(insight, outcome.snapshot)
    assert first == replay(insight, outcome.snapshot)
    again = json.loads(first)
    assert again["verdict"] == outcome.report["verdict"]
    assert [(c["class"], c["entity"]) for c in again["causes"][:1]] == \
        [(c["class"], c["entity"]) for c in outcome.report["causes"][:1]]


@pytest.fixture
def unpacked(live, tmp_path):
    """The lock chain's snapshot as a folder."""
    folder = tmp_path / "snapshot"
    folder.mkdir()
    assert shutil.which("zstd"), "zstd is not installed: apt-get install zstd"
    subprocess.run(["tar", "--zstd", "-xf", reported(live, "lock-chain").snapshot, "-C", folder],
                   check=True)
    return folder


def test_an_untouched_snapshot_verifies(insight, unpacked):
    done = subprocess.run([insight, "snapshot", "verify", unpacked], capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("victim", ["incident.json", "metrics.ndjson", "databases.ndjson"])
def test_one_flipped_byte_is_refused_and_its_file_named(insight, unpacked, victim):
    file = unpacked / victim
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    for command in (["snapshot", "verify"], ["replay"]):
        done = subprocess.run([insight, *command, unpacked], capture_output=True, text=True,
                              check=False)
        assert done.returncode == 1, done.stdout
        assert victim in done.stderr


def test_a_resolve_updates_the_same_incident(live):
    outcome = reported(live, "lock-chain")
    assert "resolved" in live.after_undo, "the alert's resolve never arrived"
    assert live.after_undo["resolved"]["id"] == outcome.incident
    assert [i["id"] for i in live.after_undo["incidents"]] == [outcome.incident]
