"""The Neo4j collector against a real server: Community 5.26, from Maven Central."""

import os
import sys
import threading

import pytest

from reading import coverage, everything, present, rows
from servers import Speaker, wait_for

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../servers/neo4j"))
from server import Absent, Neo4j, Refused  # noqa: E402

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def graph(folder):
    try:
        server = Neo4j(folder / "neo4j")
    except Absent as reason:
        pytest.skip(str(reason))
    server.run("UNWIND range(1, 3000) AS i CREATE (:Order {id: i, status: 'new'})")
    yield server
    server.stop()


@pytest.fixture
def open_graph(graph, console):
    def open_one(password=graph.PASSWORD, user="neo4j", **instance):
        return console("neo4j", **{"name": "graph", "timeout": "5s", "url": graph.url, "user": user,
                                   "secrets": {"password": password}, **instance})
    return open_one


@pytest.fixture
def source(open_graph):
    return open_graph()


class Background:
    """A statement that runs beside the test; its failure is not the test's."""

    def __init__(self, server, statement, **more):
        self._thread = threading.Thread(target=self._run, args=(server, statement, more))
        self._thread.start()

    @staticmethod
    def _run(server, statement, more):
        try:
            server.run(statement, **more)
        except Refused:
            pass  # ended by the test

    def join(self):
        self._thread.join(60)
        assert not self._thread.is_alive()


def seen(source, view, found):
    """The first answer in which some present row of the view is what is looked for."""
    def look():
        answer = source("collect")
        row = next((r for r in present(answer, view) if found(r)), None)
        return (answer, row) if row else None
    return wait_for(look, 20, f"a row of {view}")


def end(server, needle):
    for (one,) in server.run("SHOW TRANSACTIONS YIELD transactionId, currentQuery WHERE "
                             f"currentQuery CONTAINS '{needle}' AND NOT currentQuery CONTAINS "
                             "'SHOW' RETURN transactionId"):
        server.run(f"TERMINATE TRANSACTIONS '{one}'")


def test_a_blocked_transaction_names_its_blocker_and_the_locked_node(graph, source):
    with graph.transaction("MATCH (o:Order {id: 7}) SET o.status = 'paid'"):
        waiting = Background(graph, "MATCH (o:Order {id: 7}) SET o.status = 'late'")
        answer, edge = seen(source, "blocking", lambda r: r["wait_age_s"] >= 0.5)
    waiting.join()
    assert edge["root"] and edge["waiters_behind_root"] == 1
    assert edge["blocker_idle"] and edge["blocker_query"] is None
    assert edge["waiter_query"] == "MATCH (o:Order {id: 7}) SET o.status = 'late'"
    assert edge["waiter_application"] == "checkout/1.4.0" and edge["database"] == "neo4j"
    assert edge["resource_type"] == "NODE" and edge["lock_mode"] == "EXCLUSIVE"
    transactions = {r["transaction"]: r for r in present(answer, "transactions")}
    assert transactions[edge["blocker_transaction"]]["active_locks"] >= 1
    assert transactions[edge["waiter_transaction"]]["status"] == "blocked"
    activity, = present(answer, "activity")
    assert activity["blocked"] == 1 and activity["idle"] == 1
    assert not rows(source("collect"), "blocking")


def test_a_chain_of_waiters_has_one_root(graph, source):
    with graph.transaction("MATCH (o:Order {id: 8}) SET o.status = 'a'"):
        second = threading.Thread(target=_chain, args=(graph,))
        second.start()
        seen(source, "blocking", lambda r: r["waiters_behind_root"] == 1)
        third = Background(graph, "MATCH (o:Order {id: 9}) SET o.status = 'c'")
        answer, root = seen(source, "blocking", lambda r: r["waiters_behind_root"] == 2)
        edges = present(answer, "blocking")
    second.join(60)
    third.join()
    # the last one is said to wait for both before it
    assert {e["blocker_transaction"] for e in edges if e["root"]} == {root["blocker_transaction"]}
    assert any(not e["root"] and e["waiters_behind_root"] == 1 for e in edges)


def _chain(server):
    """Holds order 9 and waits for order 8."""
    server.post("/db/neo4j/tx/commit", {"statements": [
        {"statement": "MATCH (o:Order {id: 9}) SET o.status = 'b'"},
        {"statement": "MATCH (o:Order {id: 8}) SET o.status = 'b'"}]})


