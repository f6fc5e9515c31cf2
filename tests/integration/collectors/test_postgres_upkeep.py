"""PostgreSQL's housekeeping and replication: real faults on real servers."""

import contextlib
import shutil
import time

import pytest

from reading import coverage, everything, present, rows
from servers import Postgres, wait_for

PASSWORD = "copy-secret-1"


@pytest.fixture(scope="module")
def primary(folder):
    """A server that archives its WAL, at first successfully, and checkpoints when told to."""
    home = folder / "upkeep"
    home.mkdir()
    server = Postgres(home, ["archive_mode=on", "archive_command='true'", "autovacuum=off",
                             "deadlock_timeout=200ms", "wal_level=replica"])
    server.sql(f"CREATE ROLE copier REPLICATION LOGIN PASSWORD '{PASSWORD}'")
    server.sql("CREATE TABLE orders(id int PRIMARY KEY, state text)")
    server.sql("INSERT INTO orders SELECT i, repeat('x', 400) FROM generate_series(1, 20000) i")
    server.sql("VACUUM ANALYZE orders")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def standby(primary, folder):
    home = folder / "upkeep"
    copy = primary.standby(home, "copier", PASSWORD)
    wait_for(lambda: primary.sql("SELECT 1 FROM pg_stat_replication WHERE state = 'streaming' "
                                 "AND replay_lsn IS NOT NULL"))
    yield copy
    copy.stop()
    with contextlib.suppress(Exception):
        primary.sql("SELECT pg_drop_replication_slot('standby1')")


@pytest.fixture
def source(primary, console):
    return console("postgres", name="orders", timeout="5s", secrets={"dsn": primary.dsn()})


@pytest.fixture
def copy(standby, console):
    return console("postgres", name="copy", timeout="5s", secrets={"dsn": standby.dsn()})


def write(server, rows_=20000):
    server.sql(f"UPDATE orders SET state = md5(random()::text) || repeat('y', 380) "
               f"WHERE id <= {rows_}")


def one(answer, view):
    row, = present(answer, view)
    return row


def test_a_paused_replay_is_seen_from_both_sides(primary, standby, source, copy):
    write(primary, 1)  # a standby that replayed no transaction yet knows no age
    wait_for(lambda: standby.sql("SELECT pg_last_xact_replay_timestamp() IS NOT NULL") == [(True,)])
    source("sample")
    standby.sql("SELECT pg_wal_replay_pause()")
    wait_for(lambda: standby.sql("SELECT pg_get_wal_replay_pause_state()") == [("paused",)])
    write(primary)
    wait_for(lambda: primary.sql("SELECT 1 FROM pg_stat_replication WHERE "
                                 "flush_lsn = pg_current_wal_lsn()"), what="the receiver")
    time.sleep(0.1)
    try:
        seen = one(source("collect"), "replication")
        assert seen["state"] == "streaming" and seen["unsent_bytes"] == 0
        assert seen["lag_bytes"] > 5_000_000
        state = one(copy("collect"), "standby")
        assert state["replay_paused"] is True and state["receiving"] is True
        assert state["replay_lag_bytes"] > 5_000_000 and state["replay_age_s"] > 0
        assert state["message_age_s"] < 60 and state["slot"] == "standby1"
        history = sorted(r["lag_bytes"] for r in rows(source("collect"), "replication"))
        assert history[0] < 1_000_000 < history[-1], "the sample knows how it was"
    finally:
        standby.sql("SELECT pg_wal_replay_resume()")
    wait_for(lambda: one(source("collect"), "replication")["lag_bytes"] == 0, what="the replay")


def test_a_standbys_password_is_not_collected(standby, copy):
    answer = copy("collect")
    assert not coverage(answer, "failed") and PASSWORD not in everything(answer)
    assert rows(answer, "wal") and rows(answer, "archiver") and rows(answer, "checkpoints")


