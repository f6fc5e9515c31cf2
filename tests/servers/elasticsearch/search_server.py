"""One node of Elasticsearch or OpenSearch on a free loopback port, with a small heap."""

import base64
import contextlib
import json
import os
import pathlib
import pwd
import re
import shutil
import signal
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from lab.ports import free_port  # noqa: E402

_HERE = pathlib.Path(__file__).resolve().parent


class Absent(Exception):
    """The server cannot be had on this machine; the text says why."""


def java(least):
    """A Java home of at least that version."""
    found = {}
    for home in sorted(pathlib.Path("/usr/lib/jvm").glob("*/release")):
        version = re.search(r'JAVA_VERSION="(\d+)', home.read_text(encoding="utf-8"))
        if version and int(version.group(1)) >= least:
            found.setdefault(int(version.group(1)), home.parent)
    if not found:
        raise Absent(f"no Java {least} or newer (apt-get install openjdk-17-jre-headless)")
    return str(found[min(found)])


def archive(product, version):
    done = subprocess.run([_HERE / "get", product, version], capture_output=True, text=True,
                          check=False)
    if done.returncode != 0:
        raise Absent(f"{product} {version} cannot be had: "
                     + (done.stderr.strip().splitlines() or ["no reason given"])[-1])
    return pathlib.Path(done.stdout.strip().splitlines()[-1])


