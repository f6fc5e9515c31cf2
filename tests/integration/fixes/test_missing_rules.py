"""What was missing or noise in the monitoring becomes files; promtool accepts each rule."""

import json
import shutil
import subprocess
import time

import pytest
import scene

BRANCH = "insight/monitoring/inc-0123456789abcdef"
RULES = "monitoring/insight-inc-0123456789abcdef.rules.yaml"


def _promtool(path):
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not installed (apt-get install prometheus)")
    done = subprocess.run(["promtool", "check", "rules", "--lint=all", "--lint-fatal", str(path)],
                          capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _changes(repo, now):
    return [{"time": (now - 640) * scene.SECOND, "kind": "config", "entity": "orders",
             "author": "ada", "summary": "pool.size of orders", "before": "size: 40",
             "after": "size: 2", "ref": "config/orders"}]


@pytest.fixture
def shop(github):
    repo = github.repo("octo/shop")
    repo.commit({"README.md": "rules\n"}, "start")
    return repo


@pytest.mark.parametrize("how", [{"late": 420}, {"alert": False}],
                         ids=["the alert came late", "no alert came"])
def test_a_rule_for_what_nobody_was_told_of_comes_as_a_pull_request_of_its_own(
        shop, console, tmp_path, how):
    console.settings["fixes"].update(monitoring="separate", monitoringRepository="octo/shop")
    now = int(time.time())
    scene.window(str(tmp_path / "window"), _changes(shop, now), now=now, **how)
    console("report", str(tmp_path / "window"))
    console("run")
    held, = [one for one in console("approvals") if one["state"] == "held"]
    assert held["role"] == "monitoring" and held["branch"] == BRANCH
    console.approve()
    rules = shop.content(RULES, BRANCH)
    (tmp_path / "x.rules.yaml").write_bytes(rules)
    assert "SUCCESS" in _promtool(tmp_path / "x.rules.yaml")
    assert b"alert: Orders" in rules and b"for: 2m" in rules
    # it would have fired in the incident, and not before
    _fires_in_the_incident_only(tmp_path, rules)
    refs = subprocess.run(["git", "-C", str(shop.git.path), "for-each-ref"], capture_output=True,
                          text=True, check=True).stdout
    console("run")
    assert refs == subprocess.run(["git", "-C", str(shop.git.path), "for-each-ref"],
                                  capture_output=True, text=True, check=True).stdout


def _fires_in_the_incident_only(tmp_path, rules):
    """promtool runs the rule on the shape of the incident: quiet for 30 minutes, then not."""
    test = {"rule_files": ["x.rules.yaml"], "evaluation_interval": "1m", "tests": [{
        "interval": "1m",
        "input_series": [{
            "series": 'http_errors_per_second{namespace="shop",service="orders",pod="orders-1"}',
            "values": "0.01x30 22x20"}],
        "alert_rule_test": [
            {"eval_time": "30m", "alertname": "OrdersHttpErrorsPerSecondHigh", "exp_alerts": []},
            {"eval_time": "40m", "alertname": "OrdersHttpErrorsPerSecondHigh", "exp_alerts": [{
                "exp_labels": {"namespace": "shop", "service": "orders", "severity": "warning",
                               "pod": "orders-1"},
                "exp_annotations": {
                    "summary": "http_errors_per_second of orders is higher than usual",
                    "description": "It was the first sign of incident inc-0123456789abcdef."}}]}]}]}
    assert b"OrdersHttpErrorsPerSecondHigh" in rules
    (tmp_path / "test.json").write_text(json.dumps(test))
    done = subprocess.run(["promtool", "test", "rules", "test.json"], cwd=tmp_path, text=True,
                          capture_output=True, timeout=30)
    assert done.returncode == 0, done.stdout + done.stderr


def test_where_people_were_told_in_time_nothing_is_proposed(shop, console, tmp_path):
    console.settings["fixes"].update(monitoring="separate", monitoringRepository="octo/shop")
    scene.window(str(tmp_path / "window"), _changes(shop, int(time.time())))
    console("report", str(tmp_path / "window"))
    console("run")
    assert [one for one in console("approvals") if one["role"] == "monitoring"] == []


def test_an_alert_that_fired_for_nothing_waits_longer_where_it_is_declared(shop, console,
                                                                          tmp_path):
    rules = ("# Rules of the shop\ngroups:\n- name: orders\n  rules:\n    - alert: OrdersErrors"
             "   # page\n      expr: errors > 1\n      for: 1m  # too short?\n")
    shop.commit({"rules/orders.rules.yml": rules}, "rules")
    console.settings["fixes"].update(monitoring="separate", monitoringRepository="octo/shop")
    scene.window(str(tmp_path / "window"), [], healthy=True)
    report = console("report", str(tmp_path / "window"))
    if report["verdict"] != "nothing_wrong":
        pytest.fail(f"the scene is not healthy: {report['summary']}")
    console("run")
    done = console.approve()
    assert [one["state"] for one in done] == ["sent"], console("parcels")
    assert shop.content("rules/orders.rules.yml", BRANCH).decode() == rules.replace(
        "for: 1m  #", "for: 5m  #")


def test_rules_in_the_pull_request_of_the_fix_where_that_is_wished(console, github, tmp_path):
    repo = github.repo("octo/shop")
    now = int(time.time())
    repo.commit({"charts/orders/values.yaml": scene.VALUES}, "start", time=now - 86400)
    sha = repo.commit({"charts/orders/values.yaml": scene.VALUES.replace("size: 40 ", "size: 2  ")},
                      "orders: smaller connection pool", time=now - 1100)
    diff = subprocess.run(["git", "-C", str(repo.git.path), "diff", f"{sha}~1", sha],
                          capture_output=True, text=True, check=True).stdout
    console.settings["fixes"].update(monitoring="together")
    scene.window(str(tmp_path / "window"), [
        {"time": (now - 660) * scene.SECOND, "kind": "commit", "entity": "orders", "author": "ada",
         "summary": "orders: smaller connection pool", "ref": sha, "diff": diff,
         "files": ["charts/orders/values.yaml"]},
        {"time": (now - 640) * scene.SECOND, "kind": "deploy", "entity": "orders", "author": "ci",
         "summary": "deploy orders", "ref": sha}], now=now, late=420)
    console("report", str(tmp_path / "window"))
    console("run")
    done, = console.approve()
    assert sorted(file["path"] for file in done["plan"]["files"]) == [
        "charts/orders/values.yaml", RULES]
    number, = repo.pulls
    assert "## Monitoring" in repo.issues[number]["body"]
    (tmp_path / "x.rules.yaml").write_bytes(
        repo.content(RULES, "insight/fix/inc-0123456789abcdef"))
    _promtool(tmp_path / "x.rules.yaml")
