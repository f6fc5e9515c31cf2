"""A real fault, a real alert, a real fix: what the network hears of it, by the built binary.

One lab and one hub; a cause that is proven is published, somebody follows the advice of an asset,
the alert goes and stays away, and then the same cause comes back.
"""

import json
import subprocess

import pytest
from lab.lab import Lab, missing
from lab.scenarios.lock_chain import LockChain

from evomap_hub import Hub, tool
from test_evomap_vendor import PACKAGES, node, packages  # noqa: F401 (fixtures)

WARM_UP = 75  # the baseline of the lab
PRIVATE = ("orders-db", "deployer", "schema-deploy", "lab")


class Story:
    """What happened, step by step; every step that was not reached is missing."""

    def __init__(self, hub):
        self.hub = hub
        bundle = subprocess.run([tool("evomap_oracle"), "bundles"], capture_output=True, text=True,
                                check=True).stdout.splitlines()[1]
        asset = next(one for one in json.loads(bundle) if one["type"] == "Capsule")
        hub.add(asset)
        self.advice = asset["asset_id"]  # of somebody else
        self.at_hub = None  # what the hub was asked and holds at the end

    def run(self, lab):
        service = lab.service
        lab.pause(WARM_UP)
        fault = LockChain()
        fault.inject(lab)
        try:
            self.incident = self._incident(lab, fault.alert, ())
            self.report = self._report(lab, self.incident)
            self.published = self._wait(lab, "a publication", lambda: self._row(service, "cause"))
            self.before = self._status(service)
            # The same report under a stricter threshold: nothing leaves, and it says why.
            strict = json.loads(open(service.configuration, encoding="utf-8").read())
            strict["evomap"]["minConfidence"] = 0.9999
            strict_file = service.configuration + ".strict"
            with open(strict_file, "w", encoding="utf-8") as file:
                json.dump(strict, file)
            self.below = service.command("evomap", "publish", self.incident, "-c", strict_file,
                                         check=False)
            self.followed = service.command("evomap", "follow", self.incident, self.advice, "-c",
                                            service.configuration)
        finally:
            fault.undo(lab)
        self.held = self._wait(lab, "the ticket's word that it has held",
                               lambda: self._said(service, "has held"), 90)
        self.after = self._wait(lab, "the fix at the hub", lambda: self._after_fix(service))
        again = LockChain()
        again.inject(lab)
        try:
            second = self._incident(lab, again.alert, (self.incident,))
            self.second = self._report(lab, second)
            self.recurred = self._wait(lab, "the ticket's word that it came back",
                                       lambda: self._said(service, "did not help"), 60)
            self.failed = self._wait(lab, "the failure at the hub",
                                     lambda: self._parcel(service, ":failed"))
            self.last = self._status(service)
        finally:
            again.undo(lab)

    @staticmethod
    def _wait(lab, what, probe, seconds=30):
        return lab.service.wait_for(what, probe, seconds, lab.cancel)

    def _incident(self, lab, alert, known):
        def look():
            fresh = [one["id"] for one in lab.service.incidents_of(alert) if one["id"] not in known]
            return fresh[0] if fresh else None
        return self._wait(lab, f"alert {alert}", look, 60)

    def _report(self, lab, incident):
        return self._wait(lab, f"the report of {incident}", lambda: lab.service.report(incident), 60)

    @staticmethod
    def _json(service, *words):
        return json.loads(service.command("evomap", *words, "--format", "json", "-c",
                                          service.configuration).stdout)

    def _status(self, service):
        return self._json(service, "status")

    def _row(self, service, kind):
        rows = [row for row in self._status(service)["publications"]
                if row["kind"] == kind and row["incident"] == self.incident
                and row["state"] in ("candidate", "published")]
        return rows[0] if rows else None

    def _after_fix(self, service):
        return self._status(service) if self._row(service, "fix") and \
            self._parcel(service, self.advice) else None

    def _parcel(self, service, ending):
        found = [one for one in self._json(service, "outbox")
                 if one["incident"] == self.incident and one["key"].endswith(ending)
                 and one["state"] == "sent"]
        return found[0] if found else None

    @staticmethod
    def _said(service, words):
        for row in service.get("/api/v1/tickets")["tickets"]:
            for one in service.get(f"/api/v1/tickets/{row['id']}")["comments"]:
                if words in one["text"]:
                    return one["text"]
        return None


