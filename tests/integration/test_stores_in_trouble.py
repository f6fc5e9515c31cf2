"""What goes wrong inside a data store itself: each fault on a real server, told by a living service."""

import concurrent.futures
import contextlib
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import psycopg2
import pytest
import redis
from lab.alert import delivery, now
from lab.service import Service

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "collectors"))

from servers import PG_BIN, Postgres, Redis, wait_for  # noqa: E402

# The shortest baseline the configuration allows.
_PIPELINE = {"workers": 1, "collectTimeout": "10s", "window": "1m", "baseline": "1m", "lead": "15s",
             "sampleInterval": "5s"}
_BASELINE = 72  # seconds of ordinary work before the fault: a few samples more than a baseline
_FAULT = 16  # and of the fault before the alert: two samples, at least


class Work:
    """Calls `step` again and again in threads of its own, whatever it raises."""

    def __init__(self, connect, step, clients=1, pause=0.05):
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(connect, step, pause), daemon=True)
                         for _ in range(clients)]
        for thread in self._threads:
            thread.start()

    def _run(self, connect, step, pause):
        connection = None
        while not self._stop.wait(pause):
            try:
                connection = connection or connect()
                step(connection)
            except (psycopg2.Error, redis.RedisError, OSError):
                connection = None

    def stop(self):
        self._stop.set()


def run(*statements):
    def step(connection):
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        connection.commit()
    return step


def place_order(connection):
    run(f"UPDATE orders SET state = 'paid' WHERE id = {random.randint(100, 900)}")(connection)


# --- faults: each starts and gives what must stand in the first cause ------------------------------

def nightly_report(server, stack):
    work = Work(lambda: server.connect("nightly-report"),
                run("SELECT count(*) FROM orders a, orders b WHERE a.id + b.id = -1"), 3, 0)
    stack.callback(work.stop)


def transactions_in_a_circle(server, stack):
    def step(connection):
        first, second = random.sample(range(1, 6), 2)
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE orders SET state = 'x' WHERE id = {first}")
            time.sleep(0.02)
            cursor.execute(f"UPDATE orders SET state = 'x' WHERE id = {second}")
        connection.commit()
    stack.callback(Work(lambda: server.connect("promo"), step, 6, 0).stop)


def a_standby_that_is_not_there(server, _):
    server.sql("ALTER SYSTEM SET synchronous_standby_names = 'backup9'")
    server.sql("SELECT pg_reload_conf()")


def a_right_that_is_taken_away(server, _):
    server.sql("REVOKE UPDATE ON orders FROM shop")


def a_process_that_is_killed(server, _):
    (pid,), *_ = server.sql("SELECT pid FROM pg_stat_activity WHERE application_name = 'checkout'")
    os.kill(pid, signal.SIGKILL)


