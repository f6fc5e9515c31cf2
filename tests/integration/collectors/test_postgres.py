"""The PostgreSQL collector against a real server."""

import contextlib
import os
import signal
import threading

import psycopg2
import pytest

from reading import coverage, everything, present, rows
from servers import Speaker, wait_for


@pytest.fixture
def orders(postgres):
    postgres.sql("DROP TABLE IF EXISTS orders CASCADE")
    postgres.sql("CREATE TABLE orders(id int PRIMARY KEY, customer_id int, state text)")
    postgres.sql("INSERT INTO orders SELECT i, i % 100, 'new' FROM generate_series(1, 2000) i")
    postgres.sql("CREATE INDEX orders_customer_id_idx ON orders(customer_id)")
    return postgres


@pytest.fixture
def source(postgres, console):
    return console("postgres", name="orders", timeout="5s", service="shop",
                   secrets={"dsn": postgres.dsn()})


@contextlib.contextmanager
def waiting(server, statement, name):
    """A session that hangs in `statement` behind a lock; gives its process id."""
    link = server.connect(name)
    pid = link.info.backend_pid

    def run():
        with contextlib.suppress(psycopg2.Error), link.cursor() as cursor:
            cursor.execute(statement)

    thread = threading.Thread(target=run)
    thread.start()
    wait_for(lambda: server.sql("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
                                f"AND pid = {pid}"), what="the waiting session")
    try:
        yield pid
    finally:
        server.sql(f"SELECT pg_terminate_backend({pid})")
        thread.join()
        link.close()


def test_a_row_lock_chain_is_reported_with_pids_queries_and_table(orders, source):
    with contextlib.closing(orders.connect("batch-job")) as holder:
        with holder.cursor() as cursor:
            cursor.execute("UPDATE orders SET state = 'held' WHERE id = 7")
        with waiting(orders, "UPDATE orders SET state = 'paid' WHERE id = 7", "shop-1") as first, \
                waiting(orders, "UPDATE orders SET state = 'sent' WHERE id = 7", "shop-2") as second:
            answer = source("collect")
        edges = {(e["waiter_pid"], e["blocker_pid"]): e for e in rows(answer, "blocking")}
        root = edges[(first, holder.info.backend_pid)]
        assert root["root"] is True
        assert root["relation"] == "public.orders"
        assert root["blocker_application"] == "batch-job"
        assert root["blocker_state"] == "idle in transaction"
        assert root["blocker_query"] == "UPDATE orders SET state = 'held' WHERE id = 7"
        assert root["waiter_application"] == "shop-1"
        assert root["lock_type"] == "transactionid"
        assert root["wait_age_s"] >= 0
        assert root["waiters_behind_root"] == 2
        behind = edges[(second, first)]
        assert behind["root"] is False and behind["relation"] == "public.orders"
        assert not coverage(answer, "failed")


def test_of_many_pairs_of_waiter_and_blocker_all_are_counted_and_the_roots_are_shown(orders, source):
    # Whoever queues for the whole table waits for all before it: 20 sessions are 20 * 21 / 2 pairs.
    lock = "LOCK TABLE orders IN ACCESS EXCLUSIVE MODE"
    with contextlib.ExitStack() as stack:
        holder = stack.enter_context(contextlib.closing(orders.connect("batch-job")))
        holder.cursor().execute(lock)
        root = holder.info.backend_pid
        waiters = [stack.enter_context(waiting(orders, lock, f"shop-{i}")) for i in range(20)]
        answer = source("collect")
        holder.rollback()
    edges = rows(answer, "blocking")
    assert len(edges) == 200
    assert "200 of 210 pairs" in next(r["note"] for r in coverage(answer, "truncated")
                                      if r["query"] == "view blocking")
    behind = {e["waiter_pid"]: e for e in edges if e["blocker_pid"] == root}
    assert set(behind) == set(waiters)
    assert all(e["root"] and e["waiters_behind_root"] == 20 for e in behind.values())


def test_a_table_lock_held_by_ddl_is_reported_and_does_not_stop_the_other_views(orders, source):
    with contextlib.closing(orders.connect("migration")) as holder:
        with holder.cursor() as cursor:
            cursor.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE")
        with waiting(orders, "SELECT count(*) FROM orders", "shop-1") as pid:
            answer = source("collect")
        edge, = rows(answer, "blocking")
        assert edge["waiter_pid"] == pid and edge["blocker_pid"] == holder.info.backend_pid
        assert edge["relation"] == "public.orders" and edge["lock_type"] == "relation"
        assert {"orders"} <= {row["table"] for row in rows(answer, "tables")}
        assert {"orders_customer_id_idx"} <= {row["index"] for row in rows(answer, "indexes")}
        assert not coverage(answer, "failed") and not coverage(answer, "timed_out")


def test_secrets_in_statements_are_not_collected(orders, source):
    with contextlib.closing(orders.connect("careless")) as link:
        with link.cursor() as cursor:
            cursor.execute("SELECT 'password=hunter2-secret' FROM pg_sleep(0)")
        answer = source("collect")
    assert any(row["application_name"] == "careless" for row in rows(answer, "activity"))
    assert "hunter2-secret" not in everything(answer)
    assert "c-secret-9" not in everything(answer)


