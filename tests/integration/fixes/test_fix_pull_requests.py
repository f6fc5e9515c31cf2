"""An incident, the guilty commit, a branch, one commit, a pull request: against real git."""

import json
import subprocess
import time

import pytest
import scene

PATH = "charts/orders/values.yaml"
FIX_BRANCH = "insight/fix/inc-0123456789abcdef"
MONTH = 30 * 86400


class Shop:
    """octo/shop with a harmless and a guilty commit, and the incident that followed."""

    def __init__(self, github, console, tmp_path):
        self.now = int(time.time())
        self.github, self.console = github, console
        self.repo = github.repo("octo/shop")
        self.first = self.repo.commit({PATH: scene.VALUES, "app/pool.go": scene.GO,
                                       "README.md": "the shop\n"}, "start", time=self.now - MONTH)
        self.docs = self.repo.commit({"README.md": "the shop, explained\n"}, "docs: readme",
                                     time=self.now - 3000)
        self.bad = scene.VALUES.replace("size: 40 ", "size: 2  ")
        self.guilty = self.repo.commit({PATH: self.bad}, "orders: smaller connection pool",
                                       time=self.now - 660)
        self.window = str(tmp_path / "window")

    def change(self, sha, summary, at, files, entity="orders"):
        diff = subprocess.run(["git", "-C", str(self.repo.git.path), "diff", f"{sha}~1", sha],
                              capture_output=True, text=True, check=True).stdout
        return {"time": at * scene.SECOND, "kind": "commit", "entity": entity, "author": "ada",
                "summary": summary, "ref": sha, "files": files, "diff": diff}

    def changes(self):
        return [self.change(self.docs, "docs: readme", self.now - 3000, ["README.md"]),
                self.change(self.guilty, "orders: smaller connection pool", self.now - 660, [PATH]),
                {"time": (self.now - 640) * scene.SECOND, "kind": "deploy", "entity": "orders",
                 "author": "ci", "summary": "deploy orders", "ref": self.guilty}]

    def report(self, changes=None, **kw):
        scene.window(self.window, self.changes() if changes is None else changes, now=self.now,
                     **kw)
        return self.console("report", self.window)

    def pulls(self):
        """Number to (pull request, issue), as the server keeps them."""
        return {number: (pull, self.repo.issues[number])
                for number, pull in self.repo.pulls.items()}

    def git(self, *words, **kw):
        return subprocess.run(["git", "-C", str(self.repo.git.path), *words],
                              capture_output=True, text=True, check=True, **kw).stdout


@pytest.fixture
def shop(github, console, tmp_path):
    return Shop(github, console, tmp_path)


def writes(github):
    return [line for line in github.log() if line.split()[0] in ("POST", "PATCH", "PUT", "DELETE")
            and "/graphql" not in line]


def test_the_guilty_commit_is_reverted_in_one_commit_and_nothing_else_changes(shop, console,
                                                                              tmp_path):
    report = shop.report()
    assert report["verdict"] == "cause"
    console("run")
    held = console("approvals")
    assert [one["state"] for one in held] == ["held"], console.parcel("fix_plan")
    assert writes(shop.github) == [], "nothing is written before the approval"
    plan = held[0]["plan"]
    assert plan["branch"] == FIX_BRANCH and plan["base"] == "main"

    done = console.approve()
    assert done[0]["state"] == "sent", done
    assert shop.repo.content(PATH, FIX_BRANCH) == scene.VALUES.encode()
    assert shop.git("rev-list", "--count", f"main..{FIX_BRANCH}").strip() == "1"
    assert shop.git("diff", "--name-only", "main", FIX_BRANCH).split() == [PATH]
    # the diff people approved is exactly what git applies
    work = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(shop.repo.git.path), str(work)], check=True)
    for words in (["--check"], []):
        subprocess.run(["git", "-C", str(work), "apply", *words], input=plan["diff"], text=True,
                       check=True)
    assert (work / PATH).read_bytes() == scene.VALUES.encode()

    (pull, issue), = shop.pulls().values()
    assert pull["draft"] and pull["head"] == FIX_BRANCH and pull["base"] == "main"
    assert issue["labels"] == ["incident"]
    body = issue["body"]
    for part in ("## Cause", "## What this does", "## Evidence", "## Risk", "## How to test",
                 "## Rollback", "https://insight.example/incidents/inc-0123456789abcdef#E"):
        assert part in body, body


def test_a_second_run_changes_nothing(shop, console):
    shop.report()
    console("run")
    console.approve()
    before = writes(shop.github)
    refs = shop.git("for-each-ref")
    for _ in range(2):
        console("run")
    assert writes(shop.github) == before
    # asked again with the same fix: the same plan, known already
    console("ask", "inc-0123456789abcdef", _file(console, {
        "kind": "revert", "repository": "octo/shop", "commit": shop.guilty}))
    console("run")
    for one in console("approvals"):
        if one["state"] == "held":
            console.approve()
    assert shop.git("for-each-ref") == refs
    assert len(shop.pulls()) == 1


