#include "core/net/url.h"

#include <gtest/gtest.h>

#include "core/net/transport.h"

namespace insight::net {
namespace {

std::string text_of(const base::Result<Url>& url) {
    return url ? url->text() : "error: " + url.error().message;
}

TEST(Url, parts_are_taken_and_host_and_scheme_become_lower_case) {
    const auto url = parse_url("HTTPS://Example.ORG:8443/A?b=C#fragment");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->scheme, "https");
    EXPECT_EQ(url->host, "example.org");
    EXPECT_EQ(url->port, 8443);
    EXPECT_EQ(url->target, "/A?b=C");
    EXPECT_EQ(url->origin(), "https://example.org:8443");
    EXPECT_EQ(url->authority(), "example.org:8443");
}

TEST(Url, default_ports_are_known_and_not_written) {
    EXPECT_EQ(parse_url("http://a")->port, 80);
    EXPECT_EQ(parse_url("https://a:")->port, 443);
    EXPECT_EQ(parse_url("https://a:443/x")->text(), "https://a/x");
    EXPECT_EQ(parse_url("http://a:80")->origin(), "http://a:80");
    EXPECT_EQ(parse_url("http://a?q=1")->target, "/?q=1");
}

TEST(Url, ipv6_literals_are_told_apart) {
    const auto url = parse_url("http://[::1]:9090/x");
    ASSERT_TRUE(url);
    EXPECT_TRUE(url->ipv6_literal);
    EXPECT_EQ(url->host, "::1");
    EXPECT_EQ(url->origin(), "http://[::1]:9090");
    EXPECT_FALSE(parse_url("http://[::1"));
    EXPECT_FALSE(parse_url("http://[name]/"));
    EXPECT_FALSE(parse_url("http://[::1]x/"));
}

TEST(Url, bytes_that_no_url_has_are_escaped_once) {
    EXPECT_EQ(parse_url("http://a/m?match[]={x=\"y\"}&p=100%&q=%20%zz")->target,
              "/m?match%5B%5D=%7Bx=%22y%22%7D&p=100%25&q=%20%25zz");
    EXPECT_EQ(parse_url("http://a/\xc3\xa4")->target, "/%C3%A4");
}

TEST(Url, what_is_no_plain_http_url_is_refused) {
    for (const char* bad :
         {"", "a", "/x", "ftp://a/", "http://", "http:///x", "http://a b/", "http://a/\r\nX: 1",
          "http://a:0/", "http://a:65536/", "http://a:8x/", "http://a%2fb/", "http://a:1:2/",
          "http://\xc3\xa4/", "http://a,b/", "http://a\t/"})
        EXPECT_FALSE(parse_url(bad)) << bad;
    EXPECT_FALSE(parse_url("http://a/" + std::string(70'000, 'x')));
}

TEST(Url, credentials_are_refused_and_never_repeated) {
    const auto url = parse_url("http://user:hunter2@a/x?token=t0ken");
    ASSERT_FALSE(url);
    EXPECT_EQ(url.error().kind, base::ErrorKind::Invalid);
    EXPECT_EQ(url.error().text().find("hunter2"), std::string::npos);
    EXPECT_EQ(url.error().text().find("t0ken"), std::string::npos);
}

TEST(Url, backslash_does_not_move_the_host) {
    EXPECT_EQ(parse_url("http://good\\@evil/")->host, "good");
}

// The normal and some abnormal examples of RFC 3986 section 5.4.
TEST(Redirect, locations_resolve_as_rfc_3986_says) {
    const Url base_url = *parse_url("http://a/b/c/d;p?q");
    const std::vector<std::pair<std::string, std::string>> cases{
        {"g", "http://a/b/c/g"},
        {"./g", "http://a/b/c/g"},
        {"g/", "http://a/b/c/g/"},
        {"/g", "http://a/g"},
        {"//g", "http://g/"},
        {"?y", "http://a/b/c/d;p?y"},
        {"g?y", "http://a/b/c/g?y"},
        {"#s", "http://a/b/c/d;p"},
        {"g;x?y#s", "http://a/b/c/g;x?y"},
        {".", "http://a/b/c/"},
        {"..", "http://a/b/"},
        {"../g", "http://a/b/g"},
        {"../..", "http://a/"},
        {"../../g", "http://a/g"},
        {"../../../g", "http://a/g"},
        {"/./g", "http://a/g"},
        {"/../g", "http://a/g"},
        {"g.", "http://a/b/c/g."},
        {"..g", "http://a/b/c/..g"},
        {"./g/.", "http://a/b/c/g/"},
        {"g/./h", "http://a/b/c/g/h"},
        {"g/../h", "http://a/b/c/h"},
        {"g?y/../x", "http://a/b/c/g?y/../x"},
        {"https://h:1/x y", "https://h:1/x%20y"}};
    for (const auto& [location, wanted] : cases)
        EXPECT_EQ(text_of(resolve_redirect(base_url, location)), wanted) << location;
}

TEST(Redirect, credentials_in_a_location_are_dropped) {
    EXPECT_EQ(text_of(resolve_redirect(*parse_url("http://a/"), "http://u:p@b/x")), "http://b/x");
}

TEST(Redirect, port_stays_on_the_same_server) {
    EXPECT_EQ(text_of(resolve_redirect(*parse_url("https://a:8443/x"), "/y")), "https://a:8443/y");
    EXPECT_EQ(text_of(resolve_redirect(*parse_url("http://[::1]:81/x"), "y")), "http://[::1]:81/y");
}

TEST(Redirect, other_schemes_are_corrupt) {
    for (const char* bad : {"ftp://a/", "javascript:1", "mailto:x", "http://", "http://a:x/"})
        EXPECT_FALSE(resolve_redirect(*parse_url("http://a/"), bad)) << bad;
}

TEST(Form, fields_are_escaped_and_joined) {
    EXPECT_EQ(encode_form({{"query", "up{job=\"a b\"} & 1+1"}, {"t", "\xc3\xa4\n"}, {"", ""}}),
              "query=up%7Bjob%3D%22a%20b%22%7D%20%26%201%2B1&t=%C3%A4%0A&=");
    EXPECT_EQ(encode_form({}), "");
}

TEST(ThisMachine, is_a_loopback_address_and_no_name_that_looks_like_one) {
    for (const char* host : {"127.0.0.1", "127.9.8.7", "localhost", "::1"})
        EXPECT_TRUE(is_this_machine(host)) << host;
    for (const char* host : {"10.0.0.1", "localhost.example", "128.0.0.1", "",
                             "127.0.0.1.example.com", "127.evil.example", "127."})
        EXPECT_FALSE(is_this_machine(host)) << host;
}

}  // namespace
}  // namespace insight::net
