// Mail servers that do anything but their job: no password and no mail reaches them, and nobody
// waits longer than agreed.
#include <gmock/gmock.h>

#include "core/net/mail.h"
#include "tests/fault/net/hostile_server.h"

namespace insight::net {
namespace {

using base::ErrorKind;
using insight::test::HostileServer;
using insight::test::Peer;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kPassword = "mail-password-0123456789";

struct Outcome {
    base::Status status;
    std::string heard;
};

// A mail to a server whose script gets everything that was said so far.
Outcome mail_to(const std::function<void(Peer&, std::string& heard)>& script,
                MailSecurity security = MailSecurity::StartTls) {
    Outcome out;
    {
        const HostileServer server([&](Peer& peer) { script(peer, out.heard); });
        MailServer target;
        target.host = "127.0.0.1";
        target.port = static_cast<std::uint16_t>(server.port());
        target.security = security;
        target.user = "insight";
        target.password = base::Secret(kPassword);
        const auto start = std::chrono::steady_clock::now();
        out.status = make_mail_transport()->send(
            target, {"a@example.org", {"b@example.org"}, "Subject: x\r\n\r\nsecret text\r\n"},
            base::Deadline::after(std::chrono::milliseconds(1500)));
        EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(4));
    }
    EXPECT_FALSE(out.status);
    if (!out.status) {
        EXPECT_THAT(out.status.error().text(), Not(HasSubstr(kPassword)));
    }
    EXPECT_THAT(out.heard, Not(HasSubstr("secret text")));
    return out;
}

TEST(HostileMail, server_that_offers_no_starttls_hears_no_password) {
    const Outcome out = mail_to([](Peer& peer, std::string& heard) {
        peer.send("220 mail\r\n");
        for (std::string said = peer.read_some(); !said.empty(); said = peer.read_some()) {
            heard += said;
            peer.send("250-mail\r\n250 AUTH PLAIN LOGIN\r\n");
        }
    });
    EXPECT_THAT(out.heard, HasSubstr("EHLO"));
    EXPECT_THAT(out.heard, Not(HasSubstr("AUTH")));
    EXPECT_THAT(out.heard, Not(HasSubstr("MAIL FROM")));
    EXPECT_THAT(out.status.error().message, HasSubstr("offers no STARTTLS"));
}

TEST(HostileMail, answers_before_the_handshake_are_not_taken_for_answers_after_it) {
    const Outcome out = mail_to([](Peer& peer, std::string& heard) {
        peer.send("220 mail\r\n");
        heard += peer.read_some();
        peer.send("250-mail\r\n250 STARTTLS\r\n");
        heard += peer.read_some();
        peer.send("220 go\r\n250 AUTH PLAIN\r\n235 welcome\r\n250 ok\r\n250 ok\r\n354 go\r\n");
        heard += peer.read_some();
        peer.wait_for_close();
    });
    EXPECT_EQ(out.heard.find("AUTH"), std::string::npos);
}

TEST(HostileMail, server_that_is_silent_babbles_or_leaves_holds_nobody_up) {
    EXPECT_EQ(mail_to([](Peer& peer, std::string&) { peer.wait_for_close(); }).status.error().kind,
              ErrorKind::Timeout);
    mail_to([](Peer& peer, std::string&) { peer.reset(); });
    mail_to([](Peer& peer, std::string&) { peer.send("HTTP/1.1 200 OK\r\n\r\n"); });
    mail_to([](Peer& peer, std::string&) {
        while (peer.send("220-" + std::string(60'000, 'x') + "\r\n")) {
        }
    });
    mail_to([](Peer& peer, std::string&) {
        peer.send("220 ");
        while (peer.send(std::string(60'000, 'x'))) {
        }
    });
}

TEST(HostileMail, server_that_is_busy_is_asked_later) {
    const Outcome out = mail_to([](Peer& peer, std::string&) {
        peer.send("421 too many connections\r\n");
        peer.wait_for_close();
    });
    EXPECT_EQ(out.status.error().kind, ErrorKind::Unavailable);
}

}  // namespace
}  // namespace insight::net
