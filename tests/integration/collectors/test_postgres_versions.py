"""The PostgreSQL collector against every major version it says it reads."""

import pathlib
import shutil
import subprocess

import pytest

from reading import coverage, present, rows
from servers import Postgres, wait_for

pytestmark = pytest.mark.servers

GET = pathlib.Path(__file__).resolve().parents[2] / "servers/postgresql/get"
VIEWS = {"server", "saturation", "database", "statements", "tables", "indexes", "settings",
         "archiver", "checkpoints", "wal", "wraparound", "sizes", "slots", "vacuum_debt"}


@pytest.fixture(scope="module", params=[12, 13, 14, 16, 17, 18])
def server(request, folder):
    got = subprocess.run([str(GET), str(request.param)], capture_output=True, text=True,
                         check=False)
    if got.returncode != 0:
        pytest.skip(f"PostgreSQL {request.param} cannot be had: {got.stderr.strip()[-200:]}")
    home = folder / f"version-{request.param}"
    home.mkdir()
    # the server's user may not be able to enter the cache of ours
    native = shutil.copytree(pathlib.Path(got.stdout.strip()).parent, home / "native",
                             symlinks=True)
    one = Postgres(home, ["autovacuum=off", "wal_level=logical"], native / "bin")
    one.major = request.param
    one.sql("CREATE TABLE orders(id int PRIMARY KEY, state text)")
    one.sql("INSERT INTO orders SELECT i, 'new' FROM generate_series(1, 5000) i")
    one.sql("ANALYZE orders")
    yield one
    one.stop()
    shutil.rmtree(home)


def test_every_view_is_answered_by_every_version(server, console):
    source = console("postgres", name="orders", timeout="10s", secrets={"dsn": server.dsn()})
    assert all(p["ok"] for p in source("probe")["probes"]), source("probe")
    server.sql("SELECT pg_create_physical_replication_slot('forgotten', true)")
    source("sample")
    server.sql("UPDATE orders SET state = 'paid'")
    server.sql("CHECKPOINT")
    # each process of the server tells its statistics when it likes
    answer = wait_for(lambda: (a := source("collect")) and rows(a, "vacuum_debt")
                      and rows(a, "deltas")[-1]["checkpoints_requested"]
                      and present(a, "checkpoints")[0]["buffers_written"] and a,
                      what="the statistics")
    bad = [c for c in answer["coverage"] if c["outcome"] not in ("answered", "empty")]
    assert not bad, bad
    assert VIEWS <= {d["view"] for d in answer["databases"]}
    version, = present(answer, "server")
    assert version["version_number"] // 10000 == server.major
    statement = max(present(answer, "statements"), key=lambda r: r["rows"])
    assert statement["calls"] >= 1 and statement["total_exec_time_ms"] > 0
    stretch = rows(answer, "deltas")[-1]
    assert stretch["wal_bytes"] > 0
    checkpoints, = present(answer, "checkpoints")
    assert checkpoints["write_time_ms"] >= 0
    debt, = [r for r in present(answer, "vacuum_debt") if r["table"] == "orders"]
    assert debt["n_dead_tup"] == 5000 and debt["threshold"] == 50 + 0.2 * 5000
    slot, = present(answer, "slots")
    assert slot["wal_status"] == (None if server.major < 13 else "reserved")
    assert not coverage(answer, "failed")
