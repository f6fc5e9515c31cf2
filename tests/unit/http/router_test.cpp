// The table of routes by itself: which thread, and what happens when there is none.
#include "agent/http/router.h"

#include <gtest/gtest.h>

#include <future>

namespace insight::http {
namespace {

// The far end of a reply, without any connection.
class Mailbox final : public Answerer {
  public:
    void answer(std::function<Response()> make) override { letter_.set_value(make()); }
    void stream(Response head, std::shared_ptr<EventStream>) override { letter_.set_value(head); }
    Response take() { return letter_.get_future().get(); }

  private:
    std::promise<Response> letter_;
};

class RouterTable : public ::testing::Test {
  protected:
    RouterTable() {
        auto open = gate.get_future().share();
        std::vector<Route> routes;
        routes.push_back({.pattern = "/slow",
                          .need = Need::Nothing,
                          .handle = [this, open](const Request&, const Reply& reply) {
                              started.set_value();
                              open.wait();
                              reply.send(Response{.body = "slow"});
                          }});
        routes.push_back({.pattern = "/at-once",
                          .need = Need::Nothing,
                          .where = Where::Connection,
                          .answer = std::chrono::seconds(90),
                          .handle = [](const Request&, const Reply& reply) {
                              reply.send(Response{.body = "at once"});
                          }});
        routes.push_back({.pattern = "/a/{one}/{two}",
                          .need = Need::Nothing,
                          .where = Where::Connection,
                          .body_bytes = 7,
                          .handle = [](const Request& request, const Reply& reply) {
                              reply.send(Response{.body = request.parameter("one") + "|" +
                                                          request.parameter("two")});
                          }});
        routes.push_back({.pattern = "/dropped",
                          .need = Need::Nothing,
                          .where = Where::Connection,
                          .handle = [](const Request&, const Reply&) {}});
        router = std::make_unique<Router>(std::move(routes), PageRefusals{}, access, envelope,
                                          metrics, workers, Limits{});
    }

    std::shared_ptr<Mailbox> send(const std::string& path) {
        auto mailbox = std::make_shared<Mailbox>();
        Request request;
        request.path = path;
        request.id = "r1";
        request.headers.push_back({"host", "localhost"});
        router->handle(std::move(request), Reply(std::make_shared<Link>(mailbox), Limits{}));
        return mailbox;
    }

    std::promise<void> started;
    std::promise<void> gate;
    std::unique_ptr<store::Store> store = std::move(*store::open_store("sqlite:"));
    base::SystemClock clock;
    config::Server server;
    Access access{server, *store, std::chrono::seconds(2)};
    Envelope envelope{clock, "9.9.9"};
    Metrics metrics{"9.9.9"};
    std::unique_ptr<Router> router;
    Workers workers{1, 1};
};

TEST_F(RouterTable, answers_503_with_retry_after_when_all_workers_are_busy) {
    const auto running = send("/slow");
    started.get_future().wait();
    started = {};
    const auto waiting = send("/slow");
    const Response refused = send("/slow")->take();
    EXPECT_EQ(refused.status, 503);
    EXPECT_TRUE(std::any_of(refused.headers.begin(), refused.headers.end(),
                            [](const Header& one) { return one.name == "Retry-After"; }));
    EXPECT_EQ(send("/at-once")->take().body, "at once") << "what needs no worker goes on";
    gate.set_value();
    EXPECT_EQ(running->take().body, "slow");
    EXPECT_EQ(waiting->take().body, "slow");
}

TEST_F(RouterTable, matches_whole_segments_and_decodes_them) {
    EXPECT_EQ(send("/a/x%2Fy/z")->take().body, "x/y|z");
    for (const char* path : {"/a/x", "/a/x/y/", "/a//y", "/a/x/y/z", "/b/x/y", "/a/%zz/y", "/A/x/y",
                             "/a", "/", "//a/x/y"})
        EXPECT_EQ(send(path)->take().status, 404) << path;
}

TEST_F(RouterTable, knows_what_a_request_may_cost_before_its_body) {
    Request request;
    request.path = "/a/1/2";
    EXPECT_EQ(router->allowance(request).body_bytes, 7U);
    EXPECT_EQ(router->allowance(request).answer, Limits{}.answer);
    request.path = "/at-once";
    EXPECT_EQ(router->allowance(request).body_bytes, Limits{}.body_bytes);
    EXPECT_EQ(router->allowance(request).answer, std::chrono::seconds(90));
    request.path = "/nothing";
    EXPECT_EQ(router->allowance(request).body_bytes, Limits{}.body_bytes);
    EXPECT_EQ(router->allowance(request).answer, Limits{}.answer);
}

TEST_F(RouterTable, answers_for_a_handler_that_forgets_and_counts_it) {
    EXPECT_EQ(send("/dropped")->take().status, 500);
    EXPECT_NE(metrics.text({}, {}, 0).find(
                  R"(insight_http_requests_total{code="500",route="/dropped"} 1)"),
              std::string::npos);
}

}  // namespace
}  // namespace insight::http
