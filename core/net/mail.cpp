#include "core/net/mail.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>

#include "core/net/curl_handle.h"
#include "core/net/tls_context.h"
#include "core/net/url.h"

namespace insight::net {
namespace {

using base::ErrorKind;

constexpr std::size_t kLongestAddress = 254;  // RFC 5321
constexpr long kConnectMilliseconds = 10'000;

struct MailTls {
    const Tls& tls;
    std::string problem;
};

CURLcode on_mail_tls(CURL*, void* context, void* user) {
    auto& mail = *static_cast<MailTls*>(user);
    mail.problem = apply_tls(static_cast<ssl_ctx_st*>(context), mail.tls, Authorities::Absent);
    return mail.problem.empty() ? CURLE_OK : CURLE_SSL_CERTPROBLEM;
}

struct Upload {
    std::string_view rest;
};

std::size_t read_block(char* buffer, std::size_t size, std::size_t count, void* user) {
    auto& upload = *static_cast<Upload*>(user);
    const std::size_t taken = std::min(size * count, upload.rest.size());
    std::memcpy(buffer, upload.rest.data(), taken);
    upload.rest.remove_prefix(taken);
    return taken;
}

// curl would print the server's words to standard output.
std::size_t ignore_block(char*, std::size_t size, std::size_t count, void*) {
    return size * count;
}

base::Status check(const MailServer& server, const Mail* mail) {
    const auto wrong = [](std::string message) {
        return base::fail(ErrorKind::Invalid, std::move(message));
    };
    if (server.host.empty() || server.host.find_first_of("/@?#% \r\n") != std::string::npos)
        return wrong("the mail server's host must be a name or an address");
    if (mail != nullptr) {
        if (!is_mail_address(mail->from))
            return wrong("the mail's sender is no address: name@host");
        if (mail->to.empty()) return wrong("the mail has no recipient");
        for (const std::string& one : mail->to)
            if (!is_mail_address(one))
                return wrong("a recipient of the mail is no address: name@host");
    }
    if (!server.user.empty() && server.security == MailSecurity::None &&
        !is_this_machine(server.host))
        return wrong(
            fmt::format("the password for {} would be sent without TLS: set security to "
                        "starttls or tls",
                        server.host));
    return {};
}

base::Error mail_error(CURLcode code, long reply, const std::string& where, const char* words) {
    const std::string cause = *words != '\0' ? words : curl_easy_strerror(code);
    switch (code) {
        case CURLE_LOGIN_DENIED:
            return {ErrorKind::Denied,
                    where + " does not accept our log-in: check user and password", cause};
        case CURLE_OPERATION_TIMEDOUT:
            return {ErrorKind::Timeout, where + " did not take the mail in time", cause};
        case CURLE_USE_SSL_FAILED:
            return {ErrorKind::Unavailable,
                    where + " offers no STARTTLS: set security to tls, or mend the server", cause};
        case CURLE_PEER_FAILED_VERIFICATION:
            return {
                ErrorKind::Unavailable,
                where + " shows a certificate that is not trusted: name its authority as caFile",
                cause};
        default:
            break;
    }
    // RFC 5321, section 4.2.1: 5yz stays so however often it is tried, 4yz may pass.
    if (reply >= 500 && reply < 600)
        return {ErrorKind::Invalid, fmt::format("{} refused the mail ({})", where, reply), cause};
    if (reply >= 400 && reply < 500)
        return {ErrorKind::Unavailable,
                fmt::format("{} does not take the mail just now ({})", where, reply), cause};
    return {ErrorKind::Unavailable, where + " could not be reached or broke off", cause};
}

class CurlMail final : public MailTransport {
  public:
    base::Status send(const MailServer& server, const Mail& mail,
                      const base::Deadline& deadline) override {
        return talk(server, &mail, deadline);
    }
    base::Status greet(const MailServer& server, const base::Deadline& deadline) override {
        return talk(server, nullptr, deadline);
    }