def test_a_dropped_index_and_a_changed_setting_become_changes_between_two_samples(orders, source):
    before = source("sample")
    assert any(i["index"] == "orders_customer_id_idx" for i in before["indexes"])
    orders.sql("DROP INDEX orders_customer_id_idx")
    orders.sql("ALTER SYSTEM SET random_page_cost = 9")
    orders.sql("SELECT pg_reload_conf()")
    wait_for(lambda: orders.sql("SHOW random_page_cost") == [("9",)])
    source("sample")
    answer = source("collect")
    changes = {c["summary"]: c for c in answer["changes"]}
    dropped = changes["index orders_customer_id_idx on public.orders was dropped"]
    assert dropped["kind"] == "config" and dropped["entity"] == "orders"
    assert dropped["before"].startswith("CREATE INDEX orders_customer_id_idx ON public.orders")
    assert dropped.get("after", "") == "" and dropped["ref"] == "postgresql/orders"
    assert "setting random_page_cost was changed from 4 to 9" in changes
    assert len(answer["changes"]) == 2
    orders.sql("ALTER SYSTEM RESET random_page_cost")
    orders.sql("SELECT pg_reload_conf()")


def test_a_change_after_the_last_sample_is_found_by_looking_at_the_present(orders, source):
    source("sample")
    orders.sql("DROP TABLE orders")
    answer = source("collect")
    assert [c["summary"] for c in answer["changes"]] == ["table public.orders was dropped"]


def test_an_unused_hour_without_samples_is_said(orders, source):
    answer = source("collect")
    row, = [c for c in answer["coverage"] if c.get("query") == "samples"]
    assert row["outcome"] == "empty" and "keep the service running" in row["note"]


def test_earlier_samples_come_back_as_rows_with_their_time(orders, source):
    for _ in range(3):
        source("sample")
    answer = source("collect")
    times = {one["time"] for one in answer["databases"] if one["view"] == "saturation"}
    assert len(times) == 4  # three samples and the present
    assert {one["time"] for one in answer["databases"] if one["view"] == "statements"} == times


def test_a_full_server_is_seen_through_the_standing_connection(orders, source, console):
    assert source("collect")["databases"]
    links = []
    try:
        with contextlib.suppress(psycopg2.OperationalError):
            while True:
                links.append(orders.connect("leaky-worker", "app", "app-secret-1")
                             if links or orders.sql("CREATE ROLE app LOGIN PASSWORD 'app-secret-1'")
                             is None else None)
        answer = source("collect")
        state, = present(answer, "saturation")
        assert state["free"] <= 0 and state["used_ratio"] >= 1
        assert present(answer, "server")[0]["connection"] == "standing"
        clients = {c["application_name"]: c["count"] for c in present(answer, "connections")}
        assert clients["leaky-worker"] == len(links)

        late = console("postgres", name="late", timeout="5s", secrets={"dsn": orders.dsn()})
        turned_away = late("collect")
        refused, = rows(turned_away, "refused")
        assert refused["reason"] == "too_many_connections"
        note, = [c["note"] for c in turned_away["coverage"] if c.get("query") == "connect"]
        assert "max_connections" in note
    finally:
        for link in links:
            link.close()
        wait_for(lambda: orders.sql("SELECT count(*) FROM pg_stat_activity "
                                    "WHERE usename = 'app'") == [(0,)])
        orders.sql("DROP ROLE app")


def test_a_session_ended_by_the_server_is_opened_again(orders, source):
    source("collect")
    orders.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
               "WHERE application_name = 'devops-insight'")
    answer = source("collect")
    assert present(answer, "server")[0]["connection"] == "new"
    assert not coverage(answer, "failed")


def test_a_role_without_pg_monitor_is_told_what_to_grant(orders, console):
    orders.sql("CREATE ROLE plain LOGIN PASSWORD 'p-secret-3'")
    try:
        plain = console("postgres", name="orders", timeout="5s",
                        secrets={"dsn": orders.dsn("plain", "p-secret-3")})
        note, = [c["note"] for c in coverage(plain("collect"), "denied")
                 if "limited view" in c["note"]]
        assert 'GRANT pg_monitor TO "plain"' in note
        role, = [p for p in plain("probe")["probes"] if p["what"] == "role pg_monitor"]
        assert not role["ok"] and role["fix"] == 'GRANT pg_monitor TO "plain"'
        plain.close()
    finally:
        orders.sql("DROP ROLE plain")


def test_probe_is_content_with_a_proper_server(source):
    probes = source("probe")["probes"]
    assert len(probes) == 6 and all(p["ok"] for p in probes), probes
    assert {"TLS": "none on this machine"}.items() <= {p["what"]: p["finding"] for p in probes}.items()


