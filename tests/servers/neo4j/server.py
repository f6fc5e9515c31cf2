"""Neo4j Community on free loopback ports, with a password, and a small client for the tests."""

import base64
import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from lab.ports import free_port  # noqa: E402

_HERE = pathlib.Path(__file__).resolve().parent
_OPEN = ["java.base/java.nio", "java.base/java.io", "java.base/sun.nio.ch"]


class Absent(Exception):
    """The server cannot be had on this machine; the text says why."""


class Refused(Exception):
    """What Neo4j said; `code` is its status code."""

    def __init__(self, code, message):
        super().__init__(f"{code}: {message}")
        self.code = code


def jars():
    done = subprocess.run([_HERE / "get"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Absent("Neo4j cannot be had: " + ((done.stderr.strip() or done.stdout.strip())
                                                .splitlines() or ["no reason given"])[-1])
    return pathlib.Path(done.stdout.strip().splitlines()[-1])


class Neo4j:
    PASSWORD = "graph-secret-6"

    def __init__(self, folder, heap="512m", **settings):
        self.home = pathlib.Path(folder)
        for name in ("conf", "data", "logs", "plugins"):
            (self.home / name).mkdir(parents=True, exist_ok=True)
        self._jars = jars()
        self._heap = heap
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.bolt = free_port()
        self.settings = {
            "server.default_listen_address": "127.0.0.1",
            "server.http.listen_address": f"127.0.0.1:{self.port}",
            "server.bolt.listen_address": f"127.0.0.1:{self.bolt}",
            "server.memory.pagecache.size": "16m",
            "dbms.usage_report.enabled": "false",
            "dbms.security.auth_minimum_password_length": "4",
            "db.tx_log.preallocate": "false",
            **settings}
        self._process = None
        self.start()
        self.run("ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $new", database="system",
                 password="neo4j", parameters={"new": self.PASSWORD})

    def start(self):
        (self.home / "conf/neo4j.conf").write_text(
            "".join(f"{key}={value}\n" for key, value in self.settings.items()), encoding="utf-8")
        with open(self.home / "run.log", "ab") as log:
            self._process = subprocess.Popen(
                ["java", f"-Xmx{self._heap}", "-XX:+UseG1GC", "-XX:TieredStopAtLevel=1",
                 *[f"--add-opens={name}=ALL-UNNAMED" for name in _OPEN], "-cp", f"{self._jars}/*",
                 "org.neo4j.server.CommunityEntryPoint", f"--home-dir={self.home}",
                 f"--config-dir={self.home}/conf"],
                stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        self.wait_for(self._answers, 120, "Neo4j")

    def _answers(self):
        with urllib.request.urlopen(self.url, timeout=2) as answer:
            return json.load(answer)["neo4j_version"]

    def wait_for(self, condition, seconds, what):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self._process.poll() is not None:
                raise AssertionError(f"Neo4j ended; see {self.home}/run.log")
            with contextlib.suppress(OSError, Refused, KeyError, ValueError):
                value = condition()
                if value:
                    return value
            time.sleep(0.1)
        raise AssertionError(f"{what} was not there after {seconds} s; see {self.home}")

    def post(self, path, body, password=None, agent="checkout/1.4.0", timeout=60):
        """The body of the answer; by the transactional API, so that the agent is ours."""
        proof = base64.b64encode(f"neo4j:{password or self.PASSWORD}".encode()).decode()
        request = urllib.request.Request(
            path if path.startswith("http") else self.url + path, data=json.dumps(body).encode(),
            headers={"Authorization": "Basic " + proof, "Content-Type": "application/json",
                     "User-Agent": agent})
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                out = json.load(answer)
        except urllib.error.HTTPError as refused:
            out = json.loads(refused.read() or b"{}")
        for error in out.get("errors", []):
            raise Refused(error["code"], error["message"])
        return out

    def run(self, statement, database="neo4j", parameters=None, **more):
        """Rows of one statement in a transaction of its own."""
        out = self.post(f"/db/{database}/tx/commit", {
            "statements": [{"statement": statement, "parameters": parameters or {}}]}, **more)
        return [row["row"] for row in out["results"][0]["data"]] if out["results"] else []

    @contextlib.contextmanager
    def transaction(self, *statements, agent="migration/2.0"):
        """An open transaction that has run the statements; rolled back in the end."""
        out = self.post("/db/neo4j/tx", {"statements": [{"statement": one} for one in statements]},
                        agent=agent)
        try:
            yield out["commit"]
        finally:
            request = urllib.request.Request(
                out["commit"].removesuffix("/commit"), method="DELETE",
                headers={"Authorization": "Basic " + base64.b64encode(
                    f"neo4j:{self.PASSWORD}".encode()).decode()})
            with contextlib.suppress(OSError):
                urllib.request.urlopen(request, timeout=20).close()

    def freeze(self):
        os.kill(self._process.pid, signal.SIGSTOP)

    def thaw(self):
        os.kill(self._process.pid, signal.SIGCONT)

    def stop(self):
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
