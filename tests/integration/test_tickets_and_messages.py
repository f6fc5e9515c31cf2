"""From alerts to tickets, copies in trackers and messages to people, with the built service and
vendors that misbehave."""

import concurrent.futures
import json
import os
import re
import subprocess
import sys
import time

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from vendors import Vendors  # noqa: E402


@pytest.fixture
def vendors():
    one = Vendors()
    yield one
    one.close()


def configure(service, vendors, trackers=(), channels=(), read_every="5m", **more):
    token = service.secret_file("vendor-token", Vendors.TOKEN)
    kinds = {
        "jira": {"kind": "jira", "url": vendors.url + "/jira", "project": "OPS",
                 "user": "bot@example.org", "token": token,
                 "states": {"investigating": "In Progress", "resolved": "Done"}},
        "github": {"kind": "github", "url": vendors.url + "/github", "project": "acme/shop",
                   "token": token},
        "hook": {"kind": "webhook", "url": vendors.url + "/tracker", "secret": token},
        "slack": {"kind": "slack", "url": vendors.url + "/slack", "channel": "#ops",
                  "token": token},
        "slack-webhook": {"kind": "slack-webhook",
                          "secretUrl": service.secret_file("u1", vendors.url + "/incoming")},
        "teams": {"kind": "teams", "secretUrl": service.secret_file("u2", vendors.url + "/teams")},
        "pagerduty": {"kind": "pagerduty", "url": vendors.url, "token": token},
        "opsgenie": {"kind": "opsgenie", "url": vendors.url, "token": token},
        "people": {"kind": "webhook", "url": vendors.url + "/people", "template":
                   '{"subject": "{{title}}", "severity": "{{severity}}"}'},
    }
    service.configure(
        {}, {"window": "2m", "baseline": "2m", "collectTimeout": "1s"},
        tickets={"readEvery": read_every,
                 "trackers": [{"name": name, **kinds[name]} for name in trackers]},
        notifications={"channels": [{"name": name, **kinds[name], **more.get(name, {})}
                                    for name in channels]})


def alert(name="CheckoutSlow", status="firing", starts_at="2026-11-21T09:00:00Z"):
    one = {"status": status, "fingerprint": "0da2c46eb7afc8bf", "startsAt": starts_at,
           "endsAt": "2026-11-21T09:30:00Z" if status == "resolved" else "0001-01-01T00:00:00Z",
           "labels": {"alertname": name, "severity": "critical", "service": "checkout"},
           "annotations": {"summary": "checkout needs 4 s; token=hunter2hunter2"},
           "generatorURL": ""}
    return {"version": "4", "groupKey": f'{{}}:{{alertname="{name}"}}', "status": status,
            "receiver": "insight", "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {},
            "externalURL": "", "truncatedAlerts": 0, "alerts": [one]}


def tickets(service):
    return service.get("/api/v1/tickets")["tickets"]


def one_ticket(service):
    return service.wait_for("ticket", lambda: next(iter(tickets(service)), None), 30)


def until(service, what, probe, seconds=30):
    return service.wait_for(what, lambda: probe() or None, seconds)


def deliveries(service, ticket):
    return service.get(f"/api/v1/tickets/{ticket['id']}")["deliveries"]


def settled(service, ticket):
    """The ticket as it is now was posted, and every parcel has its final answer; twice in a row,
    because what comes back from a tracker is a change, too."""
    def quiet():
        now = service.get(f"/api/v1/tickets/{ticket['id']}")
        return (any(one["key"].endswith(f"/{now['revision']}") for one in now["deliveries"])
                and all(one["state"] in ("sent", "refused") for one in now["deliveries"]))
    for _ in range(2):
        until(service, "quiet", quiet)
        time.sleep(0.3)


def move(service, ticket, state):
    service.command("tickets", "move", ticket["id"], state, "--config", service.configuration)


