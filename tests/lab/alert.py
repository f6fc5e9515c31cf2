"""Alerts as Alertmanager 0.25 delivers them, for tests that need no Alertmanager."""

import datetime
import hashlib


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def delivery(name, started, summary="it is slow", status="firing"):
    """One alert about `orders-db`; a resolved one ends now."""
    labels = {"alertname": name, "service": "orders-db", "severity": "critical"}
    return {
        "version": "4", "receiver": "devops-insight", "status": status, "truncatedAlerts": 0,
        "groupKey": f'{{}}:{{alertname="{name}"}}', "groupLabels": {"alertname": name},
        "commonLabels": labels, "commonAnnotations": {}, "externalURL": "http://localhost:9093",
        "alerts": [{"status": status, "labels": labels, "annotations": {"summary": summary},
                    "startsAt": started,
                    "endsAt": now() if status == "resolved" else "0001-01-01T00:00:00Z",
                    "generatorURL": "",
                    "fingerprint": hashlib.sha256(name.encode()).hexdigest()[:16]}]}
