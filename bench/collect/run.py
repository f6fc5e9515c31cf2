#!/usr/bin/python3
"""A full window over all sources beside each source alone, behind a network with latency.

Real PostgreSQL, Redis, Prometheus and an MCP server under load; --heavy adds what needs a JVM or a
cluster. Then peak memory, a window of 5,000 series and, with --lines, one of a million log lines.
What cannot be had is named. Prints figures; asserts nothing about time.
"""

import argparse
import contextlib
import json
import os
import pathlib
import platform
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "tests/integration/collectors"))

import servers  # noqa: E402
import sources  # noqa: E402
import world  # noqa: E402

BINARY = str(REPOSITORY / "build/release/devops-insight")


def first_line(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False)
    return done.stdout.splitlines()[0] if done.stdout else "unknown"


def describe(options):
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = re.search(r"model name\s*: (.*)", file.read())
    print(f"machine    {model.group(1) if model else platform.machine()}, {os.cpu_count()} cores, "
          f"Linux {platform.release()}, load {os.getloadavg()[0]:.1f}")
    print(f"versions   devops-insight {first_line([options.binary, '--version'])}; "
          f"{first_line([str(servers.PG_BIN / 'postgres'), '--version'])}; "
          f"{first_line(['redis-server', '--version']).split(' sha=')[0]}; "
          f"{first_line(['prometheus', '--version']).split(' (')[0]}")
    print(f"command    {' '.join([sys.executable, *sys.argv])}", flush=True)


class Window:
    """Captures of one window by the product's own command, each with its time and peak memory."""

    def __init__(self, folder, binary):
        self.folder, self.binary, self.count = folder, binary, 0

    def capture(self, blocks):
        """`blocks`: of the configuration, as a source gives them."""
        self.count += 1
        config = self.folder / f"config-{self.count}.json"
        target = self.folder / f"snapshot-{self.count}"
        config.write_text(json.dumps({"store": f"sqlite://{self.folder}/bench.db",
                                      "logLevel": "warn", **blocks}))
        command = [self.binary, "snapshot", "capture", str(target), "--question",
                   "Why is the shop slow?", "--config", str(config)]
        began = time.monotonic()
        with open(self.folder / "capture.log", "wb") as log:
            child = subprocess.Popen(command, stdout=log, stderr=log)
            _, status, usage = os.wait4(child.pid, 0)
        seconds = time.monotonic() - began
        if status != 0:
            sys.exit((self.folder / "capture.log").read_text(encoding="utf-8"))
        rows = json.loads((target / "coverage.json").read_text(encoding="utf-8"))
        bad = [row for row in rows if row["outcome"] in ("failed", "timed_out", "denied")]
        counts = {}
        for name in ("metrics", "logs"):
            file = target / f"{name}.ndjson"
            counts[name] = sum(1 for _ in open(file, "rb")) if file.exists() else 0
        shutil.rmtree(target)
        return {"seconds": seconds, "megabytes": usage.ru_maxrss / 1024, "rows": len(rows),
                "bad": bad, "series": counts["metrics"], "lines": counts["logs"]}


def together(blocks):
    """One configuration of several sources'."""
    out = {}
    for one in blocks:
        for name, block in one.items():
            out.setdefault(name, {}).update(block)
    return out


def show(name, runs):
    seconds = statistics.median(run["seconds"] for run in runs)
    print(f"  {name:<14}{seconds:>7.2f} s   {runs[-1]['rows']:>4} requests   peak "
          f"{max(run['megabytes'] for run in runs):>6.1f} MB   {runs[-1]['series']:>5} series   "
          f"{runs[-1]['lines']:>7} lines   {sum(len(run['bad']) for run in runs)} without an answer",
          flush=True)
    for row in {(bad["source"], bad.get("query", ""), bad.get("note", ""))
                for run in runs for bad in run["bad"]}:
        print("      " + " · ".join(row))
    return seconds


class Budget:
    """Minutes for the whole run. What is not begun in time is left out by name; what hangs is ended
    with everything it started."""

    def __init__(self, minutes):
        self.length = minutes * 60
        self.end = time.monotonic() + self.length
        signal.signal(signal.SIGALRM, self._over)
        signal.alarm(int(self.length) + 1)

    def _over(self, *_):
        sys.exit(f"ended after {self.length / 60:.0f} minutes (--minutes)")

    def left(self):
        """The share of it that is left."""
        return max(0.0, (self.end - time.monotonic()) / self.length)


