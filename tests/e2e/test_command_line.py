"""The built binary as a person at a terminal uses it; no servers."""

import json
import os
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


def run(*arguments, stdin=None, **environment):
    return subprocess.run([BINARY, *arguments], capture_output=True, text=True, timeout=60, check=False,
                          input=stdin, env={**os.environ, **environment})


def refused(*arguments, code):
    """Runs what must fail: nothing on standard output, one sentence on standard error."""
    done = run(*arguments)
    assert done.returncode == code, done
    assert done.stdout == ""
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1 and lines[0].startswith("error: "), done.stderr
    return lines[0]


def test_the_page_of_blocks_is_what_the_command_prints():
    with open(os.path.join(ROOT, "docs", "blocks.md"), encoding="utf-8") as page:
        assert page.read().strip() == run("config", "blocks").stdout.strip(), \
            "run: devops-insight config blocks > docs/blocks.md"


def test_version_and_help():
    assert run("--version").stdout.strip().count(".") == 2
    text = run("--help").stdout
    for command in ("serve", "analyze", "replay", "demo", "incidents", "report", "snapshot", "config", "doctor", "token"):
        assert command in text


@pytest.mark.parametrize("arguments", [(), ("frobnicate",), ("report",), ("replay", DEMO, "--format", "xml"),
                                       ("analyze", "why?", "--fail-on", "everything"), ("analyze",)])
def test_wrong_usage_is_2_and_one_sentence(arguments):
    refused(*arguments, code=2)


def test_what_was_mistyped_is_named():
    assert "there is no command 'analyse' (did you mean analyze?)" in refused("analyse", "why?", code=2)
    assert "--format: xml is none of text, json" in refused("demo", "--format", "xml", code=2)
    assert "--format FORMAT " in run("demo", "--help").stdout


def test_demo_prints_the_answer_first():
    done = run("demo")
    assert done.returncode == 0
    assert "CAUSE FOUND" in "\n".join(done.stdout.splitlines()[:10])
    assert "\x1b[" not in done.stdout


def test_the_readme_shows_what_the_demo_prints():
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as page:
        shown = page.read().split("$ devops-insight demo\n", 1)[1].split("```", 1)[0].splitlines()
    printed = run("demo").stdout.splitlines()
    at = 0
    for line in shown:
        if line == "…":
            continue
        assert line in printed[at:], line
        at = printed.index(line, at) + 1


def test_json_is_one_document_and_nothing_else():
    report = json.loads(run("demo", "--format", "json").stdout)
    for key in ("incident", "verdict", "confidence", "causes", "clues", "impact", "timeline", "coverage", "recommendations", "evidence"):
        assert key in report
    cited = {i for cause in report["causes"] for i in cause["evidence"]} | {i for clue in report["clues"] for i in clue["evidence"]}
    assert cited and cited <= set(report["evidence"])
    assert report["claims"]["checked"] == report["claims"]["proven"] > 0


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html"])
def test_replay_twice_gives_identical_bytes(form):
    first = run("replay", DEMO, "--format", form).stdout
    assert first and first == run("replay", DEMO, "--format", form, TZ="Asia/Kolkata", LC_ALL="C").stdout


def test_a_flipped_byte_is_refused_with_the_file_named(tmp_path):
    subprocess.run(["tar", "--zstd", "-xf", DEMO, "-C", tmp_path], check=True)
    folder = tmp_path if (tmp_path / "manifest.json").exists() else next(tmp_path.iterdir())
    assert run("snapshot", "verify", str(folder)).returncode == 0
    for name in ("metrics.ndjson", "databases.ndjson", "incident.json"):
        path = folder / name
        whole = path.read_bytes()
        path.write_bytes(whole[:100] + bytes([whole[100] ^ 1]) + whole[101:])
        assert name in refused("snapshot", "verify", str(folder), code=1)
        assert name in refused("replay", str(folder), code=1)
        path.write_bytes(whole)


def test_snapshot_show_counts_what_it_holds():
    counts = json.loads(run("snapshot", "show", DEMO, "--format", "json").stdout)["counts"]
    assert counts["metrics"] > 100 and counts["databases"] > 10


def test_what_is_no_snapshot_is_said(tmp_path):
    (tmp_path / "x.tar.zst").write_bytes(b"no archive")
    assert "x.tar.zst" in refused("replay", str(tmp_path / "x.tar.zst"), code=1)
    assert "missing" in refused("replay", str(tmp_path / "missing"), code=1)


def write(tmp_path, text):
    path = tmp_path / "config.yaml"
    path.write_text(text)
    return str(path)


def test_an_unknown_key_names_the_nearest_known_one(tmp_path):
    message = refused("config", "check", write(tmp_path, "server:\n  lisen: 127.0.0.1:0\n"), code=2)
    assert "lisen" in message and "listen" in message and "line 2" in message


def test_what_only_a_source_can_judge_is_found_before_anything_starts(tmp_path):
    for source, words in (
            ("kubernetes: [{name: east, customKinds: [Kafka.kafka.strimzi.io]}]", "capital letters"),
            ("kubernetes: [{name: east, kinds: [deploymets]}]", "did you mean deployments.apps?"),
            ("redis: [{name: east, address: '127.0.0.1:6379', caFile: /tmp/ca}]", "rediss://")):
        message = refused("config", "check", write(tmp_path, f"collectors:\n  {source}\n"), code=2)
        assert words in message
        assert message.count("east") == 1, "it is named once"
    # a kubeconfig that is on another machine is no fault of the file
    good = write(tmp_path, "collectors:\n  kubernetes: [{name: east, kubeconfig: /nowhere/config, "
                           "customKinds: [kafkas.kafka.strimzi.io]}]\n")
    assert run("config", "check", good).returncode == 0


