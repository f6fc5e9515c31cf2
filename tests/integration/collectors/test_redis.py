"""The Redis collector against a real server."""

import os
import signal
import threading

import pytest

from reading import coverage, everything, present, rows
from servers import Redis, Speaker, wait_for


@pytest.fixture
def source(redis_server, console):
    return console("redis", name="cart", timeout="3s", address=redis_server.address,
                   username="collector", secrets={"password": "r-secret-8"})


def test_eviction_is_visible_in_numbers(redis_server, source):
    client = redis_server.client()
    client.config_set("maxmemory", client.info("memory")["used_memory"] + 300_000)
    client.config_set("maxmemory-policy", "allkeys-lru")
    for i in range(2000):
        client.set(f"k{i}", "x" * 1000)
    client.get("gone")
    info, = present(source("collect"), "info")
    assert info["evicted_keys"] > 0 and info["keyspace_misses"] > 0
    assert info["maxmemory_policy"] == "allkeys-lru" and info["maxmemory_bytes"] > 0
    assert info["used_memory_bytes"] > 0.9 * info["maxmemory_bytes"]
    assert 0 < info["keys"] < 2000 and info["role"] == "master"


def test_slow_commands_and_latency_events_are_rows(redis_server, source):
    redis_server.client().execute_command("DEBUG", "SLEEP", "0.05")
    answer = source("collect")
    entry = next(r for r in rows(answer, "slowlog") if r["command"] == "DEBUG")
    assert entry["arguments"] == "SLEEP 0.05" and entry["duration_us"] >= 50_000
    event, = rows(answer, "latency")
    assert event["event"] == "command" and event["max_ms"] >= 50
    memory, = rows(answer, "memory_stats")
    assert memory["total_allocated"] > 0
    calls = {r["command"]: r["calls"] for r in present(answer, "commandstats")}
    assert calls["debug"] == 1


def test_clients_alike_are_one_row(redis_server, source):
    clients = [redis_server.client(client_name="cart-worker") for _ in range(5)]
    for client in clients:
        client.ping()
    group = next(r for r in rows(source("collect"), "clients") if r["name"] == "cart-worker")
    assert group["count"] == 5 and group["host"] == "127.0.0.1" and group["user"] == "default"


def test_more_clients_than_are_kept_and_a_slow_log_that_is_too_short_are_said(redis_server, source):
    client = redis_server.client()
    client.config_set("slowlog-log-slower-than", 0)
    crowd = [redis_server.client(client_name=f"worker-{i}") for i in range(120)]
    for one in crowd:
        one.ping()
    answer = source("collect")
    assert len(present(answer, "clients")) == 100
    cut = {row["query"]: row["note"] for row in coverage(answer, "truncated")}
    assert "groups of clients, the least numerous, were left out" in cut["CLIENT LIST"]
    assert "reach back to 20" in cut["SLOWLOG GET 128"]
    assert "raise slowlog-log-slower-than" in cut["SLOWLOG GET 128"]
    assert "slowlog-max-len" not in cut["SLOWLOG GET 128"], "more than that is not read"
    client.config_set("slowlog-max-len", 20)
    short = {row["query"]: row["note"] for row in coverage(source("collect"), "truncated")}
    assert "slowlog-max-len up to 128" in short["SLOWLOG GET 128"]
    for one in crowd:
        one.close()


def test_secrets_are_not_collected(redis_server, source):
    client = redis_server.client()
    client.config_set("slowlog-log-slower-than", 0)
    client.execute_command("SET", "session", "token=abcdef-secret-1")
    client.execute_command("CONFIG", "SET", "masterauth", "master-secret-2")
    text = everything(source("collect"))
    for secret in ("abcdef-secret-1", "master-secret-2", "r-secret-8", "redis-secret-5"):
        assert secret not in text


def test_a_changed_limit_becomes_a_change(redis_server, source):
    source("sample")
    redis_server.client().config_set("maxmemory", 50_000_000)
    source("sample")
    answer = source("collect")
    assert [c["summary"] for c in answer["changes"]] == [
        "maxmemory of Redis cart changed from 0 to 50000000"]
    assert len({r["time"] for r in answer["databases"] if r["view"] == "info"}) == 3


def test_a_restart_is_a_change(redis_server, source):
    source("sample")
    redis_server.stop()
    redis_server.start()
    answer = source("collect")
    assert "Redis cart was restarted" in [c["summary"] for c in answer["changes"]]


