#include "agent/http/message.h"

#include <gtest/gtest.h>

#include "agent/http/event_stream.h"
#include "agent/http/wire.h"

namespace insight::http {
namespace {

TEST(Message, decodes_escapes_and_refuses_broken_ones) {
    EXPECT_EQ(percent_decode("a%2Fb%20c+d", false), "a/b c+d");
    EXPECT_EQ(percent_decode("a+b", true), "a b");
    EXPECT_FALSE(percent_decode("%", false).has_value());
    EXPECT_FALSE(percent_decode("%4", false).has_value());
    EXPECT_FALSE(percent_decode("%zz", false).has_value());
}

TEST(Message, finds_the_first_value_of_a_key) {
    EXPECT_EQ(form_value("a=1&ab=2&b=x%26y&a=3", "a"), "1");
    EXPECT_EQ(form_value("a=1&b=x%26y", "b"), "x&y");
    EXPECT_EQ(form_value("a&b=", "a"), "");
    EXPECT_FALSE(form_value("a=1", "c").has_value());
    EXPECT_FALSE(form_value("", "c").has_value());
}

TEST(Message, reads_cookies_by_their_whole_name) {
    Request request;
    request.headers.push_back({"cookie", "my_session=wrong; session=right=; other=x"});
    EXPECT_EQ(request.cookie("session"), "right=");
    EXPECT_EQ(request.cookie("sess"), "");
}

TEST(Wire, frames_a_body_by_length_and_a_stream_by_chunks) {
    const Response response{.status = 404, .headers = {{"X-A", "b"}}, .body = "four"};
    const std::string plain = head_bytes(response, {});
    EXPECT_TRUE(plain.starts_with("HTTP/1.1 404 Not Found\r\nX-A: b\r\n")) << plain;
    EXPECT_NE(plain.find("Content-Length: 4\r\n"), std::string::npos);
    EXPECT_TRUE(plain.ends_with("\r\n\r\n"));
    const std::string stream = head_bytes(response, {.stream = true});
    EXPECT_EQ(stream.find("Content-Length"), std::string::npos);
    EXPECT_NE(stream.find("Transfer-Encoding: chunked\r\n"), std::string::npos);
    EXPECT_EQ(head_bytes({.status = 304}, {}).find("Content-Length"), std::string::npos);
}

TEST(Wire, leaves_out_headers_that_would_break_their_line) {
    for (const Header& header : std::vector<Header>{{"X", "a\r\nY: b"},
                                                    {"X", "a\nY: b"},
                                                    {"X", std::string("a\0b", 3)},
                                                    {"X\r\nY", "a"},
                                                    {"X Y", "a"},
                                                    {"", "a"}}) {
        const std::string head = head_bytes({.status = 200, .headers = {header}}, {});
        EXPECT_EQ(head.find("\r\nX"), std::string::npos) << header.value;
        EXPECT_EQ(head.find("Y: b"), std::string::npos);
    }
}

TEST(Wire, never_ends_a_body_by_an_empty_chunk) {
    EXPECT_EQ(chunk_bytes(""), "");
    EXPECT_EQ(chunk_bytes(std::string(16, 'x')), "10\r\n" + std::string(16, 'x') + "\r\n");
}

TEST(EventStream, keeps_every_line_of_an_event_inside_the_event) {
    EXPECT_EQ(event_bytes("a", "one\ntwo"), "event: a\ndata: one\ndata: two\n\n");
    EXPECT_EQ(event_bytes("a", "x\r\revent: b"), "event: a\ndata: x\ndata: \ndata: event: b\n\n");
    EXPECT_EQ(event_bytes("a", ""), "event: a\ndata: \n\n");
}

TEST(EventStream, is_cut_when_its_queue_is_full) {
    Limits limits;
    limits.stream_events = 3;
    EventStream by_count(limits);
    EXPECT_TRUE(by_count.push("1"));
    EXPECT_TRUE(by_count.push("2"));
    EXPECT_TRUE(by_count.push("3"));
    EXPECT_FALSE(by_count.push("4"));
    EXPECT_TRUE(by_count.ended());
    EXPECT_TRUE(by_count.take().cut);

    limits.stream_bytes = 10;
    EventStream by_size(limits);
    EXPECT_TRUE(by_size.push(std::string(50, 'x'))) << "one alone may be larger than the queue";
    EXPECT_FALSE(by_size.push("y"));
}

TEST(EventStream, delivers_what_was_pushed_before_it_was_closed) {
    EventStream events{Limits{}};
    int woken = 0;
    events.push("early");
    events.attach([&woken] { ++woken; });
    EXPECT_EQ(woken, 1);
    events.close();
    EXPECT_FALSE(events.push("late"));
    const EventStream::Batch batch = events.take();
    EXPECT_EQ(batch.bytes, "early");
    EXPECT_TRUE(batch.last);
    events.detach();
    EXPECT_EQ(woken, 2);
}

}  // namespace
}  // namespace insight::http
