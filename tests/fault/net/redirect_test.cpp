// Redirects, interim answers, and the pinned differences between the adapters.
#include "tests/fault/net/conformance.h"

namespace insight::test {
namespace {

using base::ErrorKind;

class Redirects : public Conformance {};

HostileServer::Script move_to(std::function<std::string()> location) {
    return [location = std::move(location)](Peer& peer) {
        while (peer.read_request())
            peer.answer("moved", "Location: " + location() + "\r\n", "302 Found");
    };
}

TEST_P(Redirects, credentials_do_not_travel_to_another_origin) {
    HostileServer target([](Peer& peer) {
        while (peer.read_request()) peer.answer("there");
    });
    HostileServer source(move_to([&] { return target.url("new?x=1"); }));
    net::Request request = get(source.url("old"));
    request.authorization = base::Secret("Bearer abc");
    request.headers = {{"X-Api-Key", "key"}, {"Cookie", "a=b"}, {"Accept", "text/plain"}};
    const auto answer = transport->send(request);
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_EQ(answer->body, "there");
    EXPECT_EQ(sent_header(source.requests().at(0), "Authorization"), "Bearer abc");
    const std::string arrived = target.requests().at(0);
    EXPECT_TRUE(arrived.starts_with("GET /new?x=1 HTTP/1.1"));
    EXPECT_EQ(sent_header(arrived, "Authorization"), "");
    EXPECT_EQ(sent_header(arrived, "X-Api-Key"), "");
    EXPECT_EQ(sent_header(arrived, "Cookie"), "");
    EXPECT_EQ(sent_header(arrived, "Accept"), "text/plain");
}

TEST_P(Redirects, credentials_stay_within_one_origin) {
    HostileServer server([](Peer& peer) {
        while (const auto request = peer.read_request()) {
            if (request->starts_with("GET /a/old"))
                peer.answer("moved", "Location: ../new\r\n", "308 Permanent Redirect");
            else
                peer.answer("there");
        }
    });
    net::Request request = get(server.url("a/old"));
    request.authorization = base::Secret("Bearer abc");
    const auto answer = transport->send(request);
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_EQ(answer->body, "there");
    EXPECT_TRUE(server.requests().at(1).starts_with("GET /new HTTP/1.1"));
    EXPECT_EQ(sent_header(server.requests().at(1), "Authorization"), "Bearer abc");
}

TEST_P(Redirects, body_of_a_redirect_never_reaches_the_receiver) {
    HostileServer server([](Peer& peer) {
        while (const auto request = peer.read_request()) {
            if (request->starts_with("GET /old"))
                peer.answer(std::string(1U << 20, 'm'), "Location: /new\r\n", "301 Moved");
            else
                peer.answer("there");
        }
    });
    std::string seen;
    const auto answer = transport->stream(get(server.url("old")), [&](std::string_view block) {
        seen += block;
        return true;
    });
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_EQ(seen, "there");
}

TEST_P(Redirects, loop_ends_after_five) {
    HostileServer server(move_to([] { return "/again"; }));
    const auto answer = transport->send(get(server.url("again")));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::Unavailable) << answer.error().text();
    EXPECT_EQ(server.requests().size(), 6U);
}

TEST_P(Redirects, post_is_never_redirected) {
    HostileServer server(move_to([] { return "/elsewhere"; }));
    const auto answer = transport->send(post(server.url("write"), "x"));
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_EQ(answer->status, 302);
    EXPECT_EQ(answer->header("Location"), "/elsewhere");
    EXPECT_EQ(server.requests().size(), 1U);
}

TEST_P(Redirects, to_other_schemes_are_refused) {
    for (const std::string& bad : std::vector<std::string>{
             "file:///etc/passwd", "ftp://127.0.0.1/x", "javascript:1", "http://"}) {
        HostileServer server(move_to([&] { return bad; }));
        const auto answer = transport->send(get(server.url()));
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().kind, ErrorKind::Corrupt) << answer.error().text();
    }
}

TEST_P(Redirects, from_https_to_http_are_refused) {
    Certificates certificates;
    const auto files = certificates.issue("server", "IP:127.0.0.1");
    HostileServer plain([](Peer& peer) { peer.read_request(); });
    HostileServer secure(move_to([&] { return plain.url(); }),
                         HostileServer::TlsOptions{files.certificate, files.key, ""});
    net::Request request = get(secure.url());
    request.tls.ca_file = certificates.authority_file();
    const auto answer = transport->send(request);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::Unavailable) << answer.error().text();
    EXPECT_EQ(plain.connections(), 0);
}

TEST_P(Redirects, passing_early_hint_is_not_the_answer) {
    HostileServer server([](Peer& peer) {
        while (peer.read_request()) {
            if (peer.index() == 0) peer.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n");
            peer.answer("final");
        }
    });
    for (int i = 0; i < 2; ++i) {  // the second call must not get a leftover of the first
        const auto answer = transport->send(get(server.url()));
        ASSERT_TRUE(answer) << answer.error().text();
        EXPECT_EQ(answer->status, 200);
        EXPECT_EQ(answer->body, "final");
        EXPECT_EQ(answer->header("Link"), "");
    }
}

TEST_P(Redirects, early_hint_before_a_post_is_never_sent_again) {
    HostileServer server([](Peer& peer) {
        while (peer.read_request()) {
            peer.send("HTTP/1.1 103 Early Hints\r\n\r\n");
            peer.answer("final");
        }
    });
    const auto answer = transport->send(post(server.url(), "once"));
    EXPECT_EQ(server.requests().size(), 1U);
    if (answer) {
        EXPECT_EQ(answer->status, 200);
    }
}

// The two things that cpprest cannot do. Each names the way out.
TEST(AdapterDifference, only_curl_follows_a_server_that_always_sends_early_hints) {
    HostileServer server([](Peer& peer) {
        while (peer.read_request()) {
            peer.send("HTTP/1.1 103 Early Hints\r\n\r\n");
            peer.answer("final");
        }
    });
    net::Request request;
    request.url = server.url();
    const auto curl = net::make_transport(net::Adapter::Curl)->send(request);
    ASSERT_TRUE(curl) << curl.error().text();
    EXPECT_EQ(curl->body, "final");
    const auto cpprest = net::make_transport(net::Adapter::Cpprest)->send(request);
    ASSERT_FALSE(cpprest);
    EXPECT_NE(cpprest.error().message.find("choose the curl adapter"), std::string::npos);
}

TEST(AdapterDifference, only_curl_reaches_ipv6_literals) {
    net::Request request;
    request.url = "http://[::1]:" + std::to_string(refused_port()) + "/";
    const auto cpprest = net::make_transport(net::Adapter::Cpprest)->send(request);
    ASSERT_FALSE(cpprest);
    EXPECT_EQ(cpprest.error().kind, ErrorKind::Invalid);
    EXPECT_NE(cpprest.error().message.find("choose the curl adapter"), std::string::npos);
    const auto curl = net::make_transport(net::Adapter::Curl)->send(request);
    ASSERT_FALSE(curl);  // nobody listens there; it tried
    EXPECT_EQ(curl.error().kind, ErrorKind::Unavailable) << curl.error().text();
}

INSIGHT_BOTH_ADAPTERS(Redirects);

}  // namespace
}  // namespace insight::test
