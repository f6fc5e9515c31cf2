"""What we send against what vendors publish: Slack's types, Adaptive Cards' own parser, Atlassian's
document schema; PagerDuty's and Opsgenie's documented limits."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "github"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

import github_contract  # noqa: E402
from lab.once import alone  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
CACHE = pathlib.Path.home() / ".cache" / "devops-insight" / "notifications-contract"
SHOWN = os.environ.get("INSIGHT_NOTIFICATIONS_SHOWN",
                       str(ROOT / "build/release/tests/contract/notifications/notifications_shown"))
ADF = "@atlaskit/adf-schema@57.7.22"
BLOCKS = "AnyBlock.ts"


def run(*command, **more):
    return subprocess.run(command, cwd=CACHE, capture_output=True, text=True, timeout=300,
                          check=False, **more)


@pytest.fixture(scope="module")
def published():
    """The folder with what vendors publish; made once."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("npm is not installed (apt-get install npm)")
    with alone(CACHE):
        return install()


def install():
    wanted = (HERE / "package.json").read_text()
    stamp = CACHE / "installed"
    if stamp.exists() and stamp.read_text() == wanted + ADF:
        return CACHE
    (CACHE / "package.json").write_text(wanted)
    for command in (["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"],
                    ["npm", "pack", "--silent", ADF]):
        done = run(*command)
        if done.returncode:
            pytest.skip(f"{' '.join(command[:2])} failed: {done.stderr.strip()[-200:]}")
    packed = next(CACHE.glob("atlaskit-adf-schema-*.tgz"))
    with tarfile.open(packed) as archive:  # one file of it
        source = archive.extractfile("package/dist/json-schema/v1/full.json")
        (CACHE / "adf.json").write_bytes(source.read())
    packed.unlink()
    (CACHE / BLOCKS).write_text('import type { KnownBlock } from "@slack/types";\n'
                                "export type AnyBlock = KnownBlock;\n")
    done = run("node_modules/.bin/ts-json-schema-generator", "--path", BLOCKS, "--type", "AnyBlock",
               "--no-type-check")
    assert done.returncode == 0, done.stderr[-2000:]
    (CACHE / "slack-blocks.json").write_text(done.stdout)
    stamp.write_text(wanted + ADF)
    return CACHE


@pytest.fixture(scope="module")
def shown():
    assert os.access(SHOWN, os.X_OK), f"{SHOWN} does not exist: build it first with script/test"
    lines = subprocess.run([SHOWN], capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(lines) > 20
    return [json.loads(line) for line in lines]


def complaints(published, bodies):
    done = subprocess.run(["node", str(HERE / "check.mjs"), str(published)], capture_output=True,
                          input="".join(json.dumps(one) + "\n" for one in bodies), text=True,
                          timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line)["what"] for line in done.stdout.splitlines()]


def test_all_that_we_send_is_what_vendors_publish(published, shown):
    checked = {one["vendor"] for one in shown}
    assert {"slack", "teams", "adf"} <= checked
    assert complaints(published, shown) == []


def test_the_check_sees_what_is_wrong(published):
    wrong = [{"vendor": "slack", "body": {"text": "x", "blocks": [{"type": "header"}]}},
             {"vendor": "slack", "body": {"text": "x", "blocks": [
                 {"type": "section", "text": {"type": "html", "text": "x"}}]}},
             {"vendor": "teams", "body": {"type": "AdaptiveCard", "version": "1.4", "body": [
                 {"type": "TextBlok", "text": "x"}]}},
             {"vendor": "teams", "body": {"type": "AdaptiveCard", "version": "1.4", "body": [
                 {"type": "TextBlock", "text": "x", "color": "Rainbow"}]}},
             {"vendor": "adf", "body": {"version": 1, "type": "doc", "content": [
                 {"type": "paragraph", "content": [{"type": "text", "text": ""}]}]}}]
    assert len(complaints(published, wrong)) == len(wrong)


def test_issues_are_what_github_describes(shown):
    packages, why = github_contract.npm_packages()
    if packages is None:
        pytest.skip(f"GitHub's API description is not here: {why}")
    asked = [{**one["body"], "status": 201 if one["body"]["method"] == "POST" else 200}
             for one in shown if one["vendor"] == "github"]
    assert len(asked) > 20
    assert github_contract.complaints(packages, asked) == []
    asked[1]["body"] = json.dumps({"body": "no title"})
    assert len(github_contract.complaints(packages, asked)) == 1


def test_limits_of_pagerduty_and_opsgenie_hold(shown):
    for one in (one["body"] for one in shown if one["vendor"] == "pagerduty"):
        assert one["event_action"] in ("trigger", "acknowledge", "resolve")
        assert 0 < len(one["dedup_key"]) <= 255
        assert ("payload" in one) == (one["event_action"] == "trigger")
        if "payload" in one:
            assert 0 < len(one["payload"]["summary"].encode()) <= 1024
            assert one["payload"]["severity"] in ("critical", "error", "warning", "info")
            assert len(json.dumps(one)) < 512 * 1024
    for one in (one["body"] for one in shown if one["vendor"] == "opsgenie"):
        assert 0 < len(one["message"]) <= 130
        assert len(one["description"]) <= 15000
        assert sum(len(k) + len(str(v)) for k, v in one["details"].items()) <= 8000
        assert one["priority"] in ("P1", "P2", "P3", "P4", "P5")
