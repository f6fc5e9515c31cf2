"""A pull request is reviewed against what is known of production: against real git."""

import time

import pytest
import scene

PATH = "charts/orders/values.yaml"


@pytest.fixture
def shop(github, console):
    repo = github.repo("octo/shop")
    now = int(time.time())
    repo.commit({PATH: scene.VALUES, "app/pool.go": scene.GO,
                 ".github/CODEOWNERS": "* @octo/all\n/charts/ @octo/platform # charts\n"},
                "start", time=now - 40 * 86400)
    repo.commit({PATH: scene.VALUES + "# the end\n"}, "a remark", time=now - 20 * 86400)
    repo.commit({PATH: scene.VALUES}, "no remark", time=now - 19 * 86400)
    return repo


def _pull(repo, files, title="orders: smaller pool", branch="smaller"):
    repo.branch(branch, repo.git.resolve("heads/main"))
    repo.commit(files, title, branch=branch)
    return repo.open_pull(title, branch)["number"]


def _harm(console, tmp_path, repo):
    """An incident that a smaller pool was blamed for."""
    now = int(time.time())
    diff = (f"diff --git a/{PATH} b/{PATH}\n--- a/{PATH}\n+++ b/{PATH}\n@@ -9,5 +9,5 @@\n pool:\n"
            "     # one connection a worker, and some to spare\n-    size: 40\n+    size: 2\n"
            "     timeout: 5s\n")
    sha = "ab" * 20
    scene.window(str(tmp_path / "window"), [
        {"time": (now - 660) * scene.SECOND, "kind": "commit", "entity": "orders", "author": "ada",
         "summary": "orders: fewer connections", "ref": sha, "files": [PATH], "diff": diff},
        {"time": (now - 640) * scene.SECOND, "kind": "deploy", "entity": "orders", "author": "ci",
         "summary": "deploy orders", "ref": sha}], now=now)
    console("report", str(tmp_path / "window"))


def test_a_risky_change_is_told_with_its_line_its_metrics_and_its_past(shop, console, tmp_path):
    _harm(console, tmp_path, shop)
    number = _pull(shop, {PATH: scene.VALUES.replace("size: 40 ", "size: 3  ")})
    out = console("review", f"octo/shop#{number}")
    assert out["risk"]["level"] in ("medium", "high"), out["risk"]
    assert any("inc-0123456789abcdef" in reason for reason in out["risk"]["reasons"])
    orders = out["services"][0]
    assert orders["name"] == "orders" and orders["owners"] == ["@octo/platform"]
    remark = out["remarks"][0]
    line = scene.VALUES.split("\n").index("    size: 40           # measured in May") + 1
    assert (remark["file"], remark["line"]) == (PATH, line), out["remarks"]
    assert "40" in remark["statement"] and "3" in remark["statement"]
    queries = [one["query"] for one in out["watch"]]
    assert any("db_pool_wait_seconds{" in query for query in queries), queries
    assert out["similar"][0]["incident"] == "inc-0123456789abcdef"
    assert out["comment"] is None and shop.comments == {}, "nothing is posted unasked"


def test_a_harmless_change_is_low_risk(shop, console):
    number = _pull(shop, {"README.md": "words\n"}, "docs: readme", "docs")
    out = console("review", f"octo/shop#{number}")
    assert out["risk"]["level"] == "low", out["risk"]


def test_one_comment_is_updated_in_place(shop, console, github):
    number = _pull(shop, {PATH: scene.VALUES.replace("size: 40 ", "size: 3  ")})
    for _ in range(2):
        out = console("review", f"octo/shop#{number}", "post")
        assert out["comment"]
    sent = [line for line in github.log() if line.startswith(("POST", "PATCH"))
            and "comments" in line]
    assert len(sent) == 1, "the same text is not sent again"
    shop.commit({PATH: scene.VALUES.replace("size: 40 ", "size: 4  ")}, "four", branch="smaller")
    console("review", f"octo/shop#{number}", "post")
    assert len(shop.comments) == 1
    body = next(iter(shop.comments.values()))["body"]
    assert "Impact on production" in body and "40 → 4" in body


def test_hostile_titles_and_files_have_no_effect_in_the_comment(shop, console):
    number = _pull(shop, {"charts/orders/`|@octo`.yaml": "pool:\n  size: 1\n",
                          "charts/orders/![x](http://evil.example).yaml": "a: 1\n"},
                   "fixes #1 @octo/all <img src=x>", "evil")
    text = console("review", f"octo/shop#{number}", "post")["markdown"]
    outside = "".join(part for i, part in enumerate(text.split("`")) if i % 2 == 0)
    assert "@octo" not in outside and "](http://evil" not in outside and "<img" not in outside


@pytest.mark.parametrize("target", ["octo/shop", "octo/shop#0", "octo/shop#x", "../x#1", "#1",
                                    "http://x", ""])
def test_what_names_no_pull_request_is_refused(console, github, target):
    github.repo("octo/shop").commit({"a": "b\n"}, "start")
    assert console("review", target, ok=False)["kind"] == "invalid"


def test_an_unknown_pull_request_or_repository_is_said(shop, console):
    for target in ("octo/shop#999", "octo/nothing#1"):
        out = console("review", target, ok=False)
        assert out["kind"] == "not_found" and "\n" not in out["error"], out


def test_a_large_pull_request_is_reviewed_as_far_as_it_goes(shop, console):
    number = _pull(shop, {f"big/{i}.txt": f"{i}\n" * 2000 for i in range(60)} |
                   {PATH: scene.VALUES.replace("size: 40 ", "size: 3  "), "logo.png": b"\0\1\2"},
                   "much", "much")
    out = console("review", f"octo/shop#{number}")
    assert any("large" in reason for reason in out["risk"]["reasons"]), out["risk"]
    assert any(remark["file"] == PATH for remark in out["remarks"])
