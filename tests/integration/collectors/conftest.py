import pathlib
import shutil
import tempfile

import pytest

import servers


@pytest.fixture(scope="session")
def folder():
    # not pytest's own: the database server's user has to get in
    path = pathlib.Path(tempfile.mkdtemp(prefix="insight-collectors-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(folder):
    if servers.PG_BIN is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    server = servers.Postgres(folder)
    yield server
    server.stop()


@pytest.fixture
def redis_server(folder):
    if shutil.which("redis-server") is None:
        pytest.skip("Redis is not installed (apt-get install redis-server)")
    server = servers.Redis(folder)
    yield server
    server.stop()


@pytest.fixture
def console():
    opened = []

    def open_one(kind, **instance):
        opened.append(servers.Console(kind, **instance))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture
def silent():
    listener = servers.Silent()
    yield listener
    listener.close()
