// Who is trusted, and what we show.
#include <fstream>

#include "tests/fault/net/conformance.h"

namespace insight::test {
namespace {

using base::ErrorKind;

class TlsRules : public Conformance {
  protected:
    static HostileServer::Script hello() {
        return [](Peer& peer) {
            while (peer.read_request()) peer.answer("hello " + peer.client_name());
        };
    }
    static HostileServer::TlsOptions with(const CertificateFiles& files,
                                          std::string client_ca = "") {
        return {files.certificate, files.key, std::move(client_ca)};
    }
    net::Request trusting(const std::string& url) {
        net::Request request = get(url);
        request.tls.ca_file = certificates.authority_file();
        return request;
    }

    Certificates certificates;
};

void expect_untrusted(const base::Result<net::Response>& answer, const HostileServer& server) {
    ASSERT_FALSE(answer) << answer->body;
    EXPECT_EQ(answer.error().kind, ErrorKind::Unavailable);
    EXPECT_NE(answer.error().message.find("TLS"), std::string::npos) << answer.error().text();
    EXPECT_FALSE(answer.error().cause.empty());
    EXPECT_TRUE(server.requests().empty());
}

TEST_P(TlsRules, self_signed_certificate_is_refused) {
    HostileServer server(hello(), with(certificates.self_signed("server", "IP:127.0.0.1")));
    const auto answer = transport->send(get(server.url()));
    expect_untrusted(answer, server);
    EXPECT_NE(answer.error().cause.find("self-signed"), std::string::npos) << answer.error().cause;
}

TEST_P(TlsRules, unknown_authority_is_refused) {
    HostileServer server(hello(), with(certificates.issue("server", "IP:127.0.0.1")));
    expect_untrusted(transport->send(get(server.url())), server);
}

TEST_P(TlsRules, named_authority_is_accepted_and_the_connection_reused) {
    HostileServer server(hello(), with(certificates.issue("server", "IP:127.0.0.1")));
    for (int i = 0; i < 3; ++i) {
        const auto answer = transport->send(trusting(server.url()));
        ASSERT_TRUE(answer) << answer.error().text();
        EXPECT_EQ(answer->body, "hello ");
    }
    EXPECT_EQ(server.connections(), 1);
}

TEST_P(TlsRules, trusted_connection_is_not_lent_to_a_stricter_request) {
    HostileServer server(hello(), with(certificates.issue("server", "IP:127.0.0.1")));
    ASSERT_TRUE(transport->send(trusting(server.url())));
    EXPECT_FALSE(transport->send(get(server.url())));
}

TEST_P(TlsRules, other_name_is_refused) {
    HostileServer server(hello(),
                         with(certificates.issue("server", "DNS:other.example,IP:127.0.0.2")));
    const auto answer = transport->send(trusting(server.url()));
    expect_untrusted(answer, server);
    EXPECT_NE(answer.error().cause.find("127.0.0.1"), std::string::npos) << answer.error().cause;
}

TEST_P(TlsRules, server_name_replaces_the_verified_name) {
    HostileServer server(hello(), with(certificates.issue("server", "DNS:kubernetes.example")));
    net::Request request = trusting(server.url());
    request.tls.server_name = "kubernetes.example";
    const auto answer = transport->send(request);
    ASSERT_TRUE(answer) << answer.error().text();
    request.tls.server_name = "wrong.example";
    EXPECT_FALSE(transport->send(request));
}

TEST_P(TlsRules, checking_can_be_switched_off) {
    HostileServer server(hello(), with(certificates.self_signed("server", "DNS:other.example")));
    net::Request request = get(server.url());
    request.tls.verify = false;
    const auto answer = transport->send(request);
    ASSERT_TRUE(answer) << answer.error().text();
}

TEST_P(TlsRules, client_certificate_is_shown) {
    const auto client = certificates.issue("collector-7", "DNS:collector.example");
    HostileServer server(
        hello(), with(certificates.issue("server", "IP:127.0.0.1"), certificates.authority_file()));
    net::Request request = trusting(server.url());
    request.tls.certificate_file = client.certificate;
    request.tls.key_file = client.key;
    const auto answer = transport->send(request);
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_EQ(answer->body, "hello collector-7");
    const auto without = transport->send(trusting(server.url()));
    ASSERT_FALSE(without);
    EXPECT_EQ(without.error().kind, ErrorKind::Unavailable) << without.error().text();
}

TEST_P(TlsRules, unusable_files_are_named) {
    HostileServer server(hello(), with(certificates.issue("server", "IP:127.0.0.1")));
    net::Request request = get(server.url());
    request.tls.ca_file = "/nonexistent/authority.pem";
    const auto no_authority = transport->send(request);
    ASSERT_FALSE(no_authority);
    EXPECT_EQ(no_authority.error().kind, ErrorKind::Invalid) << no_authority.error().text();
    EXPECT_NE(no_authority.error().cause.find("/nonexistent/authority.pem"), std::string::npos);

    request = trusting(server.url());
    const auto client = certificates.issue("collector", "DNS:collector.example");
    request.tls.certificate_file = client.certificate;
    request.tls.key_file = certificates.issue("other", "DNS:other.example").key;
    const auto wrong_key = transport->send(request);
    ASSERT_FALSE(wrong_key);
    EXPECT_EQ(wrong_key.error().kind, ErrorKind::Invalid) << wrong_key.error().text();
}

TEST_P(TlsRules, plain_server_behind_https_is_refused) {
    HostileServer server([](Peer& peer) {
        peer.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        peer.wait_for_close();
    });
    net::Request request = get("https://127.0.0.1:" + std::to_string(server.port()) + "/");
    const auto answer = transport->send(request);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::Unavailable) << answer.error().text();
}

TEST_P(TlsRules, stalled_handshake_ends_at_the_deadline) {
    HostileServer server([](Peer& peer) { peer.wait_for_close(); });
    net::Request request = get("https://127.0.0.1:" + std::to_string(server.port()) + "/");
    request.deadline = base::Deadline::after(std::chrono::milliseconds(300));
    const auto answer = transport->send(request);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::Timeout) << answer.error().text();
}

TEST_P(TlsRules, client_certificate_does_not_travel_to_another_origin) {
    const auto client = certificates.issue("collector-7", "DNS:collector.example");
    const auto files = certificates.issue("server", "IP:127.0.0.1");
    std::atomic<bool> asked = false;
    HostileServer target(hello(), with(files, certificates.authority_file()));
    HostileServer source(
        [&](Peer& peer) {
            while (peer.read_request()) {
                asked = true;
                peer.answer("", "Location: " + target.url() + "\r\n", "302 Found");
            }
        },
        with(files));
    net::Request request = trusting(source.url());
    request.tls.certificate_file = client.certificate;
    request.tls.key_file = client.key;
    EXPECT_FALSE(transport->send(request));
    EXPECT_TRUE(asked);
    EXPECT_TRUE(target.requests().empty());
}

INSIGHT_BOTH_ADAPTERS(TlsRules);

}  // namespace
}  // namespace insight::test
