"""Prometheus with the alert rules and Alertmanager with the webhook: from fault to alert."""

import json
import os
import urllib.parse
import urllib.request

from .ports import free_port
from .process import Process, find_binary, http_ok

CLUSTER = "lab"
DATABASE = "orders-db"
CACHE = "cart-cache"

# Symptoms only: no rule names a cause. Waiting times are short so that a demonstration is, too.
_RULES = """
groups:
- name: shop
  rules:
  - alert: OrdersStatementsWaiting
    expr: sum by (service) (pg_blocked_sessions_count) > 1
    for: 3s
    labels: {severity: critical}
    annotations: {summary: "{{ $value }} sessions of {{ $labels.service }} wait for a lock"}
  - alert: DatabaseConnectionsHigh
    expr: >-
      sum by (service) (pg_stat_activity_count)
      / max by (service) (pg_settings_max_connections) > 0.85
    for: 3s
    labels: {severity: critical}
    annotations: {summary: "{{ $labels.service }} has used most of its connections"}
  - alert: CacheHitRatioLow
    expr: >-
      sum by (service) (rate(redis_keyspace_hits_total[10s]))
      / (sum by (service) (rate(redis_keyspace_hits_total[10s]))
      + sum by (service) (rate(redis_keyspace_misses_total[10s]))) < 0.7
    for: 3s
    labels: {severity: warning}
    annotations: {summary: "{{ $labels.service }} answers few lookups from memory"}
  - alert: OrdersStatementsSlow
    expr: >-
      sum by (service) (rate(pg_statements_seconds_total[10s]))
      / sum by (service) (rate(pg_statements_calls_total[10s])) > 0.002
    for: 3s
    labels: {severity: warning}
    annotations: {summary: "{{ $labels.service }} needs {{ $value | humanizeDuration }} a statement"}
"""

# The badly chosen one: its threshold is below what the shop uses on a quiet day.
_SPURIOUS_RULE = """
groups:
- name: capacity-review
  rules:
  - alert: DatabaseBusy
    expr: sum by (service) (pg_stat_activity_count{datname="orders"}) > 3
    for: 3s
    labels: {severity: warning}
    annotations: {summary: "{{ $labels.service }} has {{ $value }} sessions"}
"""


class Prometheus:
    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None

    @staticmethod
    def binary():
        return find_binary("prometheus", "prometheus")

    def launch(self, postgres_exporter_port, redis_exporter_port, alertmanager_port):
        rules = os.path.join(self.folder, "rules")
        os.makedirs(rules, mode=0o700)
        _write(os.path.join(rules, "shop.yml"), _RULES)
        targets = [("postgres", postgres_exporter_port, DATABASE),
                   ("redis", redis_exporter_port, CACHE)]
        configuration = {
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s",
                       "external_labels": {"cluster": CLUSTER}},
            "rule_files": [os.path.join(rules, "*.yml")],
            "alerting": {"alertmanagers": [
                {"static_configs": [{"targets": [f"127.0.0.1:{alertmanager_port}"]}]}]},
            "scrape_configs": [
                {"job_name": job, "static_configs": [
                    {"targets": [f"127.0.0.1:{port}"], "labels": {"service": service}}]}
                for job, port, service in targets]}
        # JSON is YAML
        _write(os.path.join(self.folder, "prometheus.yml"), json.dumps(configuration, indent=1))
        self._run()

    def _run(self):
        self.process = Process(
            "Prometheus",
            [self.binary(), f"--config.file={os.path.join(self.folder, 'prometheus.yml')}",
             f"--web.listen-address=127.0.0.1:{self.port}",
             # for its first seconds it knows no Alertmanager: what fires then is sent again soon
             "--rules.alert.resend-delay=5s",
             f"--storage.tsdb.path={os.path.join(self.folder, 'data')}"],
            os.path.join(self.folder, "prometheus.log"))

    def ready(self):
        return http_ok(self.url + "/-/ready")

    def query(self, expression):
        """The instant vector as [(labels, value)]."""
        url = f"{self.url}/api/v1/query?" + urllib.parse.urlencode({"query": expression})
        with urllib.request.urlopen(url, timeout=10) as answer:
            result = json.load(answer)["data"]["result"]
        return [(row["metric"], float(row["value"][1])) for row in result]

    def firing(self):
        """Names of the alerts that fire."""
        with urllib.request.urlopen(f"{self.url}/api/v1/alerts", timeout=10) as answer:
            alerts = json.load(answer)["data"]["alerts"]
        return sorted({a["labels"]["alertname"] for a in alerts if a["state"] == "firing"})

    def add_spurious_rule(self):
        _write(os.path.join(self.folder, "rules", "capacity-review.yml"), _SPURIOUS_RULE)
        self._restart()

    def remove_spurious_rule(self):
        os.unlink(os.path.join(self.folder, "rules", "capacity-review.yml"))
        self._restart()

    def _restart(self):
        """Rules are read at the start: a reload of 2.42 hangs for ever now and then, and then no
        alert leaves it any more. Its data stays; one or two scrapes are missed."""
        self.process.stop()
        self._run()
        self.process.wait_until(self.ready, 20)

    def stop(self):
        if self.process is not None:
            self.process.stop()


class Alertmanager:
    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None

    @staticmethod
    def binary():
        return find_binary("prometheus-alertmanager", "prometheus-alertmanager")

    def launch(self, webhook_url, webhook_secret, group_by=("alertname", "service"),
               group_wait="0s"):
        os.makedirs(self.folder, mode=0o700)
        configuration = {
            "global": {"resolve_timeout": "30s"},
            "route": {"receiver": "devops-insight", "group_by": list(group_by),
                      "group_wait": group_wait, "group_interval": "5s", "repeat_interval": "1h"},
            "receivers": [{"name": "devops-insight", "webhook_configs": [
                {"url": webhook_url, "send_resolved": True,
                 "http_config": {"authorization": {"type": "Bearer",
                                                   "credentials": webhook_secret}}}]}]}
        path = os.path.join(self.folder, "alertmanager.yml")
        _write(path, json.dumps(configuration, indent=1))
        self.process = Process(
            "Alertmanager",
            [self.binary(), f"--config.file={path}", "--cluster.listen-address=",
             f"--web.listen-address=127.0.0.1:{self.port}",
             f"--storage.path={os.path.join(self.folder, 'data')}"],
            os.path.join(self.folder, "alertmanager.log"))

    def ready(self):
        return http_ok(self.url + "/-/ready")

    def post(self, alerts):
        """Sends alerts as Prometheus would."""
        request = urllib.request.Request(
            self.url + "/api/v2/alerts", json.dumps(alerts).encode(),
            {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=10).close()

    def stop(self):
        if self.process is not None:
            self.process.stop()


def _write(path, text):
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w",
              encoding="utf-8") as file:
        file.write(text)