def windows(folder, options, blocks, budget):
    window = Window(folder, options.binary)
    runs = {name: [] for name in [*blocks, "all"]}
    rounds = 0
    longest = 0
    while rounds < options.rounds and (rounds == 0 or
                                       budget.left() * budget.length > 2 * longest):
        began = time.monotonic()
        for name, one in blocks.items():
            runs[name].append(window.capture(one))
        runs["all"].append(window.capture(together(blocks.values())))
        rounds += 1
        longest = max(longest, time.monotonic() - began)
    print(f"\none window (15 min and 1 h of baseline), {options.latency * 1000:.0f} ms from every "
          f"source and back, median of {rounds} rounds, interleaved, load "
          f"{os.getloadavg()[0]:.1f}")
    alone = {name: show(name, runs[name]) for name in blocks}
    all_of_them = show("all", runs["all"])
    slowest = max(alone, key=alone.get)
    print(f"  all beside the slowest alone ({slowest}): {all_of_them / alone[slowest]:.2f} times; "
          f"one after another would be {sum(alone.values()) / alone[slowest]:.2f} times")


def many_series(folder, options, stack):
    print(f"\n{options.series:,} series of {world.SPAN // 60} minutes, a point every "
          f"{world.POINTS} s")
    home = folder / "recorded"
    home.mkdir()
    world.record(home, options.series)
    large = servers.Prometheus(home, {}, data=home / "data")
    stack.callback(large.stop)
    run = Window(home, options.binary).capture({"collectors": {"prometheus": [
        {"name": "main", "url": large.url, "maxSeries": options.series + 100,
         "step": f"{world.POINTS}s"}]}})
    show("prometheus", [run])


def many_lines(folder, options, stack):
    print(f"\n{options.lines:,} log lines in the 15 minutes of a window, OpenSearch")
    try:
        server = sources.search_server(folder, stack)
    except sources.Absent as why:
        print(f"  absent: {why}")
        return
    server.call("PUT", "/logs-shop", {"settings": {"number_of_replicas": 0},
                                      "mappings": sources.LOG_FIELDS})
    end = time.time() + 120  # still within the window when the last one is there
    server.load("logs-shop", world.lines(options.lines, end - 900, end))
    for most in (10_000, options.lines):  # what is read by itself, and everything
        run = Window(folder, options.binary).capture({"collectors": {"elasticsearch": [
            {"name": "logs", "url": server.url, "logs": True, "maxLines": most,
             "timeout": "60s"}]}, "pipeline": {"collectTimeout": "90s"}})
        show(f"maxLines {most}", [run])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", default=os.environ.get("INSIGHT_BINARY", BINARY))
    parser.add_argument("--latency", type=float, default=0.05, help="seconds there and back")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--series", type=int, default=5000)
    parser.add_argument("--lines", type=int, default=0, help="of the log window; 0: none")
    parser.add_argument("--heavy", action="append", default=[],
                        choices=[*sources.HEAVY, "all"], help="may be given several times")
    parser.add_argument("--minutes", type=float, default=30, help="for all of it, at most")
    options = parser.parse_args()
    for tool in ("redis-server", "prometheus", "promtool"):
        if shutil.which(tool) is None or servers.PG_BIN is None:
            sys.exit(f"{tool} and PostgreSQL are needed: run script/setup first")
    describe(options)
    budget = Budget(options.minutes)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="insight-bench-collect-"))
    folder.chmod(0o711)  # servers of other users must get to their own folders
    heavy = sources.HEAVY if "all" in options.heavy else options.heavy
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        blocks = sources.light(folder, stack, options.latency)
        for name in sources.HEAVY:
            if name not in heavy:
                print(f"absent     {name}: only with --heavy {name}")
        for name, start in {"mcp": sources.mcp, **{one: sources.HEAVY[one] for one in heavy}}.items():
            if budget.left() < 0.5:
                print(f"absent     {name}: half of --minutes was over before it was started")
                continue
            try:
                began = time.monotonic()
                blocks[name] = start(folder, stack, options.latency)
                print(f"started    {name} in {time.monotonic() - began:.0f} s", flush=True)
            except sources.Absent as why:
                print(f"absent     {name}: {why}", flush=True)
        windows(folder, options, blocks, budget)
        for wanted, measure in ((options.series, many_series), (options.lines, many_lines)):
            if wanted > 0 and budget.left() > 0.1:
                measure(folder, options, stack)
            elif wanted > 0:
                print(f"left out   {measure.__name__}: --minutes are nearly over")


if __name__ == "__main__":
    main()
