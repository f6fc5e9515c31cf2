"""The built binary and repositories on GitHub: changes of the window, doctor, and no harm without."""

import json
import subprocess
import sys
import time
import pathlib

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from github_server import GithubServer  # noqa: E402

NOW = int(time.time())


@pytest.fixture
def shop(tmp_path):
    with GithubServer() as github:
        repo = github.repo("octo/shop")
        repo.commit({"cart/pool.yaml": "size: 20\n"}, "start", time=NOW - 200_000)
        repo.guilty = repo.commit({"cart/pool.yaml": "size: 2\n"}, "pool: smaller",
                                  author=("Bo", "bo@example.org"), time=NOW - 700)
        repo.deploy(repo.guilty, time=NOW - 600, description="cart")
        token = tmp_path / "token"
        token.write_text("test-token\n")
        token.chmod(0o600)
        repo.config = tmp_path / "config.yaml"
        repo.config.write_text(f"""
store: sqlite://{tmp_path}/insight.db
pipeline: {{collectTimeout: 8s}}
github:
  url: {github.url}
  token: {{file: {token}}}
  repositories:
    - name: octo/shop
      paths: {{cart: cart}}
""")
        repo.github = github
        yield repo


def run(insight, *arguments, ok=(0,)):
    done = subprocess.run([insight, *arguments], capture_output=True, text=True, timeout=60,
                          check=False)
    assert done.returncode in ok, done.stderr
    return done


def snapshot(insight, shop, folder):
    run(insight, "snapshot", "capture", str(folder), "--question", "why is the cart slow?", "--since",
        "20m", "--config", str(shop.config))
    read = lambda name: (folder / name).read_text()  # noqa: E731
    changes = [json.loads(line) for line in read("changes.ndjson").splitlines()] \
        if (folder / "changes.ndjson").exists() else []
    return changes, json.loads(read("coverage.json"))


def test_commits_and_deployments_are_changes_of_the_window(insight, shop, tmp_path):
    changes, coverage = snapshot(insight, shop, tmp_path / "window")
    commit = next(one for one in changes if one["kind"] == "commit")
    assert (commit["ref"], commit["entity"], commit["author"]) == (shop.guilty, "cart", "Bo")
    assert "-size: 20\n+size: 2\n" in commit["diff"] and commit["files"] == ["cart/pool.yaml"]
    deploy = next(one for one in changes if one["kind"] == "deploy")
    assert (deploy["ref"], deploy["entity"]) == (shop.guilty, "cart")
    rows = {row["query"].split()[0]: row for row in coverage if row["source"] == "github/octo/shop"}
    assert {key: row["outcome"] for key, row in rows.items()} == {
        "commits": "answered", "deployments": "answered", "releases": "empty"}


def test_doctor_says_what_is_allowed_and_where(insight, shop):
    done = run(insight, "doctor", "--config", str(shop.config), "--format", "json")
    found = [one for one in json.loads(done.stdout) if one["source"] == "github/octo/shop"]
    assert len(found) >= 6 and all(one["ok"] for one in found)
    shop.github.tokens["test-token"].revoked = True
    done = run(insight, "doctor", "--config", str(shop.config), ok=(1,))
    assert "github.token" in done.stdout and "test-token" not in done.stdout + done.stderr


@pytest.mark.parametrize("trouble", ["revoked", "limited", "silent", "gone", "html"])
def test_an_incident_is_unharmed_by_trouble_with_github(insight, shop, trouble):
    github = shop.github
    if trouble == "revoked":
        github.tokens["test-token"].revoked = True
    elif trouble == "limited":
        github.limits.set(remaining=0, reset_in=3000)
    elif trouble == "silent":
        github.fault("GET", kind="hang", seconds=20, times=99)
    elif trouble == "gone":
        github.repos.clear()
    else:
        github.fault("GET", status=200, times=99, body="<html>", headers={
            "Content-Type": "text/html"})
    began = time.monotonic()
    done = run(insight, "analyze", "why is the cart slow?", "--since", "20m", "--config",
               str(shop.config), "--format", "json")
    assert time.monotonic() - began < 20
    rows = [row for row in json.loads(done.stdout)["coverage"]
            if row["source"] == "github/octo/shop"]
    wanted = {"revoked": "denied", "silent": "timed_out"}.get(trouble, "failed")
    assert len(rows) == 3 and {row["outcome"] for row in rows} == {wanted}, rows
    assert all(row["note"] for row in rows)
