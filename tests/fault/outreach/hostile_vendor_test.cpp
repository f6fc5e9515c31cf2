// Vendors that answer with anything: whatever comes, the parcel waits or is refused with a
// sentence, within its time, and the token goes to nobody else.
#include <gmock/gmock.h>

#include "agent/notifications/slack.h"
#include "agent/tickets/jira.h"
#include "core/net/authorization.h"
#include "tests/fault/net/hostile_server.h"

namespace insight::outreach {
namespace {

using agent::Delivery;
using insight::test::HostileServer;
using insight::test::Peer;
using testing::HasSubstr;
using testing::Not;
using Outcome = Delivery::Outcome;

constexpr const char* kToken = "vendor-token-0123456789";

class HostileVendor : public testing::TestWithParam<net::Adapter> {
  protected:
    std::unique_ptr<net::Transport> transport = net::make_transport(GetParam());
    base::SystemClock clock;

    Party party(const HostileServer& server) {
        Party one("the vendor", server.url(), *transport, clock);
        one.authorize(net::bearer(base::Secret(kToken))).patient(std::chrono::milliseconds(1500));
        return one;
    }
    // What became of a message to a Slack that does this.
    Delivery slack(const HostileServer::Script& script) {
        const HostileServer server(script);
        notifications::Message message;
        message.id = "tkt-1";
        const auto said = notifications::SlackBot(party(server), "C1").say(message, nullptr, false);
        if (said) return Delivery::sent(*said);
        EXPECT_FALSE(said.error().note.empty());
        EXPECT_LT(said.error().note.size(), 1000U);
        EXPECT_THAT(said.error().note, Not(HasSubstr(kToken)));
        return said.error();
    }
    Delivery jira(const std::string& body) {
        const HostileServer server([&](Peer& peer) {
            if (peer.read_request()) peer.answer(body, "", "201 Created");
        });
        const auto made = tickets::Jira(party(server), {}).create({}, {});
        return made ? Delivery::sent() : made.error();
    }
};

TEST_P(HostileVendor, that_breaks_off_or_babbles_is_tried_again) {
    EXPECT_EQ(slack([](Peer& peer) { peer.reset(); }).outcome, Outcome::Later);
    EXPECT_EQ(slack([](Peer& peer) { peer.read_request(); }).outcome, Outcome::Later);
    EXPECT_EQ(slack([](Peer& peer) {
                  peer.read_request();
                  peer.send("this is no HTTP\r\n\r\n");
              }).outcome,
              Outcome::Later);
    EXPECT_EQ(slack([](Peer& peer) {
                  peer.read_request();
                  peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"ok\":tr");
              }).outcome,
              Outcome::Later);
    EXPECT_EQ(slack([](Peer& peer) {
                  if (peer.read_request()) peer.answer("<html>please log in</html>");
              }).outcome,
              Outcome::Later);
}

TEST_P(HostileVendor, that_answers_without_end_or_not_at_all_holds_nobody_up) {
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(slack([](Peer& peer) { peer.wait_for_close(); }).outcome, Outcome::Later);
    EXPECT_EQ(slack([](Peer& peer) {
                  peer.read_request();
                  peer.send("HTTP/1.1 200 OK\r\n\r\n");
                  while (peer.send(std::string(1U << 16, 'x'))) {
                  }
              }).outcome,
              Outcome::Later);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(8));
}

TEST_P(HostileVendor, with_json_of_any_shape_is_understood_or_refused) {
    for (const std::string& body :
         {std::string("[]"), std::string("null"), std::string("7"), std::string("\"\""),
          std::string(R"({"ok":"true"})"), std::string(R"({"ok":true,"ts":{},"channel":[]})"),
          std::string(R"({"ok":false,"error":{}})"), std::string(200'000, '['),
          std::string("\xff\xfe\x00", 3)})
        slack([&](Peer& peer) {
            if (peer.read_request()) peer.answer(body);
        });
    for (const std::string& body : {std::string("[]"), std::string(R"({"key":7})"),
                                    std::string(R"({"key":""})"), std::string(100'000, '{')})
        EXPECT_EQ(jira(body).outcome, Outcome::Later) << body.substr(0, 20);
}

TEST_P(HostileVendor, that_points_elsewhere_gets_no_token_there) {
    std::string heard;
    const HostileServer thief([&](Peer& peer) {
        if (auto request = peer.read_request()) heard = *request;
        peer.answer(R"({"ok":true})");
    });
    slack([&](Peer& peer) {
        if (peer.read_request())
            peer.answer("", "Location: " + thief.url("/steal", "localhost") + "\r\n",
                        "307 Temporary Redirect");
    });
    EXPECT_THAT(heard, Not(HasSubstr(kToken)));
}

INSTANTIATE_TEST_SUITE_P(Both, HostileVendor,
                         testing::Values(net::Adapter::Cpprest, net::Adapter::Curl),
                         [](const auto& one) {
                             return one.param == net::Adapter::Curl ? "curl" : "cpprest";
                         });

}  // namespace
}  // namespace insight::outreach