def test_an_open_pull_request_of_the_incident_is_updated_in_place(shop, console):
    shop.report()
    console("run")
    console.approve()
    console("ask", "inc-0123456789abcdef", _file(console, {
        "kind": "value", "repository": "octo/shop", "reason": "twenty will do",
        "values": [{"file": PATH, "path": "pool.size", "expected": "2", "value": 20}]}))
    console("run")
    done = console.approve()
    assert done[0]["answer"]["state"] == "updated", done
    assert len(shop.pulls()) == 1
    assert shop.git("rev-list", "--count", f"main..{FIX_BRANCH}").strip() == "1"
    assert shop.repo.content(PATH, FIX_BRANCH).decode() == shop.bad.replace("size: 2 ", "size: 20 ")


def test_a_closed_pull_request_is_respected(shop, console):
    shop.report()
    console("run")
    console.approve()
    shop.repo.close(*shop.pulls())
    before = writes(shop.github)
    console("ask", "inc-0123456789abcdef", _file(console, {
        "kind": "value", "repository": "octo/shop",
        "values": [{"file": PATH, "path": "pool.size", "value": 30}]}))
    console("run")
    done = console.approve()
    assert done[0]["state"] == "refused" and "closed by people" in done[0]["note"]
    assert writes(shop.github) == before


def test_a_branch_that_somebody_pushed_to_is_not_overwritten(shop, console):
    shop.report()
    console("run")
    console.approve()
    theirs = shop.repo.commit({"NOTES.md": "mine\n"}, "my own work", branch=FIX_BRANCH)
    console("ask", "inc-0123456789abcdef", _file(console, {
        "kind": "value", "repository": "octo/shop",
        "values": [{"file": PATH, "path": "pool.size", "value": 30}]}))
    console("run")
    done = console.approve()
    assert done[0]["state"] == "refused" and "somebody has pushed" in done[0]["note"]
    assert shop.git("rev-parse", FIX_BRANCH).strip() == theirs


def test_a_plan_whose_file_changed_meanwhile_needs_a_new_approval(shop, console):
    shop.report()
    console("run")
    first, = console("approvals")
    shop.repo.commit({PATH: shop.bad.replace("replicaCount: 3", "replicaCount: 5")}, "more")
    done = console.approve()
    assert done[0]["state"] == "refused" and "new approval" in done[0]["note"]
    assert shop.pulls() == {}
    console("run")
    again = [one for one in console("approvals") if one["state"] == "held"]
    assert len(again) == 1 and again[0]["digest"] != first["digest"]
    console.approve()
    assert shop.repo.content(PATH, FIX_BRANCH).decode() == scene.VALUES.replace(
        "replicaCount: 3", "replicaCount: 5"), "both changes are kept"


def test_an_approval_is_bound_to_what_was_seen(shop, console):
    shop.report()
    console("run")
    held, = console("approvals")
    wrong = console("decide", held["id"], "0" * 64, "yes", ok=False)
    assert wrong["kind"] == "conflict", wrong
    console("decide", held["id"], held["digest"], "no")
    console("run")
    assert console("decide", held["id"], held["digest"], "yes", ok=False)["kind"] == "conflict"
    assert writes(shop.github) == []


def test_without_approval_by_policy_it_is_opened_at_once(shop, console):
    console.settings["fixes"]["approval"] = "none"
    shop.report()
    console("run")
    console("run")
    assert len(shop.pulls()) == 1


def test_a_merge_conflict_is_said_and_left_to_people(shop, console):
    shop.repo.commit({PATH: shop.bad.replace("size: 2  ", "size: 7  ")}, "seven, then")
    shop.report()
    console("run")
    assert console("approvals") == []
    plan, = console.parcel("fix_plan")
    assert "were changed since commit" in plan["note"] and PATH in plan["note"]
    assert writes(shop.github) == []


def test_a_file_that_moved_is_followed(shop, console):
    shop.repo.commit({PATH: None, "deploy/orders/values.yaml": shop.bad}, "move the chart")
    shop.report()
    console("run")
    console.approve()
    assert shop.repo.content("deploy/orders/values.yaml", FIX_BRANCH) == scene.VALUES.encode()
    assert shop.repo.content(PATH, FIX_BRANCH) is None


