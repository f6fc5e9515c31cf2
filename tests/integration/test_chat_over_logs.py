"""At a terminal a chat looks into the same window as at the service: its log records are read again
when a model asks for them, what it says of them is cited, and the books of the store hold it."""

import json
import os
import re
import subprocess

import model_site
import pytest
from test_investigation_tools import calls

SECOND = 1_000_000_000
START = 1_763_600_000
KEY = "the-secret-key-of-the-test"
PASSWORD = "Bl4ckBerry-Pie-77"
LINE = "sessions refused the write: OOM command not allowed"
QUIET = {"causes": [], "actions": [], "missing": ["nothing more"]}


@pytest.fixture
def window(tmp_path):
    """Ten minutes in which checkout's log tells of a full Redis, with a password on the way."""
    folder = tmp_path / "window"
    folder.mkdir()
    interval = {"start": (START - 600) * SECOND, "end": START * SECOND,
                "baselineStart": (START - 4200) * SECOND, "baselineEnd": (START - 600) * SECOND}
    (folder / "incident.json").write_text(json.dumps(
        {"formatVersion": 1, "id": "inc-00000000000000c4", "question": "why is checkout slow?",
         "window": interval, "scope": {"cluster": "lab", "namespace": "shop"}}))
    (folder / "coverage.json").write_text(json.dumps(
        [{"source": "elasticsearch/main", "asked": True, "outcome": "answered", "count": 402,
          "intervals": [[interval["baselineStart"], interval["end"]]]}]))
    def line(at, severity, body):
        return {"time": at * SECOND, "severity": severity, "severityText": "", "body": body,
                "attributes": {"service.name": "checkout"}}
    logs = [line(START - 4200 + 10 * i, 9, f"order {i} accepted") for i in range(420)]
    logs += [line(START - 90, 9, f"reconnecting with password={PASSWORD}"),
             line(START - 60, 17, LINE), line(START - 30, 17, f"{PASSWORD} was refused")]
    (folder / "logs.ndjson").write_text("".join(json.dumps(one) + "\n" for one in logs))
    return folder


class Model:
    """Adds nothing to the report; asked in a chat it looks for a line and cites what came back."""

    def __init__(self):
        self.chats = 0
        self.looks = []

    def __call__(self, body):
        if "The question: " not in json.dumps(body["messages"]):
            return 200, model_site.openai(json.dumps(QUIET))
        results = [m["content"] for m in body["messages"] if m["role"] == "tool"]
        if not results:
            self.chats += 1
            return 200, calls(("query_logs", {"contains": "OOM command"}),
                              ("query_logs", {"contains": "refused", "severity": "error"}))
        self.looks += results
        evidence = re.search(r'<evidence id="(E[0-9]+)"', results[0])
        return 200, model_site.openai(json.dumps({
            "statements": [{"text": f"checkout logged {LINE}.",
                            "evidence": [evidence.group(1) if evidence else "E999"]}],
            "missing": []}))


def talk(insight, folder, site, window, questions, **blocks):
    config = folder / "config.yaml"
    config.write_text(json.dumps({
        "store": f"sqlite://{folder}/insight.db", **blocks,
        "llm": {"provider": "openai-compatible", "model": "model-x", "baseUrl": site.url,
                "apiKey": {"env": "MODEL_KEY"}, "contextTokens": 64000}}))
    return subprocess.run([insight, "analyze", "--snapshot", str(window), "--interactive",
                           "--config", str(config)], input=questions, capture_output=True,
                          text=True, timeout=120, env=dict(os.environ, MODEL_KEY=KEY))


def test_a_follow_up_question_over_the_logs_is_answered_with_cited_records(insight, tmp_path,
                                                                          window):
    model = Model()
    with model_site.ModelSite(model) as site:
        done = talk(insight, tmp_path, site, window, "why is that?\n")
        sent = json.dumps([body for _, _, body in site.requests])
    assert done.returncode == 0, done.stderr
    assert model.chats == 1
    assert LINE in model.looks[0], "the record itself was read again"
    said = re.search(re.escape(LINE) + r"\. \((C[0-9a-f]{16})\)", done.stdout)
    assert said, done.stdout + done.stderr
    # a password that one record gives away leaves with no other
    assert "was refused" in sent and PASSWORD not in sent


def test_what_was_cited_opens_by_its_id_in_the_same_talk(insight, tmp_path, window):
    asked = "why is that?\n"
    with model_site.ModelSite(Model()) as site:
        first = talk(insight, tmp_path, site, window, asked)
        evidence = re.search(r"\((C[0-9a-f]{16})\)", first.stdout).group(1)
        shown = talk(insight, tmp_path, site, window, f"{asked}show {evidence}\n")
    assert shown.returncode == 0, shown.stderr
    # what was found has the same id every time, because it is told by its content
    last = shown.stdout[shown.stdout.rindex(f"({evidence})"):]
    assert LINE in last, shown.stdout


def test_budget_and_audit_of_the_store_hold_what_a_talk_costs(insight, tmp_path, window):
    with model_site.ModelSite(Model()) as site:
        done = talk(insight, tmp_path, site, window, "why is that?\nand what changed?\n")
        asked = len(site.requests)
    exported = subprocess.run([insight, "audit", "export", "--config", str(tmp_path / "config.yaml")],
                              capture_output=True, text=True, timeout=60,
                              env=dict(os.environ, MODEL_KEY=KEY))
    assert exported.returncode == 0, exported.stderr
    chain = [json.loads(one) for one in exported.stdout.splitlines() if one.startswith("{")]
    assert [one["action"] for one in chain].count("model.asked") == asked >= 3
    assert PASSWORD not in exported.stdout + exported.stderr + done.stderr
    assert KEY not in exported.stdout + done.stdout + done.stderr
    # what was spent in a talk counts for the day: the next one is the engine's alone
    with model_site.ModelSite(Model()) as site:
        poor = talk(insight, tmp_path, site, window, "why is that?\n",
                    reasoning={"maxTokensPerDay": 3000})
        assert not site.requests
    assert poor.returncode == 0 and poor.stdout, poor.stderr
