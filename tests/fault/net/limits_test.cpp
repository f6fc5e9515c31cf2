// Deadlines, sizes and broken framing: every call ends, with bounded memory and the right error.
#include <zlib.h>

#include <future>

#include "tests/fault/net/conformance.h"

namespace insight::test {
namespace {

using base::ErrorKind;
using std::chrono::milliseconds;

class Limits : public Conformance {
  protected:
    // Sends one request to a server that answers with `bytes`, then waits or closes.
    enum class Then { Wait, Close };
    base::Result<net::Response> ask(const std::string& bytes, Then then = Then::Close) {
        HostileServer server([&](Peer& peer) {
            peer.read_request();
            peer.send(bytes);
            if (then == Then::Wait) peer.wait_for_close();
        });
        return transport->send(get(server.url()));
    }
    static net::Request hurried(const std::string& url, milliseconds deadline) {
        net::Request request = get(url);
        request.deadline = base::Deadline::after(deadline);
        return request;
    }
};

void expect_error(const base::Result<net::Response>& answer, ErrorKind kind) {
    ASSERT_FALSE(answer) << "status " << answer->status << ", " << answer->body.size() << " bytes";
    EXPECT_EQ(answer.error().kind, kind) << answer.error().text();
    EXPECT_NE(answer.error().message.find("127.0.0.1"), std::string::npos) << answer.error().text();
}

TEST_P(Limits, slow_trickle_ends_at_the_deadline_though_bytes_keep_coming) {
    HostileServer server([](Peer& peer) {
        peer.read_request();
        peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        while (peer.send("1\r\nx\r\n") && peer.pause(milliseconds(20))) {
        }
    });
    net::Request request = hurried(server.url(), milliseconds(600));
    request.idle_timeout = milliseconds(400);
    expect_error(transport->send(request), ErrorKind::Timeout);
}

TEST_P(Limits, trickled_headers_end_at_the_deadline) {
    HostileServer server([](Peer& peer) {
        peer.read_request();
        peer.send("HTTP/1.1 200 OK\r\nX-Slow: ");
        while (peer.send("x") && peer.pause(milliseconds(20))) {
        }
    });
    expect_error(transport->send(hurried(server.url(), milliseconds(500))), ErrorKind::Timeout);
}

TEST_P(Limits, no_answer_ends_at_the_deadline) {
    HostileServer server([](Peer& peer) {
        peer.read_request();
        peer.wait_for_close();
    });
    expect_error(transport->send(hurried(server.url(), milliseconds(300))), ErrorKind::Timeout);
}

TEST_P(Limits, deadline_that_has_passed_sends_nothing) {
    HostileServer server([](Peer& peer) { peer.read_request(); });
    expect_error(transport->send(hurried(server.url(), milliseconds(0))), ErrorKind::Timeout);
    EXPECT_EQ(server.connections(), 0);
}

TEST_P(Limits, silence_ends_a_stream_long_before_the_deadline) {
    HostileServer server([](Peer& peer) {
        peer.read_request();
        peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        peer.wait_for_close();
    });
    net::Request request = get(server.url());
    request.deadline = base::Deadline::after(std::chrono::hours(1));
    request.idle_timeout = milliseconds(300);
    std::string seen;
    const auto answer = transport->stream(request, [&](std::string_view block) {
        seen += block;
        return true;
    });
    expect_error(answer, ErrorKind::Timeout);
    EXPECT_EQ(seen, "abc");
}

TEST_P(Limits, slow_receiver_is_not_taken_for_a_silent_server) {
    HostileServer server([](Peer& peer) {
        peer.read_request();
        peer.answer("abc");
    });
    net::Request request = get(server.url());
    // Long enough for a busy machine to answer in, shorter than the receiver takes.
    request.idle_timeout = milliseconds(400);
    const auto answer = transport->stream(request, [](std::string_view) {
        std::this_thread::sleep_for(milliseconds(1200));
        return true;
    });
    EXPECT_TRUE(answer) << answer.error().text();
}

TEST_P(Limits, refused_connection_is_unavailable) {
    const std::string url =
        "http://127.0.0.1:" + std::to_string(refused_port()) + "/secret?token=abc";
    const auto answer = transport->send(get(url));
    expect_error(answer, ErrorKind::Unavailable);
    EXPECT_EQ(answer.error().text().find("abc"), std::string::npos);
    EXPECT_EQ(answer.error().text().find("secret"), std::string::npos);
}

TEST_P(Limits, reset_in_the_middle_is_unavailable) {
    HostileServer server([](Peer& peer) {
        peer.read_request();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");
        peer.reset();
    });
    expect_error(transport->send(get(server.url())), ErrorKind::Unavailable);
}

TEST_P(Limits, body_shorter_than_promised_is_an_error) {
    expect_error(ask("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"), ErrorKind::Unavailable);
    expect_error(ask("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nabc"),
                 ErrorKind::Unavailable);
}

// Sends `head`, then `block` until `total` bytes have gone or the other side has had enough.
HostileServer::Script flood(std::string head, std::string block, std::size_t total) {
    return [=](Peer& peer) {
        peer.read_request();
        bool alive = peer.send(head);
        for (std::size_t sent = 0; alive && sent < total; sent += block.size())
            alive = peer.send(block);
    };
}

constexpr std::size_t kGibibyte = 1U << 30;

TEST_P(Limits, gibibyte_with_a_length_is_capped) {
    HostileServer server(flood("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n",
                               std::string(1U << 18, 'x'), kGibibyte));
    const MemoryGrowth growth;
    net::Request request = get(server.url());
    request.max_body = 8U << 20;
    expect_error(transport->send(request), ErrorKind::TooLarge);
    EXPECT_LT(growth.mebibytes(), MemoryGrowth::allowed());
}

TEST_P(Limits, endless_chunks_are_capped) {
    HostileServer server(flood("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                               "40000\r\n" + std::string(1U << 18, 'x') + "\r\n", kGibibyte));
    const MemoryGrowth growth;
    net::Request request = get(server.url());
    request.max_body = 8U << 20;
    std::size_t delivered = 0;
    const auto answer = transport->stream(request, [&](std::string_view block) {
        delivered += block.size();
        return true;
    });
    expect_error(answer, ErrorKind::TooLarge);
    EXPECT_LE(delivered, request.max_body);
    EXPECT_LT(growth.mebibytes(), MemoryGrowth::allowed());
}

TEST_P(Limits, one_gibibyte_chunk_is_capped_before_it_is_complete) {
    HostileServer server(flood("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40000000\r\n",
                               std::string(1U << 18, 'x'), kGibibyte));
    const MemoryGrowth growth;
    net::Request request = get(server.url());
    request.max_body = 8U << 20;
    expect_error(transport->send(request), ErrorKind::TooLarge);
    EXPECT_LT(growth.mebibytes(), MemoryGrowth::allowed());
}

TEST_P(Limits, endless_headers_are_capped) {
    HostileServer server(
        flood("HTTP/1.1 200 OK\r\n", "X-Many: " + std::string(8000, 'x') + "\r\n", kGibibyte));
    const MemoryGrowth growth;
    expect_error(transport->send(get(server.url())), ErrorKind::TooLarge);
    EXPECT_LT(growth.mebibytes(), MemoryGrowth::allowed());
}

std::string gzip(std::size_t zeros, const std::string& text = {}) {
    z_stream zlib{};
    deflateInit2(&zlib, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string out;
    std::vector<unsigned char> window(1U << 16);
    const auto pack = [&](std::string_view in, int flush) {
        zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
        zlib.avail_in = static_cast<uInt>(in.size());
        do {
            zlib.next_out = window.data();
            zlib.avail_out = static_cast<uInt>(window.size());
            deflate(&zlib, flush);
            out.append(reinterpret_cast<char*>(window.data()), window.size() - zlib.avail_out);
        } while (zlib.avail_out == 0);
    };
    const std::string block(1U << 20, '\0');
    for (std::size_t done = 0; done < zeros; done += block.size()) pack(block, Z_NO_FLUSH);
    pack(text, Z_FINISH);
    deflateEnd(&zlib);
    return out;
}

std::string packed_answer(const std::string& packed) {
    return "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " +
           std::to_string(packed.size()) + "\r\n\r\n" + packed;
}

TEST_P(Limits, gzip_is_asked_for_and_unpacked) {
    HostileServer server([](Peer& peer) {
        peer.read_request();
        peer.send(packed_answer(gzip(0, "plain text")));
    });
    const auto answer = transport->send(get(server.url()));
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_EQ(answer->body, "plain text");
    EXPECT_EQ(sent_header(server.requests().at(0), "Accept-Encoding"), "gzip");
}

TEST_P(Limits, gzip_bomb_is_capped) {
    const std::string bomb = packed_answer(gzip(256U << 20));
    HostileServer server([&](Peer& peer) {
        peer.read_request();
        peer.send(bomb);
        peer.wait_for_close();
    });
    const MemoryGrowth growth;
    net::Request request = get(server.url());
    request.max_body = 8U << 20;
    expect_error(transport->send(request), ErrorKind::TooLarge);
    EXPECT_LT(growth.mebibytes(), MemoryGrowth::allowed());
}

TEST_P(Limits, broken_cut_or_unknown_packing_is_corrupt) {
    const std::string packed = gzip(1U << 20, "text");
    expect_error(ask(packed_answer("this is not gzip at all")), ErrorKind::Corrupt);
    expect_error(ask(packed_answer(packed.substr(0, packed.size() / 2))), ErrorKind::Corrupt);
    expect_error(ask("HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 2\r\n\r\nab"),
                 ErrorKind::Corrupt);
}

const std::string kChunkedHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

TEST_P(Limits, negative_chunk_sizes_are_corrupt) {
    for (const std::string& size : std::vector<std::string>{"-1", "-2"})
        expect_error(ask(kChunkedHead + size + "\r\nabc\r\n0\r\n\r\n"), ErrorKind::Corrupt);
}

TEST_P(Limits, negative_chunk_after_a_good_one_and_in_a_stream_is_corrupt) {
    HostileServer server([](Peer& peer) {
        peer.read_request();
        peer.send(kChunkedHead + "3\r\nabc\r\n-1\r\nabc\r\n");
        peer.wait_for_close();
    });
    std::string seen;
    const auto answer = transport->stream(get(server.url()), [&](std::string_view block) {
        seen += block;
        return true;
    });
    expect_error(answer, ErrorKind::Corrupt);
    EXPECT_EQ(seen, "abc");
}

TEST_P(Limits, negative_chunk_over_gzip_is_corrupt) {
    expect_error(
        ask("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
            "-1\r\nabc\r\n"),
        ErrorKind::Corrupt);
}

// cpprest turns -5 into a chunk that never completes: the flood is stopped, silence is given up.
TEST_P(Limits, larger_negative_chunk_never_grows_memory) {
    HostileServer server(flood(kChunkedHead + "-5\r\n", std::string(1U << 18, 'x'), kGibibyte));
    const MemoryGrowth growth;
    net::Request request = get(server.url());
    request.max_body = 8U << 20;
    const auto answer = transport->send(request);
    expect_error(answer, cpprest() ? ErrorKind::TooLarge : ErrorKind::Corrupt);
    EXPECT_LT(growth.mebibytes(), MemoryGrowth::allowed());
}

TEST_P(Limits, chunk_size_that_is_no_number_is_corrupt) {
    expect_error(ask(kChunkedHead + "zz\r\nabc\r\n0\r\n\r\n"), ErrorKind::Corrupt);
    expect_error(ask(kChunkedHead + "fffffffffffffffffff\r\nabc\r\n"), ErrorKind::Corrupt);
}

TEST_P(Limits, answer_that_is_not_http_is_corrupt) {
    expect_error(ask("SSH-2.0-OpenSSH_9.2\r\n\r\n"), ErrorKind::Corrupt);
}

TEST_P(Limits, connection_closed_without_a_word_is_unavailable) {
    expect_error(ask(""), ErrorKind::Unavailable);
}

TEST_P(Limits, post_is_not_sent_again_when_its_connection_breaks) {
    HostileServer server([](Peer& peer) {
        // Whatever is not the first GET is read and never answered.
        const auto first = peer.read_request();
        if (!first || !first->starts_with("GET")) return;
        peer.answer("x");
        peer.read_request();
    });
    ASSERT_TRUE(transport->send(get(server.url())));  // leaves an open connection behind
    expect_error(transport->send(post(server.url("pay"), "once")), ErrorKind::Unavailable);
    int posts = 0;
    for (const std::string& request : server.requests())
        posts += request.starts_with("POST") ? 1 : 0;
    EXPECT_EQ(posts, 1);
}

TEST_P(Limits, get_is_sent_again_once_when_an_old_connection_broke) {
    HostileServer server([](Peer& peer) {
        if (peer.read_request()) peer.answer("one");
        peer.read_request();
    });
    ASSERT_TRUE(transport->send(get(server.url("first"))));
    const auto answer = transport->send(get(server.url("second")));
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_EQ(answer->body, "one");
    EXPECT_EQ(server.requests().size(), 3U);
    EXPECT_EQ(server.connections(), 2);
}

TEST_P(Limits, get_is_not_sent_a_third_time) {
    HostileServer server([](Peer& peer) {
        if (peer.read_request() && peer.index() == 0) peer.answer("one");
        if (peer.index() == 0) peer.read_request();
    });
    ASSERT_TRUE(transport->send(get(server.url())));
    expect_error(transport->send(get(server.url())), ErrorKind::Unavailable);
    EXPECT_EQ(server.requests().size(), 3U);
}

TEST_P(Limits, idle_connection_that_the_server_reset_costs_a_get_nothing) {
    std::promise<void> gone;
    HostileServer server([&](Peer& peer) {
        if (peer.read_request()) peer.answer("x");
        if (peer.index() == 0) {
            peer.reset();
            gone.set_value();
        }
    });
    ASSERT_TRUE(transport->send(get(server.url())));
    gone.get_future().wait();
    const auto answer = transport->send(get(server.url()));
    EXPECT_TRUE(answer) << answer.error().text();
}

TEST_P(Limits, dead_name_does_not_delay_a_healthy_host) {
    // A black-holed name server needs a network of its own; the resolver is the seam instead: names
    // under .invalid hang until the test lets go of them.
    std::promise<void> let_go;
    const std::shared_future<void> released = let_go.get_future().share();
    const auto other =
        make_with([released](const std::string& host) -> base::Result<net::Addresses> {
            if (host.ends_with(".invalid")) released.wait();
            return net::Addresses{"127.0.0.1"};
        });
    HostileServer server([](Peer& peer) {
        while (peer.read_request()) peer.answer("alive");
    });
    std::vector<std::future<base::Result<net::Response>>> dead;
    for (int i = 0; i < 4; ++i)
        dead.push_back(std::async(std::launch::async, [&, i] {
            return other->send(
                hurried("http://dead" + std::to_string(i) + ".invalid/", milliseconds(300)));
        }));
    const auto healthy = other->send(get(server.url()));  // while all four names hang
    EXPECT_TRUE(healthy) << healthy.error().text();
    for (auto& one : dead) {
        const auto answer = one.get();
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().kind, ErrorKind::Timeout) << answer.error().text();
    }
    let_go.set_value();
}

TEST_P(Limits, name_without_address_is_unavailable) {
    const auto answer = transport->send(get("http://nowhere.invalid:81/"));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::Unavailable) << answer.error().text();
    EXPECT_NE(answer.error().message.find("nowhere.invalid:81"), std::string::npos);
}

TEST_P(Limits, line_breaks_in_headers_are_refused_before_anything_is_sent) {
    HostileServer server([](Peer& peer) { peer.read_request(); });
    for (const std::string& bad :
         std::vector<std::string>{"a\r\nX-Evil: 1", "a\nb", "a\rb", std::string("a\0b", 3)}) {
        net::Request request = get(server.url());
        request.headers = {{"X-Name", bad}};
        const auto by_value = transport->send(request);
        ASSERT_FALSE(by_value);
        EXPECT_EQ(by_value.error().kind, ErrorKind::Invalid);
        request.headers = {{bad, "value"}};
        EXPECT_FALSE(transport->send(request));
        request.headers.clear();
        request.authorization = base::Secret(bad);
        EXPECT_FALSE(transport->send(request));
    }
    EXPECT_EQ(server.connections(), 0);
}

INSIGHT_BOTH_ADAPTERS(Limits);

}  // namespace
}  // namespace insight::test
