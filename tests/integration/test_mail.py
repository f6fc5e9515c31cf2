"""Mail to a real SMTP server: STARTTLS and log-in required, and what happens without them."""

import email
import email.policy
import json
import os
import ssl
import subprocess
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

controller = pytest.importorskip("aiosmtpd.controller",
                                 reason="aiosmtpd is not installed (python3-aiosmtpd)")
smtp = pytest.importorskip("aiosmtpd.smtp")

from lab.ports import free_port  # noqa: E402
from test_tickets_and_messages import alert, deliveries, move, one_ticket, settled, until  # noqa: E402

PASSWORD = "mail-password-0123456789"


class Box:
    """Keeps what came in; `refuse` are answers to the next mails."""

    def __init__(self):
        self.mails = []
        self.refuse = []

    async def handle_DATA(self, server, session, envelope):
        if self.refuse:
            return self.refuse.pop(0)
        self.mails.append((envelope, email.message_from_bytes(envelope.original_content,
                                                              policy=email.policy.default)))
        return "250 taken"


@pytest.fixture
def certificate(tmp_path):
    files = [str(tmp_path / name) for name in ("mail.pem", "mail.key")]
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext",
                    "subjectAltName=DNS:localhost,IP:127.0.0.1",
                    "-out", files[0], "-keyout", files[1]], check=True, capture_output=True)
    return files


@pytest.fixture
def server(certificate):
    """Starts servers; they are stopped afterwards."""
    started = []

    def start(box, tls=True):
        context = None
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)

        def log_in(_server, _session, _envelope, _mechanism, data):
            good = data.login == b"insight" and data.password == PASSWORD.encode()
            return smtp.AuthResult(success=good, handled=False)

        one = controller.Controller(box, hostname="127.0.0.1", port=free_port(),
                                    tls_context=context, require_starttls=tls,
                                    auth_required=tls, authenticator=log_in)
        one.start()
        started.append(one)
        return one

    yield start
    for one in started:
        one.stop()


def configure(service, port, certificate, **more):
    channel = {"name": "oncall", "kind": "mail", "host": "127.0.0.1", "port": port,
               "user": "insight", "password": service.secret_file("mail", PASSWORD),
               "from": "insight@example.org", "to": ["a@example.org", "b@example.org"],
               "caFile": certificate[0], **more}
    service.configure({}, {"window": "2m", "baseline": "2m", "collectTimeout": "1s"},
                      notifications={"channels": [channel]})


def test_mails_of_a_ticket_are_one_thread(service, server, certificate):
    box = Box()
    box.refuse = ["451 try again later"]
    configure(service, server(box).port, certificate)
    service.start()
    service.post_webhook(alert(name="CheckoutSlöw"))
    ticket = one_ticket(service)
    settled(service, ticket)
    move(service, ticket, "resolved")
    settled(service, ticket)
    assert len(box.mails) == 2
    (envelope, first), (_, second) = box.mails
    assert envelope.mail_from == "insight@example.org"
    assert envelope.rcpt_tos == ["a@example.org", "b@example.org"]
    assert first["Subject"] == "[critical] CheckoutSlöw"
    assert "hunter2hunter2" not in first.get_content()
    assert ticket["id"] in first["Message-ID"]
    assert second["In-Reply-To"] == first["Message-ID"]
    assert second["Subject"].startswith("Re: ")
    assert "From open to resolved" in second.get_content()


def trouble(service):
    """The note of the mail that could not be sent yet."""
    service.start()
    service.post_webhook(alert())
    ticket = one_ticket(service)
    notes = until(service, "complaint",
                  lambda: [one for one in deliveries(service, ticket) if one["note"]])
    log = open(os.path.join(service.folder, "service.log"), encoding="utf-8").read()
    assert PASSWORD not in log and PASSWORD not in notes[0]["note"]
    return notes[0]


def test_a_wrong_password_waits_for_somebody(service, server, certificate):
    box = Box()
    configure(service, server(box).port, certificate,
              password=service.secret_file("wrong", PASSWORD + "x"))
    note = trouble(service)
    assert "does not accept our log-in" in note["note"] and note["state"] == "waiting"
    assert not box.mails


def test_no_mail_goes_to_a_server_without_starttls(service, server, certificate):
    box = Box()
    configure(service, server(box, tls=False).port, certificate)
    note = trouble(service)
    assert "offers no STARTTLS" in note["note"] and note["state"] == "waiting"
    assert not box.mails


def test_no_mail_goes_to_a_server_that_is_not_trusted(service, server, certificate):
    box = Box()
    configure(service, server(box).port, certificate, caFile="")
    assert "certificate that is not trusted" in trouble(service)["note"]
    assert not box.mails


def test_a_recipient_that_does_not_exist_is_final(service, server, certificate):
    box = Box()
    box.refuse = ["550 no such mailbox"]
    configure(service, server(box).port, certificate)
    note = trouble(service)
    assert note["state"] == "refused" and "refused the mail (550)" in note["note"]


def test_doctor_logs_in_and_sends_nothing(service, server, certificate):
    box = Box()
    configure(service, server(box).port, certificate)

    def log_in():
        done = service.command("doctor", "--config", service.configuration, "--format", "json",
                               check=False)
        found, = [one for one in json.loads(done.stdout)
                  if one["source"].startswith("notifications/")]
        return found

    assert log_in()["ok"], log_in()
    assert box.mails == []
    configure(service, server(box).port, certificate,
              password=service.secret_file("wrong", PASSWORD + "x"))
    found = log_in()
    assert not found["ok"] and "does not accept our log-in" in found["finding"]
    assert found["fix"] == "check user and password"
    assert PASSWORD not in json.dumps(found)
