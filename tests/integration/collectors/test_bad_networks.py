"""The real PostgreSQL and Redis behind networks that cut, trickle or pretend."""

import contextlib
import subprocess
import time

import pytest

from reading import coverage, everything, rows
from servers import Link, Postgres, wait_for


def cut_after(limit):
    return lambda data, before: data if before + len(data) <= limit else None


def trickle(data, before):
    time.sleep(0.05 * (len(data) // 256 + 1))
    return data


def broken(byte):
    """Every piece after the log-in has wrong bytes in it."""
    return lambda data, before: data if before < 400 else bytes([byte]) * len(data)


@contextlib.contextmanager
def behind(target, shape):
    link = Link(target, shape)
    try:
        yield link.port
    finally:
        link.close()


def through(console, postgres, port, **settings):
    dsn = postgres.dsn().replace(f":{postgres.port}/", f":{port}/")
    return console("postgres", name="orders", secrets={"dsn": dsn}, **{"timeout": "30s", **settings})


@pytest.mark.parametrize("limit", [1, 300, 700, 3000, 12000])
def test_an_answer_of_postgresql_that_is_cut_ends_the_round_and_keeps_what_came(
        postgres, console, limit):
    with behind(postgres.port, cut_after(limit)) as port:
        answer = through(console, postgres, port)("collect", timeout=5)
    assert coverage(answer, "failed") and answer["seconds"] < 6
    assert "c-secret-9" not in everything(answer)
    if limit >= 3000:  # the first views were there before the cut
        assert rows(answer, "server")
        assert any("views were not read" in c["note"] for c in coverage(answer, "failed"))


def test_a_trickle_of_postgresql_ends_at_the_deadline(postgres, console):
    with behind(postgres.port, trickle) as port:
        answer = through(console, postgres, port)("collect", timeout=1.5)
    assert coverage(answer, "timed_out") and answer["seconds"] < 2.5
    assert rows(answer, "server"), "what came in time is kept"


@pytest.mark.parametrize("byte", [0x00, 0x44, 0xFF])
def test_wrong_bytes_of_postgresql_are_failures(postgres, console, byte):
    with behind(postgres.port, broken(byte)) as port:
        answer = through(console, postgres, port)("collect", timeout=2)
    assert coverage(answer, "failed") or coverage(answer, "timed_out")
    assert answer["seconds"] < 3


@pytest.mark.parametrize("limit", [3, 40, 2000, 6000])
def test_a_reply_of_redis_that_is_cut_is_a_failure(redis_server, console, limit):
    with behind(redis_server.port, cut_after(limit)) as port:
        source = console("redis", name="cart", timeout="30s", address=f"127.0.0.1:{port}",
                         username="collector", secrets={"password": "r-secret-8"})
        answer = source("collect", timeout=5)
    assert coverage(answer, "failed") and answer["seconds"] < 6
    assert "r-secret-8" not in everything(answer)


def test_a_trickle_of_redis_ends_at_the_deadline(redis_server, console):
    with behind(redis_server.port, trickle) as port:
        source = console("redis", name="cart", timeout="30s", address=f"127.0.0.1:{port}",
                         username="collector", secrets={"password": "r-secret-8"})
        answer = source("collect", timeout=1)
    assert answer["seconds"] < 2


@pytest.fixture(scope="module")
def encrypted(folder):
    """A server with a certificate of an authority of its own."""
    home = folder / "encrypted"
    home.mkdir()

    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=home, check=True, capture_output=True)

    for name in ("authority", "stranger"):
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.crt")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-keyout",
            "server.key", "-out", "server.csr")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "authority.crt", "-CAkey", "authority.key",
            "-CAcreateserial", "-days", "2", "-out", "server.crt")
    server = Postgres(home, [])
    for name in ("server.key", "server.crt"):
        target = server.folder / "data" / name
        target.write_bytes((home / name).read_bytes())
        subprocess.run(["chown", f"{server.user or ''}:", str(target)], check=bool(server.user))
        target.chmod(0o600)
    server.sql("ALTER SYSTEM SET ssl = on")
    server.sql("SELECT pg_reload_conf()")
    wait_for(lambda: server.sql("SHOW ssl") == [("on",)])
    server.home = home
    yield server
    server.stop()


def test_only_the_certificate_of_our_authority_is_trusted(encrypted, console):
    def at(authority):
        return console("postgres", name="orders", timeout="5s", secrets={"dsn": encrypted.dsn() + (
            f"?sslmode=verify-full&sslrootcert={encrypted.home}/{authority}.crt")})

    trusted = at("authority")
    assert rows(trusted("collect"), "server")
    tls, = [p for p in trusted("probe")["probes"] if p["what"] == "TLS"]
    assert tls["ok"], "the chain, as libpq saw it"
    assert tls["finding"].startswith("TLSv1.3: CN=") and ", signed by CN=" in tls["finding"]
    assert tls["finding"].endswith(f"trusted by {encrypted.home}/authority.crt")

    fooled = at("stranger")("collect")
    row, = [c for c in fooled["coverage"] if c.get("query") == "connect"]
    assert row["outcome"] == "failed" and "TLS" in row["note"] and "certificate" in row["note"]
    assert not fooled["databases"]
