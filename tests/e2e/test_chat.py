"""Questions and answers with the built binary: at a terminal, over HTTP, at another replica; runbooks."""

import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARY = os.environ.get("INSIGHT_BINARY", os.path.join(ROOT, "build", "release", "devops-insight"))
DEMO = os.path.join(ROOT, "agent", "cli", "demo", "incident.tar.zst")


def run(*arguments, stdin=None):
    environment = {key: value for key, value in os.environ.items() if key not in ("ANTHROPIC_API_KEY", "AI_PROVIDER")}
    return subprocess.run([BINARY, *arguments], capture_output=True, text=True, timeout=60, check=False, input=stdin,
                          env=environment)


class Service:
    def __init__(self, folder, name, extra=""):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.config = folder / f"{name}.yaml"
        self.config.write_text(f"server: {{listen: '127.0.0.1:{self.port}'}}\nstore: sqlite://{folder}/insight.db\n{extra}")
        self.log = open(folder / f"{name}.log", "w", encoding="utf-8")
        environment = {key: value for key, value in os.environ.items() if key not in ("ANTHROPIC_API_KEY", "AI_PROVIDER")}
        self.process = subprocess.Popen([BINARY, "serve", "--config", str(self.config)], stderr=self.log, env=environment)
        for _ in range(200):
            try:
                if self.request("/readyz"):
                    return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the service did not become ready")

    def request(self, path, body=None, accept="application/json"):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers={"Accept": accept},
                                         data=None if body is None else json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read().decode()

    def ask(self, question, **more):
        return json.loads(self.request("/api/v1/chat", {"question": question, **more}))["data"]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(20) == 0
        self.log.close()


@pytest.fixture
def service(tmp_path):
    running = Service(tmp_path, "one")
    yield running
    running.stop()


def test_questions_about_a_report_at_a_terminal():
    done = run("analyze", "--snapshot", DEMO, "--interactive",
               stdin="why?\nwhat changed?\nshow E2\nwhat should I do?\nhow sure are you?\n\nnot read\n")
    assert done.returncode == 0, done.stderr
    answers = done.stdout[done.stdout.index("claims are proven"):]
    assert "orders_customer_id_idx on public.orders was dropped" in answers
    assert "CREATE INDEX CONCURRENTLY" in answers and "| time | table |" in answers
    assert re.search(r"\b([0-9]+) of \1 claims", answers)
    assert "\\" not in answers and "\u200b" not in answers and "**" not in answers
    assert done.stderr == ""


def test_the_four_scenarios_are_answered(service, tmp_path):
    # what nobody has investigated is investigated now; without a source that is said
    slow = service.ask("why is checkout slow?")
    assert slow["complete"] and slow["incident"] and slow["topic"] == "why" and slow["by"] == "engine"
    assert "Not enough evidence" in slow["answer"]
    # the post-mortem of what happened in a stretch of time
    past = service.ask("what happened in the last 2 hours?")
    assert past["topic"] == "postmortem" and past["incident"] == slow["incident"]
    quiet = service.ask("what happened on 2020-01-01?")
    assert quiet["incident"] is None and "No incident is known from 2020-01-01" in quiet["answer"]
    # a health scan
    ahead = service.ask("is anything about to go wrong?")
    assert ahead["complete"] and ahead["topic"] == "ahead" and ahead["incident"] != slow["incident"]
    assert len(json.loads(service.request("/api/v1/scans"))["data"]["scans"]) == 1
    # a review needs a repository
    review = service.ask("will acme/shop#12 hurt?")
    assert review["topic"] == "review" and "repository is configured" in review["answer"]


def test_a_stream_tells_states_and_tokens_and_ends_with_the_answer(service):
    text = service.request("/api/v1/chat", {"question": "why is payments slow?"}, accept="text/event-stream")
    events = []
    for block in text.strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "event" in lines:
            events.append((lines["event"], json.loads(lines["data"])))
    names = [name for name, _ in events]
    assert names[0] == "state" and names[-1] == "final" and "token" in names
    final = events[-1][1]
    assert "".join(data["text"] for name, data in events if name == "token") == final["answer"]


def test_another_replica_goes_on_with_a_conversation(service, tmp_path):
    first = service.ask("why is checkout slow?")
    other = Service(tmp_path, "two")
    try:
        second = other.ask("what could you not see?", conversation=first["conversation"])
        assert second["incident"] == first["incident"] and second["topic"] == "coverage"
    finally:
        other.stop()
    kept = json.loads(service.request(f"/api/v1/chat/{first['conversation']}"))["data"]
    assert [one["topic"] for one in kept["exchanges"]] == ["why", "coverage"]


def test_wrong_questions_are_refused(service):
    for body, code in (({}, 400), ({"question": "x", "model": "y"}, 400), ({"question": "x" * 5000}, 400),
                       ({"question": "why?", "conversation": "chat-0000"}, 404), ({"question": "why?", "incident": "inc-0000"}, 404)):
        with pytest.raises(urllib.error.HTTPError) as refused:
            service.request("/api/v1/chat", body)
        assert refused.value.code == code, body


RUNBOOK = """---
title: A lost index
match:
  causes: [missing_index]
---
# A lost index

Look at pg_stat_user_tables.
"""


def test_runbooks_are_listed_and_mistakes_named(tmp_path):
    folder = tmp_path / "runbooks"
    folder.mkdir()
    (folder / "index.md").write_text(RUNBOOK)
    config = tmp_path / "config.yaml"
    config.write_text(f"store: sqlite://{tmp_path}/insight.db\nrunbooks: {{folder: {folder}}}\n")
    done = run("runbooks", "--config", str(config))
    assert done.returncode == 0 and "A lost index" in done.stdout
    (folder / "bad.md").write_text("---\nmatch: {causse: [x]}\n---\n")
    done = run("runbooks", "--config", str(config), "--format", "json")
    assert done.returncode == 1
    assert "bad.md line 2" in json.loads(done.stdout)["remarks"][0]


def test_a_runbook_that_fits_is_recommended_and_what_it_lacks_is_a_diff_that_applies(tmp_path):
    # a recorded window with the runbook in it, as the service would record it
    snapshot = tmp_path / "snapshot"
    snapshot.mkdir()
    subprocess.run(["tar", "--zstd", "-xf", DEMO, "-C", snapshot], check=True)
    inside = snapshot if (snapshot / "incident.json").exists() else next(snapshot.iterdir())
    (inside / "manifest.json").unlink()
    (inside / "runbooks.ndjson").write_text(json.dumps({"file": "db/index.md", "title": "A lost index", "text": RUNBOOK}) + "\n")
    report = json.loads(run("replay", str(inside), "--format", "json").stdout)
    assert any("db/index.md" in one["statement"] for one in report["recommendations"])
    answers = run("analyze", "--snapshot", str(inside), "-i", stdin="is there a runbook?\n").stdout
    assert "is written for this: cause missing_index" in answers[answers.index("claims are proven"):]


def test_no_proposal_without_an_incident(tmp_path):
    folder = tmp_path / "runbooks"
    folder.mkdir()
    config = tmp_path / "config.yaml"
    config.write_text(f"store: sqlite://{tmp_path}/insight.db\nrunbooks: {{folder: {folder}}}\n")
    done = run("runbooks", "suggest", "inc-0000000000000000", "--config", str(config))
    assert done.returncode == 1 and done.stderr.startswith("error: ")
