"""A PostgreSQL server that keeps the store of one or several services."""

import os
import secrets
import shutil
import signal
import tempfile

import psycopg2
from lab.ports import free_port
from lab.postgresql import PostgreSQL
from lab.process import LabError, Process

_SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 60
shared_buffers = 32MB
fsync = off
log_statement = none
"""


class StoreServer:
    """`url` names the database without the password; `password` is the user's."""

    def __init__(self):
        self._initdb, self._postgres, _ = PostgreSQL.binaries()  # or NotInstalled
        # pytest's own folders are closed to the account that the server runs as
        self.folder = tempfile.mkdtemp(prefix="store-")
        self.port = free_port()
        self.password = "it's " + secrets.token_hex(8)
        self.url = f"postgresql://insight@127.0.0.1:{self.port}/insight"
        self.process = None
        self._account = "postgres" if os.geteuid() == 0 else None
        self._data = os.path.join(self.folder, "data")
        self._root = secrets.token_hex(8)

    def make(self):
        password = os.path.join(self.folder, "superuser-password")
        with open(password, "w", encoding="utf-8") as file:
            file.write(self._root)
        if self._account:
            for path in (self.folder, password):
                shutil.chown(path, self._account, self._account)
        run = Process("initdb", [self._initdb, "-D", self._data, "-A", "scram-sha-256", "-U", "postgres",
                                 "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", f"--pwfile={password}"],
                      os.path.join(self.folder, "initdb.log"), user=self._account)
        if run.popen.wait(120) != 0:
            raise LabError(f"initdb failed in {self.folder}: {run.log_tail()}")
        with open(os.path.join(self._data, "postgresql.conf"), "a", encoding="utf-8") as file:
            file.write(_SETTINGS + f"port = {self.port}\n")
        self.start()
        # The rights docs/store.md asks for, and no more.
        self.sql("CREATE ROLE insight LOGIN PASSWORD %s", self.password)
        self.sql("CREATE DATABASE insight")
        self.sql("REVOKE CREATE ON DATABASE insight FROM PUBLIC")
        self.sql("CREATE SCHEMA devops_insight AUTHORIZATION insight", database="insight")

    def start(self):
        self.process = Process("PostgreSQL", [self._postgres, "-D", self._data],
                               os.path.join(self.folder, "postgresql.log"), user=self._account,
                               stop_signal=signal.SIGINT)
        self.process.wait_until(self._answers, 60)

    def stop(self):
        if self.process is not None:
            self.process.stop()

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def sql(self, statement, *values, database="postgres"):
        connection = psycopg2.connect(host="127.0.0.1", port=self.port, user="postgres", dbname=database,
                                      password=self._root, connect_timeout=5)
        try:
            connection.autocommit = True
            cursor = connection.cursor()
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else None
        finally:
            connection.close()

    def _answers(self):
        try:
            self.sql("SELECT 1")
            return True
        except psycopg2.OperationalError:
            return False
