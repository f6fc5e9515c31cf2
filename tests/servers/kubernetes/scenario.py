"""A shop in which five things go wrong, made by the real controllers wherever they have a say."""

import datetime
import time

SHOP = "/api/v1/namespaces/shop"
APPS = "/apis/apps/v1/namespaces/shop"
SECRET_VALUE = "hunter2-never-to-be-seen"


def _stamp(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime(
        "%Y-%m-%dT%H:%M:%SZ")


def deployment(name, image, replicas=1, env=(), **container):
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name},
            "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": name}},
                     "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": [
                         {"name": "app", "image": image, "env": list(env), **container}]}}}}


def service(name, app):
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name},
            "spec": {"selector": {"app": app}, "ports": [{"port": 80, "targetPort": 8080}]}}


def pods_of(cluster, app, image=None):
    """Pods that the scheduler has placed."""
    return [pod for pod in cluster.items(f"{SHOP}/pods?labelSelector=app%3D{app}")
            if pod["spec"].get("nodeName")
            and (image is None or pod["spec"]["containers"][0]["image"] == image)]


def _report(cluster, pod, state, ready=False, **more):
    """What a kubelet would say of the only container."""
    name = pod["metadata"]["name"]
    condition = {"type": "Ready", "status": "True" if ready else "False"}
    cluster.status(f"{SHOP}/pods/{name}", {
        "phase": "Running" if "running" in state or "restartCount" in more else "Pending",
        "podIP": "10.1.0.9", "conditions": [condition],
        "containerStatuses": [{"name": "app", "image": pod["spec"]["containers"][0]["image"],
                               "imageID": "", "restartCount": 0, "ready": ready, "state": state,
                               **more}]})
    return name


def run(cluster):
    """Returns what was made: {"began", "oom_pod", "pull_pod"}."""
    cluster.create("/api/v1/nodes", cluster.kubelet.node("alpha"))
    cluster.status("/api/v1/nodes/alpha", cluster.kubelet.node("alpha")["status"])
    # the taint that new nodes get until somebody calls them ready
    cluster.patch("/api/v1/nodes/alpha", {"spec": {"taints": None}})
    for name in ("shop", "tight"):
        cluster.create("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace",
                                              "metadata": {"name": name}})
    cluster.create(f"{SHOP}/secrets", {"apiVersion": "v1", "kind": "Secret", "metadata":
                                       {"name": "vault"}, "stringData": {"word": SECRET_VALUE}})
    cluster.create(f"{SHOP}/configmaps", {"apiVersion": "v1", "kind": "ConfigMap", "metadata":
                                          {"name": "settings"}, "data": {"word": SECRET_VALUE}})
    env = [{"name": "ORDERS_URL", "value": "http://orders.shop.svc:80/api"},
           {"name": "API_TOKEN", "value": SECRET_VALUE}]
    cluster.create(f"{APPS}/deployments", deployment("web", "shop/web:1", 2, env))
    cluster.create(f"{APPS}/deployments", deployment("orders", "shop/orders:7"))
    cluster.create(f"{SHOP}/services", service("web", "web"))
    cluster.create(f"{SHOP}/services", service("orders", "orders"))
    cluster.wait_for(lambda: len(pods_of(cluster, "web")) == 2 and pods_of(cluster, "orders"), 60,
                     "the pods of the shop")
    now = time.time()
    for pod in pods_of(cluster, "web"):
        name = _report(cluster, pod, {"running": {"startedAt": _stamp(now)}}, ready=True)
        cluster.kubelet.logs["shop", name, "app", False] = [(now, "INFO listening on :8080")]
    time.sleep(1.1)  # creation times have whole seconds: the rollout is a later one

    # 1: out of memory
    orders = pods_of(cluster, "orders")[0]
    oom = _report(cluster, orders, {"waiting": {"reason": "CrashLoopBackOff"}}, restartCount=3,
                  lastState={"terminated": {"reason": "OOMKilled", "exitCode": 137,
                                            "startedAt": _stamp(now), "finishedAt": _stamp(time.time())}})
    cluster.kubelet.logs["shop", oom, "app", False] = []
    cluster.kubelet.logs["shop", oom, "app", True] = [
        (now, "INFO loading the price list"),
        (now + 0.5, '{"level":"error","msg":"heap is exhausted","traceId":"4bf92f3577b34da6"}')]
    # 2 and 3: a rollout whose image cannot be pulled
    cluster.patch(f"{APPS}/deployments/web", {"spec": {"template": {"spec": {"containers": [
        {"name": "app", "image": "shop/web:2", "env": env}]}}}})
    cluster.wait_for(lambda: pods_of(cluster, "web", "shop/web:2"), 60, "the rollout")
    pull = _report(cluster, pods_of(cluster, "web", "shop/web:2")[0], {"waiting": {
        "reason": "ImagePullBackOff", "message": 'Back-off pulling image "shop/web:2"'}})
    # 4: more CPU than any node has
    cluster.create(f"{APPS}/deployments", deployment("forecast", "shop/forecast:1", resources={
        "requests": {"cpu": "64"}}))
    # 5: a quota that is used up
    cluster.create("/api/v1/namespaces/tight/resourcequotas", {
        "apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "few"},
        "spec": {"hard": {"pods": "0"}}})
    cluster.create("/apis/apps/v1/namespaces/tight/deployments", deployment("mail", "shop/mail:1"))
    # 6: a service that selects nothing
    cluster.create(f"{SHOP}/services", service("lost", "ordres"))

    def reasons():
        return {event["reason"] for event in cluster.items("/api/v1/events")}
    cluster.wait_for(lambda: {"FailedScheduling", "FailedCreate", "ScalingReplicaSet"} <= reasons(),
                     60, "the controllers' events")
    return {"began": now, "oom_pod": oom, "pull_pod": pull}