def test_a_flood_of_identical_alerts_is_one_incident_one_ticket_one_message(service, vendors):
    configure(service, vendors, ["jira", "github"], ["slack"])
    # Even though everybody has a bad day: the answer to the first post is lost, Jira makes the
    # issue and then cuts the line, GitHub is too busy.
    vendors.mood("/chat.postMessage", (429, {"Retry-After": "1"}), "lost")
    vendors.mood("/rest/api/3/issue", "lost")
    vendors.mood("/repos/", (503, {}))
    service.start()
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        statuses = [status for some in pool.map(lambda _: service.post_often(alert(), 50), range(20))
                    for status in some]
    assert len(statuses) == 1000 and set(statuses) == {200}
    ticket = one_ticket(service)
    settled(service, ticket)
    assert len(service.incidents()) == 1
    assert len(tickets(service)) == 1
    assert len(vendors.messages) == 1, vendors.messages
    assert len(vendors.issues) == 1, vendors.issues
    assert len(vendors.github) == 1, vendors.github
    sent = json.dumps([vendors.messages, vendors.issues, vendors.github])
    assert "hunter2hunter2" not in sent, "secrets stay here"


def test_the_life_of_a_ticket_is_seen_everywhere(service, vendors):
    configure(service, vendors, ["jira", "github", "hook"],
              ["slack", "slack-webhook", "teams", "pagerduty", "opsgenie", "people"])
    service.start()
    service.post_webhook(alert())
    ticket = one_ticket(service)
    settled(service, ticket)
    assert len(vendors.called("/incoming")) == len(vendors.called("/teams")) == 1
    assert [c.body["event_action"] for c in vendors.called("/v2/enqueue")] == ["trigger"]
    assert vendors.called("/people")[0].body["severity"] == "critical"
    links = {link["target"] for link in service.get(f"/api/v1/tickets/{ticket['id']}")["links"]}
    assert "jira:OPS-1" in links and "github:1" in links

    move(service, ticket, "investigating")  # on the command line, beside the running service
    until(service, "step in Jira", lambda: vendors.issues["OPS-1"]["status"] == "In Progress")
    settled(service, ticket)
    move(service, ticket, "resolved")
    until(service, "end in Jira", lambda: vendors.issues["OPS-1"]["status"] == "Done")
    settled(service, ticket)
    assert vendors.github[1]["state"] == "closed"
    assert [c.body["event_action"] for c in vendors.called("/v2/enqueue")] == \
        ["trigger", "acknowledge", "resolve"]
    assert [c.path.split("/")[-1].split("?")[0] for c in vendors.called("/v2/alerts")] == \
        ["alerts", "acknowledge", "close"]
    assert len(vendors.messages) == 1
    assert any("From investigating to resolved" in text for _, text in vendors.replies)
    assert len(vendors.called("/teams")) == 3
    assert all("X-Insight-Signature" in c.headers for c in vendors.called("/tracker"))

    # The alert ends; then it fires again: the same ticket, reopened.
    service.post_webhook(alert(status="resolved"))
    service.post_webhook(alert(starts_at="2026-11-21T10:00:00Z"))
    until(service, "reopening", lambda: tickets(service)[0]["recurrences"] == 1)
    settled(service, ticket)
    assert [one["state"] for one in tickets(service)] == ["investigating"]
    assert len(service.incidents()) == 2
    assert len(vendors.messages) == 1 and len(vendors.issues) == 1
    assert vendors.issues["OPS-1"]["status"] == "In Progress"
    assert vendors.github[1]["state"] == "open"
    done = service.command("audit", "verify", "--config", service.configuration)
    assert re.search(r"intact: \d+ entries", done.stdout)


def test_what_people_do_in_a_tracker_comes_back_once_and_reaches_the_others(service, vendors):
    configure(service, vendors, ["jira", "github"], read_every="1s")
    service.start()
    service.post_webhook(alert())
    ticket = one_ticket(service)
    settled(service, ticket)

    def now():
        return service.get(f"/api/v1/tickets/{ticket['id']}")

    time.sleep(2)  # the first sight of both
    vendors.jira_person("OPS-1", assignee="Ben B.", says="I roll it back")
    until(service, "the comment of Jira", lambda: now()["comments"])
    assert now()["comments"][0]["author"] == "Ada at jira"
    assert now()["comments"][0]["text"] == "I roll it back"
    assert now()["assignee"] == "Ben B."
    until(service, "the comment on GitHub",
          lambda: any("I roll it back" in one for one in vendors.github[1]["comments"]))
    assert "I roll it back" not in json.dumps(vendors.issues["OPS-1"]["comments"])
    settled(service, ticket)

    time.sleep(2)
    vendors.github_person(1, state="closed", says="fixed by octo")
    until(service, "the end", lambda: now()["state"] == "resolved")
    until(service, "the end in Jira", lambda: vendors.issues["OPS-1"]["status"] == "Done")
    until(service, "the comment in Jira",
          lambda: "fixed by octo" in json.dumps(vendors.issues["OPS-1"]["comments"]))
    settled(service, ticket)
    revision = now()["revision"]
    posts = len([call for call in vendors.calls if call.method != "GET"])
    time.sleep(4)  # several looks
    assert now()["revision"] == revision, now()["history"]
    assert len([call for call in vendors.calls if call.method != "GET"]) == posts
    assert [one["via"] for one in now()["history"] if one.get("via")].count("jira") == 2


