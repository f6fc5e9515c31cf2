"""Redis, with the least user the documentation asks for."""

from lab.ports import free_port

from .process import Process


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