  private:
    // Without a mail only as far as the log-in.
    static base::Status talk(const MailServer& server, const Mail* mail,
                             const base::Deadline& deadline);
};

base::Status CurlMail::talk(const MailServer& server, const Mail* mail,
                            const base::Deadline& deadline) {
    if (auto checked = check(server, mail); !checked) return checked;
    const CurlEasy owner(curl_easy_init());
    CURL* easy = owner.get();
    if (easy == nullptr) return base::fail(ErrorKind::Internal, "libcurl could not be started");
    const std::string host =
        server.host.find(':') == std::string::npos ? server.host : "[" + server.host + "]";
    const std::string where = fmt::format("the mail server {}:{}", host, server.port);
    // The name in the address is the one that is verified; it is connected to `host` all the same.
    const std::string& named = server.tls.server_name.empty() ? host : server.tls.server_name;
    const std::string url = fmt::format(
        "{}://{}:{}", server.security == MailSecurity::Tls ? "smtps" : "smtp", named, server.port);
    const CurlList connect_to(
        curl_slist_append(nullptr, fmt::format("::{}:{}", host, server.port).c_str()));
    MailTls tls{server.tls, {}};
    curl_slist* list = nullptr;
    if (mail != nullptr)
        for (const std::string& one : mail->to)
            list = curl_slist_append(list, fmt::format("<{}>", one).c_str());
    const CurlList recipients(list);
    const std::string from = mail == nullptr ? "" : fmt::format("<{}>", mail->from);
    std::array<char, CURL_ERROR_SIZE> words{};
    Upload upload{mail == nullptr ? std::string_view() : std::string_view(mail->message)};

    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_CONNECT_TO, connect_to.get());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    // Not through a proxy that the environment names for other protocols.
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    // Threads: curl's alarm for slow name servers would hit any of them.
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, words.data());
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, kConnectMilliseconds);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
                     std::max<long>(1, static_cast<long>(deadline.remaining_ms().count())));
    // ALL: without STARTTLS the call fails before the log-in
    curl_easy_setopt(easy, CURLOPT_USE_SSL,
                     server.security == MailSecurity::None ? CURLUSESSL_NONE : CURLUSESSL_ALL);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, server.tls.verify ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, server.tls.verify ? 2L : 0L);
    curl_easy_setopt(easy, CURLOPT_CAINFO, nullptr);  // apply_tls has the rules for authorities
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_mail_tls);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, &tls);
    if (!server.user.empty()) {
        curl_easy_setopt(easy, CURLOPT_USERNAME, server.user.c_str());
        curl_easy_setopt(easy, CURLOPT_PASSWORD, server.password.reveal().c_str());
    }
    if (mail != nullptr) {
        curl_easy_setopt(easy, CURLOPT_MAIL_FROM, from.c_str());
        curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, recipients.get());
        curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(easy, CURLOPT_READFUNCTION, read_block);
        curl_easy_setopt(easy, CURLOPT_READDATA, &upload);
    } else {
        // curl's own question without a mail would be VRFY or HELP, which servers switch off
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "NOOP");
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    }
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore_block);

    const CURLcode code = curl_easy_perform(easy);
    if (!tls.problem.empty()) return base::fail(ErrorKind::Invalid, tls.problem);
    if (code == CURLE_OK) return {};
    long reply = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &reply);
    return base::fail(mail_error(code, reply, where, words.data()));
}

}  // namespace

std::unique_ptr<MailTransport> make_mail_transport() {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
    return std::make_unique<CurlMail>();
}

bool is_mail_address(std::string_view text) {
    const std::size_t at = text.find('@');
    return text.size() <= kLongestAddress && at != std::string_view::npos && at > 0 &&
           at + 1 < text.size() && text.find('@', at + 1) == std::string_view::npos &&
           // No line break and no bracket: an address becomes a line of SMTP and of the mail's
           // head.
           std::all_of(text.begin(), text.end(), [](char c) {
               return static_cast<unsigned char>(c) > 0x20 && c != 0x7f && c != '<' && c != '>' &&
                      c != '"' && c != ',';
           });
}

}  // namespace insight::net
