"""Patches by a language model: asked within budgets, held to the files shown, approved by people."""

import json
import os
import subprocess
import sys

import pytest
import scene

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import model_site  # noqa: E402
from test_fix_pull_requests import FIX_BRANCH, PATH, Shop, writes  # noqa: E402

INCIDENT = "inc-0123456789abcdef"
SECRET = "s3cr3t-Passw0rd-of-orders"
NOW = scene.VALUES.replace("size: 40 ", "size: 7  ") + f"\ndatabase:\n    password: {SECRET}\n"
GOOD = f"""--- a/{PATH}
+++ b/{PATH}
@@ -9,5 +9,5 @@
 pool:
     # one connection a worker, and some to spare
-    size: 7            # measured in May
+    size: 40           # measured in May
     timeout: 5s
 
"""


@pytest.fixture
def shop(github, console, tmp_path):
    """The guilty commit cannot be taken back: somebody has changed the same line since."""
    one = Shop(github, console, tmp_path)
    one.repo.commit({PATH: NOW}, "seven, then")
    one.report()
    console.settings["fixes"]["modelPatches"] = True
    return one


class Model:
    """Says what it is told to, one answer a question; the last one again."""

    def __init__(self, console, *answers, status=200):
        self.answers, self.status = list(answers), status
        self.site = model_site.ModelSite(self._answer)
        console.settings["llm"] = {"provider": "anthropic", "model": "model-x",
                                   "baseUrl": self.site.url, "contextTokens": 100000,
                                   "apiKey": {"env": "GITHUB_TEST_TOKEN"}, "attempts": 1}

    def _answer(self, _):
        if self.status != 200:
            return self.status, b"{}"
        text = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return 200, model_site.anthropic(text)

    @property
    def asked(self):
        return [json.dumps(body) for _, _, body in self.site.requests]

    def __enter__(self):
        self.site.__enter__()
        return self

    def __exit__(self, *words):
        self.site.__exit__(*words)


def patch(diff, reason="The pool gets its connections back."):
    return json.dumps({"diff": diff, "reason": reason})


def why_not(console):
    console.settings["fixes"]["modelPatches"] = False  # the model has gone home
    plan, = console.parcel("fix_plan")
    return plan["note"] + json.dumps(plan["answer"])


def test_a_patch_is_asked_for_held_marked_and_merged_only_by_a_yes(shop, console, tmp_path):
    console.settings["fixes"]["approval"] = "none"  # which is not for models
    with Model(console, patch(GOOD)) as model:
        console("run")
        held, = console("approvals")
        assert held["state"] == "held", "what a model wrote always waits for a yes"
        assert writes(shop.github) == []
        assert len(model.asked) == 1
        assert SECRET not in model.asked[0] and "<password:" in model.asked[0]
        assert "README" not in model.asked[0], "only what the evidence names is shown"
    plan = held["plan"]
    assert "**A language model wrote this patch (`model-x`).**" in plan["body"]
    assert "Patch-Written-By: model-x" in plan["message"]
    assert any("language model" in risk for risk in plan["risks"])
    work = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(shop.repo.git.path), str(work)], check=True)
    subprocess.run(["git", "-C", str(work), "apply", "--check"], input=plan["diff"], text=True,
                   check=True)

    done, = console.approve()
    assert done["state"] == "sent", done
    assert shop.repo.content(PATH, FIX_BRANCH).decode() == NOW.replace("size: 7  ", "size: 40 ")
    assert shop.git("diff", "--name-only", "main", FIX_BRANCH).split() == [PATH]
    actions = [one["action"] for one in console("audit")]
    assert actions.index("model.asked") < actions.index("approval.given")
    assert SECRET not in json.dumps(console("audit"))
    spent = console("spent", INCIDENT)
    assert spent["tokens"] == 1250 and spent["heldTokens"] == 0, "reserved, then settled"
    recorded, = console("snapshot", INCIDENT)
    assert recorded["kind"] == "patch" and recorded["ended"] == "answered"


