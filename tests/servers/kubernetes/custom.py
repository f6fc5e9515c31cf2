"""Kinds of somebody's own: their definitions as their projects write them, and a broken broker."""

import time

DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
KAFKAS = "/apis/kafka.strimzi.io/v1beta2/namespaces/shop/kafkas"
FLEETS = "/apis/fleet.example.org/v1/fleets"
PASSWORD = "hunter2-of-the-broker"
WORDS = "Exceeded timeout of 300000ms while waiting for pods to become ready"


def _define(cluster, group, version, kind, scope):
    plural = kind.lower() + "s"
    anything = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    cluster.create(DEFINITIONS, {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {"group": group, "scope": scope,
                 "names": {"plural": plural, "singular": kind.lower(), "kind": kind,
                           "listKind": kind + "List"},
                 "versions": [{"name": version, "served": True, "storage": True,
                               "subresources": {"status": {}},
                               "schema": {"openAPIV3Schema": {
                                   "type": "object", "x-kubernetes-preserve-unknown-fields": True,
                                   "properties": {"spec": anything, "status": anything}}}}]}})


def run(cluster):
    """A Kafka that says that it is not ready, one that is, and a Fleet, which has no namespace."""
    _define(cluster, "kafka.strimzi.io", "v1beta2", "Kafka", "Namespaced")
    _define(cluster, "fleet.example.org", "v1", "Fleet", "Cluster")
    for path in (KAFKAS, FLEETS):
        cluster.wait_for(lambda path=path: cluster.items(path) == [] or True, 30, path)
    since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 600))
    for name, ready in (("orders", "False"), ("audit", "True")):
        cluster.create(KAFKAS, {
            "apiVersion": "kafka.strimzi.io/v1beta2", "kind": "Kafka", "metadata": {"name": name},
            "data": {"word": PASSWORD},
            "spec": {"kafka": {"replicas": 3, "version": "3.9.0"}, "adminPassword": PASSWORD}})
        cluster.status(f"{KAFKAS}/{name}", {"conditions": [{
            "type": "Ready", "status": ready, "lastTransitionTime": since,
            **({} if ready == "True" else {"reason": "TimeoutException", "message": WORDS})}]})
    cluster.create(FLEETS, {"apiVersion": "fleet.example.org/v1", "kind": "Fleet",
                            "metadata": {"name": "vans"}, "spec": {"size": 4}})