def test_an_index_that_is_dropped_is_a_change_and_the_query_that_misses_it_is_seen(graph, source):
    graph.run("CREATE INDEX order_status FOR (o:Order) ON (o.status)")
    graph.run("CALL db.awaitIndexes(60)")
    assert "error" not in source("sample")
    graph.run("DROP INDEX order_status")
    # no planner can make a join of it: every order is read a million times
    slow = Background(graph, "UNWIND range(1, 1000000) AS i MATCH (o:Order) "
                             "WHERE o.status STARTS WITH 'none' + i RETURN count(*)")
    try:
        answer, row = seen(source, "transactions", lambda r: r["query_age_s"] and "none" in r["query"])
    finally:
        end(graph, "none")
        slow.join()
    change, = [c for c in answer["changes"] if "order_status" in c["summary"]]
    assert change["summary"] == ("index order_status on :Order(status) of database neo4j was "
                                 "dropped")
    assert change["before"] == ("CREATE RANGE INDEX `order_status` FOR (n:`Order`) ON "
                                "(n.`status`)")
    assert change["notBefore"] < change["time"] and change["entity"] == "graph"
    assert row["indexes"] == [] and row["status"] == "running"


def test_a_runaway_query_shows_what_it_takes_and_is_remembered_in_samples(graph, source):
    runaway = Background(graph, "UNWIND range(1, 300000) AS i MATCH (o:Order) WITH i, collect(o.id) "
                                "AS many UNWIND many AS one RETURN sum(one * i % 7)",
                         agent="report/2.1")
    try:
        seen(source, "transactions", lambda r: r["age_s"] > 1 and r["application"] == "report/2.1")
        source("sample")
        answer, row = seen(source, "transactions", lambda r: r["application"] == "report/2.1")
    finally:
        end(graph, "range(1, 300000)")
        runaway.join()
    assert row["status"] == "running" and row["query_age_s"] > 1 and not row["idle"]
    assert row["page_hits"] > 1000
    earlier = [r for r in rows(answer, "long") if r["application"] == "report/2.1"]
    assert earlier and earlier[0]["transaction"] == row["transaction"]
    assert not [r for r in present(source("collect"), "transactions")
                if r["application"] == "report/2.1"]


def test_an_index_that_cannot_take_the_data_is_failed_with_the_reason(graph, source):
    graph.run("CREATE (:Doc {body: reduce(s = '', i IN range(1, 2000) | s + 'abcdefghij')})")
    source("sample")
    graph.run("CREATE INDEX doc_body FOR (d:Doc) ON (d.body)")
    try:
        answer, index = seen(source, "indexes", lambda r: r["state"] == "FAILED")
    finally:
        graph.run("DROP INDEX doc_body")
    assert index["index"] == "doc_body" and index["on"] == ":Doc(body)"
    assert "too large to index" in index["failure"] and "\n" not in index["failure"]
    assert any("doc_body" in c["summary"] for c in answer["changes"])


def test_constraints_and_their_indexes_are_told_once(graph, source):
    source("sample")
    graph.run("CREATE CONSTRAINT one_email FOR (c:Customer) REQUIRE c.email IS UNIQUE")
    source("sample")
    graph.run("DROP CONSTRAINT one_email")
    told = [c["summary"] for c in source("collect")["changes"] if "one_email" in c["summary"]]
    assert told == ["constraint one_email on :Customer(email) of database neo4j was created",
                    "constraint one_email on :Customer(email) of database neo4j was dropped"]


def test_memory_settings_and_state_are_rows(graph, source):
    answer = source("collect")
    memory, = present(answer, "memory")
    assert 0 < memory["heap_used_bytes"] <= memory["heap_max_bytes"] == 512 * 2**20
    assert memory["gc_count"] > 0 and memory["open_files"] > 0
    assert memory["page_cache_bytes"] == 16 * 2**20 and memory["page_cache_hits"] is None
    assert memory["transaction_limit_bytes"] > 2**20
    server, = present(answer, "server")
    assert server["version"].startswith("5.26") and server["edition"] == "community"
    assert abs(server["clock_skew_s"]) < 5 and server["started_at"] > 1.7e9
    databases = {r["database"]: r for r in present(answer, "databases")}
    assert databases["neo4j"]["current_status"] == "online" and databases["neo4j"]["home"]
    settings = {r["name"]: r["value"] for r in present(answer, "settings")}
    assert settings["server.memory.pagecache.size"] == "16.00MiB"
    assert {c["outcome"] for c in answer["coverage"]} <= {"answered", "empty"}
    assert rows(answer, "missing")


def test_secrets_and_parameters_are_not_collected(graph, source):
    query = "UNWIND range(1, 10000000000) AS i WITH i WHERE i = $wanted RETURN count(i)"
    running = Background(graph, query + " // password=hunter2-hunter2",
                         parameters={"wanted": "patient-4711"})
    try:
        answer, _ = seen(source, "transactions", lambda r: r["query"] and "$wanted" in r["query"])
    finally:
        end(graph, "wanted")
        running.join()
    text = everything(answer) + everything(source("sample")) + everything(source("probe"))
    for secret in ("patient-4711", "hunter2-hunter2", graph.PASSWORD):
        assert secret not in text


