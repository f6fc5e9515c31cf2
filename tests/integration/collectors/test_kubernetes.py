"""The Kubernetes collector against a real kube-apiserver with its controllers."""

import concurrent.futures
import os
import pathlib
import sys
import time

import pytest

from reading import coverage, everything

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "servers" / "kubernetes"))
import cluster as real  # noqa: E402
import custom  # noqa: E402
import scenario  # noqa: E402

pytestmark = pytest.mark.servers
INSTANCE = {"name": "main", "timeout": "10s", "logs": True, "cluster": "east"}


@pytest.fixture(scope="module")
def shop(folder):
    try:
        one = real.Cluster(folder / "kubernetes")
    except real.Absent as absent:
        pytest.skip(str(absent))
    try:
        one.made = scenario.run(one)
        yield one
    finally:
        one.stop()


@pytest.fixture
def collect(shop, console):
    def run(kubeconfig=None, window=None, **more):
        source = console("kubernetes", kubeconfig=kubeconfig or shop.kubeconfig("admin-token"),
                         **{**INSTANCE, **more})
        return source("collect", timeout=20, window=window or default_window(shop),
                      service="web")
    return run


def default_window(shop):
    now = time.time() + 1
    return {"start": shop.made["began"], "end": now, "baselineStart": now - 3600,
            "baselineEnd": shop.made["began"]}


@pytest.fixture(scope="module")
def whole(shop):
    """One full collection that most tests look at."""
    import servers
    source = servers.Console("kubernetes", kubeconfig=shop.kubeconfig("certificate"), **INSTANCE)
    answer = source("collect", timeout=20, window=default_window(shop), service="web")
    source.close()
    return answer


def named(answer, kind, name):
    return [one for one in answer["resources"]
            if one.get("kind") == kind and one["metadata"]["name"] == name]


def test_an_oom_killed_container_is_there_with_its_last_words(shop, whole):
    pod = named(whole, "Pod", shop.made["oom_pod"])[0]
    last = pod["status"]["containerStatuses"][0]["lastState"]["terminated"]
    assert (last["reason"], last["exitCode"]) == ("OOMKilled", 137)
    words = [log for log in whole["logs"] if log["body"] == "heap is exhausted"]
    assert len(words) == 1
    assert words[0]["severity"] == 17 and words[0]["traceId"] == "4bf92f3577b34da6"
    assert words[0]["attributes"]["service.name"] == "orders"
    assert words[0]["attributes"]["k8s.container.previous"] == "true"


def test_an_image_that_cannot_be_pulled_and_the_rollout_that_brought_it(shop, whole):
    pod = named(whole, "Pod", shop.made["pull_pod"])[0]
    waiting = pod["status"]["containerStatuses"][0]["state"]["waiting"]
    assert waiting["reason"] == "ImagePullBackOff"
    rollout = [one for one in whole["changes"] if one["kind"] == "image"]
    assert len(rollout) == 1
    assert rollout[0]["entity"] == "web"
    assert (rollout[0]["before"], rollout[0]["after"]) == ("app=shop/web:1", "app=shop/web:2")
    assert shop.made["began"] - 1 <= rollout[0]["time"] / 1e9 <= time.time()


def test_what_the_scheduler_and_the_quota_said(whole):
    said = {one["reason"]: one["message"] for one in whole["events"]}
    assert "Insufficient cpu" in said["FailedScheduling"]
    assert "exceeded quota: few" in said["FailedCreate"]
    assert named(whole, "ResourceQuota", "few")[0]["spec"]["hard"] == {"pods": "0"}


def test_a_service_that_selects_nothing_is_there_with_its_empty_slice(whole):
    assert named(whole, "Service", "lost")[0]["spec"]["selector"] == {"app": "ordres"}
    slices = [one for one in whole["resources"] if one.get("kind") == "EndpointSlice"
              and one["metadata"]["labels"].get("kubernetes.io/service-name") == "lost"]
    assert slices and all(not one.get("endpoints") for one in slices)


