"""Redis's replication, persistence, cluster and latency: real faults on real servers."""

import contextlib
import os
import shutil
import signal
import time

import pytest

from reading import coverage, everything, present, rows
from servers import Link, Redis, free_port, wait_for


def console_of(console, server, name="cart"):
    return console("redis", name=name, timeout="3s", address=server.address, username="collector",
                   secrets={"password": "r-secret-8"})


def info(answer):
    row, = present(answer, "info")
    return row


@pytest.fixture
def pair(redis_server, folder):
    """A master, a relay that can be cut, and a replica behind it."""
    link = Link(redis_server.port)
    redis_server.client().config_set("repl-diskless-sync-delay", 0)
    replica = Redis(folder, f"replicaof 127.0.0.1 {link.port}",
                    f"masterauth {Redis.PASSWORD}", "repl-timeout 60", "replica-priority 50")
    wait_for(lambda: replica.client().info("replication")["master_link_status"] == "up",
             what="the replica")
    yield redis_server, link, replica
    replica.stop()
    link.close()


def test_a_cut_link_is_seen_by_the_replica_and_the_master(pair, console):
    master, link, replica = pair
    at_replica, at_master = console_of(console, replica, "copy"), console_of(console, master)
    at_replica("sample")
    before = info(at_replica("collect"))
    assert before["role"] == "slave" and before["master_link_status"] == "up"
    assert len(present(at_master("collect"), "replicas")) == 1
    link.cut()
    wait_for(lambda: info(at_replica("collect"))["master_link_status"] == "down")
    time.sleep(1.1)  # Redis counts whole seconds
    after = info(at_replica("collect"))
    assert after["master_link_down_s"] >= 1 and after["master_port"] == link.port
    assert {r["master_link_status"] for r in rows(at_replica("collect"), "info")} == {"up", "down"}
    assert info(at_master("collect"))["connected_slaves"] == 0


def test_a_replica_that_stands_still_lags_in_bytes_and_seconds(pair, console):
    master, _, replica = pair
    source = console_of(console, master)
    source("sample")
    os.kill(replica.process.pid, signal.SIGSTOP)
    try:
        client = master.client()
        for i in range(200):
            client.set(f"big{i % 5}", "x" * 10_000)
        time.sleep(1.5)
        row, = present(source("collect"), "replicas")
        assert row["lag_bytes"] > 1_500_000 and row["lag_s"] >= 1 and row["state"] == "online"
    finally:
        os.kill(replica.process.pid, signal.SIGCONT)
    wait_for(lambda: present(source("collect"), "replicas")[0]["lag_bytes"] < 1000)
    assert min(r["lag_bytes"] for r in rows(source("collect"), "replicas")) < 1000


def test_a_snapshot_that_cannot_be_written_is_told_and_so_is_what_is_unsaved(redis_server, console):
    source = console_of(console, redis_server)
    client = redis_server.client()
    client.set("a", "1")
    client.bgsave()
    wait_for(lambda: client.lastsave() and info(source("collect"))["rdb_changes_since_last_save"] == 0)
    source("sample")
    file = os.path.join(client.config_get("dir")["dir"], "dump.rdb")
    os.remove(file)
    os.mkdir(file)  # root may write anywhere, but no file takes the place of a folder
    try:
        for i in range(50):
            client.set(f"k{i}", "v")
        client.bgsave()
        after = wait_for(lambda: (one := info(source("collect")))["rdb_last_bgsave_status"] == "err"
                         and one, what="the failed snapshot")
        assert after["rdb_changes_since_last_save"] >= 50
        statuses = {r["rdb_last_bgsave_status"] for r in rows(source("collect"), "info")}
        assert statuses == {"ok", "err"}
        client.config_set("save", "3600 1")
        with pytest.raises(Exception, match="MISCONF"):
            client.set("refused", "1")
        wait_for(lambda: [e for e in present(source("collect"), "errorstats")
                          if e["error"] == "MISCONF" and e["count"] >= 1])
    finally:
        client.config_set("save", "")  # else the server would not let itself be stopped


