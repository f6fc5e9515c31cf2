#include "core/net/tls_connection.h"

#include <fmt/format.h>
#include <openssl/ssl.h>

#include "core/net/tls_context.h"

namespace insight::net {
namespace {

using base::ErrorKind;

int connection_index() {
    // Once for the process: indices are not given back.
    static const int kIndex = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return kIndex;
}

void on_tls_event(const SSL* tls, int where, int value) {
    auto* connection =
        static_cast<TlsConnection*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(tls), connection_index()));
    if (connection == nullptr) return;
    // Tickets of TLS 1.3 say "done" again, later and on whatever thread then reads.
    if ((where & SSL_CB_HANDSHAKE_DONE) != 0 && connection->chain.protocol.empty())
        connection->chain = chain_of(*tls);
    if ((where & SSL_CB_READ_ALERT) != SSL_CB_READ_ALERT || (value & 0xff) == SSL_AD_CLOSE_NOTIFY)
        return;
    const std::lock_guard lock(connection->alert.mutex);
    // OpenSSL 3.0 has no words for the newest of them.
    connection->alert.words = (value & 0xff) == SSL_AD_CERTIFICATE_REQUIRED
                                  ? "certificate required"
                                  : SSL_alert_desc_string_long(value);
}

struct TlsFiles {
    const Tls& tls;
    TlsConnection& connection;
    std::string problem;
};

CURLcode on_connection_tls(CURL*, void* context, void* user) {
    auto& files = *static_cast<TlsFiles*>(user);
    auto* settings = static_cast<ssl_ctx_st*>(context);
    files.problem = apply_tls(settings, files.tls, Authorities::Absent);
    SSL_CTX_set_ex_data(settings, connection_index(), &files.connection);
    SSL_CTX_set_info_callback(settings, on_tls_event);
    return files.problem.empty() ? CURLE_OK : CURLE_SSL_CERTPROBLEM;
}

base::Error connection_error(CURLcode code, const std::string& where, const char* words) {
    const std::string cause = *words != '\0' ? words : curl_easy_strerror(code);
    switch (code) {
        case CURLE_OPERATION_TIMEDOUT:
            return {ErrorKind::Timeout, where + " accepted no TLS connection in time", cause};
        case CURLE_PEER_FAILED_VERIFICATION:
            return {ErrorKind::Unavailable,
                    where +
                        " shows a certificate that is not trusted: name its authority, or "
                        "correct the address or the certificate",
                    cause};
        case CURLE_SSL_CONNECT_ERROR:
            return {ErrorKind::Unavailable, where + " does not agree on a TLS connection", cause};
        default:
            return {ErrorKind::Unavailable, where + " cannot be reached", cause};
    }
}

}  // namespace

curl_socket_t TlsConnection::socket() const {
    curl_socket_t out = CURL_SOCKET_BAD;
    return curl_easy_getinfo(easy.get(), CURLINFO_ACTIVESOCKET, &out) == CURLE_OK ? out
                                                                                  : CURL_SOCKET_BAD;
}

base::Result<std::unique_ptr<TlsConnection>> connect_tls(const std::string& host,
                                                         std::uint16_t port, const Tls& tls,
                                                         const base::Deadline& deadline) {
    if (host.empty() || host.find_first_of("/@?#% \r\n[]") != std::string::npos)
        return base::fail(ErrorKind::Invalid, "the host must be a name or an address");
    auto out = std::make_unique<TlsConnection>();
    out->easy.reset(curl_easy_init());
    CURL* easy = out->easy.get();
    if (easy == nullptr) return base::fail(ErrorKind::Internal, "libcurl could not be started");
    const auto bracketed = [](const std::string& name) {
        return name.find(':') == std::string::npos ? name : "[" + name + "]";
    };
    const std::string where = fmt::format("{}:{}", bracketed(host), port);
    // The name in the address is the one that is verified; it is connected to `host` all the same.
    const std::string named = tls.server_name.empty() ? bracketed(host) : tls.server_name;
    const std::string url = fmt::format("https://{}:{}", named, port);
    const CurlList connect_to(
        curl_slist_append(nullptr, fmt::format("::{}:{}", bracketed(host), port).c_str()));
    TlsFiles files{tls, *out, {}};
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline.remaining());

    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_CONNECT_TO, connect_to.get());
    // curl makes the connection and hands it over; what follows is another protocol.
    curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_ENABLE_ALPN, 0L);  // it is no HTTP that follows
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, tls.verify ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, tls.verify ? 2L : 0L);
    curl_easy_setopt(easy, CURLOPT_CAINFO, nullptr);  // apply_tls has the rules for authorities
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_connection_tls);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, &files);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, out->words.data());
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, std::max<long>(left.count(), 1));
    const CURLcode code = curl_easy_perform(easy);
    if (!files.problem.empty()) return base::fail(ErrorKind::Invalid, files.problem);
    if (code != CURLE_OK) return base::fail(connection_error(code, where, out->words.data()));
    return out;
}

}  // namespace insight::net