def test_doctor_examines_trackers_and_channels_and_says_nothing_to_anybody(service, vendors):
    configure(service, vendors, ["jira", "github", "hook"],
              ["slack", "slack-webhook", "teams", "pagerduty", "opsgenie", "people"])
    done = service.command("doctor", "--config", service.configuration, "--format", "json",
                           check=False)
    found = {}
    for one in json.loads(done.stdout):
        found.setdefault(one["source"], []).append(one)
    assert {"tickets/jira", "tickets/github", "tickets/hook", "notifications/slack",
            "notifications/people", "notifications/pagerduty"} <= set(found)
    assert all(one["ok"] for one in found["tickets/jira"]), found["tickets/jira"]
    assert [one["what"].split(" at ")[0] for one in found["tickets/jira"]][:2] == [
        "sign in", "project OPS"]
    assert all(call.method in ("GET", "OPTIONS") for call in vendors.calls), vendors.calls
    assert not vendors.messages and not vendors.issues and not vendors.github

    vendors.token = "another"
    done = service.command("doctor", "--config", service.configuration, check=False)
    assert done.returncode == 1
    assert "Slack says invalid_auth" in done.stdout and "chat:write" in done.stdout
    assert "Issues: read and write" in done.stdout
    assert Vendors.TOKEN not in done.stdout + done.stderr


def test_a_wrong_token_harms_nothing_and_loses_nothing(service, vendors):
    vendors.token = "another"
    configure(service, vendors, ["github"], ["slack"])
    service.start()
    service.post_webhook(alert())
    ticket = one_ticket(service)
    until(service, "two complaints",
          lambda: sum("check the token" in one["note"] or "invalid_auth" in one["note"]
                      for one in deliveries(service, ticket)) == 2)
    assert service.report(service.incidents()[0]["id"]) is not None
    assert len(vendors.called("/chat.postMessage")) == 1, "not tried again every few seconds"
    assert all(one["state"] == "waiting" for one in deliveries(service, ticket))
    assert Vendors.TOKEN not in open(os.path.join(service.folder, "service.log")).read()


def test_what_was_to_be_said_outlives_a_kill(service, vendors):
    configure(service, vendors, ["jira"], ["slack"])
    vendors.mood("/rest/api/3/issue", *["cut"] * 2)
    vendors.mood("/chat.postMessage", *["cut"] * 2)
    service.start()
    service.post_webhook(alert())
    until(service, "first attempts", lambda: vendors.called("/chat.postMessage") and
          vendors.called("/rest/api/3/issue"))
    service.kill()
    service.start()
    until(service, "message", lambda: len(vendors.messages) == 1, 60)
    until(service, "issue", lambda: len(vendors.issues) == 1, 60)
    ticket = one_ticket(service)
    settled(service, ticket)
    assert len(vendors.messages) == len(vendors.issues) == len(tickets(service)) == 1


def test_the_post_mortem_opens_its_items_as_tickets_once(service, vendors):
    configure(service, vendors)
    service.start()
    service.post_webhook(alert())
    one_ticket(service)
    incident = service.incidents()[0]["id"]
    command = ["report", incident, "--format", "postmortem", "--config", service.configuration]
    before = service.command(*command).stdout
    for part in ("# Post\\-mortem", "## Timeline", "## Impact", "## Cause", "## What went well",
                 "## Prevention"):
        assert part.replace("\\", "") in before.replace("\\", ""), before
    for _ in range(2):
        after = service.command(*command, "--open-tickets").stdout
    items = re.findall(r"^- \[ \] (.*)$", after, re.M)
    assert items and all("tkt" in item for item in items), after
    prevention = [one for one in tickets(service) if one["kind"] == "prevention"]
    assert len(prevention) == len(items)
