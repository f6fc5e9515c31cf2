"""python3 -m tests.lab: real servers, real faults, and the reports the service writes."""

import argparse
import os
import signal
import sys
import threading

from .lab import Lab, missing
from .process import LabError
from .run import LIMIT, Progress, run_all
from .scenarios import ALL, BY_NAME
from .service import BINARY


def _arguments():
    parser = argparse.ArgumentParser(
        prog="python3 -m tests.lab",
        description="Starts PostgreSQL, Redis, Prometheus, its exporters and Alertmanager on free "
                    "loopback ports, injects faults and prints what devops-insight reports.")
    parser.add_argument("scenario", nargs="*", metavar="SCENARIO",
                        help=f"one or more of {', '.join(BY_NAME)}; all when none is named")
    parser.add_argument("--binary", default=BINARY, help="the devops-insight to run")
    parser.add_argument("--parallel", type=int, default=3, metavar="N",
                        help="labs side by side (default 3)")
    parser.add_argument("--warm-up", type=int, default=75, metavar="SECONDS",
                        help="normal load before the fault (default 75)")
    parser.add_argument("--capture", metavar="DIR", help="store each incident's snapshot there")
    parser.add_argument("--keep", action="store_true",
                        help="leave one healthy lab running until Ctrl-C; with a SCENARIO its "
                             "fault is injected")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.scenario if name not in BY_NAME]
    if unknown:
        parser.error(f"unknown scenario {unknown[0]!r}; there are {', '.join(BY_NAME)}")
    if arguments.parallel < 1 or arguments.warm_up < 1:
        parser.error("--parallel and --warm-up are at least 1")
    return arguments


def _interrupt(_signal, _frame):
    raise KeyboardInterrupt


def _keep(scenario, arguments, cancel):
    progress = Progress()
    say = progress.of(scenario.name if scenario else "lab")
    with Lab(say, arguments.binary, cancel) as lab:
        for name, address in lab.addresses().items():
            print(f"  {name:<14} {address}", flush=True)
        if scenario is not None:
            say(f"normal load for {arguments.warm_up} s")
            lab.pause(arguments.warm_up)
            say(f"inject: {scenario.title}")
            scenario.inject(lab)
        say("running until Ctrl-C")
        while True:
            lab.pause(3600)


def _table(outcomes):
    rows = []
    for outcome in outcomes:
        report, first = outcome.report, ""
        if report is not None:
            first = report["causes"][0]["class"] if report["causes"] else report["verdict"]
        seconds = "" if outcome.seconds is None else f"{outcome.seconds:.1f}"
        rows.append((outcome.scenario.name, first or "no report",
                     "right" if outcome.right else "WRONG", seconds))
    print(f"\n{'scenario':<24}{'first cause or verdict':<26}{'':<8}seconds to report")
    for name, first, verdict, seconds in rows:
        print(f"{name:<24}{first:<26}{verdict:<8}{seconds:>7}")
    for outcome in outcomes:
        for problem in outcome.problems:
            print(f"  {outcome.scenario.name}: {problem}")


def _run(arguments, cancel):
    scenarios = [scenario() for scenario in ALL
                 if not arguments.scenario or scenario.name in arguments.scenario]
    if arguments.capture:
        os.makedirs(arguments.capture, exist_ok=True)
    progress = Progress(lambda text: print(text, flush=True))
    outcomes = []
    for outcome in run_all(scenarios, progress, arguments.binary, cancel, arguments.parallel,
                           warm_up=arguments.warm_up, capture=arguments.capture):
        outcomes.append(outcome)
        if outcome.text:
            print(f"\n=== {outcome.scenario.name}: {outcome.scenario.title} ===\n"
                  f"{outcome.text.rstrip()}\n", flush=True)
    _table(outcomes)
    wrong = sum(not outcome.right for outcome in outcomes)
    print(f"\n{len(outcomes) - wrong} of {len(outcomes)} right, reports within {LIMIT} s")
    return 1 if wrong else 0


def main():
    arguments = _arguments()
    # both end a run in order, even where a shell started it in the background: no server stays
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    absent = missing()
    if absent:
        for error in absent:
            print(f"error: {error}", file=sys.stderr)
        return 2
    if not os.access(arguments.binary, os.X_OK):
        print(f"error: {arguments.binary} does not exist: build it first with script/demo",
              file=sys.stderr)
        return 2
    cancel = threading.Event()
    try:
        if arguments.keep:
            if len(arguments.scenario) > 1:
                print("error: --keep takes at most one scenario", file=sys.stderr)
                return 2
            named = BY_NAME[arguments.scenario[0]]() if arguments.scenario else None
            return _keep(named, arguments, cancel)
        return _run(arguments, cancel)
    except KeyboardInterrupt:
        cancel.set()
        print("stopped: every server of the lab was ended", file=sys.stderr)
        return 130
    except LabError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
