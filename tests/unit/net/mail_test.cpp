#include "core/net/mail.h"

#include <gmock/gmock.h>

namespace insight::net {
namespace {

using base::ErrorKind;
using testing::HasSubstr;

const Mail kMail{"a@example.org", {"b@example.org"}, "Subject: x\r\n\r\nx\r\n"};

base::Error error_of(const MailServer& server, const Mail& mail) {
    const auto sent =
        make_mail_transport()->send(server, mail, base::Deadline::after(std::chrono::seconds(5)));
    return sent ? base::Error{} : sent.error();
}

TEST(MailAddress, has_a_name_a_host_and_nothing_that_ends_a_line) {
    for (const char* good : {"a@b", "anna.lee+ops@mail.example.org", "\xc3\xa9@example.org"})
        EXPECT_TRUE(is_mail_address(good)) << good;
    for (const char* bad : {"", "a", "@b", "a@", "a@b@c", "a b@c", "a@b\r\nRCPT TO:<x@y>", "<a@b>",
                            "a@b,c@d", "\"a\"@b", "a@b\x7f"})
        EXPECT_FALSE(is_mail_address(bad)) << bad;
    EXPECT_FALSE(is_mail_address(std::string(250, 'a') + "@b.org"));
}

TEST(Mail, is_refused_before_anything_is_sent_when_it_cannot_be_right) {
    const MailServer server{"127.0.0.1", 1, MailSecurity::None, "", {}, {}};
    EXPECT_EQ(error_of(server, {"a", {"b@c"}, "x"}).kind, ErrorKind::Invalid);
    EXPECT_EQ(error_of(server, {"a@b", {}, "x"}).kind, ErrorKind::Invalid);
    EXPECT_EQ(error_of(server, {"a@b", {"b@c\r\nDATA"}, "x"}).kind, ErrorKind::Invalid);
    EXPECT_EQ(error_of({"host/path", 25, MailSecurity::None, "", {}, {}}, kMail).kind,
              ErrorKind::Invalid);
}

TEST(Mail, never_shows_a_password_to_a_wire_without_tls) {
    // the second: a name of somebody else that begins like an address of ours
    for (const char* host : {"mail.example.org", "127.0.0.1.example.invalid"}) {
        const base::Error error = error_of(
            {host, 25, MailSecurity::None, "insight", base::Secret("p4ssw0rd"), {}}, kMail);
        EXPECT_EQ(error.kind, ErrorKind::Invalid) << host;
        EXPECT_THAT(error.text(), HasSubstr("without TLS"));
        EXPECT_THAT(error.text(), testing::Not(HasSubstr("p4ssw0rd")));
    }
}

TEST(Mail, to_a_server_that_is_not_there_may_be_tried_again) {
    const base::Error error = error_of({"127.0.0.1", 1, MailSecurity::StartTls, "", {}, {}}, kMail);
    EXPECT_EQ(error.kind, ErrorKind::Unavailable);
    EXPECT_THAT(error.message, HasSubstr("the mail server 127.0.0.1:1"));
}

}  // namespace
}  // namespace insight::net
