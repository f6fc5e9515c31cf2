// Many connections, no descriptors, and the end of the server.
#include <sys/resource.h>

#include "tests/fault/http/echo_site.h"

namespace insight::http::test {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kGet = "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n";

using Crowd = EchoSite;

TEST_F(Crowd, of_half_open_connections_is_bounded_and_served_off) {
    Limits limits;
    limits.connections = 256;
    limits.header = milliseconds(300);
    limits.drain = milliseconds(100);
    open(limits);
    std::vector<RawClient> clients;
    for (int i = 0; i < 2000; ++i) {
        clients.push_back(client());
        clients.back().send("GET /echo HTTP/1.1\r\nHost: ");
        ASSERT_LE(endpoint->counters().open, 256U);
    }
    EXPECT_TRUE(eventually([&] { return endpoint->counters().pauses >= 1; }));
    // Whoever stands behind them gets her turn.
    EXPECT_EQ(client().exchange(kGet).status, 200);
    clients.clear();
    EXPECT_TRUE(eventually([&] { return endpoint->counters().open == 0; }));
}

TEST_F(Crowd, at_the_cap_waits_and_is_served_when_a_place_is_free) {
    Limits limits;
    limits.connections = 2;
    open(limits);
    RawClient one = client();
    RawClient two = client();
    EXPECT_EQ(one.exchange(kGet).status, 200);
    EXPECT_EQ(two.exchange(kGet).status, 200);
    RawClient three = client();
    three.send(kGet);
    EXPECT_EQ(endpoint->counters().accepted, 2U);
    one.close();
    EXPECT_EQ(three.read_answer().status, 200);
}

TEST_F(Crowd, without_descriptors_pauses_instead_of_spinning) {
    Limits limits;
    limits.retry_accept = milliseconds(20);
    open(limits);
    RawClient first = client();
    EXPECT_EQ(first.exchange(kGet).status, 200);
    RawClient waiting = client();  // in the kernel's queue once the descriptors are gone
    EXPECT_EQ(waiting.exchange(kGet).status, 200);

    rlimit usual{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &usual), 0);
    const int probe = ::socket(AF_INET, SOCK_STREAM, 0);
    rlimit tight = usual;
    tight.rlim_cur = static_cast<rlim_t>(probe) + 1;  // this one is the last descriptor
    ::close(probe);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
    RawClient late = client();
    late.send(kGet);
    const std::uint64_t before = endpoint->counters().pauses;
    const bool paused = eventually([&] { return endpoint->counters().pauses >= before + 3; });
    const auto began = std::chrono::steady_clock::now();
    const std::uint64_t count = endpoint->counters().pauses;
    std::this_thread::sleep_for(milliseconds(200));
    const std::uint64_t more = endpoint->counters().pauses - count;
    const auto took = std::chrono::steady_clock::now() - began;
    ::setrlimit(RLIMIT_NOFILE, &usual);
    EXPECT_TRUE(paused);
    // One try per 20 ms, however long this machine took; a spinning server tries thousands.
    EXPECT_LE(more, static_cast<std::uint64_t>(took / milliseconds(20)) + 2);
    EXPECT_EQ(late.read_answer().status, 200) << "the waiting connection is served afterwards";
    EXPECT_EQ(first.exchange(kGet).status, 200);
}

TEST_F(Crowd, of_running_requests_is_finished_before_the_end) {
    Limits limits;
    limits.drain = milliseconds(100);
    open(limits);
    RawClient running = client();
    running.send("GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
    RawClient idle = client();
    EXPECT_EQ(idle.exchange(kGet).status, 200);
    RawClient streaming = client();
    streaming.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
    stream(0)->push(event_bytes("state", "last"));
    ASSERT_TRUE(eventually([&] { return count(held) == 1; }));
    std::thread ending([this] { endpoint->stop(); });
    EXPECT_TRUE(idle.closed_by_peer());
    EXPECT_NE(streaming.read_to_end().find("data: last\n\n\r\n0\r\n\r\n"), std::string::npos);
    held.at(0).send(Response{.body = "finished"});
    const Answer answer = running.read_answer();
    EXPECT_EQ(answer.body, "finished");
    EXPECT_EQ(answer.headers.at("connection"), "close");
    running.close();
    ending.join();
    EXPECT_FALSE(client().connected());
}

TEST_F(Crowd, that_does_not_finish_is_cut_and_late_answers_do_no_harm) {
    Limits limits;
    limits.shutdown = milliseconds(100);
    open(limits);
    RawClient running = client();
    running.send("GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
    RawClient half = client();
    half.send("GET /held HTT");
    ASSERT_TRUE(eventually([&] { return count(held) == 1; }));
    endpoint->stop();
    EXPECT_TRUE(running.closed_by_peer());
    EXPECT_TRUE(half.closed_by_peer());
    endpoint.reset();
    held.at(0).send(Response{.body = "late"});
    EXPECT_TRUE(held.at(0).stream(Response{})->ended());
}

TEST_F(Crowd, comes_over_both_protocol_versions) {
    open({}, "*");
    EXPECT_EQ(RawClient(endpoint->port(), "127.0.0.1").exchange(kGet).status, 200);
    EXPECT_EQ(RawClient(endpoint->port(), "::1").exchange(kGet).status, 200);
}

TEST_F(Crowd, finds_the_loopback_of_the_newer_protocol_version) {
    open({}, "[::1]");
    EXPECT_EQ(RawClient(endpoint->port(), "::1").exchange(kGet).status, 200);
}

TEST(Endpoint, says_what_to_do_about_an_address_it_cannot_have) {
    const auto serve_nothing = [] {
        return Site{[](const Request&) { return Allowance{}; }, [](Request, Reply) {},
                    [](const Request&, int, std::string_view, std::string) { return Response{}; }};
    };
    const auto first = Endpoint::open("127.0.0.1", 0, serve_nothing(), {});
    ASSERT_TRUE(first.has_value());
    const auto second = Endpoint::open("127.0.0.1", (*first)->port(), serve_nothing(), {});
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().kind, base::ErrorKind::Unavailable);
    EXPECT_NE(second.error().message.find("server.listen"), std::string::npos);
    const auto nonsense = Endpoint::open("example.org", 0, serve_nothing(), {});
    ASSERT_FALSE(nonsense.has_value());
    EXPECT_EQ(nonsense.error().kind, base::ErrorKind::Invalid);
}

}  // namespace
}  // namespace insight::http::test
