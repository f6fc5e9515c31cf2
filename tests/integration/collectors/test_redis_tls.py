"""The Redis collector over TLS: a real redis-server with tls-port, and certificates that lie."""

import shutil
import subprocess

import pytest

import servers
from lab.ports import free_port
from reading import coverage, present


class Authority:
    """A certificate authority of the test."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        self.certificate = folder / f"{name}.crt"
        self._openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                      f"/CN={name}", "-keyout", folder / f"{name}.key", "-out", self.certificate)

    @staticmethod
    def _openssl(*words):
        subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)

    def signs(self, name, names, days=2):
        """Certificate and key; a negative number of days: it has expired."""
        key, certificate = self.folder / f"{name}.key", self.folder / f"{name}.crt"
        request, more = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        more.write_text(f"subjectAltName={names}\n", encoding="utf-8")
        self._openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-keyout",
                      key, "-out", request)
        self._openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey",
                      self.folder / f"{self.name}.key", "-CAcreateserial", "-days", days,
                      "-extfile", more, "-out", certificate)
        return certificate, key


@pytest.fixture(scope="module")
def pki(folder):
    home = folder / "redis-tls"
    home.mkdir()
    home.chmod(0o755)
    ours, stranger = Authority(home, "ours"), Authority(home, "stranger")
    return {"ca": ours, "stranger": stranger,
            "good": ours.signs("good", "IP:127.0.0.1,DNS:localhost"),
            "other-name": ours.signs("other-name", "DNS:cache.example"),
            "expired": ours.signs("expired", "IP:127.0.0.1", days=-1),
            "client": ours.signs("client", "DNS:client")}


@pytest.fixture
def redis_tls(folder, pki):
    if shutil.which("redis-server") is None:
        pytest.skip("Redis is not installed (apt-get install redis-server)")
    started = []

    def start(shown, clients="no"):
        certificate, key = pki[shown]
        port = free_port()
        server = servers.Redis(folder, f"tls-port {port}", f"tls-cert-file {certificate}",
                               f"tls-key-file {key}", f"tls-ca-cert-file {pki['ca'].certificate}",
                               f"tls-auth-clients {clients}")
        server.tls_port = port
        started.append(server)
        return server

    yield start
    for one in started:
        one.stop()


@pytest.fixture
def source(console):
    def open_one(server, host="127.0.0.1", **more):
        return console("redis", **{"name": "cart", "timeout": "3s", "username": "collector",
                                   "secrets": {"password": "r-secret-8"},
                                   "address": f"rediss://{host}:{server.tls_port}", **more})
    return open_one


def why_not(one):
    row, = coverage(one("collect"), "failed")
    return row["note"]


def test_the_right_authority_gives_all_that_a_plain_connection_gives(redis_tls, source, console,
                                                                     pki):
    server = redis_tls("good")
    one = source(server, caFile=str(pki["ca"].certificate))
    answer = one("collect")
    assert not coverage(answer, "failed")
    plain = console("redis", name="cart", timeout="3s", username="collector",
                    secrets={"password": "r-secret-8"}, address=server.address)("collect")
    assert {row["view"] for row in answer["databases"]} == \
        {row["view"] for row in plain["databases"]}
    assert present(answer, "info")
    tls, = [probe for probe in one("probe")["probes"] if probe["what"] == "TLS"]
    assert tls["finding"].startswith("TLSv1.") and ", signed by CN=" in tls["finding"]
    assert "ours.crt" in tls["finding"]


def test_a_name_is_verified_like_an_address(redis_tls, source, pki):
    one = source(redis_tls("good"), host="localhost", caFile=str(pki["ca"].certificate))
    assert not coverage(one("collect"), "failed")


def test_many_collections_over_one_connection_and_large_answers(redis_tls, source, pki):
    server = redis_tls("good")
    client = server.client()
    for i in range(200):  # lines of the slow log
        client.execute_command("SET", f"key:{i}", "x" * 2000)
    one = source(server, caFile=str(pki["ca"].certificate))
    for _ in range(5):
        assert not coverage(one("collect"), "failed")
    assert client.info("clients")["connected_clients"] == 2  # this client and the collector


def test_a_strange_authority_is_not_trusted(redis_tls, source, pki):
    server = redis_tls("good")
    for trust in ({"caFile": str(pki["stranger"].certificate)}, {}):
        note = why_not(source(server, **trust))
        assert "certificate that is not trusted" in note and "Redis cart" in note


def test_another_name_is_not_trusted(redis_tls, source, pki):
    note = why_not(source(redis_tls("other-name"), caFile=str(pki["ca"].certificate)))
    assert "certificate that is not trusted" in note


def test_an_expired_certificate_is_not_trusted(redis_tls, source, pki):
    note = why_not(source(redis_tls("expired"), caFile=str(pki["ca"].certificate)))
    assert "certificate that is not trusted" in note and "expired" in note


def test_a_server_that_wants_our_certificate_gets_it_or_it_is_said(redis_tls, source, pki):
    server = redis_tls("good", clients="yes")
    certificate, key = pki["client"]
    trust = {"caFile": str(pki["ca"].certificate)}
    assert not coverage(source(server, **trust, certificateFile=str(certificate),
                               keyFile=str(key))("collect"), "failed")
    answer = source(server, **trust)("collect")
    rows = coverage(answer, "denied")
    assert rows and "set certificateFile and keyFile" in rows[0]["note"], answer["coverage"]


def test_a_plain_port_is_no_tls(redis_tls, source, pki):
    server = redis_tls("good")
    server.tls_port = server.port  # which waits for the end of a line that never comes
    answer = source(server, caFile=str(pki["ca"].certificate), timeout="1s")("collect")
    row, = coverage(answer, "failed") + coverage(answer, "timed_out")
    assert "TLS" in row["note"] or "accepted no connection in time" in row["note"]


def test_a_server_that_stops_is_seen_and_found_again(redis_tls, source, pki):
    server = redis_tls("good")
    one = source(server, caFile=str(pki["ca"].certificate))
    assert not coverage(one("collect"), "failed")
    server.stop()
    assert coverage(one("collect"), "failed")
    server.start()
    assert not coverage(one("collect"), "failed")
