#include "core/net/header_rules.h"

#include <gtest/gtest.h>

namespace insight::net {
namespace {

Request with_header(const std::string& name, const std::string& value) {
    Request request;
    request.headers = {{name, value}};
    return request;
}

std::string value_of(const std::vector<Header>& headers, std::string_view name) {
    for (const auto& [key, value] : headers)
        if (same_name(key, name)) return value;
    return "(absent)";
}

TEST(HeaderRules, ordinary_headers_pass) {
    EXPECT_TRUE(check_request(with_header("X-Scope-OrgID", "tenant 1\tb \xc3\xa4")));
    EXPECT_TRUE(check_request(with_header("Accept", "")));
}

TEST(HeaderRules, names_must_be_tokens_and_values_free_of_controls) {
    for (const std::string& name : std::vector<std::string>{"", "a b", "a:", "a\r\nb", "\xc3\xa4"})
        EXPECT_FALSE(check_request(with_header(name, "x"))) << name;
    for (const std::string& value :
         std::vector<std::string>{"a\r\nb", "a\nb", std::string(1, '\0'), "\x7f"})
        EXPECT_FALSE(check_request(with_header("X", value)));
    EXPECT_FALSE(check_request(with_header("X", std::string(100'000, 'x'))));
}

TEST(HeaderRules, refused_value_is_not_repeated) {
    const auto checked = check_request(with_header("X-Api-Key", "hunter2\n"));
    ASSERT_FALSE(checked);
    EXPECT_NE(checked.error().text().find("X-Api-Key"), std::string::npos);
    EXPECT_EQ(checked.error().text().find("hunter2"), std::string::npos);
}

TEST(HeaderRules, framing_headers_belong_to_the_transport) {
    for (const char* name : {"host", "Content-Length", "TRANSFER-ENCODING", "Connection", "Expect"})
        EXPECT_FALSE(check_request(with_header(name, "x"))) << name;
}

TEST(HeaderRules, methods_and_bodies_must_fit) {
    Request request;
    request.method = "GET /evil";
    EXPECT_FALSE(check_request(request));
    request.method = "GET";
    request.body = "x";
    EXPECT_FALSE(check_request(request));
    request.method = "POST";
    EXPECT_TRUE(check_request(request));
    request.headers.assign(101, {"X", "y"});
    EXPECT_FALSE(check_request(request));
}

TEST(HeaderRules, server_name_must_be_a_host_name) {
    Request request;
    request.tls.server_name = "a\r\nX: 1";
    EXPECT_FALSE(check_request(request));
    request.tls.server_name = "name:443";
    EXPECT_FALSE(check_request(request));
    request.tls.server_name = "kubernetes.default.svc";
    EXPECT_TRUE(check_request(request));
}

TEST(HeaderRules, defaults_fill_gaps_only) {
    Request request = with_header("accept", "text/plain");
    request.authorization = base::Secret("Bearer new");
    request.headers.emplace_back("authorization", "Bearer old");
    const auto whole = headers_to_send(request, Delivery::Whole);
    EXPECT_EQ(value_of(whole, "Accept"), "text/plain");
    EXPECT_EQ(value_of(whole, "Authorization"), "Bearer new");
    EXPECT_EQ(value_of(whole, "Accept-Encoding"), "gzip");
    EXPECT_EQ(value_of(whole, "Content-Type"), "(absent)");
    EXPECT_EQ(value_of(headers_to_send(request, Delivery::Live), "Accept-Encoding"), "identity");
    request.body = "x";
    EXPECT_EQ(value_of(headers_to_send(request, Delivery::Whole), "Content-Type"),
              "application/octet-stream");
}

TEST(HeaderRules, only_get_with_a_location_is_redirected) {
    Request request;
    const std::vector<Header> location{{"location", "/x"}};
    EXPECT_TRUE(is_redirect(request, 302, location));
    EXPECT_FALSE(is_redirect(request, 302, {}));
    EXPECT_FALSE(is_redirect(request, 304, location));
    EXPECT_FALSE(is_redirect(request, 200, location));
    request.method = "HEAD";
    EXPECT_FALSE(is_redirect(request, 302, location));
}

TEST(HeaderRules, another_port_or_scheme_is_another_origin) {
    Request request = with_header("Private-Token", "t");
    request.authorization = base::Secret("Bearer a");
    request.tls.certificate_file = "c.pem";
    request.tls.verify = false;
    const Url from = *parse_url("https://a/");
    for (const char* other : {"https://a:444/", "http://a/", "https://b/"}) {
        const Request next = redirected(request, from, *parse_url(other));
        EXPECT_FALSE(next.authorization) << other;
        EXPECT_TRUE(next.headers.empty());
        EXPECT_TRUE(next.tls.certificate_file.empty());
        EXPECT_TRUE(next.tls.verify);
    }
    const Request same = redirected(request, from, *parse_url("https://a:443/next"));
    EXPECT_TRUE(same.authorization);
    EXPECT_EQ(same.headers.size(), 1U);
    EXPECT_EQ(same.url, "https://a/next");
}

}  // namespace
}  // namespace insight::net
