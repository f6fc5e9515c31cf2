"""Our assets, bundles and hub against what the EvoMap network publishes itself (npm)."""

import json
import os
import pathlib
import random
import subprocess

import pytest

from evomap_hub import Hub, tool
from lab.node import NoNode, node_for

TESTS = pathlib.Path(__file__).resolve().parents[1]
PACKAGES = TESTS / "servers" / "evomap"
VECTORS = TESTS / "data" / "evomap" / "vectors.json"

# Where the SDK's schemas and the hubs' own gate contradict each other; hubs decide.
KNOWN_CONFLICTS = {
    "Gene: model_name",  # clients stamp it on everything
    "Capsule: model_name",
    "Capsule: validation",  # demanded by hubs since September 2026
    "Capsule: code_snippet",
    "Capsule/content: must be object,null",  # hubs refuse objects as "no substance"
    "Capsule/content: must be object",
    "Capsule/content: must be null",
    "Capsule/diff: must be object,null",
}


@pytest.fixture(scope="session")
def packages():
    """The folder with the vendor's packages."""
    done = subprocess.run([PACKAGES / "get"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        pytest.skip("@evomap/gep-sdk and @evomap/evolver of npm cannot be had: " + lines[-1])
    return done.stdout.strip().splitlines()[-1]


@pytest.fixture(scope="session")
def node(packages):
    try:
        return node_for(packages)
    except NoNode as error:
        pytest.skip(f"@evomap/evolver {error}")


def ids_of_both(packages, node, lines):
    text = "\n".join(lines) + "\n"
    ours = subprocess.run([tool("evomap_oracle"), "ids"], input=text, capture_output=True,
                          text=True, check=True, timeout=120).stdout.split("\n")[:-1]
    theirs = subprocess.run([node, PACKAGES / "oracle.mjs", packages, "ids"], input=text,
                            capture_output=True, text=True, check=True,
                            timeout=120).stdout.split("\n")[:-1]
    assert len(ours) == len(theirs) == len(lines)
    return ours, theirs


def test_ids_equal_the_vendors_on_every_vector(packages, node):
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))
    lines = [json.dumps(one["asset"], ensure_ascii=False) for one in vectors["assets"]]
    lines += [json.dumps(asset, ensure_ascii=False)
              for bundle in vectors["bundles"] for asset in bundle["assets"]]
    # Two texts that JavaScript reads otherwise than it writes; we refuse them.
    lost = ("raw/overflow-infinity", "raw/proto-key-top")
    lines += [one["asset_json"].replace("\n", " ") for one in vectors["raw_assets"]
              if one["name"] not in lost]
    ours, theirs = ids_of_both(packages, node, lines)
    assert ours == theirs
    assert len(lines) > 200


ALPHABETS = ["abcdefghij_ -/.", "äöüßéÅ", "连接池耗尽错误超时", "😀🚀𝔘𐍈", "\ue000\uf8ff\uff5e\ufffd",
             "\u2028\u2029\u007f\u0080", "\"\\\b\f\n\r\t\u0000\u001f", "<>&'`{}[]:,"]


def word(rng, most=12):
    return "".join(rng.choice(rng.choice(ALPHABETS)) for _ in range(rng.randrange(most)))


def number(rng):
    """The text of a number, in any spelling JSON allows."""
    kind = rng.randrange(8)
    if kind == 0:
        return str(rng.randrange(-10, 10))
    if kind == 1:
        return str(rng.randrange(-2**64, 2**64))
    if kind == 2:
        return repr(rng.random())
    if kind == 3:
        return repr(rng.uniform(-1, 1) * 10.0 ** rng.randrange(-300, 300))
    if kind == 4:
        return f"{rng.randrange(1000)}.{rng.randrange(1000):03d}e{rng.randrange(-30, 30)}"
    if kind == 5:
        return rng.choice(["-0", "-0.0", "0e5", "1E4", "1e21", "1e-7", "123456789012345680000",
                           "5e-324", "2.2250738585072014e-308", "1.7976931348623157e308"])
    if kind == 6:
        return f"{rng.randrange(10**17)}.{rng.randrange(10**6)}"
    return f"{rng.randrange(1, 10)}E+{rng.randrange(20)}"


def value(rng, depth):
    kind = rng.randrange(9 if depth > 0 else 6)
    if kind == 0:
        return rng.choice(["null", "true", "false"])
    if kind in (1, 2):
        return number(rng)
    if kind in (3, 4, 5):
        return json.dumps(word(rng, 40), ensure_ascii=rng.random() < 0.3)
    if kind == 6:
        return "[" + ",".join(value(rng, depth - 1) for _ in range(rng.randrange(5))) + "]"
    return table(rng, depth - 1)


def table(rng, depth, more=()):
    members = list(more)
    for _ in range(rng.randrange(3, 9) if more else rng.randrange(7)):
        key = word(rng)
        if key != "__proto__":
            members.append((json.dumps(key, ensure_ascii=rng.random() < 0.3), value(rng, depth)))
    rng.shuffle(members)
    return "{" + ", ".join(f"{key} : {of}" for key, of in members) + "}"