def test_what_cannot_be_reverted_is_an_error_and_the_incident_is_unharmed(shop, console):
    cases = {
        "binary": ({"logo.png": b"\x89PNG\0\1\2"}, {"logo.png": b"\x89PNG\0\3"}, "binary"),
        "workflow": ({".github/workflows/ci.yml": "on: push\n"},
                     {".github/workflows/ci.yml": "on: [push]\n"}, "never changed by a fix"),
        "large": ({"big.txt": "".join(f"{i}\n" for i in range(200_000))},
                  {"big.txt": "".join(f"{i} x\n" for i in range(200_000))}, "too large"),
    }
    shop.report()
    for name, (before, after, words) in cases.items():
        shop.repo.commit(before, f"add {name}")
        sha = shop.repo.commit(after, f"change {name}")
        console("ask", "inc-0123456789abcdef", _file(console, {
            "kind": "revert", "repository": "octo/shop", "commit": sha}))
        console("run")
        refused = [one for one in console.parcel("fix_plan") if one["state"] == 3]
        assert any(words in one["note"] for one in refused), (name, refused)
        assert not any("\n" in one["note"] for one in refused)
    assert len([one for one in console("approvals") if one["state"] == "held"]) == 1


@pytest.mark.parametrize("name", ["../evil.yaml", ".git/hooks/pre-commit", "a\nb.yaml",
                                  "x/../../y.yaml", ".GIT/config", "/etc/passwd"])
def test_hostile_file_names_are_refused(shop, console, name):
    shop.report()
    for fix in ({"kind": "files", "files": [{"path": name, "content": "x: 1\n"}]},
                {"kind": "value", "values": [{"file": name, "path": "x", "value": 1}]}):
        console("ask", "inc-0123456789abcdef", _file(console, {**fix, "repository": "octo/shop"}))
    console("run")
    assert all(one["plan"]["files"][0]["path"] == PATH for one in console("approvals"))
    assert len([one for one in console.parcel("fix_plan") if one["state"] == 3]) == 2


def test_a_dead_github_is_asked_again_later(shop, console, github):
    github.fault("GET .*", status=502, body="<html>bad gateway</html>", times=1000)
    shop.report()
    console("run")
    plan, = console.parcel("fix_plan")
    assert plan["state"] == 0 and plan["attempts"] == 1 and plan["note"], plan
    github.faults.clear()
    _wait(lambda: console("run") and console("approvals"))


def test_a_rate_limit_is_waited_for(shop, console, github):
    shop.report()
    console("run")
    held, = console("approvals")
    console("decide", held["id"], held["digest"], "yes")
    github.limits.set(remaining=0, reset_in=8)
    console("run")
    parcel, = console.parcel("pull_request")
    assert parcel["state"] in (0, 2), parcel
    _wait(lambda: console("run") and console("approvals")[0]["state"] == "sent")
    assert len(shop.pulls()) == 1


def test_a_lost_answer_does_not_make_a_second_pull_request(shop, console, github):
    shop.report()
    console("run")
    github.fault("POST /repos/.*/pulls", kind="lost")
    held, = console("approvals")
    console("decide", held["id"], held["digest"], "yes")
    console("run")
    _wait(lambda: console("run") and console("approvals")[0]["state"] == "sent")
    assert console("approvals")[0]["state"] == "sent", console.parcel("pull_request")
    assert len(shop.pulls()) == 1


def test_an_image_goes_back_in_the_repository_that_argo_cd_applies(shop, console, github):
    deploy = github.repo("octo/deploy")
    manifest = ("# orders\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: orders, "
                "namespace: shop}\nspec:\n  template:\n    spec:\n      containers:\n"
                "        - name: orders\n          image: 'shop/orders:1.5.0'   # by CI\n")
    deploy.commit({"apps/shop/orders.yaml": manifest, "apps/other/orders.yaml": manifest},
                  "start")
    resources = [
        {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
         "metadata": {"name": "shop", "namespace": "argocd"},
         "spec": {"source": {"repoURL": "https://github.example/octo/deploy.git",
                             "path": "apps/shop", "targetRevision": "main"}},
         "status": {"resources": [{"group": "apps", "kind": "Deployment", "namespace": "shop",
                                   "name": "orders"}]}}]
    shop.report([{"time": (shop.now - 640) * scene.SECOND, "kind": "image", "entity": "orders",
                  "author": "ci", "summary": "Deployment shop/orders was rolled out",
                  "before": "orders=shop/orders:1.4.2", "after": "orders=shop/orders:1.5.0",
                  "ref": "kubernetes/main deployment shop/orders"}], resources=resources)
    console("run")
    done = console.approve()
    assert done and done[0]["state"] == "sent", (done, console.parcel("fix_plan"))
    assert deploy.content("apps/shop/orders.yaml", FIX_BRANCH).decode() == manifest.replace(
        "1.5.0", "1.4.2")
    assert deploy.content("apps/other/orders.yaml", FIX_BRANCH).decode() == manifest
    number, = deploy.pulls
    assert "Argo CD Application argocd/shop" in deploy.issues[number]["body"]


def _wait(done, seconds=40):
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until
        time.sleep(0.5)


def _file(console, fix):
    path = console.config + ".fix"
    with open(path, "w", encoding="utf-8") as file:
        json.dump(fix, file)
    return path

