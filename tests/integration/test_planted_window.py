"""A recorded window with secrets in every kind of signal, in runbooks and in what an MCP server says:
the built binary lets a model look at all of it, in an investigation and in a talk, and every byte
that reaches the model or the audit chain is read again."""

import json
import os
import re
import subprocess
import sys

import model_site
import pytest
from planted.leaks import SECRETS, leaks, signals, texts
from test_investigation_tools import calls

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SECOND = 1_000_000_000
END = 1_763_600_100
KEY = "the-secret-key-of-the-test"
INCIDENT = "inc-00000000000000f1"
# What doors hide, and who reads a report may know.
PERSONAL = {"email", "other_email", "card", "plain_card", "amex", "iban", "plain_iban",
            "private_address", "other_private_address"}
# One value stands in all of them, each time behind a key of its own kind.
SAME = {"query_spans": r"host=orders-db user=app password=(<[^>]+>)",
        "query_database": r"host=other user=app password=(<[^>]+>)",
        "diff": r"\+DB_PASSWORD=(<[^>]+>)",
        "query_metrics": r"https://ops:(<[^>]+>)@api",
        "runbooks": r"host=runbook user=app password=(<[^>]+>)",
        "query_logs": r"host=log user=app password=(<[^>]+>)",
        "query_events": r"host=event user=app password=(<[^>]+>)",
        # hidden where it was collected, with the key of the door
        "mcp_notes_notes": r"host=notes user=app password=(<[^>]+>)"}

ARGUMENTS = {"diff": {"change": 1}, "topology": {"entity": "checkout"},
             "runbooks": {"name": "payments.md"}}


@pytest.fixture
def window(tmp_path):
    folder = tmp_path / "window"
    folder.mkdir()
    everything = signals()
    said = " user=app password=" + SECRETS["url_password"]
    everything["logs"].insert(0, {**everything["logs"][0], "body": "no answer of host=log" + said,
                                  "time": everything["logs"][0]["time"] - 1})
    everything["events"].append({**everything["events"][0], "message": "host=event" + said,
                                 "metadata": {"name": "checkout.2", "namespace": "shop"}})
    def write(name, lines):
        (folder / name).write_text("".join(json.dumps(line) + "\n" for line in lines))
    for name in ("metrics", "logs", "spans", "events", "resources", "databases", "changes",
                 "topology"):
        write(f"{name}.ndjson", everything[name])
    (folder / "coverage.json").write_text(json.dumps(
        [{"count": 3, "intervals": [], **row} for row in everything["coverage"]] + [
            {"source": "prometheus/main", "asked": True, "outcome": "answered", "count": 2,
             "intervals": [[(END - 7200) * SECOND, END * SECOND]]}]))
    text = "# Payments\n\nhost=runbook user=app password=" + SECRETS["url_password"] + "\n\n" + \
        "\n\n".join(texts())
    write("runbooks.ndjson", [{"file": "payments.md", "title": "Payments fail", "text":
                               "---\nmatch: {alerts: {alertname: PaymentsFailing}}\n---\n" + text}])
    (folder / "incident.json").write_text(json.dumps(
        {"formatVersion": 1, "id": INCIDENT, "alert": everything["alerts"][0],
         "window": {"start": (END - 1800) * SECOND, "end": END * SECOND,
                    "baselineStart": (END - 7200) * SECOND,
                    "baselineEnd": (END - 1800) * SECOND},
         "scope": {"cluster": "lab", "namespace": "shop"}}))
    return folder


class Model:
    """Uses every tool that it is offered once, then says nothing new."""

    def __init__(self):
        self.results = {}  # tool → what came back, all of it
        self.names = {}
        self.offered = set()

    def __call__(self, body):
        chat = "The question: " in json.dumps(body["messages"])
        self.offered |= {tool["function"]["name"] for tool in body.get("tools", [])}
        for message in body["messages"]:
            for call in message.get("tool_calls") or []:
                self.names[call["id"]] = call["function"]["name"]
            if message["role"] == "tool":
                name = self.names.get(message["tool_call_id"], "?")
                self.results[name] = self.results.get(name, "") + message["content"]
        done = sum(m["role"] == "tool" for m in body["messages"])
        wanted = [(name, ARGUMENTS.get(name, {}))
                  for name in sorted(self.offered - {"note", "read_evidence"})]
        if done < len(wanted):
            return 200, calls(*wanted[done:done + 4])
        answer = {"statements": [], "missing": ["nothing"]} if chat else \
            {"causes": [], "actions": [], "missing": ["nothing"]}
        return 200, model_site.openai(json.dumps(answer))


