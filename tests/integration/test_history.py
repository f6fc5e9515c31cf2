"""The past of a living service: a fault on a real PostgreSQL, and later one of the same kind."""

import contextlib
import pathlib
import shutil
import sys
import tempfile
import threading

import psycopg2
import pytest
from lab.alert import delivery, now

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "collectors"))

from servers import PG_BIN, Postgres, wait_for  # noqa: E402

# The shortest baseline the configuration allows: what holds a lock is seen as it is.
_PIPELINE = {"workers": 1, "collectTimeout": "10s", "window": "1m", "baseline": "1m", "lead": "10s",
             "sampleInterval": "5s"}


@pytest.fixture
def database():
    if PG_BIN is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="insight-history-"))
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        postgres = Postgres(folder, ["autovacuum=off"])
        stack.callback(postgres.stop)
        for table in ("orders", "stock"):
            postgres.sql(f"CREATE TABLE {table}(id int PRIMARY KEY, state text)")
            postgres.sql(f"INSERT INTO {table} SELECT i, 'new' FROM generate_series(1, 100) i")
        yield postgres


@contextlib.contextmanager
def locked(postgres, table, by, waiters):
    """One client leaves a transaction open that changed a row; others wait for it."""
    holder = postgres.connect(by)
    holder.autocommit = False
    holder.cursor().execute(f"UPDATE {table} SET state = 'held' WHERE id = 1")
    clients = []

    def wait(name):
        connection = postgres.connect(name)
        clients.append(connection)
        with contextlib.suppress(psycopg2.Error):
            connection.cursor().execute(f"UPDATE {table} SET state = 'mine' WHERE id = 1")
            connection.rollback()

    threads = [threading.Thread(target=wait, args=(f"{by}-waits-{i}",), daemon=True)
               for i in range(waiters)]
    for thread in threads:
        thread.start()
    wait_for(lambda: postgres.sql(
        "SELECT count(*) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0 "
        "AND now() - query_start > interval '6 s'")[0][0] >= waiters)
    try:
        yield
    finally:
        holder.rollback()
        holder.close()
        for thread in threads:
            thread.join(10)
        for connection in clients:
            connection.close()


def investigated(service, name, summary, while_waiting):
    """Fires the alert while the fault is there, resolves it when it is undone: incident, report."""
    started = now()
    with while_waiting:
        assert service.post_webhook(delivery(name, started, summary))[0] == 200
        incident = service.wait_for(f"incident of {name}", lambda: service.incident_of(name), 30)
        report = service.wait_for(f"report of {name}",
                                  lambda: service.report(incident["id"]), 60)
    assert service.post_webhook(delivery(name, started, summary, "resolved"))[0] == 200
    return incident, report


def test_the_second_fault_of_a_kind_names_the_first_and_what_was_found_then(service, database):
    dsn = service.secret_file("dsn", database.dsn())
    service.configure({"postgres": [{"name": "orders-db", "dsn": dsn}]}, _PIPELINE)
    service.start()

    first, found = investigated(service, "OrdersWait", "orders wait for a lock",
                                locked(database, "orders", "migration", 3))
    assert found["verdict"] == "cause", found["summary"]
    assert found["causes"][0]["class"] == "lock_contention"
    assert not found.get("similar")  # nothing came before it

    second, again = investigated(service, "StockSlow", "stock updates are slow",
                                 locked(database, "stock", "report-job", 4))
    assert second["id"] != first["id"]
    assert again["causes"][0]["class"] == "lock_contention"
    similar = again.get("similar", [])
    assert [one["incident"] for one in similar] == [first["id"]], similar
    assert similar[0]["title"].startswith("OrdersWait")
    assert similar[0]["class"] == "lock_contention"
    assert similar[0]["entity"]["name"] == "orders-db"
    assert 0.35 <= similar[0]["similarity"] <= 1
    assert similar[0]["shared"], "it does not say what was the same"

    # People read it, on the page and in Markdown, and the first is one click away.
    text = service.command("report", second["id"], "--config", service.configuration).stdout
    assert "Looked the same before" in text
    assert "OrdersWait" in text

    # The past is recorded with the window: away from the store, the replay names it as well.
    snapshot = str(pathlib.Path(service.folder) / "second.tar.zst")
    service.download(f"/api/v1/incidents/{second['id']}/snapshot", snapshot)
    replayed = service.command("replay", snapshot).stdout
    assert "OrdersWait" in replayed


def test_what_was_found_survives_a_restart(service, database):
    dsn = service.secret_file("dsn", database.dsn())
    service.configure({"postgres": [{"name": "orders-db", "dsn": dsn}]}, _PIPELINE)
    service.start()
    first, _ = investigated(service, "OrdersWait", "orders wait for a lock",
                            locked(database, "orders", "migration", 3))
    service.kill()
    service.start()
    _, again = investigated(service, "StockSlow", "stock updates are slow",
                            locked(database, "stock", "report-job", 3))
    assert [one["incident"] for one in again.get("similar", [])] == [first["id"]]
