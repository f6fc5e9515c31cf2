// Scans and suppressions over HTTP.
#include <gmock/gmock.h>

#include "tests/unit/http/live_server.h"

namespace insight::http {
namespace {

using testing::HasSubstr;

class Scans : public test::LiveServer {
  protected:
    void SetUp() override {
        LiveServer::SetUp();
        start();
    }
    static base::Json wish() {
        return {{"entity", "ledger-*"},
                {"owner", "ana"},
                {"reason", "known"},
                {"expires", "2200-01-01T00:00:00Z"}};
    }
    test::Answer post(const std::string& path, const base::Json& body) const {
        return send("POST", path, "Content-Type: application/json\r\n", base::dump_json(body));
    }
};

TEST_F(Scans, are_opened_and_listed) {
    const auto answer = post("/api/v1/scans", {{"since", "6h"}, {"cluster", "east"}});
    EXPECT_EQ(answer.status, 202);
    const base::Json opened = data(answer);
    EXPECT_EQ(opened["origin"], "scan");
    EXPECT_EQ(answer.headers.at("location"),
              "/api/v1/incidents/" + opened["id"].get<std::string>());
    const base::Json listed = data(get("/api/v1/scans"));
    ASSERT_EQ(listed["scans"].size(), 1U);
    EXPECT_EQ(listed["scans"][0]["id"], opened["id"]);
    EXPECT_EQ(listed["scans"][0]["scope"]["cluster"], "east");
    EXPECT_EQ(listed["scans"][0]["schedule"], nullptr);
    EXPECT_TRUE(data(get("/api/v1/scans?schedule=nightly"))["scans"].empty());
    EXPECT_EQ(send("POST", "/api/v1/scans").status, 202);  // everything has a default
}

TEST_F(Scans, refuse_what_they_do_not_understand) {
    EXPECT_THAT(message(post("/api/v1/scans", {{"sinse", "6h"}})), HasSubstr("sinse"));
    EXPECT_EQ(post("/api/v1/scans", {{"since", 6}}).status, 400);
    EXPECT_EQ(post("/api/v1/scans", {{"since", "900d"}}).status, 400);
    EXPECT_EQ(post("/api/v1/scans", base::Json::array()).status, 400);
    EXPECT_EQ(get("/api/v1/scans?limit=0").status, 400);
}

TEST_F(Scans, suppressions_are_made_listed_and_ended) {
    const auto made = post("/api/v1/suppressions", wish());
    EXPECT_EQ(made.status, 201);
    const std::string id = data(made)["id"].get<std::string>();
    const base::Json listed = data(get("/api/v1/suppressions"))["suppressions"];
    ASSERT_EQ(listed.size(), 1U);
    EXPECT_EQ(listed[0]["owner"], "ana");
    EXPECT_EQ(listed[0]["expired"], false);
    EXPECT_EQ(send("DELETE", "/api/v1/suppressions/" + id).status, 200);
    EXPECT_EQ(send("DELETE", "/api/v1/suppressions/" + id).status, 404);
}

TEST_F(Scans, a_suppression_needs_its_owner_and_a_time_to_come) {
    for (const auto& [key, value] : std::vector<std::pair<std::string, base::Json>>{
             {"owner", ""}, {"reason", nullptr}, {"expires", "2001-01-01T00:00:00Z"}, {"x", "y"}}) {
        base::Json wrong = wish();
        wrong[key] = value;
        EXPECT_EQ(post("/api/v1/suppressions", wrong).status, 400) << key;
    }
}

TEST_F(Scans, viewers_may_look_only) {
    add_token("look", store::Role::Viewer);
    std::this_thread::sleep_for(std::chrono::milliseconds(60));  // longer than access remembers
    EXPECT_EQ(get("/api/v1/scans", bearer("look")).status, 200);
    EXPECT_EQ(send("POST", "/api/v1/scans", bearer("look")).status, 403);
    EXPECT_EQ(send("DELETE", "/api/v1/suppressions/sup-1", bearer("look")).status, 403);
}

}  // namespace
}  // namespace insight::http
