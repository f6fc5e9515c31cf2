"""The built binary and a provider of language models on loopback: every dialect, and days on which
the provider is none. How models reason is tested in tests/scenarios; here it is the way to them."""

import json
import os
import subprocess

import model_site
import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
INCIDENT = os.path.join(ROOT, "agent", "cli", "demo", "incident.tar.zst")
KEY = "the-secret-key-of-the-test"
EMPTY = '{"causes": []}'
DIALECTS = {
    "anthropic": (model_site.anthropic, "/v1/messages", ("x-api-key", KEY)),
    "openai-compatible": (model_site.openai, "/chat/completions",
                          ("Authorization", "Bearer " + KEY)),
    "gemini": (model_site.gemini, "/models/model-x:streamGenerateContent?alt=sse",
               ("x-goog-api-key", KEY)),
    "bedrock": (model_site.bedrock, "/model/model-x/converse-stream",
                ("Authorization", "Bearer " + KEY)),
}


def analyze(insight, folder, llm, transport="cpprest"):
    config = folder / "config.yaml"
    config.write_text(json.dumps({"store": f"sqlite://{folder}/insight.db", "llm": llm,
                                  "transport": transport}))
    done = subprocess.run([insight, "analyze", "--snapshot", INCIDENT, "--config", str(config),
                           "--format", "json"], capture_output=True, text=True, timeout=60,
                          env=dict(os.environ, MODEL_KEY=KEY))
    assert done.returncode == 0, done.stderr
    assert KEY not in done.stdout + done.stderr
    return json.loads(done.stdout)


def settings(provider, url, **more):
    return dict({"provider": provider, "model": "model-x", "baseUrl": url,
                 "apiKey": {"env": "MODEL_KEY"}, "region": "eu-central-1",
                 "contextTokens": 32768}, **more)


@pytest.mark.parametrize("transport", ["cpprest", "curl"])
@pytest.mark.parametrize("provider", DIALECTS)
def test_every_dialect_reaches_its_model(insight, tmp_path, provider, transport):
    speak, path, (header, value) = DIALECTS[provider]
    with model_site.ModelSite(lambda body: (200, speak(EMPTY))) as site:
        report = analyze(insight, tmp_path, settings(provider, site.url), transport)
    assert site.requests, "nobody was asked"
    for asked, headers, _ in site.requests:
        assert asked == path
        assert headers[header] == value
    reasoning = report["reasoning"]
    assert reasoning["calls"] == len(site.requests)
    assert reasoning["model"] == "model-x"
    # all dialects say the same counts in ways of their own
    calls = reasoning["calls"]
    assert reasoning["tokens"] == {"input": 1000 * calls, "cached": 200 * calls, "cacheWrite": 0,
                                   "output": 50 * calls}


@pytest.mark.parametrize("status, body", [
    (401, b'{"error":{"message":"Incorrect API key provided: ' + KEY.encode() + b'"}}'),
    (404, b"<html>no such page</html>"),
    (200, b"<html>please log in</html>"),
    (200, b""),
    (200, model_site.openai(EMPTY)[:150]),
], ids=["key-refused", "not-found", "login-page", "nothing", "cut-off"])
def test_a_bad_provider_leaves_the_report_whole(insight, tmp_path, status, body):
    (tmp_path / "without").mkdir()
    without = analyze(insight, tmp_path / "without", {"provider": "none"})
    with model_site.ModelSite(lambda _: (status, body)) as site:
        report = analyze(insight, tmp_path, settings("openai-compatible", site.url, attempts=1))
    assert site.requests
    assert report["verdict"] == without["verdict"]
    assert [c["entity"] for c in report["causes"]] == [c["entity"] for c in without["causes"]]
    assert report["reasoning"]["failedCalls"] >= 1
    assert report["reasoning"]["note"]


def test_a_fallback_answers_for_a_dead_provider(insight, tmp_path):
    with model_site.ModelSite(lambda _: (503, b"{}")) as dead, \
            model_site.ModelSite(lambda _: (200, model_site.anthropic(EMPTY))) as alive:
        report = analyze(insight, tmp_path, settings(
            "openai-compatible", dead.url, attempts=1,
            fallbacks=[dict(settings("anthropic", alive.url), name="second")]))
    assert dead.requests and alive.requests
    assert report["reasoning"]["ended"] == "answered"


def test_a_server_that_knows_no_schema_is_told_it_in_words(insight, tmp_path):
    def answer(body):
        if "response_format" in body:
            return 400, b'{"error":{"message":"response_format is not supported"}}'
        return 200, model_site.openai("Here it is:\n```json\n" + EMPTY + "\n```")
    with model_site.ModelSite(answer) as site:
        report = analyze(insight, tmp_path, settings("openai-compatible", site.url))
    assert report["reasoning"]["ended"] == "answered"
    assert "JSON Schema" in site.requests[-1][2]["messages"][0]["content"]


def test_without_a_model_nobody_is_asked(insight, tmp_path):
    with model_site.ModelSite(lambda _: (200, b"{}")) as site:
        report = analyze(insight, tmp_path, dict(settings("anthropic", site.url), provider="none"))
    assert not site.requests
    assert report["causes"]
