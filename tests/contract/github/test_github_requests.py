"""Every request of the client, held against GitHub's own description of its API."""

import time

from github_contract import DESCRIPTIONS, complaints
from github_server import Token

NOW = int(time.time())


def scene(github):
    repo = github.repo("octo/shop")
    first = repo.commit({"app/pool.yaml": "size: 20\nidle: 5\n", "logo.png": b"\0\1\2",
                         "docs/old name.md": "text\n" * 30}, "start", time=NOW - 7200)
    second = repo.commit({"app/pool.yaml": "size: 2\nidle: 5\n", "docs/old name.md": None,
                          "docs/new name.md": "text\n" * 30}, "pool: smaller",
                         author=("Bo", "bo@example.org"), time=NOW - 600)
    repo.logins["bo@example.org"] = "bo"
    repo.branch("feature/a+b#1", second)
    repo.commit({"app/pool.yaml": "size: 4\nidle: 5\n"}, "pool: four", branch="feature/a+b#1",
                time=NOW - 300)
    repo.open_pull("four", "feature/a+b#1")
    repo.deploy(second, time=NOW - 500)
    repo.release("v1.0", first, time=NOW - 7000)
    repo.checks.append({"id": 1, "head_sha": second, "name": "build", "status": "completed",
                        "conclusion": "failure", "started": NOW, "completed": NOW})
    repo.statuses.append({"sha": second, "context": "ci/old", "state": "success", "time": NOW})
    return repo, first, second


def exercise(shop, first, second):
    """Every call of the interface, each in all the forms that its requests can take."""
    shop.get("about")
    shop.get("commits")
    shop.get("commits", branch="feature/a+b#1", path="app/pool.yaml", since=NOW - 86400, until=NOW,
             limit=5)
    shop.get("commit", ref=second)
    shop.get("commit", ref="feature/a+b#1")
    shop.get("compare", base=first, head="feature/a+b#1")
    shop.get("blame", path="app/pool.yaml", line=1, ref="main")
    shop.get("contents", path="app/pool.yaml", ref=first)
    shop.get("contents", path="docs/new name.md")
    shop.get("tree")
    shop.get("branch", name="main")
    made = shop.get("commit_files", branch="insight/fix/1", parent=second, message="fix\n\nwhy",
                    edits=[{"path": "app/pool.yaml", "content": "size: 20\nidle: 5\n"},
                           {"path": "app/new.sh", "content": "#!/bin/sh\n", "executable": True},
                           {"path": "app/large.txt", "content": "x" * 300_000},
                           {"path": "logo.png"}])
    shop.get("commit_files", branch="insight/fix/1", parent=second, replace=True, message="again",
             edits=[{"path": "app/pool.yaml", "content": "size: 21\nidle: 5\n"}])
    pull = shop.get("create_pull_request", title="fix", body="why", head="insight/fix/1")
    number = pull["number"]
    shop.get("update_pull_request", number=number, title="fix it", body="because")
    shop.get("pull_request", number=number)
    shop.get("pull_request_files", number=number)
    shop.get("pull_request_commits", number=number)
    shop.get("pull_requests_of", head="insight/fix/1")
    shop.get("pull_requests_with", sha=pull["headSha"])
    shop.get("add_review", number=number, sha=pull["headSha"], body="two remarks", remarks=[
        {"path": "app/pool.yaml", "line": 1, "body": "too small", "suggestion": "size: 30"},
        {"path": "app/pool.yaml", "firstLine": 1, "line": 2, "body": "both lines"}])
    shop.get("add_comment", number=number, body="hello")
    shop.get("put_comment", number=number, marker="review:1", body="first")
    shop.get("put_comment", number=number, marker="review:1", body="second")
    shop.get("comments", number=number)
    shop.get("ensure_label", name="insight: fix")
    shop.get("add_labels", number=number, labels=["insight: fix"])
    shop.get("remove_label", number=number, label="insight: fix")
    issue = shop.get("create_issue", title="slow", body="why", labels=["bug"], assignees=["bo"])
    shop.get("issue", number=issue["number"])
    shop.get("issues", label="bug", closedToo=True, since=NOW - 3600)
    shop.get("update_issue", number=issue["number"], body="done", open=False, completed=True,
             labels=["bug", "done"])
    shop.get("checks", ref=second)
    shop.get("releases", since=NOW - 86400)
    shop.get("deployments", since=NOW - 86400)
    shop.get("update_pull_request", number=number, open=False)
    shop.get("delete_branch", name="insight/fix/1")
    shop.ask("examine", writes=True)
    return made