def test_a_refused_patch_is_asked_for_once_more_with_the_reason(shop, console):
    with Model(console, patch(GOOD.replace("size: 7 ", "size: 9 ")), patch(GOOD)) as model:
        console("run")
        assert len(model.asked) == 2
        assert "That patch is refused" in model.asked[1]
    assert [one["state"] for one in console("approvals")] == ["held"]


@pytest.mark.parametrize("what, diff, reason", [
    ("does not apply", GOOD.replace("size: 7 ", "size: 9 "), "refused"),
    ("another file", "--- a/app/pool.go\n+++ b/app/pool.go\n@@ -1,1 +1,1 @@\n-package orders\n"
                     "+package shop\n", "not shown"),
    ("a new file", "--- /dev/null\n+++ b/evil.sh\n@@ -0,0 +1,1 @@\n+rm -rf /\n", "not shown"),
    ("outside the repository", "--- a/../x\n+++ b/../x\n@@ -1,1 +1,1 @@\n-a\n+b\n", "refused"),
    ("far too long", GOOD.replace("+    size: 40 ", "+    size: 40 \n" + "+    # more\n" * 200),
     "may change"),
    ("prose", None, "refused"),
    ("no help", "", "no small change"),
])
def test_what_is_no_good_patch_is_a_reason_and_nothing_else(shop, console, what, diff, reason):
    said = "I would restart it." if diff is None else patch(diff)
    with Model(console, said) as model:
        console("run")
        assert len(model.asked) == (1 if diff == "" else 2), what
        assert console("approvals") == [] and writes(shop.github) == []
    assert reason in why_not(console), why_not(console)
    assert "were changed since commit" in why_not(console), "why it was asked at all"


@pytest.mark.parametrize("status, reason", [(401, "refuses"), (400, "model-x"), (500, "")])
def test_a_model_that_fails_leaves_the_incident_as_it_was(shop, console, status, reason):
    with Model(console, "", status=status):
        console("run")
    assert console("approvals") == [] and writes(shop.github) == []
    plan, = console.parcel("fix_plan")
    if status == 500:
        assert plan["state"] == 0 and plan["attempts"] == 1, "it is tried again later"
    assert reason in why_not(console) or "no patch by a model" in why_not(console)
    spent = console("spent", INCIDENT)
    assert spent.get("heldTokens", 0) == 0


def test_what_may_not_be_spent_is_not_asked(shop, console):
    console.settings["reasoning"] = {"maxTokensPerIncident": 500}
    with Model(console, patch(GOOD)) as model:
        console("run")
        assert model.asked == []
    assert "tokens of this incident are left" in why_not(console)


def test_a_secret_is_not_carried_to_another_place(shop, console):
    other = "charts/orders/other.yaml"
    shop.repo.commit({other: "note: x\n"}, "other")
    taken = {}

    class Thief(Model):
        def _answer(self, body):
            text = json.dumps(body)
            at = text.index("<password:")
            token = text[at:text.index(">", at) + 1]
            taken["token"] = token
            return 200, model_site.anthropic(patch(GOOD.replace(
                "+    size: 40           # measured in May",
                f"+    size: 40           # {token}")))

    with Thief(console, ""):
        console("run")
    # Within the file where it stands a secret may move; nothing of it is new to anybody.
    held, = console("approvals")
    assert SECRET in held["plan"]["diff"]


def test_no_model_is_asked_unless_it_is_wanted(shop, console):
    console.settings["fixes"]["modelPatches"] = False
    with Model(console, patch(GOOD)) as model:
        console("run")
        assert model.asked == []
    assert "were changed since commit" in why_not(console)


def test_wanting_one_without_having_one_is_said_at_the_start(shop, console):
    out = console("run", ok=False)
    assert "fixes.modelPatches needs a language model" in out["error"]


def test_paths_that_may_not_be_changed_are_not_shown(shop, console):
    console.settings["fixes"]["deniedPaths"] = ["charts/**"]
    with Model(console, patch(GOOD)) as model:
        console("run")
        assert model.asked == []
    assert console("approvals") == []
