"""A reporting job opens connections and never gives them back, until the server has none left."""

import threading

import psycopg2

from .scenario import Scenario


class ConnectionExhaustion(Scenario):
    name = "connection-exhaustion"
    title = "a reporting job leaks connections until the server is full"
    alert = "DatabaseConnectionsHigh"
    cause_class = "connection_exhaustion"

    def __init__(self):
        super().__init__()
        self._leaked = []
        self._refused = 0
        self._stopping = threading.Event()
        self._thread = None

    def inject(self, lab):
        self.truth = {"client": "report-exporter"}
        self._thread = threading.Thread(target=self._leak, args=(lab,), daemon=True)
        self._thread.start()

    def _leak(self, lab):
        pause = 0.4
        while not self._stopping.wait(pause):
            try:
                connection = lab.postgresql.connect("shop", "report-exporter")
                connection.cursor().execute(
                    "SELECT country, count(*) FROM customers GROUP BY country")
                self._leaked.append(connection)
            except psycopg2.Error:
                self._refused += 1  # full; the job keeps trying, as such jobs do
                pause = 1.0

    def undo(self, lab):
        self._stopping.set()
        self._thread.join(5)
        for connection in self._leaked:
            connection.close()
