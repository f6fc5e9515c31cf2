"""Secrets in a diff, a commit message, the title, the text and the comments of a pull request: every
byte that goes to GitHub, to a model, to trackers and to people is recorded and read again."""

import base64
import json
import os
import re
import subprocess
import sys
import time

import pytest
import scene
from planted.leaks import SECRETS, leaks
from test_built_binary import PATH, Running, _cli, _until, binary  # noqa: F401

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import model_site  # noqa: E402
from test_investigation_tools import calls  # noqa: E402
from vendors import Vendors  # noqa: E402

KEYED = "app/settings.yaml"
# One line each: how a key tells what it is, and where nothing does.
KEYS = "".join(f"{name}_password: {json.dumps(value)}\n" for name, value in SECRETS.items())
BARE = " then ".join(f"it tried {value}" for value in SECRETS.values())
BARE_LINE = BARE.replace("\n", " ")
TOOLS = ("query_logs", "query_database", "changes", "query_resources", "query_events",
         "query_spans", "query_metrics", "topology", "past_incidents")


class Model:
    """Looks at everything, and repeats in each answer what it was told in tokens."""

    def __init__(self):
        self.offered = set()
        self.restored = []

    def __call__(self, body):
        self.offered |= {tool["function"]["name"] for tool in body.get("tools", [])}
        if not any(m["role"] == "tool" for m in body["messages"]):
            return 200, calls(*((name, {}) for name in TOOLS if name in self.offered))
        tokens = re.findall(r"<[a-z_]+:[0-9a-f]{12,24}>", json.dumps(body["messages"]))
        self.restored += tokens
        # an answer of nothing but tokens comes back restored, and must not leave again
        return 200, model_site.openai(json.dumps({
            "statements": [{"text": "It tried " + " ".join(tokens[:20]), "evidence": ["E1"]}],
            "missing": tokens[:3]}))


@pytest.fixture
def vendors():
    one = Vendors()
    yield one
    one.close()


@pytest.fixture
def planted(github, console, tmp_path, vendors):
    """An incident whose guilty commit carries every secret, and a pull request that does, too."""
    repo = github.repo("octo/shop")
    now = int(time.time())
    repo.commit({PATH: scene.VALUES, KEYED: "empty: true\n"}, "start", time=now - 86400)
    smaller = scene.VALUES.replace("size: 40 ", "size: 2  ")
    sha = repo.commit({PATH: smaller, KEYED: KEYS}, "orders: smaller pool\n\n" + BARE,
                      time=now - 660)
    diff = subprocess.run(["git", "-C", str(repo.git.path), "diff", f"{sha}~1", sha],
                          capture_output=True, text=True, check=True).stdout
    scene.window(str(tmp_path / "window"), [
        {"time": (now - 660) * scene.SECOND, "kind": "commit", "entity": "orders", "author": "ada",
         "summary": "orders: smaller pool: " + BARE_LINE, "ref": sha, "diff": diff,
         "files": [PATH, KEYED]},
        {"time": (now - 640) * scene.SECOND, "kind": "deploy", "entity": "orders", "author": "ci",
         "summary": "deploy orders", "ref": sha}], now=now)
    repo.branch("less", repo.git.resolve("heads/main"))
    repo.commit({PATH: smaller.replace("size: 2  ", "size: 1  "),
                 KEYED: KEYS.replace("_password", "_secret")}, BARE, branch="less")
    number = repo.open_pull("one connection: " + BARE_LINE, "less")["number"]
    repo.issues[number]["body"] = BARE + "\n\n" + KEYS
    repo.add_comment(number, BARE)
    return repo, number


