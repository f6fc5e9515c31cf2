// Ordinary exchanges, reuse of connections, live streams.
#include <future>

#include "tests/fault/net/conformance.h"

namespace insight::test {
namespace {

class Exchange : public Conformance {};

// Answers every request of a connection with the same body.
HostileServer::Script echo(std::string body) {
    return [body = std::move(body)](Peer& peer) {
        while (peer.read_request()) peer.answer(body, "X-From: hostile\r\n");
    };
}

TEST_P(Exchange, get_returns_status_headers_and_body) {
    HostileServer server([](Peer& peer) {
        while (peer.read_request()) peer.answer("hello", "X-From: hostile\r\n", "418 Teapot");
    });
    const auto answer = transport->send(get(server.url("a/b?match[]=up&q=a%20b")));
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_EQ(answer->status, 418);
    EXPECT_EQ(answer->body, "hello");
    EXPECT_EQ(answer->header("x-FROM"), "hostile");
    ASSERT_EQ(server.requests().size(), 1U);
    EXPECT_TRUE(server.requests()[0].starts_with("GET /a/b?match%5B%5D=up&q=a%20b HTTP/1.1\r\n"))
        << server.requests()[0];
    EXPECT_EQ(sent_header(server.requests()[0], "Host"),
              "127.0.0.1:" + std::to_string(server.port()));
}

TEST_P(Exchange, double_slashes_in_the_path_stay) {
    HostileServer server(echo("x"));
    ASSERT_TRUE(transport->send(get(server.url("/evil.invalid//x"))));
    EXPECT_TRUE(server.requests().at(0).starts_with("GET //evil.invalid//x HTTP/1.1\r\n"));
}

TEST_P(Exchange, post_sends_body_headers_and_authorization) {
    HostileServer server(echo("done"));
    net::Request request = post(server.url("write"), "{\"a\": 1}");
    request.headers = {{"Content-Type", "application/json"}, {"X-Scope", "one"}};
    request.authorization = base::Secret("Bearer abc");
    const auto answer = transport->send(request);
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_EQ(answer->body, "done");
    const std::string sent = server.requests().at(0);
    EXPECT_TRUE(sent.starts_with("POST /write HTTP/1.1\r\n"));
    EXPECT_EQ(sent_header(sent, "Content-Type"), "application/json");
    EXPECT_EQ(sent_header(sent, "X-Scope"), "one");
    EXPECT_EQ(sent_header(sent, "Authorization"), "Bearer abc");
    EXPECT_TRUE(sent.ends_with("\r\n\r\n{\"a\": 1}"));
}

TEST_P(Exchange, large_post_arrives_whole_and_without_waiting_for_100_continue) {
    HostileServer server(echo("ok"));
    std::string body(3U << 20, 'x');
    body += "end";
    const auto whole = transport->send(post(server.url(), body));
    ASSERT_TRUE(whole) << whole.error().text();
    std::string seen;
    const auto live = transport->stream(post(server.url(), body), [&](std::string_view block) {
        seen += block;
        return true;
    });
    ASSERT_TRUE(live) << live.error().text();
    EXPECT_EQ(seen, "ok");
    for (const std::string& sent : server.requests()) EXPECT_TRUE(sent.ends_with(body));
}

TEST_P(Exchange, other_methods_pass_with_and_without_body) {
    HostileServer server(echo("ok"));
    for (const char* method : {"PUT", "PATCH", "DELETE"}) {
        net::Request request = post(server.url(), method == std::string("DELETE") ? "" : "b");
        request.method = method;
        const auto answer = transport->send(request);
        ASSERT_TRUE(answer) << answer.error().text();
        EXPECT_TRUE(server.requests().back().starts_with(method));
    }
}

TEST_P(Exchange, head_has_no_body_though_a_length_is_given) {
    HostileServer server([](Peer& peer) {
        while (peer.read_request()) peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
    });
    net::Request request = get(server.url());
    request.method = "HEAD";
    const auto answer = transport->send(request);
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_EQ(answer->body, "");
    EXPECT_EQ(answer->header("Content-Length"), "5");
}

TEST_P(Exchange, gets_reuse_one_connection) {
    HostileServer server(echo("x"));
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(transport->send(get(server.url())));
    EXPECT_EQ(server.requests().size(), 5U);
    EXPECT_EQ(server.connections(), 1);
}

TEST_P(Exchange, every_post_has_a_connection_of_its_own) {
    HostileServer server(echo("x"));
    ASSERT_TRUE(transport->send(get(server.url())));
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(transport->send(post(server.url(), "x")));
    EXPECT_EQ(server.connections(), 4);
}

TEST_P(Exchange, calls_from_many_threads_do_not_mix) {
    HostileServer server([](Peer& peer) {
        while (const auto request = peer.read_request())
            peer.answer(request->substr(0, request->find(" HTTP/")));
    });
    std::vector<std::thread> threads;
    std::atomic<int> right = 0;
    for (int t = 0; t < 16; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 10; ++i) {
                const std::string path = std::to_string(t) + "-" + std::to_string(i);
                const auto answer = transport->send(get(server.url(path)));
                if (answer && answer->body == "GET /" + path) ++right;
            }
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(right, 160);
}

// The server goes on only when the receiver has seen the last block: an adapter that keeps blocks
// back would never get the next one.
void expect_live(net::Transport& transport, std::string_view head, bool chunked,
                 const std::optional<HostileServer::TlsOptions>& tls, const std::string& ca_file) {
    constexpr int kEvents = 5;
    std::atomic<int> seen = 0;
    HostileServer server(
        [&](Peer& peer) {
            peer.read_request();
            peer.send(head);
            for (int i = 0; i < kEvents; ++i) {
                const std::string event = "data: " + std::to_string(i) + "\n\n";
                peer.send(chunked ? "9\r\n" + event + "\r\n" : event);
                while (seen <= i && peer.pause(std::chrono::milliseconds(1))) {
                }
            }
            if (chunked) peer.send("0\r\n\r\n");
        },
        tls);
    std::string all;
    net::Request request;
    request.url = server.url();
    request.tls.ca_file = ca_file;
    const auto answer = transport.stream(request, [&](std::string_view block) {
        all += block;
        seen = static_cast<int>(all.size() / 9);
        return true;
    });
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_EQ(all, "data: 0\n\ndata: 1\n\ndata: 2\n\ndata: 3\n\ndata: 4\n\n");
    EXPECT_EQ(answer->body, "");
}

constexpr std::string_view kChunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
constexpr std::string_view kUntilClose = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";

TEST_P(Exchange, chunked_stream_is_delivered_live) {
    expect_live(*transport, kChunked, true, std::nullopt, "");
}

TEST_P(Exchange, close_delimited_stream_is_delivered_live) {
    expect_live(*transport, kUntilClose, false, std::nullopt, "");
}

TEST_P(Exchange, streams_over_tls_are_delivered_live) {
    Certificates certificates;
    const auto files = certificates.issue("server", "IP:127.0.0.1");
    const HostileServer::TlsOptions tls{files.certificate, files.key, ""};
    expect_live(*transport, kChunked, true, tls, certificates.authority_file());
    expect_live(*transport, kUntilClose, false, tls, certificates.authority_file());
}

TEST_P(Exchange, close_delimited_body_is_whole) {
    const std::string body(200'001, 'y');
    HostileServer server([&](Peer& peer) {
        peer.read_request();
        peer.send(std::string(kUntilClose) + body);
    });
    const auto whole = transport->send(get(server.url()));
    ASSERT_TRUE(whole) << whole.error().text();
    EXPECT_EQ(whole->body, body);
    std::string streamed;
    ASSERT_TRUE(transport->stream(get(server.url()), [&](std::string_view block) {
        streamed += block;
        return true;
    }));
    EXPECT_EQ(streamed, body);
}

TEST_P(Exchange, receiver_that_says_stop_ends_the_call_with_success) {
    std::promise<void> closed;
    HostileServer server([&](Peer& peer) {
        peer.read_request();
        peer.send(kChunked);
        while (peer.send("4\r\nmore\r\n")) {
        }
        closed.set_value();
    });
    std::size_t blocks = 0;
    const auto answer =
        transport->stream(get(server.url()), [&](std::string_view) { return ++blocks < 3; });
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(blocks, 3U);
    closed.get_future().wait();  // the connection went down, the server noticed
}

TEST_P(Exchange, receiver_may_call_again_and_may_throw) {
    HostileServer server(echo("x"));
    bool nested = false;
    ASSERT_TRUE(transport->stream(get(server.url()), [&](std::string_view) {
        nested = transport->send(get(server.url())).has_value();
        return true;
    }));
    EXPECT_TRUE(nested);
    const auto answer = transport->stream(get(server.url()), [](std::string_view) -> bool {
        throw std::runtime_error("broken receiver");
    });
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, base::ErrorKind::Internal);
}

TEST_P(Exchange, invalid_utf8_passes_unchanged) {
    const std::string body("\xff\xfe\0\x80 raw\xc3", 9);
    HostileServer server(echo(body));
    const auto answer = transport->send(get(server.url()));
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_EQ(answer->body, body);
}

TEST_P(Exchange, chunk_extensions_and_trailers_are_understood) {
    HostileServer server([](Peer& peer) {
        while (peer.read_request()) {
            peer.send(std::string(kChunked) + "3;a=b\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n");
        }
    });
    for (int i = 0; i < 3; ++i) {  // what follows the body must not become the next answer
        const auto answer = transport->send(get(server.url()));
        ASSERT_TRUE(answer) << answer.error().text();
        EXPECT_EQ(answer->status, 200);
        EXPECT_EQ(answer->body, "abc");
    }
}

INSIGHT_BOTH_ADAPTERS(Exchange);

}  // namespace
}  // namespace insight::test