class SearchServer:
    PASSWORD = "elastic-secret-6"

    def __init__(self, folder, product, version, settings=(), security=False, least_java=17):
        self.product, self.version, self.security = product, version, security
        source, home = archive(product, version), java(least_java)
        # as root it refuses to run, and another user must be able to get at all of it
        self.folder = pathlib.Path(folder) / f"{product}-{version}-{free_port()}"
        self.folder.mkdir(parents=True)
        self.server = self.folder / "server"
        shutil.copytree(source, self.server, symlinks=True)
        self.port = free_port()
        self.user = pwd.getpwnam("nobody") if os.getuid() == 0 else None
        self.url = f"{'https' if security else 'http'}://127.0.0.1:{self.port}"
        self._configure(list(settings))
        self._environment(home)
        self._own()
        if security:
            self._run("elasticsearch-keystore", "create")
            self._run("elasticsearch-keystore", "add", "-x", "bootstrap.password",
                      stdin=self.PASSWORD + "\n")
        self.start()

    def path(self, name):
        return str(self.folder / name)

    def _configure(self, settings):
        (self.folder / "tmp").mkdir()
        (self.folder / "config").mkdir()
        for file in (self.server / "config").iterdir():
            if file.is_file() and file.suffix != ".yml":
                shutil.copy(file, self.folder / "config")
        options = self.folder / "config/jvm.options"
        # no log of collections, no dumps: nobody reads them here
        options.write_text("\n".join(
            line for line in options.read_text(encoding="utf-8").splitlines()
            if not re.search(r"gc\.log|UseGC|Xlog:|ErrorFile|HeapDump", line)), encoding="utf-8")
        lines = ["cluster.name: shop-logs", "node.name: node-1", f"path.data: {self.path('data')}",
                 f"path.logs: {self.path('logs')}", "network.host: 127.0.0.1",
                 f"http.port: {self.port}", f"transport.port: {free_port()}",
                 "discovery.type: single-node", "cluster.info.update.interval: 10s",
                 # how full this machine's disk is must not matter to a test
                 "cluster.routing.allocation.disk.threshold_enabled: false", *settings]
        if self.security:
            self._certificates()
            lines += ["xpack.security.enabled: true",
                      "xpack.security.http.ssl.enabled: true",
                      "xpack.security.http.ssl.certificate: server.crt",
                      "xpack.security.http.ssl.key: server.key",
                      "xpack.security.authc.api_key.enabled: true"]
            if not self.version.startswith("7."):
                lines.append("xpack.security.enrollment.enabled: false")
        elif self.product == "elasticsearch":
            lines.append("xpack.security.enabled: false")
        (self.folder / f"config/{self.product}.yml").write_text("\n".join(lines) + "\n",
                                                                encoding="utf-8")

    def _certificates(self):
        def openssl(*words):
            subprocess.run(["openssl", *words], check=True, capture_output=True)
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                "/CN=test authority", "-keyout", self.path("ca.key"), "-out", self.path("ca.crt"))
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=node-1", "-keyout",
                self.path("config/server.key"), "-out", self.path("server.csr"))
        (self.folder / "names").write_text("subjectAltName=IP:127.0.0.1\n", encoding="utf-8")
        openssl("x509", "-req", "-in", self.path("server.csr"), "-CA", self.path("ca.crt"), "-CAkey",
                self.path("ca.key"), "-CAcreateserial", "-days", "2", "-extfile",
                self.path("names"), "-out", self.path("config/server.crt"))

    def _environment(self, home):
        heap = "-Xms512m -Xmx512m"
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": self.path("tmp"), "LANG": "C.UTF-8",
            "ES_JAVA_HOME": home, "OPENSEARCH_JAVA_HOME": home, "JAVA_HOME": home,
            "ES_PATH_CONF": self.path("config"), "OPENSEARCH_PATH_CONF": self.path("config"),
            "ES_JAVA_OPTS": heap, "OPENSEARCH_JAVA_OPTS": heap,
            "ES_TMPDIR": self.path("tmp"), "OPENSEARCH_TMPDIR": self.path("tmp")}

    def _own(self):
        if not self.user:
            return
        for parent in (self.folder, *self.folder.parents):  # the way there
            if parent.owner() == "root" and parent.stat().st_mode & 0o777 == 0o700:
                parent.chmod(0o711)
        for root, folders, files in os.walk(self.folder):
            for name in [".", *folders, *files]:
                os.chown(os.path.join(root, name), self.user.pw_uid, self.user.pw_gid,
                         follow_symlinks=False)

    def _as_user(self):
        if not self.user:
            return {}
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}

    def _run(self, tool, *words, stdin=None):
        subprocess.run([str(self.server / "bin" / tool), *words], check=True, text=True,
                       capture_output=True, input=stdin, env=self.environment, cwd=self.folder,
                       **self._as_user())

    def start(self):
        self.log = open(self.path("out.log"), "ab")  # noqa: SIM115, closed in stop
        self.process = subprocess.Popen(
            [str(self.server / "bin" / self.product)], stdout=self.log, stderr=subprocess.STDOUT,
            env=self.environment, cwd=self.folder, start_new_session=True, **self._as_user())
        try:
            self.wait_for(lambda: self.call("GET", "/_cluster/health"), 120, "the server")
        except BaseException:
            self.stop()
            raise

    def add_user(self, name, password, role, rights):
        """A user of the file realm: without its analysis module the archive keeps no API keys."""
        roles = self.folder / "config/roles.yml"
        with open(roles, "a", encoding="utf-8") as file:
            file.write(f"{role}: {json.dumps(rights)}\n")
        self._run("elasticsearch-users", "useradd", name, "-p", password, "-r", role)
        # both files are looked at every few seconds
        self.wait_for(lambda: self.call("GET", "/_security/_authenticate", user=name,
                                        password=password)["roles"] == [role], 30, "the user")

    def stop(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)  # the launcher and the server, ours alone
            self.process.wait(20)
        self.log.close()

    def wait_for(self, condition, seconds, what):
        end = time.monotonic() + seconds
        error = None
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended; see {self.path('out.log')}")
            try:
                value = condition()
                if value:
                    return value
            except (OSError, AssertionError) as failure:
                error = failure
            time.sleep(0.2)
        raise AssertionError(f"{what} was not there after {seconds} s; last: {error}")

    def call(self, method, path, body=None, user="elastic", password=PASSWORD,
             kind="application/json"):
        """JSON in, JSON out; an AssertionError with the server's words when it refuses."""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, method=method, data=data)
        if data is not None:
            request.add_header("Content-Type", kind)
        context = None
        if self.security:
            context = ssl.create_default_context(cafile=self.path("ca.crt"))
            request.add_header("Authorization", "Basic " + base64.b64encode(
                f"{user}:{password}".encode()).decode())
        try:
            with urllib.request.urlopen(request, timeout=60, context=context) as answer:
                text = answer.read()
                return json.loads(text) if text.strip() else True
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{error.code} {error.read().decode()}") from None

    def create(self, index, body):
        """An index, whatever a check of the disks that was under way still forbids."""
        def made():
            self.call("PUT", "/_cluster/settings", {"persistent": {"cluster.blocks.create_index": None}})
            return self.call("PUT", f"/{index}", body)
        self.wait_for(made, 60, f"index {index}")

    @contextlib.contextmanager
    def flooded(self, index):
        """All its disks are past the flood stage: nobody may write to the index meanwhile."""
        disk = "cluster.routing.allocation.disk."
        limits = {disk + "threshold_enabled": True, disk + "watermark.low": "1%",
                  disk + "watermark.high": "2%", disk + "watermark.flood_stage": "3%"}
        self.call("PUT", "/_cluster/settings", {"persistent": limits})
        try:
            self.wait_for(lambda: self.call("GET", f"/{index}/_settings/index.blocks.*").get(index),
                          60, "the flood-stage block")
            yield
        finally:
            # OpenSearch also forbids new indices while all its disks are this full
            self.call("PUT", "/_cluster/settings", {"persistent": {
                "cluster.blocks.create_index": None, **{name: None for name in limits}}})
            self.call("PUT", "/_all/_settings?expand_wildcards=all",
                      {"index.blocks.read_only_allow_delete": None})

    def load(self, index, documents, chunk=20_000):
        """Documents by bulk; they can be searched afterwards."""
        lines = []
        for number, document in enumerate(documents, 1):
            lines.append('{"create":{}}\n' + json.dumps(document))
            if number % chunk == 0:
                self._bulk(index, lines)
                lines = []
        if lines:
            self._bulk(index, lines)
        self.call("POST", f"/{index}/_refresh")

    def _bulk(self, index, lines):
        answer = self.call("POST", f"/{index}/_bulk?filter_path=errors,items.*.error",
                           ("\n".join(lines) + "\n").encode(), kind="application/x-ndjson")
        assert not answer["errors"], json.dumps(answer)[:500]
