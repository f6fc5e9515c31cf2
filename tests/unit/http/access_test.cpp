// Who may do what: every role at every kind of route, and what browsers could be tricked into.
#include "agent/http/access.h"

#include "tests/unit/http/live_server.h"

namespace insight::http::test {
namespace {

using Access = LiveServer;

TEST_F(Access, is_open_on_the_loopback_until_the_first_token) {
    start();
    EXPECT_EQ(get("/api/v1/incidents").status, 200);
    add_token("admin", store::Role::Admin);
    EXPECT_TRUE(eventually([this] { return get("/api/v1/incidents").status == 401; }));
    EXPECT_EQ(deliver(sample("grouped.json")).status, 401);
    EXPECT_EQ(get("/api/v1/incidents", bearer("admin")).status, 200);
    EXPECT_EQ(get("/healthz").status, 200);
    EXPECT_EQ(get("/readyz").status, 200);
    EXPECT_EQ(get("/api/v1/openapi.json").status, 200);
}

TEST_F(Access, follows_the_roles) {
    for (const auto role :
         {store::Role::Viewer, store::Role::Operator, store::Role::Approver, store::Role::Admin})
        add_token(std::string(store::name(role)), role);
    start();
    const std::string question = R"({"question":"why"})";
    struct Row {
        std::string token;
        int read, ask, deliver;
    };
    for (const Row& row : std::vector<Row>{{"viewer", 200, 403, 403},
                                           {"operator", 200, 202, 200},
                                           {"approver", 200, 202, 200},
                                           {"admin", 200, 202, 200},
                                           {"nobody", 401, 401, 401},
                                           {"", 401, 401, 401}}) {
        const std::string headers = row.token.empty() ? "" : bearer(row.token);
        EXPECT_EQ(get("/api/v1/incidents", headers).status, row.read) << row.token;
        EXPECT_EQ(send("POST", "/api/v1/analyze", headers, question).status, row.ask) << row.token;
        EXPECT_EQ(deliver(sample("grouped.json"), headers).status, row.deliver) << row.token;
    }
    const Answer refused = get("/api/v1/incidents");
    EXPECT_TRUE(refused.headers.at("www-authenticate").starts_with("Bearer"));
    EXPECT_EQ(get("/api/v1/incidents", "Authorization: Basic dmlld2Vy\r\n").status, 401);
    EXPECT_EQ(get("/api/v1/incidents", bearer(std::string(4000, 'x'))).status, 401);
}

TEST_F(Access, ends_with_a_dropped_token) {
    add_token("stays", store::Role::Viewer);
    add_token("goes", store::Role::Admin);
    start();
    EXPECT_EQ(get("/api/v1/incidents", bearer("goes")).status, 200);
    ASSERT_TRUE(store->drop_token("the admin"));
    EXPECT_TRUE(
        eventually([this] { return get("/api/v1/incidents", bearer("goes")).status == 401; }));
}

TEST_F(Access, lets_a_right_token_through_however_many_wrong_ones_came_before) {
    add_token("right", store::Role::Viewer);
    start();
    for (int i = 0; i < 8; ++i)
        EXPECT_EQ(get("/api/v1/incidents", bearer("wrong" + std::to_string(i))).status, 401);
    EXPECT_EQ(get("/api/v1/incidents", bearer("right")).status, 200);
}

TEST_F(Access, shows_metrics_to_this_machine_but_not_through_a_proxy) {
    add_token("view", store::Role::Viewer);
    start();
    EXPECT_EQ(get("/metrics").status, 200);
    EXPECT_EQ(get("/metrics", "X-Forwarded-For: 10.0.0.1\r\n").status, 401);
    EXPECT_EQ(get("/metrics", "X-Forwarded-For: 10.0.0.1\r\n" + bearer("view")).status, 200);
}

TEST_F(Access, refuses_foreign_hosts_while_it_is_open) {
    config::Server config = loopback();
    config.external_url = "https://insight.example.com/ops";
    start(config);
    const auto status = [this](const std::string& host) {
        return RawClient(server->port())
            .exchange("GET /api/v1/incidents HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
            .status;
    };
    for (const char* host : {"localhost", "localhost:8080", "LOCALHOST", "127.0.0.1:1", "[::1]:80",
                             "insight.example.com"})
        EXPECT_EQ(status(host), 200) << host;
    for (const char* host : {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80",
                             "169.254.169.254", "x@localhost.evil"})
        EXPECT_EQ(status(host), 421) << host;
    add_token("view", store::Role::Viewer);
    EXPECT_TRUE(eventually([&] { return status("evil.example") == 401; }))
        << "with tokens a name does not matter any more";
}

TEST_F(Access, refuses_what_pages_of_other_sites_send) {
    start();
    const std::string body = sample("grouped.json");
    EXPECT_EQ(deliver(body, "Origin: https://evil.example\r\n").status, 403);
    EXPECT_EQ(deliver(body, "Origin: null\r\n").status, 403);
    EXPECT_EQ(deliver(body, "Sec-Fetch-Site: cross-site\r\n").status, 403);
    EXPECT_EQ(deliver(body, "Sec-Fetch-Site: same-site\r\nOrigin: http://localhost\r\n").status,
              403);
    EXPECT_EQ(store->counters().incidents, 0);
    EXPECT_EQ(deliver(body, "Origin: http://localhost:1234\r\n").status, 200);
    EXPECT_EQ(deliver(body, "Origin: null\r\nSec-Fetch-Site: same-origin\r\n").status, 200);
}

TEST_F(Access, takes_a_cookie_for_reading_only) {
    add_token("tok-1", store::Role::Admin);
    start();
    const std::string cookie = "Cookie: insight_session=tok-1\r\n";
    EXPECT_EQ(get("/api/v1/incidents", cookie).status, 200);
    EXPECT_EQ(send("HEAD", "/", cookie).status, 200);
    EXPECT_EQ(deliver(sample("grouped.json"), cookie).status, 401);
    EXPECT_EQ(send("POST", "/api/v1/analyze", cookie, R"({"question":"why"})").status, 401);
}

TEST_F(Access, leads_people_to_the_form_and_back) {
    add_token("tok-1", store::Role::Viewer);
    start();
    const Answer to_form = get("/");
    EXPECT_EQ(to_form.status, 303);
    EXPECT_EQ(to_form.headers.at("location"), "/login");
    EXPECT_EQ(get("/login").status, 200);

    const Answer wrong = send("POST", "/login", "", "token=wrong");
    EXPECT_EQ(wrong.status, 401);
    EXPECT_FALSE(wrong.headers.contains("set-cookie"));
    EXPECT_EQ(send("POST", "/login", "", "token=a%0d%0ab").status, 401);
    EXPECT_EQ(send("POST", "/login", "", "").status, 401);

    const Answer right = send("POST", "/login", "", "token=tok-1");
    EXPECT_EQ(right.status, 303);
    EXPECT_EQ(right.headers.at("location"), "/");
    const std::string cookie = right.headers.at("set-cookie");
    for (const char* part : {"insight_session=tok-1;", "HttpOnly", "SameSite=Strict", "Path=/"})
        EXPECT_NE(cookie.find(part), std::string::npos) << cookie;
    EXPECT_EQ(cookie.find("Secure"), std::string::npos);
    EXPECT_NE(send("POST", "/login", "X-Forwarded-Proto: https\r\n", "token=tok-1")
                  .headers.at("set-cookie")
                  .find("; Secure"),
              std::string::npos);
    EXPECT_EQ(get("/", "Cookie: insight_session=tok-1\r\n").status, 200);
    EXPECT_NE(send("POST", "/logout").headers.at("set-cookie").find("Max-Age=0"),
              std::string::npos);
}

TEST_F(Access, refuses_to_start_where_others_can_reach_it_unprotected) {
    config::Server config = loopback();
    config.address = "0.0.0.0";
    const auto refused = Server::start(config, {*store, clock, "9.9.9"});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().kind, base::ErrorKind::Invalid);
    EXPECT_NE(refused.error().message.find("devops-insight token create"), std::string::npos);

    config.webhook_secret = base::Secret("s3cret");
    start(config);
    EXPECT_EQ(get("/api/v1/incidents").status, 401) << "only the loopback is ever open";
    EXPECT_EQ(deliver(sample("grouped.json"), bearer("s3cret")).status, 200);
}

}  // namespace
}  // namespace insight::http::test
