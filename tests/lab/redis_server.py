"""Redis with a memory limit, access lists for each user, and its exporter."""

import os
import secrets

import redis

from .ports import free_port
from .process import Process, find_binary, http_ok

MAX_MEMORY = "32mb"

_SETTINGS = """
bind 127.0.0.1
daemonize no
save ""
appendonly no
maxmemory {max_memory}
maxmemory-policy allkeys-lru
slowlog-log-slower-than 10000
latency-monitor-threshold 20
requirepass {default}
user shop on >{shop} ~* &* +@all -@admin -@dangerous
user collector on >{collector} resetkeys resetchannels -@all +ping +time +hello +info +slowlog|get \
+slowlog|len +latency|latest +latency|history +latency|histogram +latency|doctor +memory|doctor \
+memory|stats +client|list +client|info +client|setname +cluster|info +cluster|nodes \
+cluster|shards +dbsize +role +lastsave
user exporter on >{exporter} resetkeys resetchannels -@all +ping +info +slowlog|get +slowlog|len \
+latency|latest +latency|histogram +client|setname +client|list +config|get +dbsize
"""


class Redis:
    """`password(user)` is for shop, collector, exporter or default."""

    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        self.exporter_port = free_port()
        self._passwords = {user: secrets.token_hex(12)
                           for user in ("default", "shop", "collector", "exporter")}
        self.process = None
        self.exporter = None

    @staticmethod
    def binaries():
        return (find_binary("redis-server", "redis-server"),
                find_binary("prometheus-redis-exporter", "prometheus-redis-exporter"))

    def password(self, user):
        return self._passwords[user]

    def connect(self, user="shop", client_name=None):
        return redis.Redis(host="127.0.0.1", port=self.port, username=user,
                           password=self._passwords[user], client_name=client_name,
                           socket_timeout=5, socket_connect_timeout=3)

    def launch(self):
        server, exporter = self.binaries()
        os.makedirs(self.folder, mode=0o700)
        configuration = os.path.join(self.folder, "redis.conf")
        with open(configuration, "w", encoding="utf-8", opener=_private) as file:
            file.write(_SETTINGS.format(max_memory=MAX_MEMORY, **self._passwords))
            file.write(f"port {self.port}\ndir {self.folder}\n")
        self.process = Process("Redis", [server, configuration],
                               os.path.join(self.folder, "redis.log"))
        self.exporter = Process(
            "redis exporter",
            [exporter, f"-web.listen-address=127.0.0.1:{self.exporter_port}",
             "-redis-only-metrics"],
            os.path.join(self.folder, "exporter.log"),
            env={"REDIS_ADDR": f"redis://127.0.0.1:{self.port}", "REDIS_USER": "exporter",
                 "REDIS_PASSWORD": self._passwords["exporter"]})

    def answers(self):
        try:
            return self.connect().ping()
        except redis.RedisError:
            return False

    def exporter_ready(self):
        return http_ok(f"http://127.0.0.1:{self.exporter_port}/metrics")

    def stop(self):
        for process in (self.exporter, self.process):
            if process is not None:
                process.stop()


def _private(path, flags):
    return os.open(path, flags, 0o600)