@pytest.mark.parametrize("dsn, outcome, words", [
    ("postgresql://collector:wrong-pw@127.0.0.1:{port}/postgres", "denied", "password"),
    ("postgresql://nobody:x@127.0.0.1:{port}/postgres", "denied", "password"),
    ("postgresql://collector:c-secret-9@127.0.0.1:{port}/nothere", "failed", "no such database"),
    ("postgresql://collector:c-secret-9@127.0.0.1:1/postgres", "failed", "nothing listens"),
    ("this is no dsn: pw=abc-secret", "failed", "cannot be read"),
])
def test_each_refusal_is_one_row_that_says_what_to_do(postgres, console, dsn, outcome, words):
    broken = console("postgres", name="orders", timeout="5s",
                     secrets={"dsn": dsn.format(port=postgres.port)})
    answer = broken("collect")
    row, = [c for c in answer["coverage"] if c.get("query") == "connect"]
    assert row["outcome"] == outcome and words in row["note"]
    # only whoever is not there at all tells something about the server
    gone = words == "nothing listens"
    assert [r["reason"] for r in rows(answer, "refused")] == (["unreachable"] if gone else [])
    assert len(answer["databases"]) == gone
    for secret in ("wrong-pw", "c-secret-9", "abc-secret"):
        assert secret not in everything(answer)
    assert "error" in broken("sample")
    assert not broken("probe")["probes"][0]["ok"]


def test_a_server_that_says_nothing_costs_no_more_than_the_deadline(silent, console):
    hung = console("postgres", name="orders", timeout="30s",
                   secrets={"dsn": f"postgresql://a:b@127.0.0.1:{silent.port}/x"})
    answer = hung("collect", timeout=0.5)
    row, = [c for c in answer["coverage"] if c.get("query") == "connect"]
    assert row["outcome"] == "timed_out"
    # the contract: at most a second beyond the deadline
    assert answer["seconds"] < 1.5


def test_a_server_frozen_after_log_in_costs_no_more_than_the_deadline(orders, source):
    source("collect")
    pids = [pid for pid, in orders.sql("SELECT pid FROM pg_stat_activity "
                                       "WHERE application_name = 'devops-insight'")]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        answer = source("collect", timeout=1)
        assert coverage(answer, "timed_out")
        assert answer["seconds"] < 2
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
    assert not coverage(source("collect"), "failed")


def test_a_prepared_transaction_that_blocks_is_named(orders, source):
    with contextlib.closing(orders.connect("two-phase")) as link:
        transaction = link.xid(1, "forgotten", "branch")
        link.tpc_begin(transaction)
        with link.cursor() as cursor:
            cursor.execute("UPDATE orders SET state = 'held' WHERE id = 9")
        link.tpc_prepare()
        link.reset()
        with waiting(orders, "UPDATE orders SET state = 'paid' WHERE id = 9", "shop-1") as pid:
            answer = source("collect")
        edge, = rows(answer, "blocking")
        assert edge["waiter_pid"] == pid and edge["blocker_pid"] == 0 and edge["root"] is True
        assert edge["relation"] == "public.orders"
        prepared, = rows(answer, "prepared_transactions")
        assert prepared["database"] == "postgres" and prepared["age_s"] >= 0
        link.tpc_rollback(transaction)


def test_a_standby_is_seen_from_both_sides(postgres, source, folder, console):
    postgres.sql("CREATE ROLE copier REPLICATION LOGIN PASSWORD 'copy-secret-1'")
    standby = postgres.standby(folder, "copier", "copy-secret-1")
    try:
        wait_for(lambda: postgres.sql("SELECT 1 FROM pg_stat_replication WHERE state = 'streaming' "
                                      "AND replay_lsn IS NOT NULL"))
        from_primary = source("collect")
        one, = rows(from_primary, "replication")
        assert one["state"] == "streaming" and one["lag_bytes"] >= 0
        slot, = rows(from_primary, "slots")
        assert slot["slot"] == "standby1" and slot["active"] is True
        other = console("postgres", name="copy", timeout="5s", secrets={"dsn": standby.dsn()})
        answer = other("collect")
        assert rows(answer, "server")[0]["in_recovery"] is True
        state, = rows(answer, "standby")
        assert state["receiving"] is True and state["replay_paused"] is False
        assert not coverage(answer, "failed") and not rows(answer, "replication")
    finally:
        standby.stop()
        postgres.sql("SELECT pg_drop_replication_slot('standby1')")


def test_what_does_not_speak_postgresql_is_one_row(console):
    for answer_bytes in (b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x00" * 64,
                         b"R\x7f\xff\xff\xff\x00\x00\x00\x00"):
        speaker = Speaker(answer_bytes)
        source = console("postgres", name="orders", timeout="30s", secrets={
            "dsn": f"postgresql://a:b-secret-2@127.0.0.1:{speaker.port}/x"})
        answer = source("collect", timeout=1)
        row, = [c for c in answer["coverage"] if c.get("query") == "connect"]
        assert row["outcome"] in ("failed", "timed_out") and "orders" in row["note"]
        assert answer["seconds"] < 2 and "b-secret-2" not in everything(answer)
        speaker.close()