def test_services_are_connected_as_their_objects_declare(shop, whole):
    edges = {(one["from"], one["to"], one["kind"]) for one in whole["topology"]}
    assert ("web", "orders", "depends_on") in edges
    assert ("orders", shop.made["oom_pod"], "depends_on") in edges
    assert ("web", "alpha", "runs_on") in edges


def test_nothing_secret_leaves_the_collector(shop, whole, collect):
    for answer in (whole, collect(configMapValues=True)):
        assert not [one for one in answer["resources"] if one.get("kind") == "Secret"]
        assert "managedFields" not in everything(answer)
        assert not [row for row in answer["coverage"] if "/secrets" in row["query"]]
    assert scenario.SECRET_VALUE not in everything(whole)
    assert named(whole, "ConfigMap", "settings")[0]["data"] == {
        "word": f"({len(scenario.SECRET_VALUE)} bytes)"}


def test_every_request_is_a_row_and_none_of_them_failed(whole):
    assert coverage(whole, "answered") and len(whole["coverage"]) > 30
    for outcome in ("failed", "denied", "timed_out"):
        assert not coverage(whole, outcome)
    usage = [row for row in whole["coverage"] if row["source"] == "pod-metrics/main"]
    assert usage[0]["outcome"] == "empty" and "metrics-server" in usage[0]["note"]


def test_usage_is_read_through_the_aggregator_and_samples_make_curves(shop, console):
    metrics = real.FakeMetricsServer(shop.path("server.crt"), shop.path("server.key"))
    made = [shop.create(path, body) and path + "/" + body["metadata"]["name"]
            for path, body in metrics.objects()]
    try:
        key = ("shop", shop.made["oom_pod"], "app")
        metrics.usage[key] = {"cpu": "250m", "memory": "64Mi"}
        shop.wait_for(lambda: shop.items("/apis/metrics.k8s.io/v1beta1/pods"), 60, "the aggregator")
        source = console("kubernetes", kubeconfig=shop.kubeconfig("admin-token"), **INSTANCE)
        assert source("sample", timeout=10)["containers"]
        metrics.usage[key] = {"cpu": "750000000n", "memory": "128Mi"}
        answer = source("collect", timeout=20, window=default_window(shop))
        curves = {one["name"]: one for one in answer["metrics"]}
        assert [value for _, value in curves["container.cpu.usage"]["points"]] == [0.25, 0.75]
        memory = curves["container.memory.usage"]
        assert memory["unit"] == "By" and memory["points"][-1][1] == 128 * 2 ** 20
        assert memory["labels"]["service.name"] == "orders"
        assert curves["k8s.node.cpu.usage"]["points"][-1][1] == 1.5
        metrics.usage.update({("crowd", f"p{i}", "app"): {"cpu": "1m", "memory": "1Mi"}
                              for i in range(2100)})
        answer = source("collect", timeout=20, window=default_window(shop))
        row, = [row for row in answer["coverage"] if row["source"] == "pod-metrics/main"]
        assert "of 2101 containers the first 2000 are sampled" in row["note"]
    finally:
        for path in made:
            shop.call("DELETE", path)
        metrics.stop()


def test_lists_longer_than_a_page_are_read_whole(shop, collect):
    path = "/api/v1/namespaces/default/configmaps"
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda i: shop.create(path, {"apiVersion": "v1", "kind": "ConfigMap",
                                                   "metadata": {"name": f"many-{i}"}}), range(620)))
    answer = collect(kinds=["configmaps"], namespaces=["default"])
    assert sum(one["metadata"]["name"].startswith("many-") for one in answer["resources"]) == 620
    cut = collect(kinds=["configmaps"], namespaces=["default"], maxObjects=100)
    assert len(cut["resources"]) == 100
    assert "first 100" in coverage(cut, "truncated")[0]["note"]


