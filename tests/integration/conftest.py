"""Fixtures: the binary, one service by itself, and the five live scenarios side by side."""

import concurrent.futures
import os
import sys
import threading

import pytest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from lab.lab import missing  # noqa: E402
from lab.process import LabError  # noqa: E402
from lab.run import Progress, run_all  # noqa: E402
from lab.scenarios import ALL  # noqa: E402
from lab.service import BINARY, Service  # noqa: E402

# Files run side by side (script/test): what waits longest is begun first.
_LONGEST = ("test_evomap_outcomes", "test_live_scenarios", "test_tickets_and_messages")


def pytest_collection_modifyitems(items):
    def turn(item):
        name = item.path.stem
        return _LONGEST.index(name) if name in _LONGEST else len(_LONGEST)

    items.sort(key=turn)


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "servers: needs a server that no package gives (script/test --servers)")


@pytest.fixture(scope="session")
def insight():
    """The binary to test: INSIGHT_BINARY, else the release build."""
    path = os.environ.get("INSIGHT_BINARY", BINARY)
    assert os.access(path, os.X_OK), f"{path} does not exist: build it first with script/demo"
    return path


@pytest.fixture
def service(insight, tmp_path):
    """A configured but not yet started service; whatever runs of it is stopped afterwards."""
    one = Service(str(tmp_path / "service"), insight)
    yield one
    one.stop()


class LiveRun:
    """All scenarios side by side; what was seen of each."""

    def __init__(self, binary, folder):
        self.cancel = threading.Event()
        self.after_undo = {}  # scenario → what the service says once the fault was undone
        self.lines = []  # what happened when, shown beside a failure
        self.absent = missing()
        self._pool = concurrent.futures.ThreadPoolExecutor(1)
        self._outcomes = None
        if not self.absent:
            self._outcomes = self._pool.submit(self._run, binary, folder)

    def _run(self, binary, folder):
        progress = Progress(self.lines.append)
        outcomes = run_all([scenario() for scenario in ALL], progress, binary, self.cancel,
                           len(ALL), capture=folder, on_report=self._watch_resolve)
        return {outcome.scenario.name: outcome for outcome in outcomes}

    def _watch_resolve(self, lab, outcome):
        """The lock chain is undone by now: keeps what its resolve did to the incident."""
        if outcome.scenario.name != "lock-chain":
            return
        alert = outcome.scenario.alert
        try:
            self.after_undo["resolved"] = lab.service.wait_for(
                "resolve of the alert", lambda: self._resolved(lab.service, alert), 60, lab.cancel)
        except LabError as error:  # the test of the resolve says so, not the one of the cause
            self.lines.append(f" {outcome.scenario.name} {error}")
        self.after_undo["incidents"] = lab.service.incidents_of(alert)

    @staticmethod
    def _resolved(service, alert):
        incident = service.incident_of(alert)
        return incident if incident and incident.get("resolvedAt") else None

    def outcome(self, name):
        if self.absent:
            pytest.skip("; ".join(str(error) for error in self.absent))
        outcome = self._outcomes.result()[name]
        print("\n".join(line for line in self.lines if f" {name} " in line))
        return outcome

    def stop(self):
        self.cancel.set()
        self._pool.shutdown(wait=True)


@pytest.fixture(scope="session")
def live(insight, tmp_path_factory):
    run = LiveRun(insight, str(tmp_path_factory.mktemp("snapshots")))
    yield run
    run.stop()
