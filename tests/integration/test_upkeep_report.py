"""Upkeep that fails on real servers, as the product's own report tells it."""

import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "collectors"))

from servers import PG_BIN, Postgres, Redis, wait_for  # noqa: E402


@pytest.fixture(scope="module")
def troubled():
    """A primary that cannot archive and has a forgotten slot and a paused standby; a Redis that
    cannot save, and its replica that lost it."""
    if PG_BIN is None or shutil.which("redis-server") is None:
        pytest.skip("PostgreSQL and Redis are not both installed (apt-get install postgresql "
                    "redis-server)")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="insight-upkeep-"))
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        postgres = Postgres(folder, ["archive_mode=on", "archive_command='false'",
                                     "max_wal_size=32MB", "min_wal_size=32MB",
                                     "autovacuum=off"])
        stack.callback(postgres.stop)
        postgres.sql("CREATE ROLE copier REPLICATION LOGIN PASSWORD 'copy-secret-1'")
        postgres.sql("CREATE TABLE orders(id int PRIMARY KEY, state text)")
        postgres.sql("SELECT pg_create_physical_replication_slot('forgotten', true)")
        standby = postgres.standby(folder, "copier", "copy-secret-1")
        stack.callback(standby.stop)
        wait_for(lambda: postgres.sql("SELECT 1 FROM pg_stat_replication "
                                      "WHERE replay_lsn IS NOT NULL"))
        standby.sql("SELECT pg_wal_replay_pause()")
        for _ in range(4):
            postgres.sql("INSERT INTO orders SELECT i, repeat('x', 500) FROM "
                         "generate_series(1, 30000) i ON CONFLICT (id) DO UPDATE "
                         "SET state = repeat('y', 500)")
            postgres.sql("SELECT pg_switch_wal()")
        wait_for(lambda: postgres.sql("SELECT 1 FROM pg_stat_archiver WHERE failed_count > 0"))
        master = Redis(folder)
        stack.callback(master.stop)
        client = master.client()
        client.config_set("repl-diskless-sync-delay", 0)
        replica = Redis(folder, f"replicaof 127.0.0.1 {master.port}",
                        f"masterauth {Redis.PASSWORD}")
        stack.callback(replica.stop)
        wait_for(lambda: replica.client().info("replication")["master_link_status"] == "up")
        replica.client().config_set("masterauth", "wrong-now")
        client.client_kill_filter(_type="slave")
        wait_for(lambda: replica.client().info("replication")["master_link_status"] == "down")
        os.mkdir(os.path.join(client.config_get("dir")["dir"], "dump.rdb"))
        client.set("a", "1")
        # the replica's full copy is a snapshot of its own
        wait_for(lambda: client.info("persistence")["rdb_bgsave_in_progress"] == 0)
        client.bgsave()
        wait_for(lambda: client.info("persistence")["rdb_last_bgsave_status"] == "err")
        yield {"postgres": [
                   {"name": "orders", "dsn": {"env": "UPKEEP_PRIMARY"}},
                   {"name": "copy", "dsn": {"env": "UPKEEP_STANDBY"}}],
               "redis": [
                   {"name": name, "address": one.address, "username": "collector",
                    "password": {"env": "UPKEEP_REDIS"}}
                   for name, one in (("cart", master), ("cart-copy", replica))]}, {
               "UPKEEP_PRIMARY": postgres.dsn(), "UPKEEP_STANDBY": standby.dsn(),
               "UPKEEP_REDIS": "r-secret-8"}, replica.port, master.port


@pytest.fixture(scope="module")
def clues(insight_module, troubled, tmp_path_factory):
    collectors, secrets, *_ = troubled
    folder = tmp_path_factory.mktemp("upkeep")
    config = folder / "config.json"
    config.write_text(json.dumps({"store": f"sqlite://{folder}/insight.db",
                                  "collectors": collectors}))
    done = subprocess.run([insight_module, "analyze", "Why are the orders slow?", "--config",
                           str(config), "--format", "json"], capture_output=True, text=True,
                          env={**os.environ, **secrets}, timeout=120, check=False)
    report = json.loads(done.stdout)
    assert report["claims"]["checked"] == report["claims"]["proven"] > 0, report["claims"]
    assert "secret" not in done.stdout
    return {(clue["kind"], clue["entity"]["name"]): clue for clue in report["clues"]}


@pytest.fixture(scope="module")
def insight_module():
    from lab.service import BINARY
    path = os.environ.get("INSIGHT_BINARY", BINARY)
    assert os.access(path, os.X_OK), f"{path} does not exist: build it first with script/demo"
    return path


@pytest.mark.parametrize("kind, entity, words", [
    ("archiving_fails", "orders", ["cannot archive its WAL: segment `0000000", "segments wait"]),
    ("wal_retention", "orders", ["Slot forgotten of orders has no reader and keeps",
                                 "beyond max_wal_size"]),
    ("replication_lag", "copy", ["Replay on standby copy is paused with"]),
    ("persistence_fails", "cart", ["cannot save to disk: its last snapshot failed"]),
    ("replication_broken", "cart-copy", ["has lost its master 127.0.0.1:"]),
])
def test_a_fault_of_a_real_server_is_told_word_for_word_from_its_rows(clues, kind, entity, words):
    clue = clues[kind, entity]
    for part in words:
        assert part in clue["statement"]
    assert clue["evidence"]
