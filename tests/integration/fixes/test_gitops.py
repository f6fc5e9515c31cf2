"""Object → who applies it → repository, file and line → pull request, comments and layout kept."""

import pytest
import scene
from test_fix_pull_requests import FIX_BRANCH, Shop

ARGO = "argoproj.io/v1alpha1"


@pytest.fixture
def shop(github, console, tmp_path):
    return Shop(github, console, tmp_path)


def image_change(shop, resources, before="shop/orders:1.4.2", after="shop/orders:1.5.0"):
    shop.report([{"time": (shop.now - 640) * scene.SECOND, "kind": "image", "entity": "orders",
                  "author": "ci", "summary": "Deployment shop/orders was rolled out",
                  "before": f"orders={before}", "after": f"orders={after}",
                  "ref": "kubernetes/main deployment shop/orders"}], resources=resources)


def env_change(shop, resources, key="POOL_SIZE", before="40", after="2"):
    shop.report([{"time": (shop.now - 640) * scene.SECOND, "kind": "config", "entity": "orders",
                  "author": "ci", "summary": "Deployment shop/orders was changed",
                  "before": "", "after": "", "diff": f"orders env {key}: {before} → {after}",
                  "ref": "kubernetes/main deployment shop/orders"}], resources=resources)


def deployment(**labels):
    return {"apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "orders", "namespace": "shop", "labels": labels}}


def git_repository(name, url):
    return {"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository",
            "metadata": {"name": name, "namespace": "flux-system"},
            "spec": {"url": url, "ref": {"branch": "main"}}}


def kustomization(path, source="fleet", **more):
    return {"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization",
            "metadata": {"name": "apps", "namespace": "flux-system"},
            "spec": {"path": path, "sourceRef": {"kind": "GitRepository", "name": source}, **more}}


FLUX = {"kustomize.toolkit.fluxcd.io/name": "apps",
        "kustomize.toolkit.fluxcd.io/namespace": "flux-system"}
FLEET = git_repository("fleet", "https://github.example/octo/fleet")


def fixed(console, repo, path, golden):
    """The branch holds exactly the golden file, and nothing else has changed."""
    console("run")
    done = console.approve()
    assert done and done[0]["state"] == "sent", (done, console.parcel("fix_plan"))
    assert repo.content(path, FIX_BRANCH).decode() == golden
    changed = repo.git.text("diff", "--name-only", "main", FIX_BRANCH).split()
    assert changed == [path], changed
    number, = repo.pulls
    return repo.issues[number]["body"], done[0]["plan"]


BASE = """apiVersion: apps/v1
kind: Deployment
metadata: {name: orders}
spec:
  replicas: 1
  template:
    spec:
      containers:
        - name: orders
          image: shop/orders:latest
          env: [{name: POOL_SIZE, value: "10"}]
"""


def test_kustomize_image_tag_of_a_flux_kustomization(shop, console, github):
    overlay = ("# production\nresources: [../../base]   # shared\n\nimages:\n"
               "  - name: shop/orders\n    newTag: \"1.5.0\"   # by CI, do not touch\n")
    fleet = github.repo("octo/fleet")
    fleet.commit({"base/deployment.yaml": BASE, "clusters/prod/kustomization.yaml": overlay,
                  "clusters/test/kustomization.yaml": overlay}, "start")
    image_change(shop, [deployment(**FLUX), kustomization("./clusters/prod"), FLEET])
    body, plan = fixed(console, fleet, "clusters/prod/kustomization.yaml",
                       overlay.replace("1.5.0", "1.4.2"))
    assert "Flux Kustomization flux-system/apps" in body
    assert "kustomization.yaml:6 1.5.0" in plan["title"], plan["title"]


def test_kustomize_inline_patch(shop, console, github):
    overlay = """resources:
  - ../../base
patches:
  # more for production
  - target: {kind: Deployment, name: orders}
    patch: |-
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: orders
      spec:
        template:
          spec:
            containers:
              - name: orders
                env:
                  - name: POOL_SIZE
                    value: "2"     # was 40
"""
    fleet = github.repo("octo/fleet")
    fleet.commit({"base/deployment.yaml": BASE, "clusters/prod/kustomization.yaml": overlay},
                 "start")
    env_change(shop, [deployment(**FLUX), kustomization("./clusters/prod"), FLEET])
    fixed(console, fleet, "clusters/prod/kustomization.yaml", overlay.replace('"2" ', '"40" '))


def test_kustomize_patch_in_a_file_of_its_own(shop, console, github):
    overlay = "resources: [../../base]\npatches: [{path: pool.yaml}]\n"
    patch = ("# the pool\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: orders}\nspec:\n"
             "  template:\n    spec:\n      containers:\n      - name: orders\n        env:\n"
             "        - {name: POOL_SIZE, value: \"2\"} # small\n")
    fleet = github.repo("octo/fleet")
    fleet.commit({"base/deployment.yaml": BASE, "clusters/prod/kustomization.yaml": overlay,
                  "clusters/prod/pool.yaml": patch}, "start")
    env_change(shop, [deployment(**FLUX), kustomization("./clusters/prod"), FLEET])
    fixed(console, fleet, "clusters/prod/pool.yaml", patch.replace('"2"', '"40"'))


def test_literals_of_a_generated_config_map(shop, console, github, tmp_path):
    overlay = ("configMapGenerator:\n  - name: orders-config\n    literals:\n"
               "      - LEVEL=info\n      - POOL_SIZE=2   # per pod\n")
    fleet = github.repo("octo/fleet")
    fleet.commit({"clusters/prod/kustomization.yaml": overlay}, "start")
    console.settings["github"]["repositories"].append({"name": "octo/fleet"})
    shop.report([])
    fix = tmp_path / "fix.json"
    fix.write_text('{"kind": "value", "repository": "octo/fleet", "reason": "more connections", '
                   '"values": [{"object": {"kind": "ConfigMap", "namespace": "shop", '
                   '"name": "orders-config-7h2k9d"}, "path": "data.POOL_SIZE", "expected": "2", '
                   '"value": "40"}]}')
    console("ask", "inc-0123456789abcdef", fix)
    fixed(console, fleet, "clusters/prod/kustomization.yaml",
          overlay.replace("POOL_SIZE=2 ", "POOL_SIZE=40 "))


def test_values_of_a_helm_release_in_the_repository_of_its_kustomization(shop, console, github):
    release = """apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: orders        # the shop's
  namespace: shop
spec:
  chart:
    spec: {chart: orders, sourceRef: {kind: HelmRepository, name: shop}}
  values:
    image:
      repository: shop/orders
      tag: "1.5.0"    # {"$imagepolicy": "shop:orders:tag"}
    pool: {size: 2}
"""
    live = {"apiVersion": "helm.toolkit.fluxcd.io/v2", "kind": "HelmRelease",
            "metadata": {"name": "orders", "namespace": "shop", "labels": FLUX},
            "spec": {"chart": {"spec": {"chart": "orders", "sourceRef": {
                "kind": "HelmRepository", "name": "shop"}}}}}
    fleet = github.repo("octo/fleet")
    fleet.commit({"clusters/prod/orders.yaml": release, "clusters/test/orders.yaml": release},
                 "start")
    image_change(shop, [
        deployment(**{"helm.toolkit.fluxcd.io/name": "orders",
                      "helm.toolkit.fluxcd.io/namespace": "shop"}),
        live, kustomization("./clusters/prod"), FLEET])
    body, _ = fixed(console, fleet, "clusters/prod/orders.yaml", release.replace("1.5.0", "1.4.2"))
    assert "Flux HelmRelease shop/orders, which Flux Kustomization flux-system/apps" in body


def test_value_files_of_an_application(shop, console, github):
    values = scene.VALUES.replace('"1.4.2"', '"1.5.0"')
    deploy = github.repo("octo/deploy")
    deploy.commit({"charts/orders/Chart.yaml": "name: orders\n", "charts/orders/values.yaml": values,
                   "env/prod.yaml": values, "env/test.yaml": values}, "start")
    image_change(shop, [
        {"apiVersion": ARGO, "kind": "Application",
         "metadata": {"name": "orders", "namespace": "argocd"},
         "spec": {"source": {"repoURL": "https://github.example/octo/deploy.git",
                             "path": "charts/orders", "targetRevision": "HEAD",
                             "helm": {"valueFiles": ["values.yaml", "../../env/prod.yaml"]}}},
         "status": {"resources": [{"group": "apps", "kind": "Deployment", "namespace": "shop",
                                   "name": "orders"}]}}])
    fixed(console, deploy, "env/prod.yaml", scene.VALUES)


def test_value_files_in_another_source_of_an_application(shop, console, github):
    values = scene.VALUES.replace('"1.4.2"', '"1.5.0"')
    settings = github.repo("octo/settings")
    settings.commit({"orders/prod.yaml": values, "orders/test.yaml": values}, "start")
    image_change(shop, [
        {"apiVersion": ARGO, "kind": "Application",
         "metadata": {"name": "orders", "namespace": "argocd"},
         "spec": {"sources": [
             {"repoURL": "https://charts.example", "chart": "orders", "targetRevision": "1.0.0",
              "helm": {"valueFiles": ["$env/orders/prod.yaml"]}},
             {"repoURL": "https://github.example/octo/settings.git", "targetRevision": "main",
              "ref": "env"}]},
         "status": {"resources": [{"kind": "Deployment", "namespace": "shop", "name": "orders"}]}}])
    fixed(console, settings, "orders/prod.yaml", scene.VALUES)


@pytest.mark.parametrize("helm, now, then", [
    ("valuesObject:\n        image: {repository: shop/orders, tag: 1.5.0}  # by CI",
     "tag: 1.5.0", "tag: 1.4.2"),
    ("parameters:\n        - {name: image.tag, value: 1.5.0}   # by CI", "1.5.0", "1.4.2"),
    ("values: |\n        image:\n          repository: shop/orders\n          tag: 1.5.0 # by CI",
     "tag: 1.5.0", "tag: 1.4.2"),
])
def test_values_inside_an_application_that_another_one_applies(shop, console, github, helm, now,
                                                               then):
    manifest = (f"apiVersion: {ARGO}\nkind: Application\nmetadata: {{name: orders, namespace: "
                "argocd}\nspec:\n  source:\n    repoURL: https://charts.example\n    chart: orders\n"
                f"    helm:\n      {helm}\n")
    apps = github.repo("octo/apps")
    apps.commit({"prod/orders.yaml": manifest, "test/orders.yaml": manifest}, "start")
    image_change(shop, [
        {"apiVersion": ARGO, "kind": "Application",
         "metadata": {"name": "orders", "namespace": "argocd"},
         "spec": {"source": {"repoURL": "https://charts.example", "chart": "orders"}},
         "status": {"resources": [{"kind": "Deployment", "namespace": "shop", "name": "orders"}]}},
        {"apiVersion": ARGO, "kind": "Application",
         "metadata": {"name": "root", "namespace": "argocd"},
         "spec": {"source": {"repoURL": "git@github.example:octo/apps.git", "path": "prod"}},
         "status": {"resources": [{"kind": "Application", "namespace": "argocd",
                                   "name": "orders"}]}}])
    fixed(console, apps, "prod/orders.yaml", manifest.replace(now, then))


def test_images_that_a_flux_kustomization_overrides_itself(shop, console, github):
    own = ("apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps, "
           "namespace: flux-system}\nspec:\n  path: ./apps\n  images:\n    - name: shop/orders\n"
           "      newTag: 1.5.0   # prod\n")
    fleet = github.repo("octo/fleet")
    fleet.commit({"clusters/prod/apps.yaml": own, "apps/orders.yaml": BASE}, "start")
    root = kustomization("./clusters/prod")
    root["metadata"] = {"name": "root", "namespace": "flux-system"}
    live = kustomization("./apps")
    live["metadata"]["labels"] = {**FLUX, "kustomize.toolkit.fluxcd.io/name": "root"}
    image_change(shop, [deployment(**FLUX), live, root, FLEET])
    fixed(console, fleet, "clusters/prod/apps.yaml", own.replace("1.5.0", "1.4.2"))


def test_a_chart_from_a_registry_without_values_of_ours_is_said(shop, console, github):
    github.repo("octo/fleet").commit({"x.yaml": "a: 1\n"}, "start")
    live = {"apiVersion": "helm.toolkit.fluxcd.io/v2", "kind": "HelmRelease",
            "metadata": {"name": "orders", "namespace": "shop"},
            "spec": {"chart": {"spec": {"chart": "orders"}}}}
    image_change(shop, [deployment(**{"helm.toolkit.fluxcd.io/name": "orders"}), live])
    console("run")
    plan, = console.parcel("fix_plan")
    assert "Flux HelmRelease shop/orders owns it" in plan["note"] + str(plan["answer"])
    assert console("approvals") == []
