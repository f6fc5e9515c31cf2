"""Prometheus, what it scrapes, and a gateway before it."""

import json
import threading
import time

from lab.ports import free_port
from lab.site import Site

from .process import Process


class Shop:
    """A service with metrics of its own: a histogram whose slow half grows, and its version."""

    def __init__(self):
        import http.server
        shop = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                shop.requests += 10
                body = shop.metrics().encode()
                self.send_response(200)
                self.send_header("Content-Type", shop.content_type)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.requests = 0
        self.version = "1.4.0"
        self.content_type = "text/plain; version=0.0.4"
        self.server = Site(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def metrics(self):
        n = self.requests
        return f"""# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{{le="0.1"}} {n // 2}
http_request_duration_seconds_bucket{{le="1"}} {n}
http_request_duration_seconds_bucket{{le="+Inf"}} {n}
http_request_duration_seconds_sum {n * 0.3}
http_request_duration_seconds_count {n}
# TYPE shop_carts gauge
shop_carts 12
# TYPE shop_broken gauge
shop_broken NaN
# TYPE process_cpu_seconds_total counter
process_cpu_seconds_total {n / 100}
# TYPE go_goroutines gauge
go_goroutines 7
# TYPE shop_build_info gauge
shop_build_info{{version="{self.version}"}} 1
"""

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Cluster(Shop):
    """A stand-in for what kube-state-metrics, a pipeline and a traced service expose: the state is
    ours to change, the Prometheus that scrapes it is real."""

    def __init__(self):
        super().__init__()
        self.content_type = "application/openmetrics-text; version=1.0.0"
        self.replicas, self.image, self.deployed, self.generation = 3, "shop:1.4", 1000, 7

    def metrics(self):
        n, now = self.requests, time.time()
        pods = "".join(
            f'kube_pod_container_info{{namespace="shop",pod="cart-{i}",container="cart",'
            f'image="{self.image}"}} 1\n' for i in range(3))
        return f"""# TYPE kube_deployment_spec_replicas gauge
kube_deployment_spec_replicas{{namespace="shop",deployment="cart"}} {self.replicas}
kube_deployment_spec_replicas{{namespace="shop",deployment="quiet"}} 2
# TYPE kube_deployment_metadata_generation gauge
kube_deployment_metadata_generation{{namespace="shop",deployment="cart"}} {self.generation}
# TYPE kube_pod_container_info gauge
{pods}# TYPE shop_last_deploy_timestamp_seconds gauge
shop_last_deploy_timestamp_seconds{{service="cart",version="1.5"}} {self.deployed}
# TYPE cart_seconds histogram
cart_seconds_bucket{{le="0.1"}} {n} # {{trace_id="fast{n}"}} 0.05 {now}
cart_seconds_bucket{{le="+Inf"}} {2 * n} # {{trace_id="slow{n}",span_id="s{n}"}} 3.{n // 10 % 10} {now}
cart_seconds_sum {n * 3.2}
cart_seconds_count {2 * n}
# TYPE shop_carts gauge
shop_carts 12
# EOF
"""


class Prometheus(Process):
    """Scrapes every second; `targets` is {job: (port, labels)}."""

    RULES = [{"alert": "Evictions",
              "expr": 'rate(redis_evicted_keys_total{job="redis"}[10s]) > 1e9'}]

    def __init__(self, folder, targets, rules=None, flags=(), data=None):
        port = free_port()
        home = folder / f"prometheus-{port}"
        home.mkdir()
        (home / "rules.json").write_text(json.dumps(
            {"groups": [{"name": "shop", "rules": rules or self.RULES}]}))
        scrape = [{"job_name": job, "static_configs": [
            {"targets": [f"127.0.0.1:{target}"], "labels": labels}]}
            for job, (target, labels) in {**targets, "prometheus": (port, {})}.items()]
        (home / "prometheus.yml").write_text(json.dumps({
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": ["rules.json"], "scrape_configs": scrape}))
        super().__init__(["prometheus", f"--config.file={home}/prometheus.yml",
                          f"--storage.tsdb.path={data or home / 'data'}",
                          f"--web.listen-address=127.0.0.1:{port}", *flags], folder, port)
        self.url = f"http://127.0.0.1:{port}"

    def query(self, text):
        import urllib.parse
        import urllib.request
        url = f"{self.url}/api/v1/query?" + urllib.parse.urlencode({"query": text})
        with urllib.request.urlopen(url, timeout=5) as answer:
            return json.load(answer)["data"]["result"]


class Gateway:
    """A front of a real Prometheus that offers what Thanos or Mimir offer: no targets, no status."""

    HIDDEN = ("/api/v1/targets", "/api/v1/status/", "/api/v1/rules")

    def __init__(self, url, allow_post=True):
        import http.server
        import urllib.error
        import urllib.request
        gateway = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def relay(self, body=None):
                gateway.seen.append((self.command, self.headers.get("X-Scope-OrgID"),
                                     self.headers.get("Authorization")))
                if self.path.startswith(gateway.HIDDEN):
                    return self.reply(404, b"404 page not found")
                if body is not None and not allow_post:
                    return self.reply(405, b"Method Not Allowed")
                request = urllib.request.Request(url + self.path, data=body)
                try:
                    with urllib.request.urlopen(request, timeout=10) as answer:
                        self.reply(answer.status, answer.read())
                except urllib.error.HTTPError as error:
                    self.reply(error.code, error.read())

            def reply(self, status, body):
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                self.relay()

            def do_POST(self):
                self.relay(self.rfile.read(int(self.headers["Content-Length"])))

            def log_message(self, *_):
                pass

        self.seen = []
        self.server = Site(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
