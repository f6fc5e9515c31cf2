// The pages as browsers get them.
#include "tests/unit/http/live_server.h"

namespace insight::http::test {
namespace {

using Page = LiveServer;

TEST_F(Page, forbids_scripts_frames_and_guessing) {
    start();
    const std::string id = reported();
    for (const std::string& target : {std::string("/"), "/incidents/" + id, std::string("/login"),
                                      std::string("/incidents/inc-none")}) {
        const Answer answer = get(target);
        const std::string policy = answer.headers.at("content-security-policy");
        EXPECT_NE(policy.find("default-src 'none'"), std::string::npos) << target;
        EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos);
        EXPECT_EQ(policy.find("script-src"), std::string::npos);
        EXPECT_EQ(answer.headers.at("x-content-type-options"), "nosniff");
        EXPECT_EQ(answer.headers.at("referrer-policy"), "same-origin");
        EXPECT_EQ(answer.headers.at("content-type"), "text/html; charset=utf-8");
        EXPECT_EQ(answer.body.find("<script"), std::string::npos) << target;
    }
    EXPECT_EQ(get("/incidents/inc-none").status, 404);
}

TEST_F(Page, lists_incidents_and_shows_each_before_and_after_its_report) {
    start();
    const base::Json accepted = data(deliver(sample("grouped.json")));
    const std::string open = accepted["incidents"][0].get<std::string>();
    EXPECT_NE(get("/").body.find(open), std::string::npos);
    EXPECT_EQ(get("/incidents/" + open).status, 200);
    EXPECT_FALSE(get("/incidents/" + open).headers.contains("etag"));
    const std::string id = reported();
    EXPECT_EQ(id, open);
    const Answer page = get("/incidents/" + id);
    EXPECT_EQ(page.status, 200);
    const std::string tag = page.headers.at("etag");
    EXPECT_EQ(get("/incidents/" + id, "If-None-Match: " + tag + "\r\n").status, 304);
}

TEST_F(Page, links_below_the_path_it_is_mounted_at) {
    config::Server config = loopback();
    config.external_url = "https://example.com/insight";
    add_token("view", store::Role::Viewer);
    start(config);
    EXPECT_EQ(get("/").headers.at("location"), "/insight/login");
    const Answer answer = send("POST", "/login", "", "token=view");
    EXPECT_EQ(answer.headers.at("location"), "/insight/");
    EXPECT_NE(answer.headers.at("set-cookie").find("Path=/insight/"), std::string::npos);
    EXPECT_NE(answer.headers.at("set-cookie").find("; Secure"), std::string::npos);
}

}  // namespace
}  // namespace insight::http::test
