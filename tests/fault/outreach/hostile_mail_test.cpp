// Mail servers that do anything but their job: no password and no mail reaches them, and nobody
// waits longer than agreed.
#include <gmock/gmock.h>

#include <fstream>

#include "core/net/mail.h"
#include "tests/fault/net/certificates.h"
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

class MailTlsRules : public testing::Test {
  protected:
    // As far as a log-in would be, at a server that shows a certificate for mail.internal only.
    base::Status greet(Tls tls, bool asks_for_ours = false) {
        const auto shown = certificates_.issue("mail", "DNS:mail.internal");
        const HostileServer server(
            [](Peer& peer) {
                peer.send("220 mail\r\n");
                while (!peer.read_some().empty()) peer.send("250 mail\r\n");
            },
            HostileServer::TlsOptions{shown.certificate, shown.key,
                                      asks_for_ours ? certificates_.authority_file() : ""});
        MailServer target;
        target.host = "127.0.0.1";
        target.port = static_cast<std::uint16_t>(server.port());
        target.security = MailSecurity::Tls;
        target.tls = std::move(tls);
        return make_mail_transport()->greet(target,
                                            base::Deadline::after(std::chrono::seconds(10)));
    }
    static std::string text_of(const std::string& path) {
        std::ifstream file(path);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    insight::test::Certificates certificates_;
};

TEST_F(MailTlsRules, the_authority_counts_as_a_file_and_as_text_for_the_name_that_is_given) {
    Tls tls;
    tls.server_name = "mail.internal";
    EXPECT_THAT(greet(tls).error().message, HasSubstr("not trusted"));
    tls.ca_pem = text_of(certificates_.authority_file());
    EXPECT_TRUE(greet(tls));
    tls.ca_pem.clear();
    tls.ca_file = certificates_.authority_file();
    EXPECT_TRUE(greet(tls));
    tls.server_name = "other.internal";
    EXPECT_THAT(greet(tls).error().message, HasSubstr("not trusted"));
    tls.ca_file = "/no/such/file";
    EXPECT_EQ(greet(tls).error().kind, ErrorKind::Invalid);
    EXPECT_THAT(greet(tls).error().message, HasSubstr("/no/such/file"));
}

TEST_F(MailTlsRules, a_server_that_asks_who_we_are_is_shown_our_certificate) {
    Tls tls;
    tls.server_name = "mail.internal";
    tls.ca_file = certificates_.authority_file();
    EXPECT_FALSE(greet(tls, true));
    const auto ours = certificates_.issue("insight", "DNS:insight.internal");
    tls.certificate_file = ours.certificate;
    tls.key_file = ours.key;
    EXPECT_TRUE(greet(tls, true));
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