def test_no_planted_secret_reaches_a_model_whatever_it_looks_at(insight, tmp_path, window):
    model = Model()
    config = tmp_path / "config.yaml"
    kept = tmp_path / "kept"
    environment = dict(os.environ, MODEL_KEY=KEY)
    with model_site.ModelSite(model) as site:
        config.write_text(json.dumps({
            "store": f"sqlite://{tmp_path}/insight.db",
            "privacy": {"privateAddresses": True},
            "llm": {"provider": "openai-compatible", "model": "model-x", "baseUrl": site.url,
                    "apiKey": {"env": "MODEL_KEY"}, "contextTokens": 128000},
            "mcpServers": {"notes": {"command": sys.executable, "args": [
                os.path.join(TESTS, "planted", "mcp_server.py")]}}}))
        done = subprocess.run(
            [insight, "analyze", "--snapshot", str(window), "--interactive", "--config",
             str(config), "--keep", str(kept), "--format", "json"], input="why is that?\n",
            capture_output=True, text=True, timeout=120, env=environment)
        asked = len(site.requests)
        sent = json.dumps([(path, body) for path, _, body in site.requests], ensure_ascii=False)
    assert done.returncode == 0, done.stderr
    # every kind of signal was looked at, and what came back speaks of it
    for tool in ("query_logs", "query_metrics", "query_spans", "query_events", "query_resources",
                 "query_database", "changes", "diff", "topology", "mcp_notes_notes",
                 "runbooks"):
        assert len(model.results.get(tool, "")) > 100, (tool, sorted(model.offered))
    assert leaks(sent) == []
    # a tool whose description is an order to a model is not offered to one
    assert "mcp_notes_notes" in model.offered and "mcp_notes_helper" not in model.offered
    # The window was recorded elsewhere: what is shown of it has numbers, the same for one value.
    assert set(leaks(done.stdout)) <= PERSONAL
    report = done.stdout[:done.stdout.rindex("\n}\n") + 2]
    marks = re.findall(r"<[a-z_]+:(\d{1,3})>", report)
    assert {int(mark) for mark in marks} == set(range(1, len(set(marks)) + 1)), marks
    assert len(marks) > len(set(marks)) > 5, "a value that stands in several places has one number"
    replayed = [subprocess.run([insight, "replay", str(kept), "--format", "json"],
                               capture_output=True, text=True, timeout=60).stdout for _ in range(2)]
    assert replayed[0] == replayed[1] == report + "\n", "the same bytes without any key"
    # the same value is the same token, wherever it stood
    tokens = {tool: re.findall(pattern, model.results[tool]) for tool, pattern in SAME.items()}
    for tool, found in tokens.items():
        assert found, (tool, model.results[tool][:3000])
    assert len({token for found in tokens.values() for token in found}) == 1, tokens

    exported = subprocess.run([insight, "audit", "export", "--config", str(config)],
                              capture_output=True, text=True, timeout=60, env=environment)
    assert exported.stdout.count('"model.asked"') == asked
    assert leaks(exported.stdout) == [] and KEY not in exported.stdout + done.stdout + done.stderr
    chained = set(re.findall(r"user=app password=(<[^>]+>)", exported.stdout))
    assert chained == set(tokens["query_spans"]), "and in the audit chain"

    # What was exchanged lies beside the window with what the server said, so that a replay needs
    # neither; it says no more than window and server did, and our own key is not among it.
    exchanged = (kept / "model.ndjson").read_text()
    assert "outside" in exchanged and KEY not in exchanged
    token = r"<(?:password|api_key|email):[0-9a-f]{12}"
    said = [json.loads(line) for line in exchanged.splitlines()]
    assert not [one for one in said if one["kind"] not in ("outside", "run") and
                re.search(token, json.dumps(one))], "only what a server said is kept as tokens"
    outside = json.dumps([one for one in said if one["kind"] == "outside"])
    kept_as = set(re.findall(r"host=notes user=app password=(<[^>]+>)", outside))
    assert kept_as == set(tokens["query_spans"]), "what a server said is kept with its token"
    # Nothing that the server said is kept with a secret in it, not even one that stands bare before
    # the line that names it; nor do the faces of its tools have one.
    answers = json.dumps([one for one in said if one.get("key", "").startswith("mcp_")])
    assert "it tried <password:" in answers
    assert set(leaks(answers)) <= PERSONAL
    assert set(leaks(json.dumps([one for one in said if one["kind"] == "run"]))) <= PERSONAL
