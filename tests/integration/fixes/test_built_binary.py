"""The built binary: approvals and reviews over the command line and over HTTP, the service at work."""

import json
import os
import re
import subprocess
import time
import urllib.error
import urllib.request

import pytest
import scene

PATH = "charts/orders/values.yaml"
BRANCH = "insight/fix/inc-0123456789abcdef"


@pytest.fixture
def binary():
    path = os.environ.get("INSIGHT_BINARY", os.path.join(
        os.path.dirname(__file__), "../../../build/release/devops-insight"))
    if not os.access(path, os.X_OK):
        pytest.skip(f"{path} is not built")
    return path


@pytest.fixture
def shop(github, console, tmp_path):
    repo = github.repo("octo/shop")
    now = int(time.time())
    repo.commit({PATH: scene.VALUES}, "start", time=now - 86400)
    sha = repo.commit({PATH: scene.VALUES.replace("size: 40 ", "size: 2  ")},
                      "orders: smaller connection pool", time=now - 660)
    diff = subprocess.run(["git", "-C", str(repo.git.path), "diff", f"{sha}~1", sha],
                          capture_output=True, text=True, check=True).stdout
    scene.window(str(tmp_path / "window"), [
        {"time": (now - 660) * scene.SECOND, "kind": "commit", "entity": "orders", "author": "ada",
         "summary": "orders: smaller connection pool", "ref": sha, "diff": diff, "files": [PATH]},
        {"time": (now - 640) * scene.SECOND, "kind": "deploy", "entity": "orders", "author": "ci",
         "summary": "deploy orders", "ref": sha}], now=now)
    console.settings["server"] = {"listen": "127.0.0.1:0"}
    console("report", str(tmp_path / "window"))
    return repo


class Running:
    def __init__(self, binary, console):
        self.process = subprocess.Popen(
            [binary, "serve", "--config", console.config], text=True, stderr=subprocess.STDOUT,
            stdout=subprocess.PIPE, env={**os.environ, "GITHUB_TEST_TOKEN": "test-token"})
        self.lines = []
        for line in self.process.stdout:
            self.lines.append(line)
            if found := re.search(r"listens on 127\.0\.0\.1:(\d+)", line):
                self.url = f"http://127.0.0.1:{found[1]}"
                return
        raise AssertionError("".join(self.lines))

    def ask(self, path, body=None):
        request = urllib.request.Request(
            self.url + path, None if body is None else json.dumps(body).encode(),
            {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)["error"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate(timeout=30)


def _cli(binary, console, *words):
    return subprocess.run([binary, *words, "--config", console.config], text=True, timeout=60,
                          capture_output=True,
                          env={**os.environ, "GITHUB_TEST_TOKEN": "test-token"})


def _until(done, seconds=30):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if result := done():
            return result
        time.sleep(0.2)
    raise AssertionError("it did not come to that in time")


def test_the_service_plans_waits_for_the_yes_and_opens_the_pull_request(binary, console, shop):
    with Running(binary, console) as service:
        held, = _until(lambda: service.ask("/api/v1/approvals")[1]["approvals"])
        assert held["state"] == "held" and held["repository"] == "octo/shop"
        status, shown = service.ask(f"/api/v1/approvals/{held['id']}")
        assert status == 200 and "+    size: 40 " in shown["plan"]["diff"]
        where = f"/api/v1/approvals/{held['id']}"
        assert service.ask(where, {"approve": True, "digest": "0" * 64})[0] == 409
        assert service.ask(where, {"approve": "yes", "digest": held["digest"]})[0] == 400
        assert service.ask("/api/v1/approvals/none", {"approve": True, "digest": "1"})[0] == 404
        assert shop.pulls == {}
        assert service.ask(where, {"approve": True, "digest": held["digest"]})[0] == 200
        done = _until(lambda: [one for one in service.ask("/api/v1/approvals?all=true")[1][
            "approvals"] if one["state"] == "sent"])
        assert done[0]["answer"]["state"] == "opened"
    assert shop.content(PATH, BRANCH).decode() == scene.VALUES
    chain = [json.loads(line) for line in _cli(binary, console, "audit", "export").stdout.split(
        "\n") if line.startswith("{")]
    actions = [entry["action"] for entry in chain]
    assert actions.index("approval.given") < actions.index("pull_request.opened")


def test_the_command_line_shows_and_decides(binary, console, shop):
    console("run")
    listed = _cli(binary, console, "approvals")
    assert listed.returncode == 0 and "held" in listed.stdout, listed.stderr
    one = listed.stdout.split()[0]
    shown = _cli(binary, console, "approvals", "show", one)
    assert "+    size: 40 " in shown.stdout and BRANCH in shown.stdout
    digest = re.search(r"digest +([0-9a-f]{64})", shown.stdout)[1]
    assert _cli(binary, console, "approvals", "approve", one, "--digest", "0" * 12).returncode == 1
    assert _cli(binary, console, "approvals", "approve", one, "--digest",
                digest[:12]).returncode == 0
    console("run")
    assert shop.content(PATH, BRANCH).decode() == scene.VALUES


def test_a_review_by_command_and_by_api(binary, console, shop):
    shop.branch("less", shop.git.resolve("heads/main"))
    shop.commit({PATH: scene.VALUES.replace("size: 40 ", "size: 1  ")}, "one", branch="less")
    number = shop.open_pull("one connection", "less")["number"]
    done = _cli(binary, console, "review", f"octo/shop#{number}", "--format", "json")
    assert done.returncode == 0, done.stderr
    review = json.loads(done.stdout)
    assert review["services"][0]["name"] == "orders"
    assert _cli(binary, console, "review", f"octo/shop#{number}", "--fail-on",
                "low").returncode == 3
    assert _cli(binary, console, "review", "octo/shop").returncode == 2
    with Running(binary, console) as service:
        status, answer = service.ask("/api/v1/reviews",
                                     {"pullRequest": f"octo/shop#{number}", "post": True})
        assert status == 200 and answer["comment"], answer
        assert service.ask("/api/v1/reviews", {"pullRequest": "octo/shop#999"})[0] == 404
        assert service.ask("/api/v1/reviews", {"pullRequest": "x"})[0] == 400
        assert service.ask("/api/v1/reviews", {"pull": "x"})[0] == 400
    assert len(shop.comments) == 1
