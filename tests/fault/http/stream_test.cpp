// Event streams: order, framing, slow and vanished readers, silence.
#include "tests/fault/http/echo_site.h"

namespace insight::http::test {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kStream = "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n";

using Stream = EchoSite;

TEST_F(Stream, delivers_each_event_as_its_own_chunk_at_once) {
    open();
    RawClient raw = client();
    raw.send(kStream);
    const auto events = stream(0);
    EXPECT_TRUE(events->push(event_bytes("state", "one")));
    EXPECT_EQ(raw.read_answer(true).headers.at("transfer-encoding"), "chunked");
    EXPECT_EQ(raw.read_until("\n\n"), "18\r\nevent: state\ndata: one\n\n");
    EXPECT_TRUE(events->push(event_bytes("state", "two\nlines")));
    EXPECT_EQ(raw.read_until("\n\n"), "\r\n24\r\nevent: state\ndata: two\ndata: lines\n\n");
    events->close();
    EXPECT_EQ(raw.read_to_end(), "\r\n0\r\n\r\n");
    EXPECT_FALSE(events->push("more"));
}

TEST_F(Stream, is_closed_by_its_end_for_http_1_0) {
    open();
    RawClient raw = client();
    raw.send("GET /stream HTTP/1.0\r\n\r\n");
    const auto events = stream(0);
    events->push(event_bytes("state", "one"));
    events->close();
    const Answer answer = raw.read_answer();
    EXPECT_FALSE(answer.headers.contains("transfer-encoding"));
    EXPECT_EQ(answer.body, "event: state\ndata: one\n\n");
}

TEST_F(Stream, has_only_a_head_for_head) {
    open();
    RawClient raw = client();
    raw.send("HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(raw.read_answer(true).status, 200);
    EXPECT_TRUE(raw.closed_by_peer());
    EXPECT_TRUE(stream(0)->ended());
}

TEST_F(Stream, sends_a_sign_of_life_while_nothing_happens) {
    Limits limits;
    limits.heartbeat = milliseconds(30);
    open(limits);
    RawClient raw = client();
    raw.send(kStream);
    raw.read_answer(true);
    EXPECT_EQ(raw.read_until("\n\n"), "3\r\n:\n\n");
    EXPECT_EQ(raw.read_until("\n\n"), "\r\n3\r\n:\n\n");
}

TEST_F(Stream, learns_at_once_that_its_reader_has_gone) {
    open();
    RawClient raw = client();
    raw.send(kStream);
    const auto events = stream(0);
    raw.read_answer(true);
    raw.close();
    EXPECT_TRUE(eventually([&] { return events->ended(); }));
    EXPECT_TRUE(eventually([&] { return endpoint->counters().open == 0; }));
}

TEST_F(Stream, is_cut_for_a_reader_that_has_stopped_in_bounded_memory) {
    Limits limits;
    limits.stall = milliseconds(200);
    open(limits);
    RawClient raw(endpoint->port(), "127.0.0.1", 4096);
    raw.send(kStream);
    const auto events = stream(0);
    const std::size_t before = resident_megabytes();
    const std::string event = event_bytes("state", std::string(64U << 10, 'x'));
    std::size_t pushed = 0;
    while (events->push(event) && pushed < 100000) ++pushed;
    EXPECT_LT(pushed, 100000U);
    EXPECT_LT(resident_megabytes(), before + 64);
    EXPECT_TRUE(eventually([&] { return endpoint->counters().open == 0; }));
}

TEST_F(Stream, serves_hundreds_at_a_time) {
    open();
    std::vector<RawClient> clients;
    for (int i = 0; i < 300; ++i) {
        clients.push_back(client());
        clients.back().send(kStream);
    }
    stream(299);
    for (const auto& events : streams) {
        events->push(event_bytes("state", "all"));
        events->close();
    }
    for (RawClient& raw : clients)
        EXPECT_NE(raw.read_to_end().find("data: all"), std::string::npos);
}

}  // namespace
}  // namespace insight::http::test
