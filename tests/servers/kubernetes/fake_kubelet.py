"""A node without containers: it reports what a test says and serves logs from memory, over TLS, as
the kubelet's /containerLogs does."""

import datetime
import http.server
import json
import ssl
import threading
import urllib.parse

from lab.site import Site


def stamp(seconds):
    time = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class FakeKubelet:
    """`logs[(namespace, pod, container, previous)]` is a list of (unix seconds, text)."""

    def __init__(self, certificate, key):
        self.logs = {}
        kubelet = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                url = urllib.parse.urlparse(self.path)
                query = {k: v[-1] for k, v in urllib.parse.parse_qs(url.query).items()}
                parts = url.path.strip("/").split("/")
                if parts[0] != "containerLogs" or len(parts) != 4:
                    return self.answer(404, b"404 page not found\n")
                previous = query.get("previous") == "true"
                lines = kubelet.logs.get((parts[1], parts[2], parts[3], previous))
                if lines is None:
                    word = "previous terminated container" if previous else "container"
                    return self.answer(400, f'{word} "{parts[3]}" in pod "{parts[2]}" not found'
                                       .encode())
                since = query.get("sinceTime")
                if since:
                    since = datetime.datetime.fromisoformat(since.replace("Z", "+00:00")).timestamp()
                    lines = [line for line in lines if line[0] >= since]
                if "tailLines" in query:
                    lines = lines[-int(query["tailLines"]):]
                timed = query.get("timestamps") == "true"
                body = "".join((stamp(at) + " " if timed else "") + text + "\n"
                               for at, text in lines).encode()
                if "limitBytes" in query:
                    body = body[:int(query["limitBytes"])]
                return self.answer(200, body)

            def answer(self, status, body):
                self.send_response(status)
                self.send_header("Content-Type", "text/plain")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = Site(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def node(self, name, cpu="4", memory="8Gi"):
        """The Node object and its status; the kubelet of every one of them is this server."""
        now = stamp(datetime.datetime.now().timestamp())
        condition = {"type": "Ready", "status": "True", "reason": "KubeletReady",
                     "lastHeartbeatTime": now[:19] + "Z", "lastTransitionTime": now[:19] + "Z"}
        room = {"cpu": cpu, "memory": memory, "pods": "110"}
        return json.loads(json.dumps({
            "apiVersion": "v1", "kind": "Node",
            "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name}},
            "status": {"capacity": room, "allocatable": room, "conditions": [condition],
                       "addresses": [{"type": "InternalIP", "address": "127.0.0.1"},
                                     {"type": "Hostname", "address": name}],
                       "daemonEndpoints": {"kubeletEndpoint": {"Port": self.port}}}}))

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


class FakeMetricsServer:
    """metrics.k8s.io/v1beta1 for the API server's aggregator: `usage[(namespace, pod, container)]`."""

    def __init__(self, certificate, key):
        self.usage = {}
        metrics = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                path = urllib.parse.urlparse(self.path).path
                version = {"apiVersion": "metrics.k8s.io/v1beta1"}
                now = stamp(datetime.datetime.now().timestamp())[:19] + "Z"
                if path.endswith("/v1beta1"):
                    body = {"kind": "APIResourceList", "groupVersion": "metrics.k8s.io/v1beta1",
                            "resources": [{"name": "pods", "kind": "PodMetrics", "namespaced": True,
                                           "verbs": ["get", "list"]}]}
                elif path.endswith("/nodes"):
                    body = {"kind": "NodeMetricsList", **version, "metadata": {}, "items": [
                        {"metadata": {"name": "alpha"}, "timestamp": now, "window": "15s",
                         "usage": {"cpu": "1500m", "memory": "2Gi"}}]}
                else:
                    body = {"kind": "PodMetricsList", **version, "metadata": {}, "items": [
                        {"metadata": {"namespace": space, "name": pod}, "timestamp": now,
                         "window": "15s", "containers": [{"name": container, "usage": usage}]}
                        for (space, pod, container), usage in metrics.usage.items()]}
                text = json.dumps(body).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self._server = Site(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def objects(self):
        """What makes the aggregator ask this server."""
        return (("/api/v1/namespaces/kube-system/services",
                 {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "metrics"},
                  "spec": {"type": "ExternalName", "externalName": "localhost",
                           "ports": [{"port": self.port}]}}),
                ("/apis/apiregistration.k8s.io/v1/apiservices",
                 {"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService",
                  "metadata": {"name": "v1beta1.metrics.k8s.io"},
                  "spec": {"group": "metrics.k8s.io", "version": "v1beta1",
                           "insecureSkipTLSVerify": True, "groupPriorityMinimum": 100,
                           "versionPriority": 100,
                           "service": {"name": "metrics", "namespace": "kube-system",
                                       "port": self.port}}}))

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
