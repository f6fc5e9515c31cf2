"""PostgreSQL, with the roles the documentation asks for."""

import contextlib
import os
import pathlib
import pwd
import shutil
import subprocess

from lab.ports import free_port

PG_BIN = next(iter(sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)


class Postgres:
    """A cluster of its own, with the roles the documentation asks for."""

    PASSWORD = "pg-secret-7"

    def __init__(self, folder, settings=(), programs=None):
        self.programs = programs or PG_BIN
        self.folder = folder / "pg"
        self.folder.mkdir()
        self.port = free_port()
        self.user = pwd.getpwnam("postgres").pw_name if os.getuid() == 0 else None
        for path in (folder, *folder.parents):  # the server's user must be able to get there
            if path.owner() == pwd.getpwuid(os.getuid()).pw_name and path != pathlib.Path("/"):
                with contextlib.suppress(PermissionError):
                    path.chmod(path.stat().st_mode | 0o711)
        if self.user:
            shutil.chown(self.folder, self.user)
        password = folder / "pg-password"
        password.write_text(self.PASSWORD)
        password.chmod(0o644)
        self._run("initdb", "-D", "data", "-A", "scram-sha-256", "-U", "postgres", "--no-sync",
                  f"--pwfile={password}")
        with open(self.folder / "data/postgresql.conf", "a", encoding="utf-8") as conf:
            conf.write("\n".join([
                "listen_addresses='127.0.0.1'", f"port={self.port}", "fsync=off",
                "max_prepared_transactions=5",
                f"unix_socket_directories='{self.folder}'", "max_connections=32",
                "shared_preload_libraries='pg_stat_statements'", "track_io_timing=on", *settings]))
        self.start()
        self.sql("CREATE ROLE collector LOGIN PASSWORD 'c-secret-9'")
        self.sql("GRANT pg_monitor TO collector")
        self.sql("CREATE EXTENSION pg_stat_statements")

    def _run(self, tool, *arguments):
        return subprocess.run([str(self.programs / tool), *arguments], cwd=self.folder, check=True,
                              user=self.user, stdout=subprocess.DEVNULL, env={"LC_ALL": "C.UTF-8"})

    def start(self):
        self._run("pg_ctl", "-D", "data", "-w", "-l", "log", "start")

    def stop(self):
        self._run("pg_ctl", "-D", "data", "-m", "immediate", "-w", "stop")

    def connect(self, name="test", user="postgres", password=PASSWORD):
        import psycopg2
        link = psycopg2.connect(host="127.0.0.1", port=self.port, user=user, password=password,
                                dbname="postgres", application_name=name)
        return link

    def sql(self, text):
        with contextlib.closing(self.connect()) as link:
            link.autocommit = True
            with link.cursor() as cursor:
                cursor.execute(text)
                return cursor.fetchall() if cursor.description else None

    def standby(self, folder, user, password):
        """A streaming copy of this server, with the slot "standby1"."""
        copy = Postgres.__new__(Postgres)
        copy.programs = self.programs
        copy.folder, copy.port, copy.user = folder / "pg-standby", free_port(), self.user
        copy.folder.mkdir()
        if copy.user:
            shutil.chown(copy.folder, copy.user)
        self._run("pg_basebackup", "-D", str(copy.folder / "data"), "-R", "-C", "-S", "standby1",
                  "-X", "stream", "-c", "fast", "--no-sync",
                  "-d", f"postgresql://{user}:{password}@127.0.0.1:{self.port}/postgres")
        with open(copy.folder / "data/postgresql.conf", "a", encoding="utf-8") as conf:
            conf.write(f"\nport={copy.port}\nunix_socket_directories='{copy.folder}'\n")
        copy.start()
        return copy

    def dsn(self, user="collector", password="c-secret-9", database="postgres"):
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"
