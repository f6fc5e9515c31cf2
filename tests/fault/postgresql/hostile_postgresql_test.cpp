// A PostgreSQL that misbehaves, down to its messages: type byte, length, body (manual, "Message
// Formats"). A real one behind a bad network, and certificates: tests/integration/collectors.
#include "tests/fault/hostile_window.h"

namespace insight::test {
namespace {

std::string number(std::uint32_t value, int bytes = 4) {
    std::string out;
    for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>((value >> (8 * i)) & 0xffU);
    return out;
}

std::string message(char type, const std::string& body) {
    return type + number(static_cast<std::uint32_t>(body.size()) + 4) + body;
}

std::string texts(std::initializer_list<std::string_view> all) {
    std::string out;
    for (const std::string_view one : all) (out += one) += '\0';
    return out;
}

std::string ready() {
    return message('Z', "I");
}

// Authenticated, with what libpq wants to know.
std::string greeting() {
    return message('R', number(0)) + message('S', texts({"server_version", "15.4"})) +
           message('S', texts({"client_encoding", "UTF8"})) + message('K', number(7) + number(9)) +
           ready();
}

std::string columns() {
    return message('T', number(1, 2) + texts({"row_to_json"}) + number(0) + number(0, 2) +
                            number(25) + number(0xffff, 2) + number(0xffffffff) + number(0, 2));
}

std::string row(const std::string& text) {
    return message('D', number(1, 2) + number(static_cast<std::uint32_t>(text.size())) + text);
}

std::string refusal(std::string_view state, std::string_view words) {
    return message('E', std::string("SFATAL") + '\0' + "C" + std::string(state) + '\0' + "M" +
                            std::string(words) + '\0' + '\0');
}

class HostilePostgres : public testing::Test, protected HostileWindow {
  protected:
    model::Signals against(HostileServer& server) {
        const auto source =
            open("postgres", base::Json::object(),
                 {{"dsn", base::Secret("postgresql://eye:" + std::string(kSecret) +
                                       "@127.0.0.1:" + std::to_string(server.port()) + "/shop")}});
        return collect(*source);
    }

    // No TLS, then `rest` once the start-up packet is there.
    model::Signals at_start(std::function<void(Peer&)> rest) {
        HostileServer server([rest = std::move(rest)](Peer& peer) {
            const std::string first = peer.read_some();
            if (first.size() == 8) {  // SSLRequest
                if (!peer.send("N") || peer.read_some().empty()) return;
            }
            rest(peer);
        });
        return against(server);
    }

