// The certificates that a server shows: of one that is trusted, and of those that are not.
#include "core/net/shown_chain.h"

#include <gmock/gmock.h>

#include "tests/fault/net/certificates.h"
#include "tests/fault/net/hostile_server.h"

namespace insight::test {
namespace {

using base::Deadline;
using base::ErrorKind;
using std::chrono::milliseconds;
using testing::HasSubstr;

HostileServer::Script quiet() {
    return [](Peer& peer) { peer.wait_for_close(); };
}

base::Result<net::ShownChain> look(const HostileServer& server, const Certificates& trusted,
                                   milliseconds limit = milliseconds(10'000)) {
    net::Tls tls;
    tls.ca_file = trusted.authority_file();
    return net::shown_chain("127.0.0.1", static_cast<std::uint16_t>(server.port()), tls,
                            Deadline::after(limit));
}

TEST(ShownChain, leads_from_the_server_to_the_authority_that_is_trusted) {
    Certificates certificates;
    const CertificateFiles files = certificates.issue("search.example", "IP:127.0.0.1");
    HostileServer server(quiet(), HostileServer::TlsOptions{files.certificate, files.key, ""});
    const auto chain = look(server, certificates);
    ASSERT_TRUE(chain) << chain.error().text();
    EXPECT_THAT(chain->protocol, HasSubstr("TLSv1."));
    ASSERT_EQ(chain->certificates.size(), 2U) << "the root, which the server does not send, too";
    EXPECT_EQ(chain->certificates[0].subject, "CN=search.example");
    EXPECT_EQ(chain->certificates[0].issuer, chain->certificates[1].subject);
    EXPECT_GT(chain->certificates[0].not_after, chain->certificates[0].not_before);
}

TEST(ShownChain, of_a_stranger_is_an_error_with_the_reason) {
    Certificates certificates;
    const CertificateFiles files = certificates.self_signed("stranger", "IP:127.0.0.1");
    HostileServer server(quiet(), HostileServer::TlsOptions{files.certificate, files.key, ""});
    const auto chain = look(server, certificates);
    ASSERT_FALSE(chain);
    EXPECT_THAT(chain.error().message, HasSubstr("certificate that is not trusted"));
}

TEST(ShownChain, silence_garbage_and_nobody_are_errors_in_time) {
    Certificates certificates;
    HostileServer silent(quiet());
    const auto late = look(silent, certificates, milliseconds(300));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().kind, ErrorKind::Timeout);
    HostileServer garbage([](Peer& peer) {
        peer.send("HTTP/1.1 400 Bad Request\r\n\r\n");
        peer.wait_for_close();
    });
    EXPECT_FALSE(look(garbage, certificates));
    EXPECT_EQ(
        net::shown_chain("not a host", 443, {}, Deadline::after(milliseconds(100))).error().kind,
        ErrorKind::Invalid);
}

}  // namespace
}  // namespace insight::test
