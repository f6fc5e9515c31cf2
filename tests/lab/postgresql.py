"""PostgreSQL with an `orders` database, the read-only collector role and its exporter."""

import os
import secrets
import shutil
import signal
import subprocess

import psycopg2

from .ports import free_port
from .process import LabError, Process, find_binary, http_ok

MAX_CONNECTIONS = 40
ORDERS = 400_000
CUSTOMERS = 12_000

# Loopback only, a small throw-away server. fsync is off because nothing here must outlive a crash.
_SETTINGS = f"""
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = {MAX_CONNECTIONS}
shared_buffers = 96MB
shared_preload_libraries = 'pg_stat_statements'
pg_stat_statements.track = top
track_io_timing = on
deadlock_timeout = 200ms
log_lock_waits = on
max_parallel_workers_per_gather = 0
jit = off
fsync = off
full_page_writes = off
max_wal_size = 512MB
"""

# The roles: `shop` is the application, `deployer` owns the schema, `collector` is the product's,
# `exporter` the exporter's.
_ROLES = """
CREATE ROLE shop LOGIN PASSWORD %(shop)s;
CREATE ROLE deployer LOGIN PASSWORD %(deployer)s;
CREATE ROLE exporter LOGIN PASSWORD %(exporter)s;
GRANT pg_monitor TO exporter;
CREATE ROLE collector LOGIN PASSWORD %(collector)s CONNECTION LIMIT 3;
GRANT pg_monitor TO collector;
ALTER ROLE collector SET default_transaction_read_only = on;
ALTER ROLE collector SET statement_timeout = '5s';
ALTER ROLE collector SET lock_timeout = '500ms';
ALTER ROLE collector SET idle_in_transaction_session_timeout = '10s';
"""

# Keys come after the rows: checked row by row, loading takes several times as long.
_SCHEMA = f"""
CREATE EXTENSION pg_stat_statements;
CREATE TABLE customers (
    id integer, name text NOT NULL, email text NOT NULL, country char(2) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE orders (
    id bigserial, customer_id integer NOT NULL, status text NOT NULL, total_cents integer NOT NULL,
    shipping_address text NOT NULL, placed_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE order_items (
    order_id bigint NOT NULL, line smallint NOT NULL, sku text NOT NULL, quantity integer NOT NULL,
    price_cents integer NOT NULL);
INSERT INTO customers SELECT n, 'Customer ' || n, 'customer' || n || '@shop.example',
    (ARRAY['DE','FR','NL','PL','ES'])[1 + n % 5] FROM generate_series(1, {CUSTOMERS}) n;
INSERT INTO orders SELECT n, 1 + (n::bigint * 7919) % {CUSTOMERS},
    (ARRAY['paid','packed','shipped','done'])[1 + n % 4], 500 + n % 20000,
    n || ' Harbour Street, Building ' || n % 40, now() - ({ORDERS} - n) * interval '1 second'
    FROM generate_series(1, {ORDERS}) n;
SELECT setval('orders_id_seq', {ORDERS});
INSERT INTO order_items SELECT n, 1, 'SKU-' || n % 900, 1 + n % 4, 500 + n % 9000
    FROM generate_series(1, {ORDERS}, 10) n;
ALTER TABLE customers ADD PRIMARY KEY (id);
ALTER TABLE orders ADD PRIMARY KEY (id);
ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers;
ALTER TABLE order_items ADD PRIMARY KEY (order_id, line);
ALTER TABLE order_items ADD FOREIGN KEY (order_id) REFERENCES orders;
CREATE INDEX orders_customer_id_idx ON orders (customer_id);
ALTER TABLE customers OWNER TO deployer;
ALTER TABLE orders OWNER TO deployer;
ALTER TABLE order_items OWNER TO deployer;
GRANT CREATE ON SCHEMA public TO deployer;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO shop;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO shop;
GRANT CONNECT ON DATABASE orders TO collector;
"""

# What exporter 0.11 does not offer by itself: sessions that wait for a lock, and statement times.
_EXPORTER_QUERIES = """
pg_blocked_sessions:
  query: >-
    SELECT current_database() AS datname, count(*)::float8 AS count FROM pg_stat_activity
    WHERE wait_event_type = 'Lock'
  metrics:
    - datname: {usage: LABEL, description: Name of the database}
    - count: {usage: GAUGE, description: Sessions that wait for a lock}
pg_statements:
  query: >-
    SELECT d.datname, sum(s.calls)::float8 AS calls_total,
    sum(s.total_exec_time) / 1000 AS seconds_total
    FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
    JOIN pg_roles r ON r.oid = s.userid WHERE r.rolname = 'shop' GROUP BY d.datname
  metrics:
    - datname: {usage: LABEL, description: Name of the database}
    - calls_total: {usage: COUNTER, description: Statements the applications ran}
    - seconds_total: {usage: COUNTER, description: Time those statements took}
pg_table:
  query: >-
    SELECT current_database() AS datname, relname, seq_scan::float8 AS seq_scan_total,
    seq_tup_read::float8 AS seq_tup_read_total, coalesce(idx_scan, 0)::float8 AS idx_scan_total
    FROM pg_stat_user_tables
  metrics:
    - datname: {usage: LABEL, description: Name of the database}
    - relname: {usage: LABEL, description: Name of the table}
    - seq_scan_total: {usage: COUNTER, description: Sequential scans of the table}
    - seq_tup_read_total: {usage: COUNTER, description: Rows read by sequential scans}
    - idx_scan_total: {usage: COUNTER, description: Index scans of the table}
"""


