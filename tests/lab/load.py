"""The shop's normal work: named clients at a modest, steady rate."""

import random
import threading
import time

import psycopg2
import redis

from .postgresql import CUSTOMERS, ORDERS

CARTS = 6_000
_CART = b"x" * 700


class Client(threading.Thread):
    """Calls `step(rng)` `rate` times a second until stopped; an error waits and connects anew."""

    def __init__(self, name, rate, connect, step, seed, lifetime=None):
        super().__init__(name=name, daemon=True)
        self._pause = 1.0 / rate
        self._connect = connect
        self._step = step
        self._rng = random.Random(seed)
        self._lifetime = lifetime  # seconds after which the connection is given back, or None
        self._stopping = threading.Event()
        self.done = 0
        self.errors = 0

    def run(self):
        connection = None
        due = time.monotonic()
        while not self._stopping.is_set():
            try:
                if connection is None:
                    connection = self._connect()
                    born = time.monotonic()
                self._step(connection, self._rng)
                self.done += 1
                if self._lifetime is not None and time.monotonic() - born > self._lifetime:
                    connection.close()
                    connection = None
            except (psycopg2.Error, redis.RedisError):
                self.errors += 1
                if connection is not None:
                    connection.close()
                    connection = None
                self._stopping.wait(1.0)
            # a late step is not made up for: queues must not turn into bursts
            due = max(due + self._pause, time.monotonic())
            self._stopping.wait(due - time.monotonic())
        if connection is not None:
            connection.close()

    def stop(self):
        self._stopping.set()


def _place_order(connection, rng):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO orders (customer_id, status, total_cents, shipping_address)"
            " VALUES (%s, 'paid', %s, %s) RETURNING id",
            (rng.randint(1, CUSTOMERS), rng.randint(500, 20000), "1 Harbour Street"))
        order = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO order_items (order_id, line, sku, quantity, price_cents)"
            " VALUES (%s, 1, %s, 1, %s)", (order, f"SKU-{rng.randint(0, 899)}", 900))
    connection.commit()


def _orders_of_customer(connection, rng):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, status, total_cents FROM orders WHERE customer_id = %s"
            " ORDER BY placed_at DESC LIMIT 10", (rng.randint(1, CUSTOMERS),))
        cursor.fetchall()


def _pack_order(connection, rng):
    order = rng.randint(1, ORDERS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sku, quantity FROM order_items WHERE order_id = %s", (order,))
        cursor.fetchall()
        cursor.execute("UPDATE orders SET status = 'packed' WHERE id = %s", (order,))


def _open_cart(server, rng):
    cart = f"cart:{rng.randint(1, CARTS)}"
    if server.get(cart) is None:
        server.set(cart, _CART)  # as an application does after a look-up in its database


class Load:
    """About 40 statements a second on the database and 40 commands on the cache."""

    def __init__(self, postgresql, redis_server):
        self._redis = redis_server
        self.clients = []
        for seed in range(2):
            self._database("checkout", 4, postgresql, _place_order, seed, autocommit=False)
            self._database("checkout", 5, postgresql, _orders_of_customer, 10 + seed)
        self._database("inventory", 5, postgresql, _pack_order, 20)
        # connects anew every few seconds, as a job does: it feels a full server
        self._database("inventory", 2, postgresql, _pack_order, 21, lifetime=4)
        for seed in range(2):
            self.clients.append(Client(
                "cart", 20, lambda: redis_server.connect("shop", "cart"), _open_cart, 30 + seed))

    def _database(self, name, rate, postgresql, step, seed, autocommit=True, lifetime=None):
        self.clients.append(Client(
            name, rate, lambda: postgresql.connect("shop", name, autocommit=autocommit), step, seed,
            lifetime))

    def start(self):
        self.fill_cache()
        for client in self.clients:
            client.start()

    def fill_cache(self):
        """Puts every cart into the cache, as hours of normal work would have."""
        with self._redis.connect("shop", "cart") as server:
            pipeline = server.pipeline(transaction=False)
            for cart in range(1, CARTS + 1):
                pipeline.set(f"cart:{cart}", _CART)
            pipeline.execute()

    def totals(self):
        return sum(c.done for c in self.clients), sum(c.errors for c in self.clients)

    def stop(self):
        for client in self.clients:
            client.stop()

    def join(self, seconds=3):
        for client in self.clients:
            client.join(seconds)
