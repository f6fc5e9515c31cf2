#!/usr/bin/python3
"""Holds what we send and read against the vendors' own npm packages, pinned in vendors/package.json.

Usage: vendors.py CONSOLE CHECK    CONSOLE is the built llm_console; exit 77 says "skipped"
       vendors.py --list

The packages and the JSON Schemas made of their types are kept in ~/.cache/devops-insight.
"""

import base64
import copy
import glob
import hashlib
import json
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from lab.once import alone  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
VENDORS = os.path.join(HERE, "vendors")
STREAMS = os.path.join(HERE, "..", "..", "data", "llm")
FILES = ["package.json", "shapes.ts", "tsconfig.json", "schemas.mjs", "ask.mjs"]
TYPES = ["AnthropicRequest", "AnthropicEvent", "OpenAiRequest", "OpenAiEvent", "GeminiRequest",
         "GeminiEvent", "BedrockRequest", "BedrockEvent"]


def skip(why):
    print("skipped:", why)
    sys.exit(77)


def run(command, folder, limit):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=limit)
    return done.returncode, (done.stdout + done.stderr)[-2000:]


def install():
    """The folder with packages and schemas, made once for each state of vendors/."""
    for tool in ("node", "npm"):
        if shutil.which(tool) is None:
            skip(f"{tool} is not installed")
    digest = hashlib.sha256()
    for name in FILES:
        with open(os.path.join(VENDORS, name), "rb") as file:
            digest.update(file.read())
    cache = os.path.join(os.path.expanduser("~"), ".cache", "devops-insight")
    folder = os.path.join(cache, "llm-vendors-" + digest.hexdigest()[:12])
    with alone(folder):
        if not os.path.exists(os.path.join(folder, ".complete")):
            for name in FILES:
                shutil.copy(os.path.join(VENDORS, name), folder)
            try:
                code, words = run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"],
                                  folder, 300)
            except subprocess.TimeoutExpired:
                code, words = 1, "npm install took more than 5 minutes"
            if code != 0:
                skip("the vendors' packages cannot be installed: " + words[-300:])
            code, words = run(["node", "schemas.mjs", *TYPES], folder, 300)
            assert code == 0, f"no schemas: {words}"
            open(os.path.join(folder, ".complete"), "w").close()
    return folder