def test_no_planted_secret_leaves_by_any_door(binary, console, planted, github,  # noqa: F811
                                              vendors, tmp_path):
    repo, number = planted
    assert leaks(BARE) == sorted(SECRETS), "or nothing would be proven"
    model = Model()
    token = tmp_path / "vendor-token"
    token.write_text(Vendors.TOKEN)
    before = len(github.requests)
    with model_site.ModelSite(model) as site:
        console.settings["server"] = {"listen": "127.0.0.1:0"}
        console("report", str(tmp_path / "window"))
        console.settings |= {
            "privacy": {"privateAddresses": True},
            "llm": {"provider": "openai-compatible", "model": "model-x", "baseUrl": site.url,
                    "apiKey": {"env": "GITHUB_TEST_TOKEN"}, "contextTokens": 64000},
            "tickets": {"trackers": [
                {"name": "jira", "kind": "jira", "url": vendors.url + "/jira", "project": "OPS",
                 "user": "bot@example.org", "token": {"file": str(token)}},
                {"name": "hook", "kind": "webhook", "url": vendors.url + "/tracker",
                 "secret": {"file": str(token)}}]},
            "notifications": {"channels": [
                {"name": "slack", "kind": "slack", "url": vendors.url + "/slack",
                 "channel": "#ops", "token": {"file": str(token)}},
                {"name": "people", "kind": "webhook", "url": vendors.url + "/people"}]}}
        # the console has fewer rooms than the service, and would refuse their blocks
        with open(console.config, "w", encoding="utf-8") as file:
            json.dump(console.settings, file)
        with Running(binary, console) as service:
            incident = "inc-0123456789abcdef"
            status, review = service.ask("/api/v1/reviews",
                                         {"pullRequest": f"octo/shop#{number}", "post": True})
            assert status == 200 and review["comment"], review
            status, said = service.ask("/api/v1/chat", {"question": f"will octo/shop#{number} hurt?"})
            assert status == 200 and said["topic"] == "review", said
            status, said = service.ask("/api/v1/chat", {"question": "why?", "incident": incident})
            assert status == 200, said
            held, = _until(lambda: service.ask("/api/v1/approvals")[1]["approvals"])
            assert service.ask(f"/api/v1/approvals/{held['id']}",
                               {"approve": True, "digest": held["digest"]})[0] == 200
            ticket = _until(lambda: service.ask("/api/v1/tickets")[1]["tickets"])[0]
            service.ask(f"/api/v1/tickets/{ticket['id']}/comments", {"text": BARE_LINE[:900]})
            _until(lambda: vendors.called("/jira", "POST") and vendors.called("/people")
                   and vendors.called("/tracker") and vendors.called("/chat.postMessage"))
            _until(lambda: repo.pulls.get(number + 1))
    chain = _cli(binary, console, "audit", "export").stdout

    # Each door was open: what came out of it speaks of what was planted.
    told = [one for one in github.requests[before:] if one["method"] != "GET"]
    assert any("/comments" in one["target"] for one in told)
    assert any(one["target"].endswith("/pulls") for one in told)
    assert len(site.requests) >= 2 and model.restored, "the model was told in tokens"
    assert "ticket.comment" in chain and "model.asked" in chain and "pull_request.opened" in chain

    outbound = {
        "GitHub": "".join(f"{one['method']} {one['target']} {json.dumps(one['headers'])} "
                          f"{_contents(one['body'])}\n" for one in github.requests[before:]),
        "the model": json.dumps([(path, body) for path, _, body in site.requests],
                                ensure_ascii=False),
        "trackers and people": json.dumps([list(call) for call in vendors.calls],
                                          ensure_ascii=False),
        "the audit chain": chain}
    for door, text in outbound.items():
        assert len(text) > 1000, f"nothing went to {door}"
        assert leaks(text) == [], door


def _contents(body):
    """A request's body; what git objects hold in Base64 is opened, too."""
    try:
        whole = json.loads(body)
    except ValueError:
        return body
    if isinstance(whole, dict) and whole.get("encoding") == "base64":
        whole["content"] = base64.b64decode(whole["content"]).decode("utf-8", "replace")
    return json.dumps(whole, ensure_ascii=False)