class PostgreSQL:
    """`dsn(role, application)` connects as postgres, shop, deployer, exporter or
    collector."""

    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        self.exporter_port = free_port()
        self._passwords = {role: secrets.token_hex(12)
                           for role in ("postgres", "shop", "deployer", "exporter", "collector")}
        self.process = None
        self.exporter = None

    @staticmethod
    def binaries():
        versions = "/usr/lib/postgresql"
        folders = [os.path.join(versions, version, "bin")
                   for version in sorted(os.listdir(versions), reverse=True)] \
            if os.path.isdir(versions) else []
        return (find_binary("initdb", "postgresql", folders),
                find_binary("postgres", "postgresql", folders),
                find_binary("prometheus-postgres-exporter", "prometheus-postgres-exporter"))

    def dsn(self, role, application=None, database="orders"):
        text = (f"host=127.0.0.1 port={self.port} dbname={database} user={role} "
                f"password={self._passwords[role]} sslmode=disable connect_timeout=3")
        return text + (f" application_name={application}" if application else "")

    def connect(self, role="shop", application=None, database="orders", autocommit=True):
        connection = psycopg2.connect(self.dsn(role, application, database))
        connection.autocommit = autocommit
        return connection

    def launch(self, cancel=None):
        initdb, postgres, exporter = self.binaries()
        account = "postgres" if os.geteuid() == 0 else None
        data = os.path.join(self.folder, "data")
        os.makedirs(self.folder, mode=0o700)
        password_file = os.path.join(self.folder, "superuser-password")
        with open(password_file, "w", encoding="utf-8") as file:
            file.write(self._passwords["postgres"])
        log = os.path.join(self.folder, "initdb.log")
        if account:
            for path in (self.folder, password_file):
                shutil.chown(path, account, account)
        run = Process("initdb", [initdb, "-D", data, "-A", "scram-sha-256", "-U", "postgres",
                                 "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
                                 f"--pwfile={password_file}"], log, user=account)
        try:
            if run.popen.wait(60) != 0:
                raise LabError(f"initdb failed in {self.folder}: {run.log_tail()}")
        except subprocess.TimeoutExpired:
            raise LabError(f"initdb took over 60 s in {self.folder}: is the disk full?") from None
        finally:
            run.stop()
        with open(os.path.join(data, "postgresql.conf"), "a", encoding="utf-8") as file:
            file.write(_SETTINGS + f"port = {self.port}\n")
        # SIGINT is PostgreSQL's fast shutdown: it does not wait for clients
        self.process = Process("PostgreSQL", [postgres, "-D", data],
                               os.path.join(self.folder, "postgresql.log"), user=account,
                               stop_signal=signal.SIGINT)
        self.process.wait_until(self._answers, 30, cancel)
        self._fill()
        queries = os.path.join(self.folder, "exporter-queries.yaml")
        with open(queries, "w", encoding="utf-8") as file:
            file.write(_EXPORTER_QUERIES)
        self.exporter = Process(
            "postgres exporter",
            [exporter, f"--web.listen-address=127.0.0.1:{self.exporter_port}",
             f"--extend.query-path={queries}"],
            os.path.join(self.folder, "exporter.log"), user=account,
            env={"DATA_SOURCE_NAME": f"postgresql://exporter:{self._passwords['exporter']}"
                 f"@127.0.0.1:{self.port}/orders?sslmode=disable"
                 "&application_name=postgres-exporter"})

    def _answers(self):
        try:
            self.connect("postgres", database="postgres").close()
            return True
        except psycopg2.OperationalError:
            return False

    def _fill(self):
        connection = self.connect("postgres", database="postgres")
        cursor = connection.cursor()
        cursor.execute("CREATE DATABASE orders")
        cursor.execute(_ROLES, self._passwords)
        connection.close()
        connection = self.connect("postgres", "schema-setup")
        cursor = connection.cursor()
        for statement in _SCHEMA.split(";\n"):
            if statement.strip():
                cursor.execute(statement)
        for table in ("customers", "orders", "order_items"):
            cursor.execute(f"VACUUM ANALYZE {table}")
        cursor.execute("SELECT pg_stat_statements_reset()")
        connection.close()

    def exporter_ready(self):
        return http_ok(f"http://127.0.0.1:{self.exporter_port}/metrics")

    def stop(self):
        for process in (self.exporter, self.process):
            if process is not None:
                process.stop()