def test_partial_rights_are_rows_that_name_the_rule_and_doctor_has_the_role(shop, console):
    rights = "/apis/rbac.authorization.k8s.io/v1"
    shop.create(f"{rights}/namespaces/shop/roles", {
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "pods"},
        "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}]})
    shop.create(f"{rights}/namespaces/shop/rolebindings", {
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
        "metadata": {"name": "pods"}, "subjects": [{"kind": "User", "name": "viewer",
                                                    "apiGroup": "rbac.authorization.k8s.io"}],
        "roleRef": {"kind": "Role", "name": "pods", "apiGroup": "rbac.authorization.k8s.io"}})
    source = console("kubernetes", kubeconfig=shop.kubeconfig("viewer-token"),
                     **{**INSTANCE, "namespaces": ["shop"]})
    answer = source("collect", timeout=20, window=default_window(shop))
    assert named(answer, "Pod", shop.made["oom_pod"])
    denied = {row["query"].split("?")[0]: row["note"] for row in coverage(answer, "denied")}
    note = denied["/apis/apps/v1/namespaces/shop/deployments"]
    assert ('add the rule {apiGroups: ["apps"], resources: ["deployments"], verbs: ["list"]}'
            in note)
    assert "deployments.apps in namespace shop" in note
    assert any(row["source"] == "pod-logs/main" and "pods/log" in row["note"]
               for row in coverage(answer, "denied"))

    probes = {one["what"]: one for one in source("probe", timeout=20)["probes"]}
    assert probes["authenticate"]["finding"] == "as viewer"
    assert not probes["permissions"]["ok"]
    # the role that doctor prints is the one that is missing: applied as it stands, all is well
    for text in probes["permissions"]["fix"].split("\n", 1)[1].split("---\n"):
        kind = text.split("kind: ", 1)[1].split("\n", 1)[0]
        place = "" if kind.startswith("Cluster") else "/namespaces/shop"
        request = real.urllib.request.Request(
            f"{shop.url}{rights}{place}/{kind.lower()}s", method="POST", data=text.encode(),
            headers={"Authorization": "Bearer admin-token", "Content-Type": "application/yaml"})
        real.urllib.request.urlopen(request, context=shop._context, timeout=20).close()
    shop.wait_for(lambda: all(one["ok"] for one in source("probe", timeout=20)["probes"]
                              if one["what"] == "permissions"), 20, "the rights of the viewer")
    assert not coverage(source("collect", timeout=20, window=default_window(shop)), "denied")


@pytest.fixture(scope="module")
def broker(shop):
    custom.run(shop)
    return shop


KINDS = ["kafkas.kafka.strimzi.io", "fleets.fleet.example.org", "kafkatopics.kafka.strimzi.io",
         "clusters.postgresql.cnpg.io"]


def test_kinds_of_somebodys_own_are_read_when_they_are_named(broker, collect):
    answer = collect(kinds=["nodes"], customKinds=KINDS, namespaces=["shop"], logs=False)
    kafka = named(answer, "Kafka", "orders")[0]
    assert kafka["apiVersion"] == "kafka.strimzi.io/v1beta2"
    assert kafka["status"]["conditions"][0]["message"] == custom.WORDS
    assert kafka["spec"]["kafka"] == {"replicas": 3, "version": "3.9.0"}
    assert custom.PASSWORD not in everything(answer) and "data" not in kafka
    assert named(answer, "Fleet", "vans"), "it has no namespace, and is read all the same"
    rows = {row["query"].split("?")[0]: row for row in answer["coverage"]}
    assert rows["/apis/kafka.strimzi.io/v1beta2/namespaces/shop/kafkas"]["count"] == 2
    assert rows["/apis/fleet.example.org/v1/fleets"]["outcome"] == "answered"
    absent = rows["/apis/kafka.strimzi.io/kafkatopics"]
    assert absent["outcome"] == "empty" and "kafka.strimzi.io has kafkas;" in absent["note"]
    assert "no group postgresql.cnpg.io" in rows["/apis/postgresql.cnpg.io/clusters"]["note"]
    assert not named(collect(kinds=["nodes"], logs=False), "Kafka", "orders")
    assert {one["entity"] for one in answer["changes"] if one["kind"] == "config"} >= {
        "kafka/orders", "fleet/vans"}


def test_doctor_tells_of_named_kinds_and_has_their_rights(broker, console):
    source = console("kubernetes", kubeconfig=broker.kubeconfig("viewer-token"),
                     **{**INSTANCE, "kinds": ["nodes"], "customKinds": KINDS})
    probes = {one["what"]: one for one in source("probe", timeout=20)["probes"]}
    assert "list kafkas.kafka.strimzi.io in all namespaces" in probes["permissions"]["finding"]
    assert '["kafka.strimzi.io"]\n  resources: [kafkas]' in probes["least role"]["finding"]
    assert '["fleet.example.org"]\n  resources: [fleets]' in probes["least role"]["finding"]
    missing = probes["kind clusters.postgresql.cnpg.io"]
    assert not missing["ok"] and "--api-group=postgresql.cnpg.io" in missing["fix"]
    assert "clusters" not in probes["least role"]["finding"]


def test_doctor_is_content_with_an_administrator(shop, console):
    source = console("kubernetes", kubeconfig=shop.kubeconfig("certificate"), **INSTANCE)
    probes = source("probe", timeout=20)["probes"]
    assert all(one["ok"] for one in probes), probes
    found = {one["what"]: one["finding"] for one in probes}
    assert "version v1." in found[f"reach {shop.url}"]
    assert found["authenticate"] == "as ann"
    assert "clock" in found and "resources: [pods/log]" in found["least role"]
    assert "secrets" not in found["least role"] and "*" not in found["least role"]


def test_every_way_to_say_who_we_are(shop, collect, tmp_path):
    only = {"kinds": ["nodes"], "logs": False}
    assert named(collect(shop.kubeconfig("certificate"), **only), "Node", "alpha")
    by_name = shop.kubeconfig("admin-token", "by-name", **{"tls-server-name": "kubernetes.example"})
    assert named(collect(by_name, **only), "Node", "alpha")
    plugin = tmp_path / "plugin"
    plugin.write_text('#!/bin/sh\necho \'{"kind":"ExecCredential","apiVersion":'
                      '"client.authentication.k8s.io/v1","status":{"token":"admin-token"}}\'\n')
    os.chmod(plugin, 0o755)
    config = real.json.loads(pathlib.Path(shop.kubeconfig("admin-token")).read_text())
    config["users"][0]["user"] = {"exec": {"apiVersion": "client.authentication.k8s.io/v1",
                                           "command": "./plugin", "interactiveMode": "Never"}}
    (tmp_path / "kubeconfig").write_text(real.json.dumps(config))
    assert named(collect(str(tmp_path / "kubeconfig"), **only), "Node", "alpha")


@pytest.mark.parametrize("wrong, words", [
    ({"token": "nobody"}, "HTTP 401"),
    ({"tls-server-name": "elsewhere.example"}, "certificate"),
    ({"certificate-authority-data": None}, "certificate"),
])
def test_wrong_credentials_and_certificates_are_one_row(shop, collect, wrong, words):
    token = wrong.pop("token", "admin-token")
    if "certificate-authority-data" in wrong:  # an authority that signed something else
        wrong = {"certificate-authority-data": real.base64.b64encode(
            pathlib.Path(shop.path("server.crt")).read_bytes()).decode()}
    answer = collect(shop.kubeconfig(token, f"wrong-{words[:4]}-{len(str(wrong))}", **wrong))
    assert len(answer["coverage"]) == 1 and not answer["resources"]
    assert words in answer["coverage"][0]["note"]


def test_a_server_that_stops_in_the_middle_does_not_hold_the_window(shop, console):
    import signal
    source = console("kubernetes", kubeconfig=shop.kubeconfig("admin-token"),
                     **{**INSTANCE, "timeout": "60s"})
    server = shop._processes[1]
    server.send_signal(signal.SIGSTOP)
    try:
        answer = source("collect", timeout=3, window=default_window(shop))
    finally:
        server.send_signal(signal.SIGCONT)
    assert coverage(answer, "timed_out")
    assert answer["seconds"] < 20