def test_an_inactive_slot_shows_the_wal_it_retains(primary, source):
    primary.sql("SELECT pg_create_physical_replication_slot('forgotten', true)")
    try:
        before = one(source("sample") and source("collect"), "wal")
        for _ in range(3):
            write(primary)
            primary.sql("SELECT pg_switch_wal()")
        answer = source("collect")
        slot, = [s for s in present(answer, "slots") if s["slot"] == "forgotten"]
        assert slot["active"] is False and slot["retained_bytes"] > 16 << 20
        assert slot["wal_status"] in ("reserved", "extended")
        after = one(answer, "wal")
        assert after["position_bytes"] > before["position_bytes"]
        assert after["size_bytes"] >= 16 << 20 and after["max_wal_size_bytes"] == 1 << 30
        assert sum(r["wal_bytes"] for r in rows(answer, "deltas")) > 16 << 20
    finally:
        primary.sql("SELECT pg_drop_replication_slot('forgotten')")


def test_a_failing_archive_command_is_seen_with_the_segment_and_what_waits(primary, source):
    primary.sql("SELECT pg_switch_wal()")
    wait_for(lambda: one(source("collect"), "archiver")["archived_count"] > 0)
    assert one(source("collect"), "archiver")["failing"] is False
    source("sample")
    primary.sql("ALTER SYSTEM SET archive_command = 'false'")
    primary.sql("SELECT pg_reload_conf()")
    try:
        write(primary)
        primary.sql("SELECT pg_switch_wal()")
        answer = wait_for(lambda: (a := source("collect"))
                          and one(a, "archiver")["failing"] and a, what="the failure")
        state = one(answer, "archiver")
        assert state["archive_mode"] == "on" and state["failed_count"] > 0
        assert len(state["last_failed_wal"]) == 24
        assert one(answer, "wal")["waiting_for_archive"] >= 1
        assert rows(answer, "deltas")[-1]["archive_failures"] > 0
        assert "setting archive_command was changed from true to false" in [
            c["summary"] for c in answer["changes"]]
    finally:
        primary.sql("ALTER SYSTEM SET archive_command = 'true'")
        primary.sql("SELECT pg_reload_conf()")


def test_dead_rows_and_who_keeps_them_are_named(primary, source):
    with contextlib.closing(primary.connect("nightly-report")) as holder:
        holder.set_session(isolation_level="REPEATABLE READ")
        with holder.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM orders")
        for _ in range(2):
            write(primary)
        primary.sql("VACUUM orders")

        def debt():
            found = [d for d in present(source("collect"), "vacuum_debt") if d["table"] == "orders"]
            return found and found[0]

        row = wait_for(debt, what="the statistics")
        assert row["n_dead_tup"] >= 20000 and row["debt_ratio"] > 2
        assert row["autovacuum_enabled"] is False and row["last_autovacuum_at"] is None
        oldest = present(source("collect"), "horizon")[0]
        assert oldest["holder"] == "session" and oldest["name"] == "nightly-report"
        assert oldest["xmin_age"] >= 2 and oldest["pid"] == holder.info.backend_pid


