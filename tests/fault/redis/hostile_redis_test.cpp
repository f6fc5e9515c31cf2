// A Redis that misbehaves. It speaks no TLS with us (hiredis has none here), so no certificates.
#include "tests/fault/hostile_window.h"

namespace insight::test {
namespace {

class HostileRedis : public testing::Test, protected HostileWindow {
  protected:
    // `answer`: what the server says to the n-th request; nothing: it stays silent from there on.
    using Answer = std::function<std::string(int request, const std::string& words)>;

    static HostileServer::Script answering(Answer answer) {
        return [answer = std::move(answer)](Peer& peer) {
            int request = 0;
            for (std::string words = peer.read_some(); !words.empty(); words = peer.read_some()) {
                const std::string text = answer(request++, words);
                if (text.empty()) return peer.wait_for_close();
                if (!peer.send(text)) return;
            }
        };
    }

    model::Signals against(HostileServer& server) {
        const auto source =
            open("redis", {{"address", "127.0.0.1:" + std::to_string(server.port())}},
                 {{"password", base::Secret(kSecret)}});
        return collect(*source);
    }

    // Logs us in, then answers by `rest`.
    model::Signals after_log_in(std::function<void(Peer&)> rest) {
        HostileServer server([rest = std::move(rest)](Peer& peer) {
            for (int i = 0; i < 2; ++i) {  // AUTH, CLIENT SETNAME
                if (peer.read_some().empty()) return;
                if (!peer.send("+OK\r\n")) return;
            }
            if (!peer.read_some().empty()) rest(peer);
        });
        return against(server);
    }
};

TEST_F(HostileRedis, silence_at_any_point_is_a_timeout) {
    HostileServer mute([](Peer& peer) { peer.wait_for_close(); });
    EXPECT_GE(count(against(mute), Outcome::TimedOut), 1U);
    const auto later = after_log_in([](Peer& peer) { peer.wait_for_close(); });
    EXPECT_GE(count(later, Outcome::TimedOut), 1U);
    ASSERT_EQ(later.databases.size(), 1U);
    EXPECT_EQ(later.databases.front().view, "refused");
    EXPECT_EQ(later.databases.front().row["reason"], "no_answer");
}

TEST_F(HostileRedis, a_trickle_ends_at_the_deadline) {
    const auto out = after_log_in([](Peer& peer) {
        peer.send("$100000\r\n");
        while (peer.send("x") && peer.pause(milliseconds(20))) {
        }
    });
    EXPECT_GE(count(out, Outcome::TimedOut), 1U);
}

TEST_F(HostileRedis, a_reply_that_is_cut_is_a_failure) {
    for (const char* part : {"", "$1000\r\nredis_version:7", "*3\r\n$3\r\nabc\r\n", ":1"}) {
        const auto out = after_log_in([part](Peer& peer) {
            if (*part != 0) peer.send(part);
            peer.reset();
        });
        EXPECT_GE(count(out, Outcome::Failed), 1U) << part;
        EXPECT_TRUE(out.databases.empty()) << part;
    }
}

TEST_F(HostileRedis, garbage_is_a_failure) {
    for (const std::string& bytes :
         {std::string("HTTP/1.1 400 Bad Request\r\n\r\n"), std::string(64, '\0'),
          std::string("$-7\r\n"), std::string("$99999999999999999999\r\n"),
          std::string("*-9\r\n:x\r\n"), std::string("\xff\xfe\x00\x01\r\n", 6)}) {
        const auto out = after_log_in([&](Peer& peer) {
            peer.send(bytes);
            peer.wait_for_close();
        });
        EXPECT_GE(count(out, Outcome::Failed) + count(out, Outcome::TimedOut), 1U);
        EXPECT_TRUE(out.databases.empty());
    }
}

TEST_F(HostileRedis, replies_of_the_wrong_kind_are_borne) {
    for (const char* reply : {":7\r\n", "*0\r\n", "$-1\r\n", "*1\r\n*1\r\n*1\r\n:1\r\n",
                              "$5\r\nhello\r\n", "+what\r\n", "*2\r\n$-1\r\n*-1\r\n"}) {
        HostileServer server(answering([reply](int, const std::string&) { return reply; }));
        const auto out = against(server);
        for (const auto& row : out.databases) EXPECT_NE(row.view, "info") << reply;
    }
}

TEST_F(HostileRedis, each_refusal_has_its_outcome_and_a_telling_row) {
    const auto refused = [&](const std::string& words) {
        HostileServer server(answering([&](int, const std::string&) { return words + "\r\n"; }));
        return against(server);
    };
    EXPECT_GE(count(refused("-WRONGPASS invalid username-password pair"), Outcome::Denied), 1U);
    EXPECT_GE(count(refused("-NOPERM this user has no permissions"), Outcome::Denied), 1U);
    EXPECT_GE(count(refused("-DENIED Redis is running in protected mode"), Outcome::Denied), 1U);
    for (const auto& [words, reason] :
         {std::pair("-LOADING Redis is loading the dataset in memory", "loading"),
          std::pair("-BUSY Redis is busy running a script", "busy"),
          std::pair("-ERR max number of clients reached", "max_clients")}) {
        const auto out = refused(words);
        EXPECT_GE(count(out, Outcome::Failed), 1U) << words;
        ASSERT_EQ(out.databases.size(), 1U) << words;
        EXPECT_EQ(out.databases[0].row["reason"], reason);
    }
    EXPECT_GE(count(refused("-ERR " + std::string(1'000'000, 'x')), Outcome::Failed), 1U);
}

TEST_F(HostileRedis, a_gibibyte_is_read_no_further_than_the_budget) {
    const auto one_text = after_log_in([](Peer& peer) {
        peer.send("$1073741824\r\n");
        const std::string block(1U << 20, 'x');
        while (peer.send(block)) {
        }
    });
    EXPECT_GE(count(one_text, Outcome::Truncated) + count(one_text, Outcome::TimedOut), 1U);
    const auto promised = after_log_in([](Peer& peer) {
        peer.send("*2147483647\r\n");
        peer.wait_for_close();
    });
    EXPECT_EQ(count(promised, Outcome::Answered), 0U);
}

TEST_F(HostileRedis, streams_without_end_end) {
    std::string items;
    for (int i = 0; i < 10'000; ++i) items += ":1\r\n";
    const auto list = after_log_in([&](Peer& peer) {
        peer.send("*1000000\r\n");
        while (peer.send(items)) {
        }
    });
    EXPECT_EQ(count(list, Outcome::Answered), 0U);
    const auto line = after_log_in([](Peer& peer) {
        peer.send("-ERR ");
        const std::string block(1U << 20, 'x');
        while (peer.send(block)) {
        }
    });
    EXPECT_EQ(count(line, Outcome::Answered), 0U);
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += "*1\r\n";
    const auto nested = after_log_in([&](Peer& peer) {
        while (peer.send(deep)) {
        }
    });
    EXPECT_EQ(count(nested, Outcome::Answered), 0U);
}

TEST_F(HostileRedis, an_info_of_millions_of_lines_keeps_bounded_rows) {
    std::string text = "redis_version:7.0.15\r\nrun_id:r\r\n";
    for (int i = 0; text.size() < (16U << 20); ++i)
        text += "cmdstat_c" + std::to_string(i) + ":calls=1,usec=1\r\nfield" + std::to_string(i) +
                ":1\r\n";
    const std::string reply = "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n";
    HostileServer server(answering([&](int, const std::string& words) {
        return words.find("INFO") != std::string::npos ? reply : std::string("+OK\r\n");
    }));
    const auto out = against(server);
    EXPECT_GE(out.databases.size(), 1U);
    EXPECT_LE(out.databases.size(), 2100U);
}

}  // namespace
}  // namespace insight::test
