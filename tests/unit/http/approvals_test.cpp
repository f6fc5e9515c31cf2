// Approvals over the API and by signed links, and reviews: roles, bodies, limits, replays.
#include <gmock/gmock.h>

#include "agent/fixes/desk.h"
#include "agent/notifications/approval.h"
#include "agent/outreach/kept_key.h"
#include "core/store/audit.h"
#include "core/store/outbox.h"
#include "tests/unit/http/live_server.h"

namespace insight::http::test {
namespace {

using base::Json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char* kForm = "Content-Type: application/x-www-form-urlencoded\r\n";

class ApprovalApi : public LiveServer {
  protected:
    int rings = 0;
    std::function<base::Result<Json>(const std::string&, bool)> review;

    void start_all() {
        auto started = Server::start(loopback(), {.store = *store,
                                                  .clock = clock,
                                                  .version = "9.9.9",
                                                  .review = review,
                                                  .approved = [this] { ++rings; }});
        ASSERT_TRUE(started.has_value()) << started.error().text();
        server = std::move(*started);
    }

    static fixes::Plan plan(const std::string& incident, const std::string& title = "revert it") {
        fixes::Plan one;
        one.incident = incident;
        one.role = "fix";
        one.repository = {"octo", "shop"};
        one.base = "main";
        one.branch = fixes::branch_for(incident, "fix");
        one.title = title;
        one.message = title;
        one.body = "because";
        one.files = {{"a.yaml", std::string(64, 'a'), "b: 1\n", false}};
        one.diff = "-b: 2\n+b: 1\n";
        return one;
    }
    // The id of the approval.
    std::string held(const std::string& incident, const std::string& title = "revert it") {
        const fixes::Plan one = plan(incident, title);
        EXPECT_TRUE(*fixes::propose(*store, one, {}, clock));
        return fixes::key_of(one);
    }
    static std::string where(const std::string& id) { return "/api/v1/approvals/" + id; }
    static std::string yes(const std::string& digest, bool approve = true) {
        return base::dump_json({{"approve", approve}, {"digest", digest}});
    }
    std::string digest_of(const std::string& id, const std::string& headers = {}) {
        return data(get(where(id), headers))["digest"].get<std::string>();
    }
    std::string state_of(const std::string& id, const std::string& headers = {}) {
        return data(get(where(id), headers))["state"].get<std::string>();
    }
    std::vector<std::string> decisions() {
        std::vector<std::string> out;
        const auto entries = store->audit().entries(1, 100);
        for (const store::AuditEntry& one : *entries)
            if (one.action.starts_with("approval.")) out.push_back(one.actor + " " + one.action);
        return out;
    }
    std::string link_to(const std::string& id, base::Nanos lasts = base::kHour,
                        const std::string& channel = fixes::kPullRequestChannel) {
        const auto secret = outreach::kept_key(*store, notifications::kApprovalKey);
        const auto parcels =
            store->outbox().parcels({fixes::kPullRequestChannel, "", std::nullopt, 100});
        for (const store::Parcel& parcel : *parcels)
            if (parcel.key == id)
                return "/approve/" +
                       notifications::sign({channel, id, notifications::digest_of(parcel.body),
                                            clock.now() + lasts},
                                           *secret);
        ADD_FAILURE() << "no parcel " << id;
        return {};
    }
};

TEST_F(ApprovalApi, a_viewer_looks_an_operator_waits_and_an_approver_decides) {
    add_token("v", store::Role::Viewer);
    add_token("o", store::Role::Operator);
    add_token("a", store::Role::Approver);
    start_all();
    const std::string id = held("inc-1");
    EXPECT_EQ(get("/api/v1/approvals").status, 401);
    EXPECT_EQ(get(where(id)).status, 401);
    EXPECT_EQ(send("POST", where(id), "", yes("x")).status, 401);
    EXPECT_THAT(data(get("/api/v1/approvals", bearer("v")))["approvals"], SizeIs(1));
    const std::string digest = digest_of(id, bearer("v"));
    for (const char* weak : {"v", "o"})
        EXPECT_EQ(send("POST", where(id), bearer(weak), yes(digest)).status, 403) << weak;
    EXPECT_EQ(state_of(id, bearer("v")), "held");
    EXPECT_THAT(decisions(), IsEmpty());
    EXPECT_EQ(send("POST", where(id), bearer("a"), yes(digest)).status, 200);
    EXPECT_EQ(state_of(id, bearer("v")), "waiting");
    EXPECT_THAT(decisions(), testing::ElementsAre("the approver approval.given"));
    EXPECT_EQ(rings, 1) << "whoever does it is told";
}

TEST_F(ApprovalApi, only_the_two_keys_with_their_types_decide) {
    start_all();
    const std::string id = held("inc-1");
    const std::string digest = digest_of(id);
    for (const std::string& body :
         {std::string(), std::string("{"), std::string("[]"), std::string("null"),
          std::string("{}"), std::string(R"({"approve":true})"), R"({"digest":")" + digest + "\"}",
          R"({"approve":"yes","digest":")" + digest + "\"}",
          R"({"approve":1,"digest":")" + digest + "\"}",
          std::string(R"({"approve":true,"digest":""})"),
          std::string(R"({"approve":true,"digest":7})"),
          R"({"approve":true,"digest":")" + digest + R"(","why":"x"})", std::string(200, '[')})
        EXPECT_EQ(send("POST", where(id), "", body).status, 400) << body.substr(0, 80);
    // Larger than a decision can be.
    EXPECT_GE(send("POST", where(id), "", std::string(20'000, ' ') + yes(digest)).status, 400);
    EXPECT_EQ(state_of(id), "held");
    EXPECT_EQ(rings, 0);
}

TEST_F(ApprovalApi, another_digest_is_a_conflict_and_names_no_secret) {
    start_all();
    const std::string id = held("inc-1");
    for (const std::string& digest : {std::string(64, '0'), digest_of(id).substr(0, 63),
                                      digest_of(id) + "0", std::string("\xff")}) {
        const Answer answer = send("POST", where(id), "", yes(digest));
        EXPECT_EQ(answer.status, 409) << digest;
        EXPECT_THAT(answer.body, Not(HasSubstr(digest_of(id))));
    }
    EXPECT_EQ(state_of(id), "held");
}

TEST_F(ApprovalApi, a_decision_is_final_and_a_replay_changes_nothing) {
    start_all();
    const std::string id = held("inc-1");
    const std::string digest = digest_of(id);
    EXPECT_EQ(send("POST", where(id), "", yes(digest, false)).status, 200);
    EXPECT_EQ(send("POST", where(id), "", yes(digest)).status, 409);
    EXPECT_EQ(send("POST", where(id), "", yes(digest, false)).status, 409);
    EXPECT_EQ(state_of(id), "refused");
    EXPECT_THAT(decisions(), SizeIs(1));
    EXPECT_THAT(data(get("/api/v1/approvals"))["approvals"], IsEmpty());
    EXPECT_THAT(data(get("/api/v1/approvals?all=true"))["approvals"], SizeIs(1));
    EXPECT_EQ(get("/api/v1/approvals?all=maybe").status, 400);
}

TEST_F(ApprovalApi, a_newer_plan_takes_the_place_of_the_older_one) {
    start_all();
    const std::string first = held("inc-1", "revert it");
    const std::string digest = digest_of(first);
    fixes::Plan other = plan("inc-1", "another way");
    other.files.front().after = "b: 3\n";
    ASSERT_TRUE(*fixes::propose(*store, other, {}, clock));
    EXPECT_EQ(send("POST", where(first), "", yes(digest)).status, 409);
    EXPECT_EQ(state_of(first), "refused");
    EXPECT_EQ(state_of(fixes::key_of(other)), "held");
}

TEST_F(ApprovalApi, unknown_and_hostile_ids_are_not_found) {
    start_all();
    held("inc-1");
    for (const char* id : {"none", "inc-1.fix.0000000000000000", "inc-1", "..", "a.b.c", ".", "...",
                           "%00", "%ff%fe", "inc-1.fix."}) {
        EXPECT_EQ(get(where(id)).status, 404) << id;
        EXPECT_EQ(send("POST", where(id), "", yes("x")).status, 404) << id;
    }
    EXPECT_EQ(send("DELETE", where("none")).status, 405);
}

TEST_F(ApprovalApi, what_a_model_wrote_is_held_whatever_the_policy_says) {
    start_all();
    fixes::Plan one = plan("inc-2");
    one.fix = {{"kind", "patch"}, {"byModel", true}};
    fixes::Settings none;
    none.approval = false;
    ASSERT_TRUE(*fixes::propose(*store, one, none, clock));
    EXPECT_EQ(state_of(fixes::key_of(one)), "held");
    ASSERT_TRUE(*fixes::propose(*store, plan("inc-3"), none, clock));
    EXPECT_EQ(state_of(fixes::key_of(plan("inc-3"))), "waiting");
}

TEST_F(ApprovalApi, a_link_needs_no_token_decides_once_and_leaves_a_trace) {
    add_token("t", store::Role::Admin);
    start_all();
    const std::string id = held("inc-1");
    const std::string link = link_to(id);
    EXPECT_EQ(get(link).status, 200);
    EXPECT_EQ(send("POST", link, kForm, "decision=approve&name=anna").status, 200);
    EXPECT_EQ(rings, 1);
    EXPECT_EQ(send("POST", link, kForm, "decision=approve&name=anna").status, 409) << "a replay";
    EXPECT_EQ(send("POST", link, kForm, "decision=refuse&name=eve").status, 409);
    EXPECT_THAT(decisions(), testing::ElementsAre("anna approval.given"));
    EXPECT_EQ(state_of(id, bearer("t")), "waiting");
}

TEST_F(ApprovalApi, a_link_that_expired_was_changed_or_is_for_something_else_decides_nothing) {
    add_token("t", store::Role::Admin);
    start_all();
    const std::string id = held("inc-1");
    const std::string good = link_to(id);
    EXPECT_EQ(send("POST", link_to(id, -1), kForm, "decision=approve&name=a").status, 409);
    EXPECT_EQ(
        send("POST", link_to(id, base::kHour, "evomap"), kForm, "decision=approve&name=a").status,
        409)
        << "signed, but nothing of that channel is held";
    const std::size_t dot = good.find('.');
    const std::string payload = good.substr(0, dot);
    for (const std::string& bad :
         {payload, payload + ".", payload + "." + std::string(64, '0'),
          payload + "A" + good.substr(dot), good + "00", "/approve/." + good.substr(dot + 1),
          std::string("/approve/") + std::string(5000, 'a') + good.substr(dot)})
        EXPECT_GE(send("POST", bad, kForm, "decision=approve&name=a").status, 400)
            << bad.substr(0, 60);
    // A signature of another key.
    const std::string forged =
        "/approve/" + notifications::sign({fixes::kPullRequestChannel, id, std::string(64, 'a'),
                                           clock.now() + base::kHour},
                                          base::Secret("another key"));
    EXPECT_EQ(send("POST", forged, kForm, "decision=approve&name=a").status, 400);
    EXPECT_EQ(state_of(id, bearer("t")), "held");
    EXPECT_THAT(decisions(), IsEmpty());
    EXPECT_EQ(rings, 0);
}

TEST_F(ApprovalApi, a_link_form_is_small_and_wants_a_name) {
    start_all();
    const std::string id = held("inc-1");
    const std::string link = link_to(id);
    for (const std::string& form :
         {std::string(), std::string("decision=approve"), std::string("name=anna"),
          std::string("decision=approve&name="), std::string("decision=approve&name=%0A%20"),
          std::string("decision=both&name=anna"), "decision=approve&name=" + std::string(101, 'x')})
        EXPECT_EQ(send("POST", link, kForm, form).status, 400) << form.substr(0, 60);
    EXPECT_EQ(send("POST", link, kForm, "decision=approve&name=" + std::string(5000, 'x')).status,
              413);
    EXPECT_EQ(state_of(id), "held");
}

TEST_F(ApprovalApi, reviews_are_for_operators_and_say_what_they_want) {
    add_token("v", store::Role::Viewer);
    add_token("o", store::Role::Operator);
    std::vector<std::string> asked;
    review = [&](const std::string& target, bool post) -> base::Result<Json> {
        asked.push_back(target + (post ? " post" : ""));
        if (target == "a/b#404")
            return base::fail(base::ErrorKind::NotFound, "there is no such pull request");
        if (target == "a/b#403") return base::fail(base::ErrorKind::Denied, "the token may not");
        if (target == "a/b#503")
            return base::fail(base::ErrorKind::Unavailable, "GitHub does not answer");
        return Json{{"risk", {{"level", "low"}}}};
    };
    start_all();
    const auto ask = [&](const std::string& body, const char* token = "o") {
        return send("POST", "/api/v1/reviews", bearer(token), body);
    };
    EXPECT_EQ(ask(R"({"pullRequest":"a/b#1"})", "v").status, 403);
    EXPECT_EQ(send("POST", "/api/v1/reviews", "", R"({"pullRequest":"a/b#1"})").status, 401);
    EXPECT_THAT(asked, IsEmpty());
    EXPECT_EQ(data(ask(R"({"pullRequest":"a/b#1"})"))["risk"]["level"], "low");
    EXPECT_EQ(ask(R"({"pullRequest":"a/b#1","post":true})").status, 200);
    EXPECT_THAT(asked, testing::ElementsAre("a/b#1", "a/b#1 post"));
    for (const std::string& body :
         {std::string(), std::string("{"), std::string("[]"), std::string("{}"),
          std::string(R"({"pullRequest":""})"), std::string(R"({"pullRequest":7})"),
          std::string(R"({"pullRequest":"a/b#1","post":"yes"})"),
          std::string(R"({"pullRequest":"a/b#1","more":1})")})
        EXPECT_EQ(ask(body).status, 400) << body;
    EXPECT_GE(ask(R"({"pullRequest":")" + std::string(20'000, 'x') + "\"}").status, 400);
    EXPECT_THAT(asked, SizeIs(2)) << "what is wrong never reaches GitHub";
    EXPECT_EQ(ask(R"({"pullRequest":"a/b#404"})").status, 404);
    EXPECT_EQ(ask(R"({"pullRequest":"a/b#503"})").status, 503);
    EXPECT_GE(ask(R"({"pullRequest":"a/b#403"})").status, 400);
}

TEST_F(ApprovalApi, without_github_a_review_says_so) {
    start_all();
    const Answer answer = send("POST", "/api/v1/reviews", "", R"({"pullRequest":"a/b#1"})");
    EXPECT_EQ(answer.status, 400);
    EXPECT_THAT(answer.body, HasSubstr("GitHub is not configured"));
}

}  // namespace
}  // namespace insight::http::test
