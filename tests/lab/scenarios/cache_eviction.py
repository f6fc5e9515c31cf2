"""A bulk import fills the cache to its memory limit; the carts people use are evicted."""

import threading

import redis

from ..monitoring import CACHE
from .scenario import Scenario, entity_name


class CacheEviction(Scenario):
    name = "cache-eviction"
    title = "a bulk import pushes the carts out of the cache"
    alert = "CacheHitRatioLow"
    cause_class = "cache_eviction"

    def __init__(self):
        super().__init__()
        self._stopping = threading.Event()
        self._thread = None
        self._written = 0

    def inject(self, lab):
        self._thread = threading.Thread(target=self._import, args=(lab,), daemon=True)
        self._thread.start()

    def _import(self, lab):
        server = lab.redis.connect("shop", "bulk-import")
        value = b"p" * 1200
        try:
            while not self._stopping.wait(0.05):
                pipeline = server.pipeline(transaction=False)
                for _ in range(150):  # about 4 MB a second
                    pipeline.set(f"product:{self._written}", value)
                    self._written += 1
                pipeline.execute()
        except redis.RedisError:
            pass  # the lab is being stopped
        finally:
            server.close()

    def evidence_problems(self, cited, report):
        found = super().evidence_problems(cited, report)
        name = entity_name(report["causes"][0]["entity"])
        if name != CACHE:
            found.append(f"the first cause is at {name}, not at {CACHE}")
        return found

    def undo(self, lab):
        self._stopping.set()
        self._thread.join(5)
        with lab.redis.connect("default") as server:
            for number in range(0, self._written, 1000):
                server.unlink(*(f"product:{n}" for n in range(number, number + 1000)))
        lab.load.fill_cache()
