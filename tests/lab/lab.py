"""One lab: every server, the normal load and the service, in one temporary folder."""

import os
import shutil
import tempfile
import threading
import time

from .load import Load
from .monitoring import CACHE, CLUSTER, DATABASE, Alertmanager, Prometheus
from .postgresql import PostgreSQL
from .process import LabError
from .redis_server import Redis
from .service import BINARY, Service

# How the service looks at a lab. The baseline must fit into the warm-up.
PIPELINE = {"workers": 2, "collectTimeout": "15s", "window": "2m", "baseline": "75s",
            "lead": "25s", "sampleInterval": "5s"}


def missing():
    """Servers this machine does not have, as NotInstalled errors."""
    errors = []
    for look in (PostgreSQL.binaries, Redis.binaries, Prometheus.binary, Alertmanager.binary):
        try:
            look()
        except LabError as error:
            errors.append(error)
    return errors


class Lab:
    """A context manager: leaving it stops everything that was started, whatever happened."""

    def __init__(self, say=lambda text: None, binary=BINARY, cancel=None, with_service=True,
                 blocks=None):
        """`blocks` are further blocks of the service's configuration."""
        self.say = say
        self.cancel = cancel or threading.Event()
        self.folder = tempfile.mkdtemp(prefix="insight-lab-")
        os.chmod(self.folder, 0o711)  # the account postgres must get through to its own folder
        self.postgresql = PostgreSQL(os.path.join(self.folder, "postgresql"))
        self.redis = Redis(os.path.join(self.folder, "redis"))
        self.prometheus = Prometheus(os.path.join(self.folder, "prometheus"))
        self.alertmanager = Alertmanager(os.path.join(self.folder, "alertmanager"))
        self.service = Service(os.path.join(self.folder, "service"), binary)
        self.with_service = with_service
        self.blocks = blocks or {}
        self.load = None
        self.started_at = None

    def __enter__(self):
        try:
            self._boot()
            return self
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *_):
        self.stop()

    def _boot(self):
        begin = time.monotonic()
        self.say("starting PostgreSQL, Redis, Prometheus, Alertmanager")
        self.redis.launch()
        self.alertmanager.launch(self.service.webhook_url, self.service.webhook_secret)
        self.prometheus.launch(self.postgresql.exporter_port, self.redis.exporter_port,
                               self.alertmanager.port)
        self.postgresql.launch(self.cancel)
        for process, ready in ((self.redis.process, self.redis.answers),
                               (self.redis.exporter, self.redis.exporter_ready),
                               (self.postgresql.exporter, self.postgresql.exporter_ready),
                               (self.alertmanager.process, self.alertmanager.ready),
                               (self.prometheus.process, self.prometheus.ready)):
            process.wait_until(ready, 20, self.cancel)
        self.load = Load(self.postgresql, self.redis)
        self.load.start()
        if self.with_service:
            self.service.configure(self._collectors(), PIPELINE, **self.blocks)
            self.service.start(self.cancel)
        self.started_at = time.monotonic()
        self.say(f"lab is up after {self.started_at - begin:.1f} s in {self.folder}")

    def _collectors(self):
        secret = self.service.secret_file
        postgres_dsn = secret("postgres-dsn", self.postgresql.dsn("collector"))
        redis_password = secret("redis-password", self.redis.password("collector"))
        return {
            "prometheus": [{"name": "main", "url": self.prometheus.url, "cluster": CLUSTER}],
            "postgres": [{"name": DATABASE, "dsn": postgres_dsn, "cluster": CLUSTER}],
            "redis": [{"name": CACHE, "address": f"127.0.0.1:{self.redis.port}",
                       "username": "collector", "password": redis_password, "cluster": CLUSTER}]}

    def pause(self, seconds):
        """Sleeps; raises LabError when the run was cancelled."""
        if self.cancel.wait(seconds):
            raise LabError("the run was cancelled")

    def stop(self):
        """Stops every process by its pid and removes the folder. Safe to call twice."""
        if self.load is not None:
            self.load.stop()
        for server in (self.service, self.prometheus, self.alertmanager, self.redis,
                       self.postgresql):
            server.stop()
        if self.load is not None:
            self.load.join()
        shutil.rmtree(self.folder, ignore_errors=True)

    def addresses(self):
        return {"service": self.service.url, "prometheus": self.prometheus.url,
                "alertmanager": self.alertmanager.url,
                "postgresql": f"127.0.0.1:{self.postgresql.port}",
                "redis": f"127.0.0.1:{self.redis.port}", "folder": self.folder,
                "configuration": self.service.configuration}