def a_server_that_hangs(server, stack):
    main = int((server.folder / "data/postmaster.pid").read_text(encoding="utf-8").split()[0])
    sessions = server.sql("SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    for pid in [main] + [pid for (pid,) in sessions]:
        stack.callback(os.kill, pid, signal.SIGCONT)
        os.kill(pid, signal.SIGSTOP)


def a_server_that_is_gone(server, _):
    server.stop()


def all_keys_thrown_away(server, _):
    server.client().flushall()


def a_loop_over_all_keys(server, stack):
    def step(client):
        client.eval("for i = 1, 40 do redis.call('KEYS', '*') end return 0", 0)
    stack.callback(Work(lambda: server.client(client_name="admin-tool"), step, 2, 0).stop)


# What each brings about, and the words that the first cause must hold. Of a standby that is not
# there both the setting and those who wait may come first.
_POSTGRES = {
    nightly_report: ("heavy_statement", "nightly-report", "FROM orders a, orders b"),
    transactions_in_a_circle: ("lock_contention", "transactions for deadlocks since", "promo"),
    a_standby_that_is_not_there: (None, "synchronous_standby_names", "backup9"),
    a_right_that_is_taken_away: ("change_config", "privileges on table public.orders were changed"),
    a_process_that_is_killed: ("database_crash", "crashed and recovered between"),
    a_server_that_hangs: ("database_down", "nothing comes back in time"),
    a_server_that_is_gone: ("database_down", "no connection to it can be made"),
}
_REDIS = {
    all_keys_thrown_away: ("cache_flushed", "FLUSHALL was called on store"),
    a_loop_over_all_keys: ("heavy_command", "EVAL takes", "admin-tool calls it"),
    a_server_that_is_gone: ("database_down", "no connection to it can be made"),
}


def postgres(folder, stack):
    server = Postgres(folder, ["autovacuum=off", "deadlock_timeout=100ms", "compute_query_id=on"])
    stack.callback(end, server)
    server.sql("CREATE ROLE shop LOGIN PASSWORD 'shop-secret-4'")
    server.sql("CREATE TABLE orders(id int PRIMARY KEY, state text)")
    server.sql("INSERT INTO orders SELECT i, 'new' FROM generate_series(1, 2000) i")
    server.sql("GRANT SELECT, UPDATE ON orders TO shop")
    stack.callback(Work(lambda: server.connect("checkout", "shop", "shop-secret-4"), place_order,
                        2).stop)
    return server, lambda secret: {"postgres": [{"name": "store", "timeout": "3s",
                                                 "dsn": secret("dsn", server.dsn())}]}


def cache(folder, stack):
    server = Redis(folder)
    stack.callback(end, server)
    with server.client() as client:
        for key in range(3000):
            client.set(f"cart:{key}", "x" * 100)
    stack.callback(Work(lambda: server.client(client_name="cart"),
                        lambda client: client.get("cart:7"), 2).stop)
    return server, lambda secret: {"redis": [{"name": "store", "timeout": "3s",
                                              "address": server.address, "username": "collector",
                                              "password": secret("password", "r-secret-8")}]}


def end(server):
    with contextlib.suppress(subprocess.CalledProcessError, OSError):
        server.stop()


def report_of(boot, fault):
    """The report on an alert that fires while the fault is there."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="insight-trouble-"))
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        server, collectors = boot(folder, stack)
        service = Service(str(folder / "service"))
        service.configure(collectors(service.secret_file), _PIPELINE)
        stack.callback(service.stop)
        service.start()
        time.sleep(_BASELINE)
        fault(server, stack)
        time.sleep(_FAULT)
        body = delivery("StoreTrouble", now(), "requests fail or take long")
        for labels in (body["commonLabels"], body["alerts"][0]["labels"]):
            labels["service"] = "store"
        assert service.post_webhook(body)[0] == 200
        incident = wait_for(lambda: service.incident_of("StoreTrouble"))
        return wait_for(lambda: service.report(incident["id"]), 60, "the report")


@pytest.fixture(scope="module")
def reports():
    """All faults side by side: nearly all of their time is waiting."""
    wanted = []
    if PG_BIN is not None:
        wanted += [(postgres, fault) for fault in _POSTGRES]
    if shutil.which("redis-server") is not None:
        wanted += [(cache, fault) for fault in _REDIS]
    with concurrent.futures.ThreadPoolExecutor(len(wanted) or 1) as pool:
        return {key: pool.submit(report_of, *key) for key in wanted}


def check(reports, boot, fault, expected):
    if (boot, fault) not in reports:
        pytest.skip("PostgreSQL or Redis is not installed (apt-get install postgresql "
                    "redis-server)")
    report = reports[boot, fault].result()
    cause = report["causes"][0]
    cause_class, *words = expected
    assert cause_class in (None, cause["class"]), cause
    for word in words:
        assert word in cause["statement"], cause
    assert "unproven" not in cause["statement"]
    assert report["confidence"] >= 0.5, report["confidence"]


@pytest.mark.parametrize("fault", _POSTGRES, ids=lambda one: one.__name__)
def test_what_goes_wrong_in_postgresql_is_the_cause(reports, fault):
    check(reports, postgres, fault, _POSTGRES[fault])


@pytest.mark.parametrize("fault", _REDIS, ids=lambda one: one.__name__)
def test_what_goes_wrong_in_redis_is_the_cause(reports, fault):
    check(reports, cache, fault, _REDIS[fault])
