#!/usr/bin/python3
"""Webhook deliveries beside the real Alertmanager, start-up, idle memory and one replay.

Prints figures; asserts nothing about time.
"""

import argparse
import json
import os
import platform
import re
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
REPOSITORY = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(REPOSITORY, "tests"))

from lab.monitoring import Alertmanager  # noqa: E402
from lab.process import LabError, find_binary  # noqa: E402
from lab.service import BINARY, Service  # noqa: E402

ALERTS = 10


def first_line(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False)
    return done.stdout.splitlines()[0] if done.stdout else "unknown"


def machine(binary):
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = re.search(r"model name\s*: (.*)", file.read())
    with open("/proc/meminfo", encoding="utf-8") as file:
        memory = int(file.readline().split()[1]) // 1024
    print(f"machine    {model.group(1) if model else platform.machine()}, {os.cpu_count()} cores, "
          f"{memory} MB, Linux {platform.release()}, load {os.getloadavg()[0]:.1f}")
    print(f"versions   devops-insight {first_line([binary, '--version'])}; "
          f"{first_line([Alertmanager.binary(), '--version']).split(' (')[0]}; "
          f"{first_line(['wrk', '-v']).split(' [')[0]}")
    print(f"command    {' '.join([sys.executable, *sys.argv])}", flush=True)


def wrk(url, target, token, options):
    command = ["wrk", f"-t{options.threads}", f"-c{options.connections}",
               f"-d{options.seconds}s", "--timeout", "10s", "-s", os.path.join(HERE, "post.lua"),
               url, "--", target, secrets.token_hex(2), token]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise LabError(f"wrk failed: {done.stderr.strip() or done.stdout.strip()}")
    return json.loads(done.stdout.splitlines()[-1])


def show(name, result, extra=""):
    rate = result["requests"] / result["seconds"]
    print(f"  {name:<16}{rate:>8.0f}/s   p50 {result['p50ms']:>7.2f} ms   p99 "
          f"{result['p99ms']:>7.2f} ms   refused {result['refused']}, broken "
          f"{result['broken']}{extra}", flush=True)
    return rate


def deliveries(folder, options):
    print(f"\ndeliveries of {ALERTS} new alerts, {options.connections} connections, "
          f"{options.rounds} rounds of {options.seconds} s each, interleaved")
    service = Service(os.path.join(folder, "service"), options.binary)
    service.configure({}, {"workers": 2})
    alertmanager = Alertmanager(os.path.join(folder, "alertmanager"))
    rates, worst, per_fsync = {"devops-insight": [], "alertmanager": []}, {}, []
    try:
        # everything in one group that is not flushed during the run: Alertmanager only takes in
        alertmanager.launch("http://127.0.0.1:9/", "unused", ("alertname",), group_wait="1h")
        alertmanager.process.wait_until(alertmanager.ready, 10)
        service.start()
        for _ in range(options.rounds):
            before = counters(service)
            result = wrk(service.webhook_url, "service", service.webhook_secret, options)
            commits, taken = (b - a for a, b in zip(before, counters(service)))
            # those in flight at the end are stored but not counted by wrk
            if abs(taken - result["requests"]) > options.connections:
                raise LabError(f"{result['requests']} deliveries were answered, {taken:.0f} stored")
            per_fsync.append(taken / commits if commits else 0)
            rates["devops-insight"].append(
                show("devops-insight", result, f", {per_fsync[-1]:.0f} deliveries per fsync"))
            keep_worst(worst, "devops-insight", result)
            result = wrk(alertmanager.url + "/api/v2/alerts", "alertmanager", "", options)
            rates["alertmanager"].append(show("alertmanager", result))
            keep_worst(worst, "alertmanager", result)
    finally:
        service.stop()
        alertmanager.stop()
    ours, theirs = (statistics.median(rates[name]) for name in ("devops-insight", "alertmanager"))
    print(f"  median: {ours:.0f}/s on disk beside {theirs:.0f}/s in memory = {ours / theirs:.2f}; "
          f"worst p99 {worst['devops-insight']:.1f} ms beside {worst['alertmanager']:.1f} ms; "
          f"{statistics.median(per_fsync):.0f} deliveries per fsync")


def keep_worst(worst, name, result):
    worst[name] = max(worst.get(name, 0), result["p99ms"])


def counters(service):
    """Commits and deliveries so far."""
    return (service.metric("insight_store_commits_total"),
            service.metric("insight_store_deliveries_total"))


def start_up(folder, options):
    fresh, again, memory = [], [], []
    for attempt in range(options.starts):
        service = Service(os.path.join(folder, f"start-{attempt}"), options.binary)
        service.configure({}, {"workers": 2})
        for times in (fresh, again):
            begin = time.monotonic()
            service.launch()
            try:
                while not service.ready():  # asks as fast as it can be asked
                    if not service.process.running():
                        raise LabError(f"it ended: {service.process.log_tail()}")
                    time.sleep(0.001)
                times.append((time.monotonic() - begin) * 1000)
                if times is again and attempt == options.starts - 1:
                    time.sleep(3)
                    memory.append(resident_mb(service.process.pid))
            finally:
                service.stop()
    print(f"\nstart-up, exec to /readyz 200, median of {options.starts}: "
          f"{statistics.median(fresh):.0f} ms with a new store, {statistics.median(again):.0f} ms "
          "with an existing one")
    print(f"idle resident memory: {memory[0]:.1f} MB")


def resident_mb(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1)) / 1024


def replay(options):
    if not os.path.exists(options.snapshot):
        print(f"\nreplay: skipped, there is no snapshot {options.snapshot}")
        return
    times, peak = [], 0
    for _ in range(options.starts):
        begin = time.monotonic()
        child = subprocess.Popen([options.binary, "replay", options.snapshot, "--format", "json"],
                                 stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        times.append((time.monotonic() - begin) * 1000)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            raise LabError(f"replay of {options.snapshot} ended with code {child.returncode}")
        peak = max(peak, usage.ru_maxrss / 1024)
    print(f"\nreplay of {os.path.relpath(options.snapshot)}, median of {options.starts}: "
          f"{statistics.median(times):.0f} ms, peak {peak:.1f} MB")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", default=BINARY)
    parser.add_argument("--snapshot", help="the recorded incident to replay",
                        default=os.path.join(REPOSITORY, "agent/cli/demo/incident.tar.zst"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--starts", type=int, default=10)
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="insight-bench-")
    try:
        find_binary("wrk", "wrk")
        machine(options.binary)
        start_up(folder, options)
        replay(options)
        deliveries(folder, options)
        return 0
    except LabError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
