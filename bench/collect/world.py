"""What lies around the sources of the benchmark: distance, users, a past."""

import asyncio
import contextlib
import math
import random
import subprocess
import threading
import time

POINTS = 15  # seconds between two points of the recorded series
SPAN = 80 * 60  # seconds of them


class Distance:
    """A relay that delivers every byte half of `latency` later, in order, both ways."""

    def __init__(self, target, latency):
        self.target, self.half = target, latency / 2
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()
        threading.Thread(target=self._run, args=(ready,), daemon=True).start()
        ready.wait()

    def _run(self, ready):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self.loop.run_forever()

    async def _serve(self, near_reader, near_writer):
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        await asyncio.gather(self._pump(near_reader, far_writer),
                             self._pump(far_reader, near_writer))

    async def _pump(self, reader, writer):
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(1 << 18):
                self.loop.call_later(self.half, writer.write, data)
        self.loop.call_later(self.half, writer.close)


class Load:
    """What users do meanwhile: updates and reads, some dozen a second."""

    def __init__(self, postgres, redis):
        postgres.sql("CREATE TABLE orders(id int PRIMARY KEY, state text)")
        postgres.sql("INSERT INTO orders SELECT i, 'new' FROM generate_series(1, 20000) i")
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self._postgres, args=(postgres,)),
                        threading.Thread(target=self._redis, args=(redis,))]
        for thread in self.threads:
            thread.start()

    def _postgres(self, server):
        with contextlib.closing(server.connect("shop")) as link:
            link.autocommit = True
            with link.cursor() as cursor:
                for i in range(1_000_000):
                    if self.stopped.wait(0.02):
                        return
                    cursor.execute(f"UPDATE orders SET state = 'paid' WHERE id = {i % 20000}")

    def _redis(self, server):
        client = server.client(client_name="shop")
        for i in range(1_000_000):
            if self.stopped.wait(0.02):
                return
            client.set(f"cart:{i % 5000}", "x" * 200)
            client.get(f"cart:{i % 7000}")

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join()


def record(folder, count):
    """A Prometheus data folder with `count` series of the last 80 minutes, made by promtool."""
    end = int(time.time()) // POINTS * POINTS - 60
    text = folder / "recorded.om"
    with open(text, "w", encoding="utf-8") as file:
        families = max(count // 50, 1)
        for family in range(families):
            name = f"shop_requests_{family}"
            file.write(f"# TYPE {name} gauge\n")
            for one in range(math.ceil(count / families)):
                labels = f'{name}{{job="shop",pod="shop-{one}",service="shop"}}'
                file.writelines(f"{labels} {100 + (at // POINTS * (one + 3)) % 17} {at}\n"
                                for at in range(end - SPAN, end, POINTS))
        file.write("# EOF\n")
    subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", str(text),
                    str(folder / "data")], check=True, stdout=subprocess.DEVNULL)
    text.unlink()


def lines(count, start, end):
    """Log documents (ECS) from `start` to `end`, unix seconds: usual ones, and a tenth errors."""
    dice = random.Random(20261121)
    services = ["checkout", "cart", "search", "orders", "payment"]
    for number in range(count):
        at = start + (end - start) * number / count
        service = services[number % 5]
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at)) + f".{int(at % 1 * 1000):03d}Z"
        bad = dice.random() < 0.1
        text = (f"payment gateway timeout after {dice.randrange(900, 1100)} ms, order {number}"
                if bad else f"GET /items/{dice.randrange(99999)} 200 in {dice.randrange(90)} ms")
        yield {"@timestamp": stamp, "message": text, "log": {"level": "error" if bad else "info"},
               "service": {"name": service}}
