"""Commits, deployments and releases as changes of a window, and who wrote a line."""

import time

NOW = int(time.time())
WINDOW = {"start": NOW - 900, "end": NOW, "baselineStart": NOW - 4500}


def iso(seconds):
    return int(seconds * 1e9)


def by_ref(found, kind="commit"):
    return {one["ref"]: one for one in found["changes"] if one["kind"] == kind}


def test_changes_carry_author_service_diff_files_and_time(github, client):
    repo = github.repo("octo/shop")
    repo.logins["bo@example.org"] = "bo"
    repo.commit({"cart/pool.yaml": "size: 20\n", "pay/x.go": "a\n"}, "start", time=NOW - 200_000)
    guilty = repo.commit({"cart/pool.yaml": "size: 2\n"}, "pool: smaller\n\nsaves memory",
                         author=("Bo", "bo@example.org"), time=NOW - 600)
    both = repo.commit({"pay/x.go": "b\n", "cart/other": "c\n" * 9}, "both", time=NOW - 3000)
    repo.deploy(guilty, "production", time=NOW - 300, description="cart")
    repo.deploy(guilty, "staging", time=NOW - 500)
    repo.release("v2", both, time=NOW - 2000)
    shop = client(github, watched={"service": "shop", "paths": {"cart": "cart", "pay": "payment"},
                                   "environments": ["production"]})
    found = shop.ask("changes", **WINDOW)
    assert [one.get("error") for one in found["looked"]] == [None] * 3
    commits = by_ref(found)
    assert set(commits) == {guilty, both}, "the first commit is older than the look back"
    change = commits[guilty]
    assert (change["author"], change["entity"]) == ("bo", "cart")
    assert change["summary"] == "pool: smaller" and change["files"] == ["cart/pool.yaml"]
    assert change["time"] == iso(NOW - 600)
    assert change["diff"] == ("--- a/cart/pool.yaml\n+++ b/cart/pool.yaml\n@@ -1 +1 @@\n"
                              "-size: 20\n+size: 2\n")
    assert commits[both]["entity"] == "cart", "most of its lines"
    deploys = by_ref(found, "deploy")
    assert deploys[guilty]["entity"] == "cart" and "production" in deploys[guilty]["summary"]
    assert len(deploys) == 1, "neither staging nor the release counts beside it"
    releases = next(one for one in found["looked"] if one["query"].startswith("releases"))
    assert releases["count"] == 1 and "deployments tell" in releases["note"]


def test_a_release_stands_for_a_deployment_where_there_is_none(github, client):
    repo = github.repo("octo/shop")
    sha = repo.commit({"a": "1\n"}, "start", time=NOW - 90_000)
    repo.release("v2", sha, time=NOW - 600)
    repo.release("v1", sha, time=NOW - 90_000)
    change = by_ref(client(github, watched={"service": "shop"}).ask("changes", **WINDOW), "deploy")
    assert (change[sha]["summary"], change[sha]["entity"]) == ("release v2", "shop")


def test_a_commit_counts_from_when_its_pull_request_was_merged(github, client):
    repo = github.repo("octo/shop")
    first = repo.commit({"a": "1\n"}, "start", time=NOW - 200_000)
    repo.branch("work", first)
    inner = repo.commit({"a": "2\n"}, "the change", branch="work", time=NOW - 20_000)
    repo.commit({"b": "1\n"}, "meanwhile", time=NOW - 10_000)
    repo.open_pull("change", "work")
    merge = repo.merge(1, time=NOW - 400)
    found = by_ref(client(github).ask("changes", **WINDOW))
    assert merge not in found, "the merge stands for nothing of its own"
    assert found[inner]["time"] == iso(NOW - 400)
    assert found[inner]["notBefore"] == iso(NOW - 20_000)


def test_a_merge_stands_for_commits_too_old_to_be_listed(github, client):
    repo = github.repo("octo/shop")
    first = repo.commit({"a": "1\n"}, "start", time=NOW - 900_000)
    repo.branch("work", first)
    repo.commit({"a": "2\n"}, "written long ago", branch="work", time=NOW - 800_000)
    repo.commit({"b": "1\n"}, "meanwhile", time=NOW - 700_000)
    repo.open_pull("change", "work")
    merge = repo.merge(1, time=NOW - 400)
    found = by_ref(client(github).ask("changes", **WINDOW))
    assert set(found) == {merge} and "+2" in found[merge]["diff"]


def test_the_bounds_of_a_window_are_told(github, client):
    repo = github.repo("octo/shop")
    for index in range(12):
        repo.commit({"a": f"{index}\n"}, f"commit {index}", time=NOW - 5000 + index)
    found = client(github, maxDiffs=3).ask("changes", **WINDOW)
    looked = next(one for one in found["looked"] if one["query"].startswith("commits"))
    assert looked["truncated"] and "9 older commits come without their diffs" in looked["note"]
    assert sum(bool(one["diff"]) for one in found["changes"]) == 3


