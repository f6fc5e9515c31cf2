"""Runs scenarios, each in its own lab, and judges what the service reports."""

import concurrent.futures
import dataclasses
import os
import threading
import time

from .lab import Lab
from .process import LabError

LIMIT = 60  # seconds from the delivery of the alert to its report


@dataclasses.dataclass
class Outcome:
    scenario: object
    incident: str = ""
    report: dict = None  # the first report of the incident
    text: str = ""  # the same as the command line prints it
    seconds: float = None  # from delivery to report
    problems: list = dataclasses.field(default_factory=list)  # empty: right
    snapshot: str = ""  # where it was stored, when capturing

    @property
    def right(self):
        return not self.problems


class Progress:
    """One line a step, with the time since the start; safe from every thread."""

    def __init__(self, out=print):
        self._out = out
        self._lock = threading.Lock()
        self._begin = time.monotonic()

    def line(self, name, text):
        with self._lock:
            self._out(f"{time.monotonic() - self._begin:5.0f} s  {name:<22} {text}")

    def of(self, name):
        return lambda text: self.line(name, text)


def run_scenario(scenario, say, binary, cancel, warm_up=75, capture=None, on_report=None):
    """Boots a lab, injects the fault, waits for the report. Failures become problems of the
    outcome. `on_report(lab, outcome)` runs while the lab is still up."""
    outcome = Outcome(scenario)
    try:
        with Lab(say, binary, cancel) as lab:
            _warm_up(lab, warm_up, say)
            _investigate(lab, outcome, say)
            if capture is not None and outcome.incident:
                outcome.snapshot = os.path.join(capture, scenario.name + ".tar.zst")
                lab.service.download(f"/api/v1/incidents/{outcome.incident}/snapshot",
                                     outcome.snapshot)
                say(f"snapshot stored as {outcome.snapshot}")
            if on_report is not None:
                on_report(lab, outcome)
    except LabError as error:
        outcome.problems.append(str(error))
        say(f"failed: {error}")
    except Exception as error:  # a thread must not die silently
        outcome.problems.append(f"{type(error).__name__}: {error}")
        say(f"failed: {type(error).__name__}: {error}")
    return outcome


def _warm_up(lab, seconds, say):
    say(f"normal load for {seconds} s, so that there is something to compare with")
    lab.pause(seconds)
    firing = lab.prometheus.firing()
    if firing:
        raise LabError(f"{', '.join(firing)} fires before anything was injected: "
                       "is this machine overloaded?")


def _investigate(lab, outcome, say):
    scenario, service = outcome.scenario, lab.service
    say(f"inject: {scenario.title}")
    scenario.inject(lab)
    try:
        incident = service.wait_for(f"alert {scenario.alert}",
                                    lambda: service.incident_of(scenario.alert), 60, lab.cancel)
        delivered = time.monotonic()
        outcome.incident = incident["id"]
        say(f"alert {scenario.alert} delivered, it is incident {outcome.incident}")
        outcome.report = service.wait_for(f"report of {outcome.incident}",
                                          lambda: service.report(outcome.incident), LIMIT,
                                          lab.cancel)
        outcome.seconds = time.monotonic() - delivered
        say(f"report {outcome.seconds:.1f} s after delivery")
        outcome.text = service.command("report", outcome.incident, "--config",
                                       service.configuration).stdout
        outcome.problems += scenario.problems(outcome.report)
    finally:
        scenario.undo(lab)


def run_all(scenarios, progress, binary, cancel, parallel, **options):
    """Outcomes in the order of `scenarios`, each as soon as it and those before it are known.
    Ctrl-C ends every lab before it is passed on."""
    pool = concurrent.futures.ThreadPoolExecutor(parallel)
    try:
        jobs = [pool.submit(run_scenario, scenario, progress.of(scenario.name), binary, cancel,
                            **options)
                for scenario in scenarios]
        for job in jobs:
            yield job.result()
    finally:
        cancel.set()  # nothing is left to cancel when all went well
        pool.shutdown(wait=True, cancel_futures=True)
