// Clients that are slow, silent or suddenly gone, and handlers that are no better.
#include "tests/fault/http/echo_site.h"

namespace insight::http::test {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kEcho = "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n";

Limits short_timers() {
    Limits limits;
    limits.header = limits.body = limits.idle = limits.stall = milliseconds(200);
    limits.drain = milliseconds(200);
    return limits;
}

using Patience = EchoSite;

TEST_F(Patience, ends_with_half_a_header) {
    open(short_timers());
    RawClient raw = client();
    raw.send("GET /echo HTTP/1.1\r\nHost: a\r\nX-Slow: ");
    EXPECT_EQ(raw.read_answer().status, 408);
}

TEST_F(Patience, is_not_renewed_by_a_byte_now_and_then) {
    open(short_timers());
    RawClient raw = client();
    raw.send("GET /echo HTTP/1.1\r\nHost: a\r\nX-Slow: ");
    bool open_still = true;
    for (int i = 0; i < 200 && open_still; ++i) {
        open_still = raw.send("x");
        std::this_thread::sleep_for(milliseconds(20));
    }
    EXPECT_FALSE(open_still);
    EXPECT_TRUE(eventually([&] { return endpoint->counters().open == 0; }));
}

TEST_F(Patience, ends_with_half_a_body) {
    open(short_timers());
    RawClient raw = client();
    raw.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
    EXPECT_EQ(raw.read_answer().status, 408);
}

TEST_F(Patience, ends_silently_with_a_client_that_never_asks) {
    open(short_timers());
    EXPECT_TRUE(client().closed_by_peer());
}

// From here on only the timer in question is short: the client has to come through the others.
TEST_F(Patience, ends_silently_with_a_client_that_asks_no_more) {
    Limits limits;
    limits.idle = milliseconds(100);
    open(limits);
    RawClient served = client();
    EXPECT_EQ(served.exchange(kEcho).status, 200);
    EXPECT_TRUE(served.closed_by_peer());
}

TEST_F(Patience, ends_with_a_handler_that_never_answers) {
    Limits limits;
    limits.answer = milliseconds(100);
    open(limits);
    RawClient raw = client();
    const Answer answer = raw.exchange("GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(answer.status, 503);
    const std::lock_guard lock(mutex);
    held.at(0).send(Response{.body = "too late"});
}

TEST_F(Patience, ends_with_a_reader_that_has_stopped) {
    open(short_timers());
    RawClient raw(endpoint->port(), "127.0.0.1", 4096);
    raw.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_TRUE(eventually([&] { return endpoint->counters().accepted == 1; }));
    EXPECT_TRUE(eventually([&] { return endpoint->counters().open == 0; }));
}

TEST_F(Patience, lasts_for_a_large_answer_that_is_read) {
    open();
    const Answer answer = client().exchange("GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_TRUE(answer.complete);
    EXPECT_EQ(answer.body.size(), 64U << 20);
}

TEST_F(Patience, answers_for_a_handler_that_throws_or_forgets) {
    open();
    EXPECT_EQ(client().exchange("GET /throw HTTP/1.1\r\nHost: a\r\n\r\n").status, 500);
    EXPECT_EQ(client().exchange("GET /dropped HTTP/1.1\r\nHost: a\r\n\r\n").status, 500);
}

TEST_F(Patience, survives_clients_that_vanish_at_every_stage) {
    open();
    const std::string request =
        "POST /held HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789";
    for (std::size_t length = 0; length <= request.size(); ++length) {
        RawClient raw = client();
        raw.send(std::string_view(request).substr(0, length));
        raw.reset();
    }
    {
        RawClient waits = client();
        waits.send(request);
        EXPECT_TRUE(eventually([&] { return count(held) >= 1; }));
        waits.reset();
        const std::lock_guard lock(mutex);
        for (const Reply& reply : held) reply.send(Response{.body = std::string(1U << 20, 'x')});
        held.clear();
    }
    EXPECT_TRUE(eventually([&] {
        const std::lock_guard lock(mutex);
        for (const Reply& reply : held) reply.send(Response{});
        held.clear();
        return endpoint->counters().open == 0;
    }));
    EXPECT_EQ(client().exchange(kEcho).status, 200);
}

TEST_F(Patience, takes_answers_from_other_threads_and_only_the_first) {
    open();
    RawClient raw = client();
    raw.send("GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_TRUE(eventually([&] { return count(held) == 1; }));
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([this] { held.at(0).send(Response{.body = "once"}); });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(raw.read_answer().body, "once");
    EXPECT_EQ(raw.exchange(kEcho).headers.at("x-path"), "/echo");
}

}  // namespace
}  // namespace insight::http::test