def test_nothing_can_be_written_through_us(graph):
    with pytest.raises(Refused) as refused:
        import base64
        import json
        import urllib.error
        import urllib.request
        request = urllib.request.Request(
            graph.url + "/db/neo4j/query/v2",
            data=json.dumps({"statement": "CREATE (:X)", "accessMode": "READ"}).encode(),
            headers={"Content-Type": "application/json", "Authorization": "Basic " +
                     base64.b64encode(f"neo4j:{graph.PASSWORD}".encode()).decode()})
        try:
            urllib.request.urlopen(request, timeout=20)
        except urllib.error.HTTPError as error:
            first = json.loads(error.read())["errors"][0]
            raise Refused(first["code"], first["message"]) from error
    assert refused.value.code == "Neo.ClientError.Statement.AccessMode"


def test_a_named_database_that_is_not_there_is_one_row(open_graph):
    answer = open_graph(databases=["neo4j", "orders"])("collect")
    row, = coverage(answer, "failed")
    assert "orders" in row["note"] and rows(answer, "indexes")


def test_a_wrong_password_ends_the_round_before_the_account_is_locked(graph, open_graph):
    broken = open_graph(password="wrong-password-1")
    answer = broken("collect")
    row, = coverage(answer, "denied")
    assert "refuses user neo4j" in row["note"] and "wrong-password-1" not in everything(answer)
    assert not rows(answer, "transactions")
    log_in, = [one for one in broken("probe")["probes"] if one["what"] == "log in as neo4j"]
    assert not log_in["ok"] and "refuses user neo4j" in log_in["finding"]
    assert rows(open_graph()("collect"), "databases")


def test_a_password_that_must_be_changed_is_told_with_the_statement(graph, open_graph):
    graph.run("CREATE USER fresh SET PASSWORD 'first-pw' CHANGE REQUIRED", database="system")
    try:
        answer = open_graph(user="fresh", password="first-pw")("collect")
        note = coverage(answer, "denied")[0]["note"]
        assert "ALTER CURRENT USER SET PASSWORD" in note and "fresh" in note
    finally:
        graph.run("DROP USER fresh", database="system")


def test_what_is_not_neo4j_is_told(graph, console):
    web = Speaker(b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n<html>hello</html>\r\n")
    for url, words in ((f"http://127.0.0.1:{web.port}", "is not the HTTP port of Neo4j"),
                       ("http://127.0.0.1:1", "127.0.0.1:1"),
                       (graph.url + "/browser-is-not-here", "has no such")):
        answer = console("neo4j", name="graph", timeout="3s", url=url, user="neo4j")("collect")
        failed = coverage(answer, "failed")
        assert len(failed) == 1 and words in failed[0]["note"], failed
    web.close()


def test_a_frozen_server_costs_no_more_than_the_deadline(graph, source):
    source("collect")
    graph.freeze()
    try:
        answer = source("collect", timeout=0.5)
        assert coverage(answer, "timed_out") and answer["seconds"] < 2.5
    finally:
        graph.thaw()
    assert not coverage(source("collect"), "failed")


def test_without_the_query_api_the_older_one_serves(graph, source):
    graph.stop()
    graph.settings["server.http_enabled_modules"] = "TRANSACTIONAL_ENDPOINTS"
    graph.start()
    try:
        answer = source("collect")
        assert not coverage(answer, "failed") and rows(answer, "indexes")
        assert any("restarted" in c["summary"] for c in _after_restart(graph, source))
        assert "transactional API" in {one["what"]: one["finding"] for one in source("probe")[
            "probes"]}["log in as neo4j"]
    finally:
        del graph.settings["server.http_enabled_modules"]


def _after_restart(graph, source):
    source("sample")
    graph.stop()
    graph.start()
    return source("collect")["changes"]


def test_a_database_that_cannot_start_is_told_with_its_message(graph, source):
    """The last test: it ruins the store."""
    source("sample")
    graph.stop()
    store = graph.home / "data/databases/neo4j"
    for name in ("neostore", "neostore.nodestore.db"):
        (store / name).write_bytes(os.urandom(8192))
    graph.start()
    answer, database = seen(source, "databases", lambda r: r["database"] == "neo4j" and
                            r["current_status"] == "offline")
    assert database["requested_status"] == "online"
    assert "Unable to start" in database["status_message"]
    assert "database neo4j went from online to offline" in [c["summary"]
                                                            for c in answer["changes"]]
    memory, = present(answer, "memory")
    assert memory["heap_used_bytes"] > 0, "what is asked of database system is still answered"
    assert [p for p in source("probe")["probes"] if p["what"] == "database neo4j"][0]["ok"] is False