def test_deadlocks_temp_files_and_the_hit_ratio_are_told_for_the_time_between(primary, source):
    import threading
    source("sample")
    first, second = primary.connect("a"), primary.connect("b")
    with contextlib.closing(first), contextlib.closing(second):
        for link, row in ((first, 1), (second, 2)):
            link.cursor().execute(f"UPDATE orders SET state = 'z' WHERE id = {row}")

        def cross(link, row):
            with contextlib.suppress(Exception):
                link.cursor().execute(f"UPDATE orders SET state = 'z' WHERE id = {row}")

        threads = [threading.Thread(target=cross, args=args) for args in ((first, 2), (second, 1))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    primary.sql("SET work_mem = '64kB'; SELECT count(*) FROM "
                "(SELECT DISTINCT state, id FROM orders ORDER BY state) q")
    wait_for(lambda: primary.sql("SELECT deadlocks > 0 AND temp_bytes > 0 FROM pg_stat_database "
                                 "WHERE datname = 'postgres'") == [(True,)])
    stretch = rows(source("collect"), "deltas")[-1]
    assert stretch["deadlocks"] == 1 and stretch["temp_bytes"] > 100_000
    assert stretch["temp_files"] >= 1 and 0 <= stretch["cache_hit_ratio"] <= 1


def test_checkpoints_wraparound_and_sizes_are_rows(primary, source):
    source("sample")
    for _ in range(2):
        write(primary, 2000)
        primary.sql("CHECKPOINT")
    wait_for(lambda: rows(source("collect"), "deltas")[-1]["checkpoints_requested"] >= 2)
    answer = source("collect")
    assert one(answer, "checkpoints")["buffers_written"] > 0
    ages = {r["database"]: r for r in present(answer, "wraparound")}
    assert {"postgres", "template1", "template0"} <= set(ages)
    row = ages["postgres"]
    assert row["xids_left"] == 2**31 - 3_000_000 - row["xid_age"]
    assert row["freeze_max_age"] == 200_000_000
    sizes = {r["database"]: r["size_bytes"] for r in present(answer, "sizes")}
    assert sizes["postgres"] > sizes["template1"] > 1_000_000


def test_a_running_vacuum_is_told(primary, source):
    primary.sql("ALTER SYSTEM SET vacuum_cost_delay = '50ms'")
    primary.sql("SELECT pg_reload_conf()")
    write(primary)
    import threading
    link = primary.connect("vacuum")
    link.autocommit = True
    pid = link.info.backend_pid

    def vacuum():
        with contextlib.suppress(Exception):
            link.cursor().execute("VACUUM (FREEZE) orders")

    thread = threading.Thread(target=vacuum)
    thread.start()
    try:
        row = wait_for(lambda: next(iter(rows(source("collect"), "vacuum_progress")), None))
        assert row["pid"] == pid and row["table"] == "public.orders"
        assert row["autovacuum"] is False and row["heap_blks_total"] > 0
    finally:
        primary.sql(f"SELECT pg_terminate_backend({pid})")
        thread.join()
        link.close()
        primary.sql("ALTER SYSTEM RESET vacuum_cost_delay")
        primary.sql("SELECT pg_reload_conf()")


def test_the_printed_grants_are_enough_and_no_more(primary, console):
    dsn = primary.dsn("devops_reader", "r-secret-2")
    text = console("postgres", name="orders", timeout="5s", secrets={"dsn": dsn})("rights")["rights"]
    assert "r-secret-2" not in text
    primary.sql(text.replace("<password>", "r-secret-2"))
    try:
        reader = console("postgres", name="orders", timeout="5s", secrets={"dsn": dsn})
        assert all(p["ok"] for p in reader("probe")["probes"]), reader("probe")
        answer = reader("collect")
        assert not coverage(answer, "denied") and not coverage(answer, "failed")
        assert rows(answer, "wal") and rows(answer, "sizes")
        reader.close()
        with pytest.raises(Exception, match="permission denied"):
            with contextlib.closing(primary.connect("x", "devops_reader", "r-secret-2")) as link:
                link.cursor().execute("SELECT * FROM orders")
    finally:
        primary.sql("DROP OWNED BY devops_reader; DROP ROLE devops_reader")


def test_transaction_ids_that_run_out_are_counted_down(folder, console):
    home = folder / "old-ids"
    home.mkdir()
    server = Postgres(home, ["autovacuum=off", "autovacuum_freeze_max_age=2000000000"])
    try:
        server._run("pg_ctl", "-D", "data", "-m", "fast", "-w", "stop")
        server._run("pg_resetwal", "-D", "data", "-x", "1300000000")
        # the state of the transactions around the new one; a file of pg_xact holds 2^20 of them
        segment = server.folder / "data/pg_xact" / f"{1300000000 >> 20:04X}"
        segment.write_bytes(bytes(256 * 1024))
        if server.user:
            shutil.chown(segment, server.user, server.user)
        server.start()
        source = console("postgres", name="old", timeout="5s", secrets={"dsn": server.dsn()})
        ages = {r["database"]: r for r in present(source("collect"), "wraparound")}
        assert 1_299_000_000 < ages["postgres"]["xid_age"] < 1_301_000_000
        assert ages["postgres"]["xids_left"] < 850_000_000
    finally:
        server.stop()
