"""A migration leaves its transaction open; a schema change waits for it, and the shop for that."""

import threading
import time

import psycopg2

from .scenario import Scenario


class LockChain(Scenario):
    name = "lock-chain"
    title = "a migration keeps a lock on orders while its transaction is idle"
    alert = "OrdersStatementsWaiting"
    cause_class = "lock_contention"

    def __init__(self):
        super().__init__()
        self._holder = None
        self._waiter = None

    def inject(self, lab):
        self._holder = lab.postgresql.connect("deployer", "migration", autocommit=False)
        cursor = self._holder.cursor()
        cursor.execute("UPDATE orders SET status = 'archived' WHERE id BETWEEN 1000 AND 1400")
        self.truth = {"blocking pid": str(self._holder.get_backend_pid()),
                      "blocking query": "UPDATE orders SET status", "table": "orders"}
        # the second level: ALTER waits for the migration, everything else waits for ALTER
        self._waiter = threading.Thread(target=self._alter, args=(lab,), daemon=True)
        self._waiter.start()
        time.sleep(0.2)

    @staticmethod
    def _alter(lab):
        try:
            connection = lab.postgresql.connect("deployer", "schema-deploy", autocommit=False)
            connection.cursor().execute("ALTER TABLE orders ADD COLUMN delivery_note text")
            connection.rollback()  # undo() leaves the schema as it was
            connection.close()
        except psycopg2.Error:
            pass  # the lab is being stopped

    def undo(self, lab):
        self._holder.rollback()
        self._holder.close()
        self._waiter.join(5)