class Lines:
    """A program that answers every line with one."""

    def __init__(self, command, folder=None):
        self._process = subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, text=True,
                                         env=dict(os.environ, NODE_NO_WARNINGS="1"))

    def __call__(self, do, **order):
        self._process.stdin.write(json.dumps(dict(order, do=do)) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert "failed" not in answer, answer["failed"]
        return answer

    def close(self):
        self._process.stdin.close()
        self._process.wait(timeout=30)


class Both:
    def __init__(self, console):
        self.ours = Lines([console])
        self.vendor = Lines(["node", "ask.mjs"], install())

    def error(self, schema, value):
        return self.vendor("valid", schema=schema, value=value)["error"]


# Everything that a body may hold: tools, results, schema, cache marks, signed reasoning of its own
# and turns of others, the order not to call tools, nothing but a question.
BODIES = [
    {},
    {"temperature": 0.5},
    {"prompt": {"schema": False}},
    {"prompt": {"answerNow": True}},
    {"prompt": {"system": ""}},
    {"prompt": {"bare": True, "text": "Ü 数据库 \U0001f50e \" \\ \u0000"}},
    {"after": "anthropic_tools"},
    {"after": "openrouter_reasoning"},
    {"after": "gemini_tools"},
    {"after": "bedrock_tools"},
    {"after": "openai_text"},
]


def check_bodies(both, provider, schema):
    for order in BODIES:
        sent = both.ours("request", provider=provider, **order)
        assert "error" not in sent, sent
        body = json.loads(sent["body"])
        error = both.error(schema, body)
        assert error is None, f"{provider} {order}: {error}\n{json.dumps(body, indent=1)}"
    return body


def check_refused(both, schema, body, spoilers):
    """The schema must be able to refuse, or it proves nothing."""
    assert both.error(schema, body) is None
    for spoil in spoilers:
        bad = copy.deepcopy(body)
        spoil(bad)
        assert both.error(schema, bad) is not None, f"{schema} takes {json.dumps(bad)[:500]}"


def body_of(both, provider, **order):
    return json.loads(both.ours("request", provider=provider, **order)["body"])


def rename(holder, old, new):
    holder[new] = holder.pop(old)


def requests_anthropic(both):
    check_bodies(both, "anthropic", "AnthropicRequest")
    check_refused(both, "AnthropicRequest", body_of(both, "anthropic"), [
        lambda b: b.pop("max_tokens"),
        lambda b: b.update(max_completion_tokens=5),
        lambda b: b["messages"][0].update(role="tool"),
        lambda b: b["tools"][0].pop("input_schema"),
        lambda b: b["messages"][2]["content"][0].pop("tool_use_id"),
        lambda b: b["system"][0]["cache_control"].update(type="forever"),
    ])


def requests_openai(both):
    for provider in ("openai", "azure", "openrouter", "xai", "groq", "ollama", "vllm", "llamacpp",
                     "localai", "openai-compatible"):
        if provider == "openrouter":
            continue  # reasoning_details are its own
        check_bodies(both, provider, "OpenAiRequest")
    for order in BODIES:
        body = body_of(both, "openrouter", **order)
        for message in body["messages"]:
            message.pop("reasoning_details", None)
        assert both.error("OpenAiRequest", body) is None, order
    check_refused(both, "OpenAiRequest", body_of(both, "openai"), [
        lambda b: b.pop("messages"),
        lambda b: b.update(max_token=5),
        lambda b: b["messages"][2]["tool_calls"][0]["function"].update(arguments={}),
        lambda b: b["messages"][3].pop("tool_call_id"),
        lambda b: b["response_format"]["json_schema"].pop("name"),
        lambda b: b["stream_options"].update(include_usage="yes"),
    ])


def requests_gemini(both):
    check_bodies(both, "gemini", "GeminiRequest")
    check_refused(both, "GeminiRequest", body_of(both, "gemini"), [
        lambda b: b.pop("contents"),
        lambda b: b.update(system_instruction={}),
        lambda b: rename(b["tools"][0], "functionDeclarations", "functions"),
        lambda b: b["generationConfig"].update(maxOutputTokens="5"),
        lambda b: b["contents"][1]["parts"][1].update(functionCall="x"),
    ])


def requests_bedrock(both):
    check_bodies(both, "bedrock", "BedrockRequest")
    check_refused(both, "BedrockRequest", body_of(both, "bedrock"), [
        lambda b: b.update(maxTokens=5),
        lambda b: b["messages"][0].update(role="tool"),
        lambda b: b["messages"][2]["content"][0]["toolResult"].update(status="ok"),
        lambda b: rename(b["toolConfig"]["tools"][0]["toolSpec"], "inputSchema", "schema"),
        lambda b: b["system"][-1]["cachePoint"].update(type="forever"),
    ])


def events_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        text = file.read().replace("\r\n", "\n")
    if path.endswith(".ndjson"):
        return [json.loads(line) for line in text.splitlines()]
    events = []
    for block in text.split("\n\n"):
        data = "".join(line[6:] for line in block.split("\n") if line.startswith("data: "))
        if data and data != "[DONE]":
            events.append(json.loads(data))
    return events


def streams(both):
    """The streams of our tests are what the vendors' types say a stream is."""
    prefixes = {"anthropic_": "AnthropicEvent", "openai_": "OpenAiEvent",
                "gemini_": "GeminiEvent", "bedrock_": "BedrockEvent"}
    checked = 0
    for path in sorted(glob.glob(STREAMS + "/*.stream") + glob.glob(STREAMS + "/*.ndjson")):
        name = os.path.basename(path)
        schema = next((s for p, s in prefixes.items() if name.startswith(p)), None)
        if schema is None or "_document" in name:
            continue  # servers that only resemble OpenAI's
        for event in events_of(path):
            if event.get("type") == "ping":  # the documentation has it, the types do not
                continue
            for part in event.values():
                if schema == "BedrockEvent":
                    part.pop("p", None)  # padding against guessing by length, in no type
            error = both.error(schema, event)
            assert error is None, f"{name}: {error}\n{json.dumps(event)}"
            checked += 1
    assert checked > 60, checked
    assert both.error("AnthropicEvent", {"type": "content_block_delta", "index": 0}) is not None
    assert both.error("OpenAiEvent", {"choices": []}) is not None
    print(checked, "events")


def frames(both):
    """Frames packed by the AWS library are read as those packed by our tests."""
    for path in sorted(glob.glob(STREAMS + "/bedrock_*.ndjson")):
        packed = b""
        for event in events_of(path):
            (kind, payload), = event.items()
            packed += base64.b64decode(both.vendor(
                "frame", payload=json.dumps(payload),
                headers={":event-type": kind, ":content-type": "application/json",
                         ":message-type": "event"})["bytes"])
        with open(path.replace(".events.ndjson", ".expected.json"), encoding="utf-8") as file:
            expected = json.load(file)
        del expected["provider"]
        answer = both.ours("read", provider="bedrock", bytes=base64.b64encode(packed).decode())
        assert answer == expected, (answer, expected)
    error = both.vendor("frame", payload='{"message":"Too many requests"}',
                        headers={":exception-type": "throttlingException",
                                 ":message-type": "exception"})["bytes"]
    answer = both.ours("read", provider="bedrock", bytes=error)
    assert "try again later" in answer["error"] and "Too many requests" in answer["error"], answer


def clients(both):
    """The vendors' own clients send the bodies that we send, to the same paths, and read the same
    answers out of the same streams."""
    streams_of = {"anthropic": ["anthropic_tools", "anthropic_text", "anthropic_length"],
                  "openai": ["openai_tools", "openai_text", "openai_refusal"],
                  "gemini": ["gemini_tools", "gemini_text"],
                  "bedrock": ["bedrock_tools", "bedrock_text"]}
    model = "model-under-test"
    for provider, names in streams_of.items():
        # Where the answer is prose the clients would complain of a schema.
        orders = [{}, {"after": names[0], "prompt": {"schema": False}},
                  {"prompt": {"answerNow": True, "schema": False}}]
        for name, order in zip(names, orders):
            sent = both.ours("request", provider=provider, **order)
            body = json.loads(sent["body"])
            given = both.ours("recorded", name=name)["bytes"]
            theirs = both.vendor("client", provider=provider, model=model, body=body, bytes=given)
            assert theirs["sent"] == body, f"{provider} sends\n{theirs['sent']}\nwe\n{body}"
            assert sent["url"].endswith(theirs["path"]), (sent["url"], theirs["path"])
            with open(os.path.join(STREAMS, name + ".expected.json"), encoding="utf-8") as file:
                expected = json.load(file)
            for call, told in zip(theirs["calls"], expected["calls"], strict=True):
                call.setdefault("id", told["id"])  # Gemini leaves them out, we make one
            for key, value in (("text", expected["text"]), ("calls", expected["calls"]),
                               ("output", expected["usage"]["output"])):
                assert theirs[key] == value, f"{name}: {key} {theirs[key]!r}, we {value!r}"


def signatures(both):
    """The AWS library signs the same requests with the same signature."""
    host = "https://bedrock-runtime.eu-central-1.amazonaws.com"
    for path in ("/", "/model/anthropic.claude-x/converse-stream",
                 "/model/eu.anthropic.claude-x-v1%3A0/converse-stream",
                 "/model/arn%3Aaws%3Abedrock%3Aeu-central-1%3A1%3Ainference-profile%2Fa~b_c.d/"
                 "converse-stream"):
        for token in ("", "IQoJb3JpZ2luX2VjEXAMPLE=="):
            for body in ("", '{"messages":[]}', "Ü 数据库"):
                order = {"url": host + path, "body": body, "now": "2026-11-21T09:10:11Z",
                         "token": token, "headers": {"content-type": "application/json",
                                                     "accept": "*/*", "user-agent": "a  b"}}
                ours = both.ours("sign", **order)["authorization"]
                theirs = both.vendor("sign", **order)["authorization"]
                assert ours == theirs, f"{order}\n{ours}\n{theirs}"


def samples():
    yield from ("", "a", "The orders service cannot get a connection from its pool.",
                "数据库连接池已满，订单服务无法获取连接。" * 20, "データベース接続プールが枯渇しました。" * 20,
                "Пул соединений исчерпан, заказы не обрабатываются. " * 20,
                "\U0001f50e\U0001f525\U0001f680" * 50, "äöüß éèê ñ " * 50,
                base64.b64encode(bytes(range(256)) * 8).decode(), "0123456789" * 100,
                hashlib.sha512(b"x").hexdigest() * 10, "\n" * 200, " " * 500, "\t\t\tx" * 100,
                "SCREAMING_SNAKE_CASE_NAME=VALUE " * 50, "camelCaseNamesOfJavaClassesHere " * 50,
                "!@#$%^&*()_+-=[]{}|;':\",./<>?" * 50)
    stamp = "2026-11-20T21:31:%02d.318833986Z ERROR [orders-7d9f8b6c5-x2x%02d] " \
            "c.z.h.p.HikariPool - HikariPool-1 - Connection is not available, request timed out " \
            "after 30001ms (traceId=4bf92f3577b34da6a3ce929d0e0e47%02x)\n"
    yield "".join(stamp % (n, n, n) for n in range(60))
    yield json.dumps([{"entity": f"service/orders-{n}", "value": n * 1.37, "unit": "ms",
                       "labels": {"k8s.pod.name": f"orders-{n}", "cluster": "prod"}}
                      for n in range(100)])
    root = os.path.join(HERE, "..", "..", "..")
    for name in ("README.md", "ARCHITECTURE.md", "config/example.yaml", "core/base/json.cpp",
                 "tests/data/llm/openai_tools.stream"):
        with open(os.path.join(root, name), encoding="utf-8") as file:
            yield file.read()[:60_000]


def tokens(both):
    """The estimate is above what every tokenizer counts, and not absurdly so."""
    most, total, real = 0, 0, 0
    for text in samples():
        estimate = both.ours("estimate", text=text)["tokens"]
        counts = both.vendor("count", text=text)["tokens"]
        for tokenizer, count in counts.items():
            assert estimate >= count, f"{estimate} < {count} of {tokenizer}: {text[:80]!r}"
        if len(text) > 200:
            most = max(most, estimate / max(counts.values()))
        total, real = total + estimate, real + max(counts.values())
    print(f"estimate / count: {total / real:.2f} over all, at most {most:.2f}")
    assert total < 2 * real


CHECKS = [requests_anthropic, requests_openai, requests_gemini, requests_bedrock, streams, frames,
          clients, signatures, tokens]


def main():
    if sys.argv[1:] == ["--list"]:
        print("\n".join(check.__name__ for check in CHECKS))
        return
    console, wanted = sys.argv[1:]
    check = {check.__name__: check for check in CHECKS}[wanted]
    both = Both(os.path.abspath(console))
    check(both)
    both.ours.close()
    both.vendor.close()


if __name__ == "__main__":
    main()