def test_a_missing_right_is_one_row_that_names_the_command_and_the_rest_is_answered(
        redis_server, console):
    redis_server.client().execute_command("ACL", "SETUSER", "collector", "-latency|latest")
    source = console("redis", name="cart", timeout="3s", address=redis_server.address,
                     username="collector", secrets={"password": "r-secret-8"})
    answer = source("collect")
    row, = coverage(answer, "denied")
    assert row["query"] == "LATENCY LATEST"
    assert "ACL SETUSER collector +latency|latest" in row["note"]
    assert rows(answer, "info") and rows(answer, "memory_stats")
    assert {c["query"] for c in coverage(answer, "answered")} >= {"INFO all", "CLIENT LIST",
                                                                  "MEMORY STATS"}
    bad, = [p for p in source("probe")["probes"] if not p["ok"]]
    assert bad["what"] == "LATENCY LATEST" and "+latency|latest" in bad["fix"]


@pytest.mark.parametrize("user, password, words", [
    ("collector", "nonsense-pw", "refuses user collector"),
    ("", "nonsense-pw", "refuses user default"),
    ("", "", "asks for a password"),
])
def test_wrong_and_missing_passwords_are_told_apart(redis_server, console, user, password, words):
    broken = console("redis", name="cart", timeout="3s", address=redis_server.address,
                     username=user, secrets={"password": password})
    answer = broken("collect")
    denied = coverage(answer, "denied")
    assert denied and words in denied[0]["note"]
    assert "nonsense-pw" not in everything(answer) and not answer["databases"]
    assert "error" in broken("sample")


def test_a_server_without_free_connections_is_a_finding_and_the_standing_one_still_sees_it(
        redis_server, source, console):
    source("collect")
    admin = redis_server.client()
    admin.config_set("maxclients", 12)
    crowd = []
    while True:
        crowd.append(redis_server.client(client_name="leaky"))
        try:
            crowd[-1].ping()
        except Exception:
            break
    answer = source("collect")
    info, = present(answer, "info")
    assert info["connected_clients"] >= info["maxclients"] == 12
    assert info["rejected_connections"] > 0
    assert next(r for r in rows(answer, "clients") if r["name"] == "leaky")["count"] >= 5

    late = console("redis", name="late", timeout="3s", address=redis_server.address,
                   username="collector", secrets={"password": "r-secret-8"})
    turned_away = late("collect")
    assert [r["reason"] for r in rows(turned_away, "refused")] == ["max_clients"]
    assert "maxclients" in coverage(turned_away, "failed")[0]["note"]


def test_a_blocking_script_is_a_finding(redis_server, source):
    source("collect")
    redis_server.client().config_set("busy-reply-threshold", 1)

    def run():
        try:
            redis_server.client().eval("while true do end", 0)
        except Exception:
            pass  # killed below

    script = threading.Thread(target=run)
    script.start()

    def busy():
        try:
            redis_server.client().ping()
        except Exception as error:
            return "BUSY" in str(error).upper()

    wait_for(busy, what="the script")
    try:
        answer = source("collect")
        assert [r["reason"] for r in rows(answer, "refused")] == ["busy"]
        assert all("SCRIPT KILL" in c["note"] for c in coverage(answer, "failed"))
    finally:
        redis_server.client().execute_command("SCRIPT", "KILL")
        script.join()
    assert not coverage(source("collect"), "failed")


def test_a_server_that_is_not_there_or_silent_or_no_redis_is_one_row_each(silent, console):
    def ask(address, timeout=0.5):
        return console("redis", name="cart", timeout="30s", address=address)("collect",
                                                                             timeout=timeout)

    answer = ask("127.0.0.1:1")
    row, = coverage(answer, "failed")
    assert "cannot be reached at 127.0.0.1:1" in row["note"]

    answer = ask(f"127.0.0.1:{silent.port}")
    assert coverage(answer, "timed_out") and answer["seconds"] < 1.5

    web = Speaker(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    answer = ask(f"127.0.0.1:{web.port}")
    assert any("does not speak its protocol" in c["note"] for c in coverage(answer, "failed"))
    web.close()

    huge = Speaker(b"*2147483647\r\n$3\r\n")
    answer = ask(f"127.0.0.1:{huge.port}")
    assert not coverage(answer, "answered") and answer["seconds"] < 1.5
    huge.close()


def test_a_frozen_server_costs_no_more_than_the_deadline(redis_server, source):
    source("collect")
    os.kill(redis_server.process.pid, signal.SIGSTOP)
    try:
        answer = source("collect", timeout=0.5)
        assert coverage(answer, "timed_out") and answer["seconds"] < 1.5
    finally:
        os.kill(redis_server.process.pid, signal.SIGCONT)
    assert not coverage(source("collect"), "failed")