def test_an_append_only_file_is_followed(redis_server, console):
    source = console_of(console, redis_server)
    client = redis_server.client()
    client.config_set("appendonly", "yes")
    wait_for(lambda: not client.info("persistence")["aof_rewrite_in_progress"])
    client.set("a", "x" * 1000)
    row = wait_for(lambda: (one := info(source("collect")))["aof_current_bytes"] > 1000 and one)
    assert row["aof_enabled"] is True and row["aof_last_write_status"] == "ok"
    assert row["aof_rewrite_in_progress"] is False and row["aof_delayed_fsync"] >= 0


def test_the_history_of_a_latency_event_has_its_moments(redis_server, console):
    source = console_of(console, redis_server)
    for _ in range(2):
        redis_server.client().execute_command("DEBUG", "SLEEP", "0.02")
        time.sleep(1.1)  # the monitor keeps one moment a second
    answer = source("collect")
    moments = [d for d in answer["databases"] if d["view"] == "latency_history"]
    assert len([m for m in moments if m["row"]["event"] == "command"]) == 2
    assert all(abs(m["time"] / 1e9 - time.time()) < 30 and m["row"]["ms"] >= 20
               for m in moments if m["row"]["event"] == "command")


def test_percentiles_fragmentation_and_stretches_are_told(redis_server, console):
    source = console_of(console, redis_server)
    client = redis_server.client()
    source("sample")
    for i in range(100):
        client.set("k", i)
        client.get("k" if i % 4 else "missing")
    answer = source("collect")
    stretch = rows(answer, "deltas")[-1]
    assert stretch["commands"] >= 200 and stretch["keyspace_hits"] == 75
    assert stretch["hit_ratio"] == 0.75
    get = next(r for r in present(answer, "commandstats") if r["command"] == "get")
    assert 0 < get["p50_us"] <= get["p99_us"] <= get["p999_us"]
    assert info(answer)["mem_fragmentation_bytes"] is not None
    assert info(answer)["allocator_frag_ratio"] >= 1


def test_a_cluster_that_lost_slots_is_told(folder, console):
    if shutil.which("redis-server") is None:
        pytest.skip("Redis is not installed (apt-get install redis-server)")
    member = Redis(folder, "cluster-enabled yes", "cluster-node-timeout 500",
                   f"cluster-port {free_port()}")
    try:
        source = console_of(console, member)
        assert all(p["ok"] for p in source("probe")["probes"]), source("probe")
        state, = present(source("collect"), "cluster")
        assert state["state"] == "fail" and state["slots_assigned"] == 0
        client = member.client()
        client.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
        ok = wait_for(lambda: (a := source("collect"))
                      and present(a, "cluster")[0]["state"] == "ok" and a, what="the cluster")
        node, = present(ok, "cluster_nodes")
        assert node["myself"] is True and node["slots"] == 16384 and node["failure"] == "none"
        client.execute_command("CLUSTER", "DELSLOTSRANGE", 100, 199)
        broken = wait_for(lambda: (a := source("collect"))
                          and present(a, "cluster")[0]["state"] == "fail" and a)
        assert present(broken, "cluster")[0]["slots_assigned"] == 16284
        assert present(broken, "cluster_nodes")[0]["slots"] == 16284
        assert not coverage(broken, "failed")
    finally:
        member.stop()


def test_the_printed_acl_is_enough_and_no_more(redis_server, console):
    reader = {"name": "cart", "timeout": "3s", "address": redis_server.address,
              "username": "reader", "secrets": {"password": "a-secret-3"}}
    text = console("redis", **reader)("rights")["rights"]
    assert "a-secret-3" not in text
    client = redis_server.client()
    client.execute_command(*text.replace("<password>", "a-secret-3").split())
    source = console("redis", **reader)
    assert all(p["ok"] for p in source("probe")["probes"]), source("probe")
    answer = source("collect")
    assert not coverage(answer, "denied") and not coverage(answer, "failed")
    plain = redis_server.client(username="reader", password="a-secret-3")
    for words in (("GET", "k"), ("CONFIG", "GET", "*"), ("KEYS", "*"), ("LATENCY", "RESET"),
                  ("SLOWLOG", "RESET"), ("CLIENT", "KILL", "ID", "1"), ("FLUSHALL",)):
        with pytest.raises(Exception, match="no permissions"):
            plain.execute_command(*words)
    assert "a-secret-3" not in everything(answer)