    // Lets us in, then `rest` after the first statement.
    model::Signals after_log_in(std::function<void(Peer&)> rest) {
        return at_start([rest = std::move(rest)](Peer& peer) {
            if (peer.send(greeting()) && !peer.read_some().empty()) rest(peer);
        });
    }
};

TEST_F(HostilePostgres, silence_at_any_point_is_a_timeout) {
    HostileServer mute([](Peer& peer) { peer.wait_for_close(); });
    EXPECT_EQ(count(against(mute), Outcome::TimedOut), 1U);
    EXPECT_EQ(count(at_start([](Peer& peer) { peer.wait_for_close(); }), Outcome::TimedOut), 1U);
    const auto later = after_log_in([](Peer& peer) { peer.wait_for_close(); });
    EXPECT_GE(count(later, Outcome::TimedOut), 1U);
    ASSERT_EQ(later.databases.size(), 1U);
    EXPECT_EQ(later.databases.front().view, "refused");
    EXPECT_EQ(later.databases.front().row["reason"], "no_answer");
}

TEST_F(HostilePostgres, a_trickle_ends_at_the_deadline) {
    EXPECT_GE(count(after_log_in([](Peer& peer) {
                        while (peer.send(message('N', texts({"Mslow", ""}))) &&
                               peer.pause(milliseconds(20))) {
                        }
                    }),
                    Outcome::TimedOut),
              1U);
    EXPECT_EQ(
        count(
            at_start([](Peer& peer) {
                peer.send(message('R', number(0)));
                while (peer.send(message('S', texts({"a", "b"}))) && peer.pause(milliseconds(20))) {
                }
            }),
            Outcome::TimedOut),
        1U);
}

TEST_F(HostilePostgres, cut_and_meaningless_messages_are_failures) {
    for (const std::string& bytes :
         {std::string(), columns(), columns() + row("{\"a\":").substr(0, 9),
          std::string("HTTP/1.1 400 Bad Request\r\n\r\n"), std::string(64, '\0'),
          message('D', number(1, 2) + number(0x7fffffff)), message('T', number(0xffff, 2)),
          message('G', std::string(7, '\0'))}) {
        const auto out = after_log_in([&](Peer& peer) {
            if (!bytes.empty()) peer.send(bytes);
            peer.reset();
        });
        EXPECT_GE(count(out, Outcome::Failed), 1U);
        EXPECT_TRUE(out.databases.empty());
    }
}

TEST_F(HostilePostgres, rows_that_are_no_json_are_a_failure) {
    for (const char* text : {"", "{", "7", "[[[[[[[[[[[[[[[[[[[[[[[[", "\xff\xfe"}) {
        const auto out = after_log_in([&](Peer& peer) {
            do {
                if (!peer.send(columns() + row(text) + message('C', texts({"SELECT 1"})) + ready()))
                    return;
            } while (!peer.read_some().empty());
        });
        EXPECT_TRUE(std::none_of(out.databases.begin(), out.databases.end(), [](const auto& one) {
            return one.row.contains("version");
        })) << text;
    }
}

TEST_F(HostilePostgres, each_refusal_has_its_outcome) {
    const auto refused = [&](std::string_view state, std::string_view words) {
        return at_start([&](Peer& peer) { peer.send(refusal(state, words)); });
    };
    EXPECT_EQ(
        count(refused("28P01", "password authentication failed for user \"eye\""), Outcome::Denied),
        1U);
    EXPECT_EQ(count(refused("3D000", "database \"shop\" does not exist"), Outcome::Failed), 1U);
    const auto full = refused("53300", "sorry, too many clients already");
    EXPECT_EQ(count(full, Outcome::Failed), 1U);
    ASSERT_EQ(full.databases.size(), 1U);
    EXPECT_EQ(full.databases[0].row["reason"], "too_many_connections");
    const auto down = refused("57P03", "the database system is starting up");
    ASSERT_EQ(down.databases.size(), 1U);
    EXPECT_EQ(down.databases[0].row["reason"], "starting_up");
    const auto denied = after_log_in([](Peer& peer) {
        do {
            if (!peer.send(refusal("42501", "permission denied") + ready())) return;
        } while (!peer.read_some().empty());
    });
    EXPECT_GE(count(denied, Outcome::Denied), 3U) << "view by view";
}

TEST_F(HostilePostgres, a_gibibyte_is_read_no_further_than_the_budget) {
    const std::string block(1U << 20, 'x');
    const auto one_value = after_log_in([&](Peer& peer) {
        peer.send(columns() + "D" + number(1U << 30) + number(1, 2) + number((1U << 30) - 10));
        while (peer.send(block)) {
        }
    });
    EXPECT_GE(count(one_value, Outcome::Truncated) + count(one_value, Outcome::TimedOut), 1U);
    EXPECT_TRUE(one_value.databases.empty());
}

TEST_F(HostilePostgres, a_row_that_fits_the_answer_but_is_none_of_ours_is_not_kept) {
    const std::string words(15U << 20, 'x');
    EXPECT_TRUE(after_log_in([&](Peer& peer) {
                    peer.send(columns() + row("{\"a\":\"" + words + "\"}"));
                    peer.wait_for_close();
                }).databases.empty());
}

// As much as is let in, and of the kinds that grow most when they are understood and kept.
TEST_F(HostilePostgres, every_view_full_of_values_stays_within_the_budget) {
    std::string list = "{\"a\":[0";
    while (list.size() < (1U << 20) - 100) list += ",0";
    std::string columns_without_end = "{\"a\":0";
    for (int i = 0; columns_without_end.size() < (1U << 20) - 100; ++i)
        columns_without_end += ",\"" + std::to_string(i) + "\":0";
    std::string ours = "{\"a\":0";
    for (int i = 0; i < 90; ++i) ours += ",\"" + std::to_string(i) + "\":0";
    for (const std::string& text : {list + "]}", columns_without_end + "}", ours + "}"}) {
        std::string views;
        for (std::size_t i = 0; i < std::min<std::size_t>(20, (15U << 20) / text.size()); ++i)
            views += row(text);
        for (int i = 20; text.size() < 5000 && i < 100; ++i) views += row(text);
        const std::string end = message('C', texts({"SELECT 1"})) + ready();
        int asked = 0;
        const auto out = after_log_in([&](Peer& peer) {
            const std::string server = row(R"({"version_number":150018,"full_view":true})");
            do {
                // the first two views are one row each
                const bool first = ++asked == 1;
                const std::string& rows = first ? server : asked == 2 ? row(ours + "}") : views;
                if (!peer.send(columns() + rows + end)) return;
            } while (!peer.read_some().empty());
        });
        EXPECT_GE(asked, 3) << "the full views were never asked for";
        EXPECT_FALSE(out.coverage.empty());
    }
}

TEST_F(HostilePostgres, streams_without_end_end) {
    std::string rows;
    while (rows.size() < (1U << 20)) rows += row("{\"a\":1}");
    const auto many = after_log_in([&](Peer& peer) {
        peer.send(columns());
        while (peer.send(rows)) {
        }
    });
    EXPECT_GE(count(many, Outcome::Truncated) + count(many, Outcome::TimedOut), 1U);
    std::string notices;
    while (notices.size() < (1U << 20)) notices += message('N', texts({"Mhello", ""}));
    const auto chatter = after_log_in([&](Peer& peer) {
        while (peer.send(notices)) {
        }
    });
    EXPECT_GE(count(chatter, Outcome::Truncated) + count(chatter, Outcome::TimedOut), 1U);
    // libpq takes an error before the log-in for one of the oldest protocol, which has no length
    const std::string block(1U << 20, 'x');
    const auto error = at_start([&](Peer& peer) {
        peer.send("E");
        while (peer.send(block)) {
        }
    });
    EXPECT_EQ(error.coverage.front().query, "connect");
    EXPECT_NE(error.coverage.front().outcome, Outcome::Answered);
}

TEST_F(HostilePostgres, a_greeting_without_end_is_told_as_one) {
    // libpq keeps every setting and notice until it is let in
    for (const std::string& one :
         {message('S', texts({"a", "v"})), message('N', texts({"Mhello", ""}))}) {
        std::string block;
        while (block.size() < (1U << 18)) block += one;
        const auto out = at_start([&](Peer& peer) {
            if (!peer.send(message('R', number(0)))) return;
            while (peer.send(block)) {
            }
        });
        ASSERT_EQ(out.coverage.front().query, "connect");
        EXPECT_EQ(out.coverage.front().outcome, Outcome::Truncated);
        EXPECT_THAT(out.coverage.front().note,
                    HasSubstr("what answers for PostgreSQL main greets without end (1024 KiB"));
        EXPECT_THAT(out.coverage.front().note, HasSubstr("correct the dsn"));
        EXPECT_TRUE(out.databases.empty());
    }
}

TEST_F(HostilePostgres, a_copy_that_nobody_asked_for_does_not_hold_us) {
    const auto out = after_log_in([](Peer& peer) {
        peer.send(message('H', std::string("\0", 1) + number(0, 2)));
        const std::string data = message('d', std::string(60'000, 'x'));
        while (peer.send(data)) {
        }
    });
    EXPECT_EQ(count(out, Outcome::Answered), 0U);
}

}  // namespace
}  // namespace insight::test
