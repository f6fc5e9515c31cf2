"""etcd, kube-apiserver, controller manager and scheduler on free loopback ports, with an authority
of their own, and a small client for the tests."""

import base64
import json
import os
import pathlib
import signal
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from lab.ports import free_port  # noqa: E402

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fake_kubelet import FakeKubelet, FakeMetricsServer  # noqa: E402, F401

_HERE = pathlib.Path(__file__).resolve().parent


class Absent(Exception):
    """The server cannot be had on this machine; the text says why."""


def binaries():
    """The folder of the binaries, built when they are not in the cache."""
    done = subprocess.run([_HERE / "build"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Absent("kube-apiserver cannot be built: " + (done.stderr.strip().splitlines()
                                                           or ["no reason given"])[-1])
    return pathlib.Path(done.stdout.strip().splitlines()[-1])


def _openssl(*words):
    subprocess.run(["openssl", *words], check=True, capture_output=True)


class Cluster:
    TOKENS = {"admin-token": "admin,1,\"system:masters\"", "viewer-token": "viewer,2,\"viewers\""}

    def __init__(self, folder, controllers=True):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._processes = []
        self._logs = []
        self._binaries = binaries()
        self.port = free_port()
        self.url = f"https://127.0.0.1:{self.port}"
        self._certificates()
        self.kubelet = FakeKubelet(self.path("server.crt"), self.path("server.key"))
        try:
            self._start(controllers)
        except BaseException:
            self.stop()
            raise

    def path(self, name):
        return str(self.folder / name)

    def _certificates(self):
        _openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                 "/CN=test authority", "-keyout", self.path("ca.key"), "-out", self.path("ca.crt"))
        _openssl("genrsa", "-out", self.path("sa.key"), "2048")
        for name, subject in (("server", "/CN=kube-apiserver"), ("admin", "/O=system:masters/CN=ann")):
            _openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", subject, "-keyout",
                     self.path(name + ".key"), "-out", self.path(name + ".csr"))
            names = self.path(name + ".ext")
            pathlib.Path(names).write_text(
                "subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:kubernetes.example\n"
                "extendedKeyUsage=serverAuth,clientAuth\n", encoding="utf-8")
            _openssl("x509", "-req", "-in", self.path(name + ".csr"), "-CA", self.path("ca.crt"),
                     "-CAkey", self.path("ca.key"), "-CAcreateserial", "-days", "2", "-extfile",
                     names, "-out", self.path(name + ".crt"))
        (self.folder / "tokens.csv").write_text(
            "".join(f"{token},{user}\n" for token, user in self.TOKENS.items()), encoding="utf-8")
        self._context = ssl.create_default_context(cafile=self.path("ca.crt"))

    def _run(self, command, *words):
        log = open(self.path(command + ".log"), "wb")  # noqa: SIM115, closed in stop
        self._logs.append(log)
        self._processes.append(subprocess.Popen(
            [str(self._binaries / command), *words], stdout=log, stderr=subprocess.STDOUT,
            start_new_session=True))

    def _start(self, controllers):
        client, peer = free_port(), free_port()
        self._run("etcd", "--data-dir", self.path("etcd"), "--unsafe-no-fsync",
                  f"--listen-client-urls=http://127.0.0.1:{client}",
                  f"--advertise-client-urls=http://127.0.0.1:{client}",
                  f"--listen-peer-urls=http://127.0.0.1:{peer}",
                  f"--initial-advertise-peer-urls=http://127.0.0.1:{peer}",
                  f"--initial-cluster=default=http://127.0.0.1:{peer}")
        self._run("kube-apiserver", f"--etcd-servers=http://127.0.0.1:{client}",
                  "--bind-address=127.0.0.1", f"--secure-port={self.port}",
                  "--advertise-address=127.0.0.1", "--endpoint-reconciler-type=none",
                  f"--tls-cert-file={self.path('server.crt')}",
                  f"--tls-private-key-file={self.path('server.key')}",
                  f"--client-ca-file={self.path('ca.crt')}",
                  f"--token-auth-file={self.path('tokens.csv')}",
                  "--service-account-issuer=https://kubernetes.default.svc",
                  f"--service-account-key-file={self.path('sa.key')}",
                  f"--service-account-signing-key-file={self.path('sa.key')}",
                  "--service-cluster-ip-range=10.0.0.0/24", "--authorization-mode=RBAC",
                  "--disable-admission-plugins=ServiceAccount", "--allow-privileged=true",
                  f"--kubelet-certificate-authority={self.path('ca.crt')}",
                  f"--kubelet-client-certificate={self.path('admin.crt')}",
                  f"--kubelet-client-key={self.path('admin.key')}",
                  "--kubelet-preferred-address-types=InternalIP")
        self.wait_for(lambda: self.call("GET", "/readyz") == "ok", 120, "kube-apiserver")
        if not controllers:
            return
        kubeconfig = self.kubeconfig("admin-token")
        # nodes without heartbeats stay as the tests say they are
        self._run("kube-controller-manager", f"--kubeconfig={kubeconfig}",
                  f"--service-account-private-key-file={self.path('sa.key')}", "--leader-elect=false",
                  "--bind-address=127.0.0.1", f"--secure-port={free_port()}",
                  f"--cert-dir={self.path('kcm')}", "--controllers=*,-node-lifecycle-controller",
                  f"--root-ca-file={self.path('ca.crt')}")
        self._run("kube-scheduler", f"--kubeconfig={kubeconfig}", "--leader-elect=false",
                  "--bind-address=127.0.0.1", f"--secure-port={free_port()}",
                  f"--cert-dir={self.path('scheduler')}")

    def wait_for(self, condition, seconds, what):
        end = time.monotonic() + seconds
        error = None
        while time.monotonic() < end:
            for process in self._processes:
                if process.poll() is not None:
                    raise AssertionError(f"{process.args[0]} ended; see {self.folder}")
            try:
                value = condition()
                if value:
                    return value
            except (OSError, AssertionError) as failure:
                error = failure
            time.sleep(0.1)
        raise AssertionError(f"{what} was not there after {seconds} s; last: {error}")

    def call(self, method, path, body=None, token="admin-token", kind="application/json"):
        request = urllib.request.Request(
            self.url + path, method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": "Bearer " + token, "Content-Type": kind})
        try:
            with urllib.request.urlopen(request, context=self._context, timeout=20) as answer:
                text = answer.read().decode()
        except urllib.error.HTTPError as refused:
            raise AssertionError(f"{method} {path}: {refused.code} {refused.read().decode()[:500]}") \
                from refused
        return json.loads(text) if text.startswith("{") else text

    def create(self, path, body):
        return self.call("POST", path, body)

    def patch(self, path, body):
        return self.call("PATCH", path, body, kind="application/merge-patch+json")

    def status(self, path, status):
        return self.patch(path + "/status", {"status": status})

    def items(self, path):
        return self.call("GET", path)["items"]

    def kubeconfig(self, who, name=None, **cluster):
        """who: a token, or "certificate". The file's path."""
        def data(file):
            return base64.b64encode(pathlib.Path(self.path(file)).read_bytes()).decode()
        user = ({"client-certificate-data": data("admin.crt"), "client-key-data": data("admin.key")}
                if who == "certificate" else {"token": who})
        cluster = {"server": self.url, "certificate-authority-data": data("ca.crt"), **cluster}
        path = self.folder / (name or f"kubeconfig-{who}")
        path.write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "test",
            "clusters": [{"name": "c", "cluster": cluster}], "users": [{"name": "u", "user": user}],
            "contexts": [{"name": "test", "context": {"cluster": "c", "user": "u"}}]}),
            encoding="utf-8")
        return str(path)

    def stop(self):
        for process in reversed(self._processes):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in reversed(self._processes):
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for log in self._logs:
            log.close()
        self.kubelet.stop()