def test_an_enormous_diff_is_bounded_and_does_not_hide_the_small_one(github, client):
    repo = github.repo("octo/shop")
    repo.commit({"small.yaml": "size: 20\n"}, "start", time=NOW - 200_000)
    sha = repo.commit({"small.yaml": "size: 2\n",
                       "lock.json": "".join(f'"package-{i}": "1.0.{i}"\n' for i in range(9000))},
                      "both", time=NOW - 600)
    change = by_ref(client(github).ask("changes", **WINDOW))[sha]
    assert len(change["diff"].encode()) <= 65536
    assert "+size: 2\n" in change["diff"] and '+"package-0": "1.0.0"' in change["diff"]
    assert change["files"] == ["lock.json", "small.yaml"]


def test_secrets_in_a_diff_do_not_travel(github, client):
    repo = github.repo("octo/shop")
    sha = repo.commit({"x.env": "PASSWORD=correcthorsebattery\nURL=redis://:hunter2pass@cache\n"},
                      "oops", time=NOW - 600)
    change = by_ref(client(github).ask("changes", **WINDOW))[sha]
    assert "correcthorsebattery" not in change["diff"] and "hunter2pass" not in change["diff"]


def test_what_fails_is_a_question_of_its_own(github, client):
    repo = github.repo("octo/shop")
    repo.commit({"a": "1\n"}, "start", time=NOW - 600)
    github.fault("GET .*/deployments", status=403, times=9,
                 headers={"x-accepted-github-permissions": "deployments=read"},
                 body='{"message":"Resource not accessible by personal access token"}')
    found = client(github).ask("changes", **WINDOW)
    errors = {one["query"].split()[0]: one.get("error") for one in found["looked"]}
    assert "deployments: read" in errors["deployments"]["message"]
    assert errors["commits"] is None and len(found["changes"]) == 1


def test_a_deployment_is_live_from_its_first_success(github, client):
    repo = github.repo("octo/shop")
    sha = repo.commit({"a": "1\n"}, "start", time=NOW - 90_000)
    one = repo.deploy(sha, time=NOW - 1000, state=None)
    one["statuses"] = [{"state": "in_progress", "time": NOW - 990},
                       {"state": "success", "time": NOW - 700},
                       {"state": "inactive", "time": NOW - 100}]
    change = by_ref(client(github).ask("changes", **WINDOW), "deploy")[sha]
    assert (change["time"], change["notBefore"]) == (iso(NOW - 700), iso(NOW - 1000))


def lines_and_authors(github):
    repo = github.repo("octo/shop")
    first = repo.commit({"src/a.py": "one\ntwo\nthree\nfour\nfive\n"}, "start", time=NOW - 900)
    second = repo.commit({"src/a.py": "zero\none\ntwo\n3\nfour\nfive\n"}, "second", time=NOW - 800)
    third = repo.commit({"src/a.py": None, "lib/b.py": "zero\none\ntwo\n3\nfour\nfive\n"}, "moved",
                        time=NOW - 700)
    fourth = repo.commit({"lib/b.py": "zero\none\ntwo\n3\nfour\nFIVE\nsix\n"}, "fourth",
                         time=NOW - 600)
    return {1: second, 2: first, 3: first, 4: second, 5: first, 6: fourth, 7: fourth}, third


def test_a_line_is_blamed_the_same_way_with_and_without_graphql(github, client):
    authors, _ = lines_and_authors(github)
    by_graphql, by_history = client(github), client(github)
    for line, sha in authors.items():
        found = by_graphql.get("blame", path="lib/b.py", line=line)
        assert (found["commit"]["sha"], found["method"]) == (sha, "graphql"), line
    github.graphql = False
    for line, sha in authors.items():
        found = by_history.get("blame", path="lib/b.py", line=line)
        assert (found["commit"]["sha"], found["method"]) == (sha, "history"), line
    assert by_history.get("blame", path="lib/b.py", line=5)["path"] == "src/a.py"
    assert by_history.get("blame", path="lib/b.py", line=5)["line"] == 4


def test_a_line_that_is_not_there_is_not_blamed_on_anybody(github, client):
    lines_and_authors(github)
    shop = client(github)
    assert shop.fail("blame", path="lib/b.py", line=99)["kind"] == "invalid"
    assert shop.fail("blame", path="lib/b.py", line=0)["kind"] == "invalid"
    assert shop.fail("blame", path="lib/none.py", line=1)["kind"] == "not_found"
