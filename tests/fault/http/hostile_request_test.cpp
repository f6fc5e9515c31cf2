// Requests that break servers: each row is the bytes on the wire and what must come back.
#include "tests/fault/http/echo_site.h"

namespace insight::http::test {
namespace {

using namespace std::string_literals;  // texts with a zero byte inside

struct Case {
    std::string name;
    std::string bytes;
    int status;             // of the first answer
    std::string body = "";  // checked when not empty
    bool stays_open = false;
};

std::string post(const std::string& headers, const std::string& body) {
    return "POST /echo HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n" + body;
}
std::string chunked(const std::string& body) {
    return post("Transfer-Encoding: chunked\r\n", body);
}
std::string get(const std::string& headers) {
    return "GET /echo HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n";
}

const std::vector<Case> kCases = {
    {"chunk_size_minus_one", chunked("-1\r\nabc\r\n"), 400},
    {"chunk_size_minus_two", chunked("-2\r\nabc\r\n"), 400},
    {"chunk_size_minus_five", chunked("-5\r\nabc\r\n"), 400},
    {"chunk_size_2_gib", chunked("7fffffff\r\nabc"), 413},
    {"chunk_size_4_gib", chunked("ffffffff\r\nabc"), 413},
    {"chunk_size_16_eib", chunked("ffffffffffffffff\r\nabc"), 413},
    {"chunk_size_overflow", chunked("ffffffffffffffffff\r\nabc"), 400},
    {"chunk_size_not_hexadecimal", chunked("zz\r\nabc\r\n"), 400},
    {"chunk_size_empty", chunked("\r\nabc\r\n"), 400},
    {"chunk_longer_than_said", chunked("3\r\nabcd\r\n0\r\n\r\n"), 400},
    {"chunk_extension", chunked("3;a=b\r\nabc\r\n0\r\n\r\n"), 200, "abc", true},
    {"chunk_extension_endless", chunked("3;a=" + std::string(200000, 'b')), 400},
    {"chunks_over_the_limit", chunked("30000\r\n" + std::string(0x30000, 'x') + "\r\n30000\r\n"),
     413},
    {"chunked_in_capitals", post("Transfer-Encoding: CHUNKED\r\n", "3\r\nabc\r\n0\r\n\r\n"), 200,
     "abc", true},
    {"trailer_cannot_add_a_header",
     post("Transfer-Encoding: chunked\r\nTrailer: X-Seen\r\n",
          "3\r\nabc\r\n0\r\nX-Seen: yes\r\n\r\n"),
     200, "abc", true},
    {"length_with_letter", post("Content-Length: 3x\r\n", "abc"), 400},
    {"length_ten_to_23", post("Content-Length: 100000000000000000000000\r\n", "abc"), 400},
    {"length_negative", post("Content-Length: -1\r\n", "abc"), 400},
    {"length_with_plus", post("Content-Length: +3\r\n", "abc"), 400},
    {"length_empty", post("Content-Length:\r\n", "abc"), 400},
    {"length_over_the_limit", post("Content-Length: 262145\r\n", ""), 413},
    {"length_of_1_gib", post("Content-Length: 1073741824\r\n", ""), 413},
    {"length_twice_the_same", post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc"), 400},
    {"length_twice_different", post("Content-Length: 3\r\nContent-Length: 4\r\n", "abc"), 400},
    {"length_as_list", post("Content-Length: 3, 4\r\n", "abc"), 400},
    {"length_then_chunked",
     post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n"), 400},
    {"chunked_then_length",
     post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "3\r\nabc\r\n0\r\n\r\n"), 400},
    {"coding_gzip_and_chunked", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 400},
    {"coding_chunked_and_gzip", post("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n"), 400},
    {"coding_identity", post("Transfer-Encoding: identity\r\n", "abc"), 400},
    {"coding_misspelt", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), 400},
    {"coding_twice",
     post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
    {"coding_before_colon_space", post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"), 400},
    {"coding_on_http_1_0",
     "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 400},
    {"no_host", "GET /echo HTTP/1.1\r\n\r\n", 400},
    {"two_hosts", "GET /echo HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
    {"two_authorizations", get("Authorization: Bearer a\r\nAuthorization: Bearer b\r\n"), 400},
    {"nul_in_header", get("X-A: b\0c\r\n"s), 400},
    {"nul_in_target", "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"s, 400},
    {"lone_carriage_return", get("X-A: b\rX-B: c\r\n"), 400},
    {"line_feeds_only", "GET /echo HTTP/1.1\nHost: a\n\n", 400},
    {"header_without_colon", get("nonsense\r\n"), 400},
    {"empty_header_name", get(": value\r\n"), 400},
    {"header_of_1_mib", get("X-A: " + std::string(1U << 20, 'a') + "\r\n"), 431},
    {"target_of_1_mib", "GET /" + std::string(1U << 20, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 431},
    {"http_2_preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
    {"http_0_9", "GET /echo\r\n\r\n", 400},
    {"tls_hello", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"s, 400},
    {"target_without_slash", "GET echo HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"target_star", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"target_absolute", "GET http://a/echo?x=1 HTTP/1.1\r\nHost: a\r\n\r\n", 200, "", true},
    {"expect_something_else", post("Expect: coffee\r\nContent-Length: 3\r\n", "abc"), 417},
    {"unknown_method", "BREW /echo HTTP/1.1\r\nHost: a\r\n\r\n", 200, "", true},
};

class HostileRequest : public EchoSite, public ::testing::WithParamInterface<Case> {};

TEST_P(HostileRequest, is_answered_as_the_table_says) {
    open();
    RawClient raw = client();
    raw.send(GetParam().bytes);
    const Answer answer = raw.read_answer();
    EXPECT_EQ(answer.status, GetParam().status) << answer.body;
    EXPECT_TRUE(answer.complete);
    if (!GetParam().body.empty()) {
        EXPECT_EQ(answer.body, GetParam().body);
    }
    if (GetParam().stays_open) {
        EXPECT_EQ(raw.exchange(get("")).status, 200);
        EXPECT_TRUE(answer.headers.at("x-seen").empty());
    } else {
        // Nothing behind a refused request may be taken for another request.
        EXPECT_EQ(answer.headers.at("connection"), "close");
        raw.end_sending();
        EXPECT_TRUE(raw.closed_by_peer());
    }
    EXPECT_EQ(client().exchange(get("")).status, 200) << "the server must go on";
}

INSTANTIATE_TEST_SUITE_P(Table, HostileRequest, ::testing::ValuesIn(kCases),
                         [](const auto& row) { return row.param.name; });

using Wire = EchoSite;

TEST_F(Wire, refuses_a_hundred_thousand_headers) {
    open();
    RawClient raw = client();
    raw.send("GET /echo HTTP/1.1\r\nHost: a\r\n");
    std::string lines;
    for (int i = 0; i < 100000; ++i) lines += "X-" + std::to_string(i) + ": a\r\n";
    raw.send(lines + "\r\n");
    EXPECT_EQ(raw.read_answer().status, 431);
}

TEST_F(Wire, reads_a_header_that_arrives_in_single_bytes_within_a_character) {
    open();
    RawClient raw = client();
    for (const char byte : get("X-Seen: caf\xc3\xa9\r\n")) raw.send(std::string_view(&byte, 1));
    const Answer answer = raw.read_answer();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.headers.at("x-seen"), "caf\xc3\xa9");
}

TEST_F(Wire, answers_pipelined_requests_in_order) {
    open();
    RawClient raw = client();
    raw.send("GET /late HTTP/1.1\r\nHost: a\r\n\r\nGET /two HTTP/1.1\r\nHost: a\r\n\r\n" +
             post("Content-Length: 5\r\n", "three"));
    EXPECT_EQ(raw.read_answer().body, "late");
    EXPECT_EQ(raw.read_answer().headers.at("x-path"), "/two");
    EXPECT_EQ(raw.read_answer().body, "three");
}

TEST_F(Wire, honours_http_1_0) {
    open();
    RawClient closing = client();
    closing.send("GET /echo HTTP/1.0\r\n\r\n");
    const Answer answer = closing.read_answer();
    EXPECT_EQ(answer.version, "HTTP/1.0");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.headers.at("connection"), "close");

    RawClient kept = client();
    const std::string request = "GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
    EXPECT_EQ(kept.exchange(request).headers.at("connection"), "keep-alive");
    EXPECT_EQ(kept.exchange(request).status, 200);
}

TEST_F(Wire, gives_no_body_to_head) {
    open();
    RawClient raw = client();
    const Answer answer = raw.exchange("HEAD /late HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(answer.headers.at("content-length"), "4");
    // A body would be taken for the start of this answer.
    EXPECT_EQ(raw.exchange(get("")).status, 200);
}

TEST_F(Wire, asks_for_the_body_that_waits_for_it) {
    open();
    RawClient raw = client();
    raw.send(post("Content-Length: 3\r\nExpect: 100-continue\r\n", ""));
    EXPECT_EQ(raw.read_answer().status, 100);
    raw.send("abc");
    EXPECT_EQ(raw.read_answer().body, "abc");

    RawClient too_large = client();
    too_large.send(post("Content-Length: 1073741824\r\nExpect: 100-continue\r\n", ""));
    EXPECT_EQ(too_large.read_answer().status, 413);
}

TEST_F(Wire, lets_no_line_end_into_a_header) {
    open();
    const Answer answer = client().exchange("GET /split HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_FALSE(answer.headers.contains("set-cookie"));
    EXPECT_FALSE(answer.headers.contains("x-name"));
    EXPECT_EQ(answer.headers.at("x-good"), "c");
    EXPECT_EQ(answer.body, "ok");
}

TEST_F(Wire, answers_a_client_that_has_ended_sending) {
    open();
    RawClient raw = client();
    raw.send(get("Connection: close\r\n"));
    raw.end_sending();
    EXPECT_EQ(raw.read_answer().status, 200);
}

TEST_F(Wire, allows_alerts_a_larger_body_than_the_rest) {
    open();
    const std::string body(300U << 10, 'x');
    const std::string rest =
        " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
        body;
    EXPECT_EQ(client().exchange("POST /alerts" + rest).status, 200);
    EXPECT_EQ(client().exchange("POST /other" + rest).status, 413);
}

TEST_F(Wire, bounds_all_bodies_together_and_counts_back_what_has_gone) {
    Limits limits;
    limits.all_body_bytes = 50000;
    open(limits);
    const auto sized = [](std::size_t size, std::size_t sent) {
        return post("Content-Length: " + std::to_string(size) + "\r\n", std::string(sent, 'x'));
    };
    EXPECT_EQ(client().exchange(sized(60000, 60000)).status, 503);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(client().exchange(sized(40000, 40000)).status, 200);
        RawClient vanishes = client();
        vanishes.send(sized(45000, 40000));
        vanishes.reset();
        EXPECT_TRUE(eventually([&] { return endpoint->counters().open == 0; }));
    }
}

TEST_F(Wire, refuses_a_gigabyte_in_bounded_memory) {
    open();
    const std::size_t before = resident_megabytes();
    const std::string block(1U << 20, 'x');
    for (const bool in_chunks : {false, true}) {
        RawClient raw = client();
        raw.send(post(
            in_chunks ? "Transfer-Encoding: chunked\r\n" : "Content-Length: 1073741824\r\n", ""));
        std::size_t sent = 0;
        while (sent < 1024 && raw.send(in_chunks ? "100000\r\n" + block + "\r\n" : block)) ++sent;
        EXPECT_LT(sent, 64U) << "the server must not take the whole body";
    }
    EXPECT_LT(resident_megabytes(), before + 32);
    EXPECT_EQ(client().exchange(get("")).status, 200);
}

}  // namespace
}  // namespace insight::http::test
