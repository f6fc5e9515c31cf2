// Sending mail (SMTP, RFC 5321, with STARTTLS or TLS from the start and AUTH), over libcurl.
//
// A password never goes over a connection without TLS, but to this machine itself. Threads: safe;
// calls block until the server has taken the mail or the deadline passes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/base/time.h"
#include "core/net/transport.h"

namespace insight::net {

// StartTls is asked for and required: a server (or somebody in between) that does not offer it gets
// no mail.
enum class MailSecurity { StartTls, Tls, None };

struct MailServer {
    std::string host;
    std::uint16_t port = 587;
    MailSecurity security = MailSecurity::StartTls;
    std::string user;  // empty: no log-in
    base::Secret password;
    Tls tls;
};

struct Mail {
    std::string from;             // addresses alone: "insight@example.org"
    std::vector<std::string> to;  // all of them get it, or the call fails
    std::string message;          // RFC 5322: header, empty line, body; lines end with CRLF
};

class MailTransport {
  public:
    virtual ~MailTransport() = default;

    // Taken: the server is responsible for it now. Errors: Invalid (an address, or the server
    // refused for good, 5xx, or a file of `tls` that cannot be used), Denied (log-in), Unavailable
    // (no connection, no TLS, or 4xx: later), Timeout. Messages never show passwords.
    virtual base::Status send(const MailServer& server, const Mail& mail,
                              const base::Deadline& deadline) = 0;
    // Connects, secures, logs in and says nothing more (NOOP): nobody gets a mail. Errors: as send.
    virtual base::Status greet(const MailServer& server, const base::Deadline& deadline) = 0;
};

std::unique_ptr<MailTransport> make_mail_transport();

// What may stand in an envelope: no spaces, control characters or angle brackets, one @.
bool is_mail_address(std::string_view text);

}  // namespace insight::net
