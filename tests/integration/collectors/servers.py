"""Real servers of Debian's packages on free loopback ports, started and stopped by the tests."""

import contextlib
import json
import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from lab.ports import free_port  # noqa: E402
from lab.site import Site  # noqa: E402

PG_BIN = next(iter(sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)


def wait_for(condition, seconds=20, what="the server"):
    """The only waiting there is: until `condition` gives something true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(Exception):
            value = condition()
            if value:
                return value
        time.sleep(0.05)
    raise AssertionError(f"{what} was not there after {seconds} s")


def is_open(port):
    with socket.create_connection(("127.0.0.1", port), timeout=1):
        return True


class Process:
    def __init__(self, command, folder, port, env=None, user=None):
        self.port = port
        self.log = open(folder / f"{pathlib.Path(command[0]).name}-{port}.log", "wb")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=subprocess.STDOUT,
                                        env={**os.environ, **(env or {})}, user=user)
        wait_for(lambda: is_open(port), what=" ".join(command[:1]))

    def stop(self, signal=15):
        self.process.send_signal(signal)
        self.process.wait(20)
        self.log.close()


class Postgres:
    """A cluster of its own, with the roles the documentation asks for."""

    PASSWORD = "pg-secret-7"

    def __init__(self, folder, settings=(), programs=None):
        self.programs = programs or PG_BIN
        self.folder = folder / "pg"
        self.folder.mkdir()
        self.port = free_port()
        self.user = pwd.getpwnam("postgres").pw_name if os.getuid() == 0 else None
        for path in (folder, *folder.parents):  # the server's user must be able to get there
            if path.owner() == pwd.getpwuid(os.getuid()).pw_name and path != pathlib.Path("/"):
                with contextlib.suppress(PermissionError):
                    path.chmod(path.stat().st_mode | 0o711)
        if self.user:
            shutil.chown(self.folder, self.user)
        password = folder / "pg-password"
        password.write_text(self.PASSWORD)
        password.chmod(0o644)
        self._run("initdb", "-D", "data", "-A", "scram-sha-256", "-U", "postgres", "--no-sync",
                  f"--pwfile={password}")
        with open(self.folder / "data/postgresql.conf", "a", encoding="utf-8") as conf:
            conf.write("\n".join([
                "listen_addresses='127.0.0.1'", f"port={self.port}", "fsync=off",
                "max_prepared_transactions=5",
                f"unix_socket_directories='{self.folder}'", "max_connections=20",
                "shared_preload_libraries='pg_stat_statements'", "track_io_timing=on", *settings]))
        self.start()
        self.sql("CREATE ROLE collector LOGIN PASSWORD 'c-secret-9'")
        self.sql("GRANT pg_monitor TO collector")
        self.sql("CREATE EXTENSION pg_stat_statements")

    def _run(self, tool, *arguments):
        return subprocess.run([str(self.programs / tool), *arguments], cwd=self.folder, check=True,
                              user=self.user, stdout=subprocess.DEVNULL, env={"LC_ALL": "C.UTF-8"})

    def start(self):
        self._run("pg_ctl", "-D", "data", "-w", "-l", "log", "start")

    def stop(self):
        self._run("pg_ctl", "-D", "data", "-m", "immediate", "-w", "stop")

    def connect(self, name="test", user="postgres", password=PASSWORD):
        import psycopg2
        link = psycopg2.connect(host="127.0.0.1", port=self.port, user=user, password=password,
                                dbname="postgres", application_name=name)
        return link

    def sql(self, text):
        with contextlib.closing(self.connect()) as link:
            link.autocommit = True
            with link.cursor() as cursor:
                cursor.execute(text)
                return cursor.fetchall() if cursor.description else None

    def standby(self, folder, user, password):
        """A streaming copy of this server, with the slot "standby1"."""
        copy = Postgres.__new__(Postgres)
        copy.programs = self.programs
        copy.folder, copy.port, copy.user = folder / "pg-standby", free_port(), self.user
        copy.folder.mkdir()
        if copy.user:
            shutil.chown(copy.folder, copy.user)
        self._run("pg_basebackup", "-D", str(copy.folder / "data"), "-R", "-C", "-S", "standby1",
                  "-X", "stream", "-c", "fast", "--no-sync",
                  "-d", f"postgresql://{user}:{password}@127.0.0.1:{self.port}/postgres")
        with open(copy.folder / "data/postgresql.conf", "a", encoding="utf-8") as conf:
            conf.write(f"\nport={copy.port}\nunix_socket_directories='{copy.folder}'\n")
        copy.start()
        return copy

    def dsn(self, user="collector", password="c-secret-9", database="postgres"):
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"


class Redis(Process):
    """With a password for the default user and the least user the documentation asks for."""

    PASSWORD = "redis-secret-5"
    RIGHTS = ("+ping +time +client|setname +info +client|list +slowlog|get +latency|latest "
              "+latency|history +memory|stats +cluster|info +cluster|nodes")

    def __init__(self, folder, *settings):
        port = free_port()
        home = folder / f"redis-{port}"
        home.mkdir()
        conf = home / "redis.conf"
        conf.write_text("\n".join([
            f"port {port}", "bind 127.0.0.1", f"dir {home}", "save \"\"",
            f"requirepass {self.PASSWORD}", "latency-monitor-threshold 5",
            "slowlog-log-slower-than 1000", "enable-debug-command yes",
            f"user collector on >r-secret-8 resetkeys resetchannels -@all {self.RIGHTS}",
            *settings]))
        self.start = lambda: Process.__init__(self, ["redis-server", str(conf)], folder, port)
        self.start()

    def client(self, **options):
        import redis
        return redis.Redis(host="127.0.0.1", port=self.port,
                           **{"password": self.PASSWORD, **options})

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"


class Link:
    """A TCP relay that can be cut: what a broken network between two servers looks like. `shape`
    sees every piece the target sends, and how much came before on that connection: what it gives
    is sent on, None cuts the connection."""

    def __init__(self, target, shape=None):
        self.target = target
        self.shape = shape
        self.open = True
        self.pairs = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            if not self.open:
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self.target))
            self.pairs.append((near, far))
            for job in ((near, far, None), (far, near, self.shape)):
                threading.Thread(target=self._pump, args=job, daemon=True).start()

    @staticmethod
    def _pump(source, sink, shape):
        before = 0
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                piece = shape(data, before) if shape else data
                before += len(data)
                if piece is None:
                    break
                sink.sendall(piece)
        for one in (source, sink):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def cut(self):
        self.open = False
        for pair in self.pairs:
            for one in pair:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
        self.pairs.clear()

    def close(self):
        self.cut()
        self.listener.close()


class Silent:
    """Accepts and never says a word: what a hung server looks like from outside."""

    def __init__(self):
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(16)
        self.port = self.listener.getsockname()[1]

    def close(self):
        self.listener.close()


class Speaker:
    """Answers every connection with the same bytes, once something was said to it."""

    def __init__(self, answer):
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(16)
        self.port = self.listener.getsockname()[1]
        self.answer = answer
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                link, _ = self.listener.accept()
            except OSError:
                return
            with link, contextlib.suppress(OSError):
                link.recv(65536)
                link.sendall(self.answer)

    def close(self):
        self.listener.close()


def console_binary():
    named = os.environ.get("INSIGHT_COLLECTOR_CONSOLE")
    if named:
        return named
    root = pathlib.Path(__file__).resolve().parents[3]
    built = [path for path in root.glob("build/*/**/collector_console") if path.is_file()]
    assert built, "build the target collector_console first"
    return str(max(built, key=lambda path: path.stat().st_mtime))


class Console:
    """One opened collector instance, driven over its standard input."""

    def __init__(self, kind, **instance):
        self.process = subprocess.Popen([console_binary(), kind, json.dumps(instance)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, do, **order):
        self.process.stdin.write(json.dumps({"do": do, **order}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"the collector died with {self.process.wait()}"
        return json.loads(line)

    def close(self):
        self.process.stdin.close()
        assert self.process.wait(20) == 0


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
