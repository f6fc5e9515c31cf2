#!/usr/bin/python3
"""A full window over all sources beside each source alone, behind a network with latency.

Real PostgreSQL, Redis and Prometheus under load; peak memory; a window of 5,000 series. Prints
figures; asserts nothing about time.
"""

import argparse
import asyncio
import contextlib
import json
import math
import os
import pathlib
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "tests/integration/collectors"))

import servers  # noqa: E402

BINARY = str(REPOSITORY / "build/release/devops-insight")
POINTS = 15  # seconds between two points of the recorded series
SPAN = 80 * 60  # seconds of them


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


class Distance:
    """A relay that delivers every byte half of `latency` later, in order, both ways."""

    def __init__(self, target, latency):
        self.target, self.half = target, latency / 2
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()
        threading.Thread(target=self._run, args=(ready,), daemon=True).start()
        ready.wait()

    def _run(self, ready):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self.loop.run_forever()

    async def _serve(self, near_reader, near_writer):
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        await asyncio.gather(self._pump(near_reader, far_writer),
                             self._pump(far_reader, near_writer))

    async def _pump(self, reader, writer):
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(1 << 18):
                self.loop.call_later(self.half, writer.write, data)
        self.loop.call_later(self.half, writer.close)


class Load:
    """What users do meanwhile: updates and reads, some dozen a second."""

    def __init__(self, postgres, redis):
        postgres.sql("CREATE TABLE orders(id int PRIMARY KEY, state text)")
        postgres.sql("INSERT INTO orders SELECT i, 'new' FROM generate_series(1, 20000) i")
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self._postgres, args=(postgres,)),
                        threading.Thread(target=self._redis, args=(redis,))]
        for thread in self.threads:
            thread.start()

    def _postgres(self, server):
        with contextlib.closing(server.connect("shop")) as link:
            link.autocommit = True
            with link.cursor() as cursor:
                for i in range(1_000_000):
                    if self.stopped.wait(0.02):
                        return
                    cursor.execute(f"UPDATE orders SET state = 'paid' WHERE id = {i % 20000}")

    def _redis(self, server):
        client = server.client(client_name="shop")
        for i in range(1_000_000):
            if self.stopped.wait(0.02):
                return
            client.set(f"cart:{i % 5000}", "x" * 200)
            client.get(f"cart:{i % 7000}")

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join()


def record(folder, count):
    """A Prometheus data folder with `count` series of the last 80 minutes, made by promtool."""
    end = int(time.time()) // POINTS * POINTS - 60
    text = folder / "recorded.om"
    with open(text, "w", encoding="utf-8") as file:
        families = max(count // 50, 1)
        for family in range(families):
            name = f"shop_requests_{family}"
            file.write(f"# TYPE {name} gauge\n")
            for one in range(math.ceil(count / families)):
                labels = f'{name}{{job="shop",pod="shop-{one}",service="shop"}}'
                file.writelines(f"{labels} {100 + (at // POINTS * (one + 3)) % 17} {at}\n"
                                for at in range(end - SPAN, end, POINTS))
        file.write("# EOF\n")
    subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", str(text),
                    str(folder / "data")], check=True, stdout=subprocess.DEVNULL)
    text.unlink()


class Window:
    """Captures of one window by the product's own command, each with its time and peak memory."""

    def __init__(self, folder, binary):
        self.folder, self.binary, self.count = folder, binary, 0

    def capture(self, collectors):
        self.count += 1
        config = self.folder / f"config-{self.count}.json"
        target = self.folder / f"snapshot-{self.count}"
        config.write_text(json.dumps({"store": f"sqlite://{self.folder}/bench.db",
                                      "logLevel": "warn", "collectors": collectors}))
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
        series = sum(1 for _ in open(target / "metrics.ndjson", encoding="utf-8")) \
            if (target / "metrics.ndjson").exists() else 0
        shutil.rmtree(target)
        return {"seconds": seconds, "megabytes": usage.ru_maxrss / 1024, "rows": len(rows),
                "bad": bad, "series": series}


def show(name, runs):
    seconds = statistics.median(run["seconds"] for run in runs)
    print(f"  {name:<12}{seconds:>7.2f} s   {runs[-1]['rows']:>4} requests   peak "
          f"{max(run['megabytes'] for run in runs):>6.1f} MB   {runs[-1]['series']:>5} series"
          f"   {sum(len(run['bad']) for run in runs)} without an answer", flush=True)
    for row in {(bad["source"], bad.get("query", ""), bad.get("note", ""))
                for run in runs for bad in run["bad"]}:
        print("      " + " · ".join(row))
    return seconds


def windows(folder, options, sources):
    print(f"\none window (15 min and 1 h of baseline), {options.latency * 1000:.0f} ms from every "
          f"source and back, median of {options.rounds} rounds, interleaved")
    window = Window(folder, options.binary)
    runs = {name: [] for name in [*sources, "all"]}
    for _ in range(options.rounds):
        for name, one in sources.items():
            runs[name].append(window.capture({name: [one]}))
        runs["all"].append(window.capture({name: [one] for name, one in sources.items()}))
    alone = {name: show(name, runs[name]) for name in sources}
    together = show("all", runs["all"])
    slowest = max(alone, key=alone.get)
    print(f"  all beside the slowest alone ({slowest}): {together / alone[slowest]:.2f} times; "
          f"one after another would be {sum(alone.values()) / alone[slowest]:.2f} times")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", default=os.environ.get("INSIGHT_BINARY", BINARY))
    parser.add_argument("--latency", type=float, default=0.05, help="seconds there and back")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--series", type=int, default=5000)
    options = parser.parse_args()
    for tool in ("redis-server", "prometheus", "promtool"):
        if shutil.which(tool) is None or servers.PG_BIN is None:
            sys.exit(f"{tool} and PostgreSQL are needed: run script/setup first")
    describe(options)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="insight-bench-collect-"))
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        postgres = servers.Postgres(folder)
        stack.callback(postgres.stop)
        redis = servers.Redis(folder)
        stack.callback(redis.stop)
        shop = servers.Shop()
        stack.callback(shop.close)
        prometheus = servers.Prometheus(folder, {"shop": (shop.port, {"service": "shop"})})
        stack.callback(prometheus.stop)
        load = Load(postgres, redis)
        stack.callback(load.stop)
        time.sleep(5)  # something to look back on
        near = {"postgres": postgres.port, "redis": redis.port, "prometheus": prometheus.port}
        port = {name: Distance(one, options.latency).port for name, one in near.items()}
        os.environ["BENCH_DSN"] = postgres.dsn().replace(f":{postgres.port}/",
                                                         f":{port['postgres']}/")
        os.environ["BENCH_PASSWORD"] = "r-secret-8"
        windows(folder, options, {
            "postgres": {"name": "orders", "dsn": {"env": "BENCH_DSN"}},
            "redis": {"name": "cart", "address": f"127.0.0.1:{port['redis']}",
                      "username": "collector", "password": {"env": "BENCH_PASSWORD"}},
            "prometheus": {"name": "main", "url": f"http://127.0.0.1:{port['prometheus']}"}})

        print(f"\n{options.series:,} series of {SPAN // 60} minutes, a point every {POINTS} s")
        home = folder / "recorded"
        home.mkdir()
        record(home, options.series)
        large = servers.Prometheus(home, {}, data=home / "data")
        stack.callback(large.stop)
        run = Window(home, options.binary).capture({"prometheus": [
            {"name": "main", "url": large.url, "maxSeries": options.series + 100,
             "step": f"{POINTS}s"}]})
        show("prometheus", [run])


if __name__ == "__main__":
    main()