def test_ids_equal_the_vendors_on_ten_thousand_generated_assets(packages, node):
    rng = random.Random(20261121)
    lines = []
    for _ in range(10_000):
        more = [('"type"', rng.choice(['"Gene"', '"Capsule"', '"EvolutionEvent"']))]
        if rng.random() < 0.5:
            more.append(('"asset_id"', '"sha256:whatever"'))
        line = table(rng, 3, more)
        lines.append(line.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))
    ours, theirs = ids_of_both(packages, node, lines)
    different = [line for line, our, their in zip(lines, ours, theirs) if our != their]
    assert not different, different[0]
    assert len(set(ours)) > 9_000


def test_the_vendors_schemas_accept_our_bundles_but_for_known_conflicts(packages, node):
    bundles = subprocess.run([tool("evomap_oracle"), "bundles"], capture_output=True, text=True,
                             check=True).stdout
    said = subprocess.run([node, PACKAGES / "oracle.mjs", packages, "schemas"], input=bundles,
                          capture_output=True, text=True, check=True, timeout=60).stdout
    verdicts = [json.loads(line) for line in said.splitlines()]
    assert len(verdicts) == 40
    unknown = {error for verdict in verdicts for error in verdict} - KNOWN_CONFLICTS
    assert not unknown
    assert any(verdicts), "the known conflicts should show, or the list is out of date"


def vendor_environment(tmp_path, port):
    return {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "EVOLVER_HOME": str(tmp_path),
            "A2A_HUB_URL": f"http://127.0.0.1:{port}", "EVOMAP_HUB_ALLOW_INSECURE": "1",
            "A2A_NODE_ID": "node_0123456789ab", "EVOLVER_ANTI_ABUSE_TELEMETRY": "off",
            "A2A_TRANSPORT": "http"}


@pytest.fixture
def hub():
    one = Hub()
    yield one
    one.kill()


def our_bundles(count):
    lines = subprocess.run([tool("evomap_oracle"), "bundles"], capture_output=True, text=True,
                           check=True).stdout.splitlines()
    return [json.loads(line) for line in lines[1:count + 1]]


def test_the_vendors_client_greets_beats_publishes_and_searches_at_our_hub(packages, node, hub,
                                                                           tmp_path):
    bundles = our_bundles(2)
    done = subprocess.run([node, PACKAGES / "client.cjs", packages],
                          input=json.dumps({"bundles": bundles}), capture_output=True, text=True,
                          env=vendor_environment(tmp_path, hub.port), timeout=60, check=False,
                          cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.strip().splitlines()[-1])
    assert said["hello"]["ok"] and said["heartbeat"]["ok"], said
    # The vendor's own gate before publishing finds nothing in our bundles and changes no id.
    for judged, bundle in zip(said["gates"], bundles):
        assert judged["ok"] and judged["blocked"] == [], judged
        assert judged["ids"] == [asset["asset_id"] for asset in bundle]
    decisions = [one["response"]["payload"]["decision"] for one in said["published"]]
    assert decisions == ["quarantine", "accept"], said["published"]
    found = said["fetch"]["response"]["payload"]["results"]
    held = hub.end()
    assert held["publications"] == 2
    assert {row["payload"]["asset_id"] for row in found} <= set(held["assets"])
    assert found
    published = [call for call in held["calls"] if call["path"] == "/a2a/publish"]
    assert all(call["authorised"] for call in published)


def test_the_vendors_client_rotates_its_secret_as_our_hub_demands(packages, node, hub, tmp_path):
    hub.plan("/a2a/heartbeat", 401, {"error": "node_secret_required"})
    done = subprocess.run([node, PACKAGES / "client.cjs", packages],
                          input=json.dumps({"bundles": our_bundles(1)}), capture_output=True,
                          text=True, env=vendor_environment(tmp_path, hub.port), timeout=60,
                          check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.strip().splitlines()[-1])
    assert said["heartbeat"]["ok"], said["heartbeat"]
    calls = [(call["path"], call["authorised"], call["version"]) for call in hub.end()["calls"]]
    assert calls[:4] == [("/a2a/hello", False, ""), ("/a2a/heartbeat", True, "1"),
                         ("/a2a/hello", True, "1"), ("/a2a/heartbeat", True, "2")], calls


def test_the_vendors_receiver_verifies_our_assets(packages, node, tmp_path):
    bundle = our_bundles(1)[0]
    tampered = dict(bundle[0], summary="something else entirely")
    lines = tmp_path / "assets.jsonl"
    lines.write_text("\n".join(json.dumps(one) for one in [*bundle[:2], tampered]) + "\n",
                     encoding="utf-8")
    evolver = pathlib.Path(packages) / "node_modules" / "@evomap" / "evolver"
    done = subprocess.run([node, evolver / "scripts" / "a2a_ingest.js", lines],
                          capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path,
                          env=vendor_environment(tmp_path, 9) | {
                              "GEP_ASSETS_DIR": str(tmp_path / "assets"),
                              "MEMORY_DIR": str(tmp_path / "memory"),
                              "A2A_DIR": str(tmp_path / "a2a"), "A2A_TRANSPORT": "file"})
    assert "accepted=2 rejected=1" in done.stdout, done.stdout + done.stderr
