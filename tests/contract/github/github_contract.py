"""The client under test, and what GitHub publishes about its API."""

import http.client
import http.server
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tarfile
import threading
import time
import urllib.request

from lab.once import alone
from lab.site import Site

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
CACHE = pathlib.Path.home() / ".cache" / "devops-insight" / "github-contract"
CONSOLE = os.environ.get("INSIGHT_GITHUB_CONSOLE",
                         str(ROOT / "build/release/tests/contract/github/github_console"))
OPENAPI = "@octokit/openapi@23.0.2"
# github.com, and the oldest Enterprise server that it describes
DESCRIPTIONS = ("api.github.com.json", "ghes-3.17.json")


class Console:
    """The client as a child process; `ask` gives what the call gave."""

    def __init__(self, github=None, **settings):
        given = {"repository": "octo/shop", "token": "test-token", **settings}
        if github is not None:
            given.setdefault("url", github.url)
        self._process = subprocess.Popen([CONSOLE, json.dumps(given)], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, text=True)
        self.ready = self._line()

    def _line(self):
        line = self._process.stdout.readline()
        assert line, f"the client ended with {self._process.wait()}"
        return json.loads(line)

    def ask(self, do, **order):
        self._process.stdin.write(json.dumps({"do": do, **order}) + "\n")
        self._process.stdin.flush()
        return self._line()

    def get(self, do, **order):
        """What came of a call that must succeed."""
        answer = self.ask(do, **order)
        assert "error" not in answer, answer
        return answer.get("value", answer)

    def fail(self, do, **order):
        """The error of a call that must fail."""
        answer = self.ask(do, **order)
        assert "error" in answer, answer
        return answer["error"]

    def close(self):
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


def npm_packages():
    """The folder with the installed packages, or why there is none."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        return None, "npm is not installed (apt-get install npm)"
    with alone(CACHE):
        return _installed()


def _installed():
    wanted = (HERE / "package.json").read_text()
    stamp, now = CACHE / "installed", f"{wanted} {OPENAPI} {DESCRIPTIONS}"
    if stamp.exists() and stamp.read_text() == now:
        return CACHE, None
    (CACHE / "package.json").write_text(wanted)
    quiet = ["--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
    for command in (["npm", "install", *quiet], ["npm", "pack", "--silent", OPENAPI]):
        done = subprocess.run(command, cwd=CACHE, capture_output=True, text=True, timeout=300,
                              check=False)
        if done.returncode:
            return None, f"{' '.join(command[:2])} failed: {done.stderr.strip()[-200:]}"
    packed = next(CACHE.glob("octokit-openapi-*.tgz"))
    with tarfile.open(packed) as archive:  # unpacked whole it is half a gigabyte
        for name in DESCRIPTIONS:
            (CACHE / name).write_bytes(archive.extractfile(f"package/generated/{name}").read())
    packed.unlink()
    stamp.write_text(now)
    return CACHE, None


def complaints(packages, exchanges, description=DESCRIPTIONS[0]):
    """What GitHub's description has against these exchanges (GithubServer.requests)."""
    lines = "".join(json.dumps({
        "method": one["method"], "target": one["target"], "body": one["body"],
        "status": one["status"], "answer": _json(one.get("answer"))}) + "\n" for one in exchanges)
    done = subprocess.run(["node", str(HERE / "openapi.mjs"), str(packages), description], input=lines,
                          capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return [f"{exchanges[one['line'] - 1]['method']} {exchanges[one['line'] - 1]['target']}: "
            f"{one['what']}" for one in found]


def _json(value):
    return value if isinstance(value, (dict, list)) else None


class Recordings:
    """GitHub's recorded exchanges, played by @octokit/fixtures-server.

    It insists on the very query, body and headers of the recording, which are those of another
    client. This stands in between: method and path must be as recorded, the rest is replaced."""

    def __init__(self, packages):
        self._packages = packages
        self._port = _free_port()
        self._server = subprocess.Popen(
            ["node", str(packages / "node_modules/@octokit/fixtures-server/bin/server.js"),
             "--port", str(self._port), "--log-level", "silent"], cwd=packages,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 30
        while not self._answers():
            assert time.monotonic() < until and self._server.poll() is None, "it did not start"
            time.sleep(0.1)
        self._scenario, self._base, self.surprises = [], "", []
        recordings = self

        class Between(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def _serve(self):
                self.rfile.read(int(self.headers.get("content-length") or 0))
                recordings.forward(self)

            do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve

        self._between = Site(("127.0.0.1", 0), Between)
        self.url = f"http://127.0.0.1:{self._between.server_address[1]}/recorded"
        threading.Thread(target=self._between.serve_forever, args=(0.05,), daemon=True).start()

    def _answers(self):
        try:
            http.client.HTTPConnection("127.0.0.1", self._port, timeout=1).request("GET", "/")
            return True
        except OSError:
            return False

    def load(self, scenario):
        where = self._packages / "node_modules/@octokit/fixtures/scenarios/api.github.com"
        self._scenario = json.loads((where / scenario / "normalized-fixture.json").read_text())
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._port}/fixtures", json.dumps({"scenario": scenario}).encode(),
            {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            self._base = json.loads(answer.read())["url"]

    def left(self):
        return [f"{one['method']} {one['path']}" for one in self._scenario]

    def drop_last(self, count):
        """The last exchanges of the scenario do not happen."""
        del self._scenario[-count:]

    def forward(self, handler):
        path = handler.path.removeprefix("/recorded").partition("?")[0]
        recorded = self._scenario[0] if self._scenario else None
        if recorded is None or (handler.command, path) != (
                recorded["method"].upper(), recorded["path"].partition("?")[0]):
            self.surprises.append(f"{handler.command} {handler.path}")
            handler.send_error(500)
            return
        self._scenario.pop(0)
        body = recorded.get("body")
        sent = json.dumps(body, separators=(",", ":")).encode() if isinstance(body, dict) else None
        headers = {k: v for k, v in recorded["reqheaders"].items()
                   if k not in ("host", "content-length", "accept-encoding")}
        to = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        base = "/" + self._base.split("/", 3)[3]
        to.request(recorded["method"].upper(), base + recorded["path"], sent, headers)
        answer = to.getresponse()
        text = answer.read().replace(self._base.encode(), self.url.encode())
        handler.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("content-length", "transfer-encoding", "content-encoding",
                                    "connection", "date", "server", "keep-alive"):
                handler.send_header(name, value.replace(self._base, self.url))
        handler.send_header("Content-Length", str(len(text)))
        handler.end_headers()
        handler.wfile.write(text)

    def close(self):
        self._between.shutdown()
        self._between.server_close()
        self._server.terminate()
        self._server.wait(10)


def _free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class AppKey:
    """The key of a GitHub App: PEM text of its private half, bytes of its public one."""

    def __init__(self, folder):
        pem = folder / "app.pem"
        subprocess.run(["openssl", "genrsa", "-traditional", "-out", str(pem), "2048"], check=True,
                       capture_output=True)
        self.private = pem.read_text()
        self.public = subprocess.run(["openssl", "rsa", "-in", str(pem), "-pubout"], check=True,
                                     capture_output=True).stdout