def test_the_example_configuration_is_valid():
    assert run("config", "check", os.path.join(ROOT, "config", "example.yaml")).returncode == 0


def test_the_schema_knows_every_collector():
    text = json.dumps(json.loads(run("config", "schema").stdout))
    for name in ("prometheus", "postgres", "redis", "maxSeries", "dsn"):
        assert name in text


def test_an_alert_file_without_collectors_says_what_to_collect(tmp_path):
    alert = tmp_path / "alert.json"
    alert.write_text(json.dumps({"labels": {"alertname": "X", "service": "shop"}, "startsAt": "2026-11-20T10:00:00Z"}))
    config = write(tmp_path, f"store: sqlite://{tmp_path}/insight.db\n")
    report = json.loads(run("analyze", "--alert", str(alert), "--config", config, "--format", "json").stdout)
    assert report["verdict"] == "not_enough_evidence"
    assert report["toCollect"]


def test_fail_on_turns_findings_into_exit_code_3():
    done = run("analyze", "--snapshot", DEMO, "--fail-on", "info")
    assert done.returncode == 3


def test_doctor_says_what_fails_and_how_to_fix_it(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = write(tmp_path, f"store: sqlite://{tmp_path}/insight.db\ncollectors:\n  prometheus:\n"
                             f"    - {{name: main, url: 'http://127.0.0.1:{port}'}}\n")
    done = run("doctor", "--config", config)
    assert done.returncode == 1
    assert "FAIL" in done.stdout and "fix:" in done.stdout and str(port) in done.stdout


class Service:
    """A running service on a free port, without any collector."""

    def __init__(self, tmp_path, extra=""):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.config = write(tmp_path, f"server: {{listen: '127.0.0.1:{self.port}'}}\nstore: sqlite://{tmp_path}/insight.db\n{extra}")
        self.log = open(tmp_path / "log", "w+", encoding="utf-8")
        self.process = subprocess.Popen([BINARY, "serve", "--config", self.config], stderr=self.log)
        for _ in range(200):
            try:
                if self.get("/readyz"):
                    return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the service did not become ready")

    def get(self, path, token=None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}")
        if token:
            request.add_header("Authorization", "Bearer " + token)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read().decode()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(20)
        self.log.close()
        return code


@pytest.fixture
def service(tmp_path):
    running = Service(tmp_path)
    yield running
    if running.process.poll() is None:
        running.stop()


def test_the_service_starts_answers_and_ends_in_order(service):
    assert json.loads(service.get("/api/v1/incidents"))["success"] is True
    assert "insight_" in service.get("/metrics")
    assert "<html" in service.get("/")
    assert service.stop() == 0


def test_an_incident_is_known_to_the_command_line_while_the_service_runs(service):
    body = json.dumps({"version": "4", "groupKey": "{}:{}", "receiver": "r", "status": "firing", "truncatedAlerts": 3,
                       "alerts": [{"status": "firing", "labels": {"alertname": "Odd"}, "annotations": {}, "fingerprint": "00000000000000aa",
                                   "startsAt": "2026-11-20T10:00:00Z", "endsAt": "0001-01-01T00:00:00Z"}]})
    request = urllib.request.Request(f"http://127.0.0.1:{service.port}/api/v1/alerts/alertmanager", body.encode(),
                                     {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        identity = json.load(answer)["data"]["incidents"][0]
    for _ in range(100):
        done = run("report", identity, "--config", service.config, "--format", "json")
        if done.returncode == 0:
            break
        time.sleep(0.1)
    report = json.loads(done.stdout)
    assert report["incident"]["id"] == identity
    assert any(row["source"] == "alerts" and row["outcome"] == "truncated" for row in report["coverage"])
    assert identity in run("incidents", "--config", service.config).stdout


def test_a_token_opens_what_was_closed_by_the_first_one(service):
    token = run("token", "create", "me", "--role", "viewer", "--config", service.config).stdout.strip()
    status = None
    for _ in range(150):  # what the store said about tokens is remembered for a few seconds
        try:
            service.get("/api/v1/incidents")
        except urllib.error.HTTPError as refusal:
            status = refusal.code
            break
        time.sleep(0.1)
    assert status == 401
    assert json.loads(service.get("/api/v1/incidents", token))["success"] is True
    assert "me" in run("token", "list", "--config", service.config).stdout
    assert run("token", "revoke", "me", "--config", service.config).returncode == 0


def test_another_address_without_authentication_is_refused(tmp_path):
    config = write(tmp_path, f"server: {{listen: '0.0.0.0:0'}}\nstore: sqlite://{tmp_path}/insight.db\n")
    message = refused("serve", "--config", config, code=2)
    assert "token create" in message or "webhookSecret" in message


def test_demo_serve_gives_the_address_of_the_page():
    process = subprocess.Popen([BINARY, "demo", "--serve"], stdout=subprocess.PIPE, text=True)
    try:
        address = None
        for line in process.stdout:
            if "http://" in line:
                address = line.split("The page: ")[1].split()[0]
                break
        with urllib.request.urlopen(address, timeout=10) as answer:
            page = answer.read().decode()
        assert "<svg" in page and 'id="E1"' in page
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