@pytest.fixture(scope="module")
def story(insight, tmp_path_factory):
    if absent := missing():
        pytest.skip("; ".join(str(error) for error in absent))
    hub = Hub()
    one = Story(hub)
    try:
        with Lab(binary=insight, blocks={
                "evomap": {"apiUrl": f"http://127.0.0.1:{hub.port}/a2a", "enableHeartbeat": False,
                           "heartbeatInterval": 900000, "autoPublish": True,
                           "minConfidence": 0.8,
                           "stateDirectory": str(tmp_path_factory.mktemp("node"))},
                "outcomes": {"rollout": "1s", "quietFor": "8s", "watchFor": "10m"}}) as lab:
            one.run(lab)
            lab.service.stop()
        one.at_hub = hub.end()
        yield one
    finally:
        hub.kill()


def sent(story, path):
    return [call["body"] for call in story.at_hub["calls"] if call["path"].startswith(path)]


def test_a_proven_cause_is_published_with_what_the_report_says_of_it(story):
    assert story.report["verdict"] in ("cause", "several")
    assert story.report["confidence"] >= 0.8, story.report["confidence"]
    told = story.report["evomap"]["publications"][0]
    assert told["state"] == "queued" and told["capsuleId"] == story.published["capsuleId"]
    assert story.at_hub["assets"][told["capsuleId"]]["asset"]["type"] == "Capsule"


def test_the_ids_at_the_hub_are_those_of_the_vendors_package(story, packages, node):  # noqa: F811
    assets = [one["asset"] for one in story.at_hub["assets"].values()]
    assert {"Gene", "Capsule", "EvolutionEvent"} <= {asset["type"] for asset in assets}
    text = "".join(json.dumps(asset, ensure_ascii=False) + "\n" for asset in assets)
    ids = subprocess.run([node, PACKAGES / "oracle.mjs", packages, "ids"], input=text, check=True,
                         capture_output=True, text=True, timeout=60).stdout.split()
    assert ids == [asset["asset_id"] for asset in assets]
    assert ids == list(story.at_hub["assets"])


def test_no_name_of_the_lab_reached_the_hub(story):
    assets = json.dumps(story.at_hub["assets"], ensure_ascii=False)
    assert [name for name in PRIVATE if f'"{name}"' in assets or f" {name} " in assets] == []


def test_below_the_threshold_nothing_leaves_and_it_says_why(story):
    assert story.below.returncode == 1
    assert "below evomap.minConfidence 0.9999" in story.below.stderr
    published = sent(story, "/a2a/publish")
    # One of the cause, one of the fix, and the second case of the same cause.
    assert len(published) <= 3


def test_a_fix_that_holds_is_told_with_what_was_seen(story):
    assert story.advice[:19] in story.held
    assert "stayed away" in story.held
    assert "prometheus/main, asked now: OrdersStatementsWaiting is neither firing nor pending" \
        in story.held
    told = [body for body in sent(story, f"/a2a/assets/{story.advice}/reuse-result")]
    assert [body["outcome"] for body in told] == ["success", "failed"]
    assert "OrdersStatementsWaiting" in told[0]["reason"] or "stayed away" in told[0]["reason"]


def test_the_streak_of_the_gene_grows_and_ends(story):
    def gene(status):
        return next(one for one in status["genes"] if one["geneId"] == story.published["geneId"])
    assert gene(story.before)["streak"] == 1
    assert gene(story.after)["streak"] == 2
    assert gene(story.last)["failures"] == 1


def test_the_same_cause_again_is_a_failure(story):
    assert story.second["causes"][0]["class"] == "lock_contention"
    assert "the same cause came back" in story.recurred
