#include "collectors/postgres/valve.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace insight::collectors::postgres {
namespace {

using Passed = Valve::Passed;

base::Deadline soon() {
    return base::Deadline::after(std::chrono::milliseconds(20));
}

base::Deadline later() {
    return base::Deadline::after(std::chrono::seconds(30));
}

// A library's socket and the server at its other end.
class PostgresValve : public testing::Test {
  protected:
    void SetUp() override {
        int pair[2];
        ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
        library = pair[0];
        server = pair[1];
    }
    void TearDown() override {
        if (library >= 0) ::close(library);
        if (server >= 0) ::close(server);
    }

    static std::string read_from(int socket) {
        std::string out(1U << 20, '\0');
        const auto count = ::recv(socket, out.data(), out.size(), 0);
        out.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
        return out;
    }

    static void hang_up(int& socket) {
        ::close(socket);
        socket = -1;
    }

    // As much as the kernel takes.
    void flood() const {
        const std::string block(4096, 'x');
        while (::send(server, block.data(), block.size(), MSG_NOSIGNAL) > 0) {
        }
    }

    int library = -1;
    int server = -1;
};

TEST_F(PostgresValve, lets_pass_what_both_say) {
    const auto valve = Valve::behind(library, 100);
    ASSERT_NE(valve, nullptr);
    ASSERT_EQ(::write(library, "who is there", 12), 12);
    EXPECT_EQ(valve->pass(later()), Passed::Some);
    EXPECT_EQ(read_from(server), "who is there");
    ASSERT_EQ(::write(server, "a server", 8), 8);
    EXPECT_EQ(valve->pass(later()), Passed::Some);
    EXPECT_EQ(valve->unread(), 8U);
    EXPECT_EQ(read_from(library), "a server");
    EXPECT_EQ(valve->pass(soon()), Passed::Timeout);
}

TEST_F(PostgresValve, lays_no_more_than_a_gulp_before_a_library_that_reads_on) {
    const auto valve = Valve::behind(library, 1U << 20);
    flood();
    for (int i = 0; i < 3; ++i) EXPECT_EQ(valve->pass(later()), Passed::Some);
    EXPECT_EQ(valve->unread(), Valve::kGulp);
    EXPECT_EQ(read_from(library).size(), Valve::kGulp);
}

TEST_F(PostgresValve, closes_at_the_very_byte_until_more_is_allowed) {
    constexpr std::size_t kAllowed = Valve::kGulp + 100;
    const auto valve = Valve::behind(library, kAllowed);
    flood();
    std::size_t got = 0;
    Passed last = Passed::Some;
    while ((last = valve->pass(later())) == Passed::Some) got += read_from(library).size();
    EXPECT_EQ(last, Passed::TooLarge);
    EXPECT_EQ(got, kAllowed);
    valve->allow(7);
    EXPECT_EQ(valve->pass(later()), Passed::Some);
    EXPECT_EQ(read_from(library).size(), 7U);
}

TEST_F(PostgresValve, a_server_that_is_done_within_its_allowance_is_not_too_large) {
    const auto valve = Valve::behind(library, 4);
    ASSERT_EQ(::write(server, "over", 4), 4);
    EXPECT_EQ(valve->pass(later()), Passed::Some);
    EXPECT_EQ(read_from(library), "over");
    EXPECT_EQ(valve->pass(soon()), Passed::Timeout);
}

TEST_F(PostgresValve, the_end_reaches_the_library_after_what_was_said_before) {
    const auto valve = Valve::behind(library, 100);
    ASSERT_EQ(::write(server, "good-bye", 8), 8);
    hang_up(server);
    EXPECT_EQ(valve->pass(later()), Passed::Some);
    EXPECT_EQ(read_from(library), "good-bye");
    EXPECT_EQ(valve->pass(later()), Passed::Some);
    char byte = 0;
    EXPECT_EQ(::recv(library, &byte, 1, 0), 0);
    EXPECT_EQ(valve->failure(), 0);
}

TEST_F(PostgresValve, a_server_that_takes_nothing_holds_nobody_beyond_the_deadline) {
    const auto valve = Valve::behind(library, 100);
    const std::string block(64U << 10, 'x');
    int passed = 0;
    for (; passed < 1000; ++passed) {
        while (::send(library, block.data(), block.size(), MSG_NOSIGNAL) > 0) {
        }
        if (valve->pass(soon()) == Passed::Timeout) break;
    }
    EXPECT_LT(passed, 1000);
}

TEST_F(PostgresValve, the_last_words_of_the_library_still_go_out) {
    auto valve = Valve::behind(library, 100);
    ASSERT_EQ(::write(library, "X", 1), 1);
    hang_up(library);
    valve.reset();
    EXPECT_EQ(read_from(server), "X");
    char byte = 0;
    EXPECT_EQ(::recv(server, &byte, 1, 0), 0);
}

TEST_F(PostgresValve, knows_when_the_library_has_begun_another_socket) {
    const auto valve = Valve::behind(library, 100);
    EXPECT_TRUE(valve->is_behind(library));
    EXPECT_FALSE(valve->is_behind(server));
    ::close(library);
    EXPECT_FALSE(valve->is_behind(library));
    ASSERT_EQ(::dup2(server, library), library);  // the number is given out again
    EXPECT_FALSE(valve->is_behind(library));
}

}  // namespace
}  // namespace insight::collectors::postgres