def test_every_request_and_answer_is_as_github_describes_them(github, client, packages):
    _, first, second = scene(github)
    exercise(client(github, writeGap=0), first, second)
    asked = {f"{one['method']} {one['target'].partition('?')[0]}" for one in github.requests}
    assert len(asked) > 35, sorted(asked)
    found = complaints(packages, github.requests)
    assert not found, "\n".join(found)
    # An Enterprise server of some age takes the same; its answers have other optional parts.
    questions = [{**one, "answer": None} for one in github.requests]
    found = complaints(packages, questions, DESCRIPTIONS[1])
    assert not found, "\n".join(found)


def test_an_app_asks_as_github_describes_it(github, client, packages, app_key):
    _, first, second = scene(github)
    github.app("12345", app_key.public, {"contents": "write", "pull_requests": "write",
                                         "issues": "write", "checks": "write", "statuses": "read",
                                         "metadata": "read", "deployments": "read"})
    shop = client(github, token="", appId="12345", privateKey=app_key.private, writeGap=0)
    exercise(shop, first, second)
    shop.get("add_check", sha=second, name="insight")
    found = complaints(packages, github.requests)
    assert not found, "\n".join(found)
    tokens = [one for one in github.log() if "access_tokens" in one]
    assert len(tokens) == 1, "a token of an hour is asked for once"


def test_a_request_that_github_does_not_describe_is_found(packages):
    wrong = [
        {"method": "GET", "target": "/repos/o/r/commits?page_size=3", "body": "", "status": 200},
        {"method": "GET", "target": "/repos/o/r/issues?state=shut", "body": "", "status": 200},
        {"method": "GET", "target": "/repos/o/r/nothing", "body": "", "status": 200},
        {"method": "PUT", "target": "/repos/o/r/commits", "body": "", "status": 200},
        {"method": "POST", "target": "/repos/o/r/git/refs", "body": '{"ref":"refs/heads/x"}',
         "status": 201},
        {"method": "POST", "target": "/repos/o/r/pulls",
         "body": '{"head":"a","base":"b","drafts":true}', "status": 201},
        {"method": "GET", "target": "/repos/o/r/commits", "body": "", "status": 200,
         "answer": [{"sha": "x"}]},
        {"method": "POST", "target": "/graphql", "status": 200,
         "body": '{"query":"{ repository(owner: \\"a\\", name: \\"b\\") { blames } }"}'}]
    found = complaints(packages, wrong)
    for one in wrong:
        assert any(text.startswith(f"{one['method']} {one['target']}: ") for text in found), one


def test_what_a_read_only_token_may_not_do_names_the_permission(github, client):
    _, _, second = scene(github)
    github.tokens["weak"] = Token(permissions={"metadata": "read", "contents": "read"})
    shop = client(github, token="weak", writeGap=0)
    for call, permission in (
            (dict(do="deployments", since=0), "deployments: read"),
            (dict(do="create_pull_request", title="t", head="feature/x", base="main"),
             "pull_requests: write"),
            (dict(do="commit_files", branch="x", parent=second, message="m",
                  edits=[{"path": "a", "content": "b"}]), "contents: write")):
        error = shop.fail(**call)
        assert error["kind"] == "denied" and f"lacks the permission '{permission}'" in \
            error["message"], error
