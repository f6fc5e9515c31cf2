#include "core/mcp/message.h"

#include <gmock/gmock.h>

#include <fstream>

#include "core/mcp/handshake.h"
#include "core/mcp/tool_result.h"

namespace insight::mcp {
namespace {

using base::Json;
using Kind = Incoming::Kind;

// A server that answers from a list: what it was asked is kept.
class Scripted final : public Wire {
  public:
    explicit Scripted(std::vector<std::pair<std::string, base::Result<Answer>>> script)
        : script_(std::move(script)) {}
    base::Result<Answer> ask(const Ask& ask, base::Deadline) override {
        asked.push_back(ask);
        if (script_.empty() || script_.front().first != ask.method)
            return base::fail(base::ErrorKind::Internal, "not expected: " + ask.method);
        auto out = std::move(script_.front().second);
        script_.erase(script_.begin());
        return out;
    }
    base::Status tell(const Ask& note, base::Deadline) override {
        asked.push_back(note);
        return {};
    }
    [[nodiscard]] bool usable() const override { return true; }

    std::vector<Ask> asked;

  private:
    std::vector<std::pair<std::string, base::Result<Answer>>> script_;
};

Answer yes(Json result) {
    return {std::move(result), std::nullopt};
}
Answer no(int code, Json data = nullptr) {
    return {Json(), Refusal{code, "no", std::move(data)}};
}
base::Result<Greeting> greeting(Scripted& wire, Era era = Era::Unknown) {
    return greet(wire, "s", era, base::Deadline::after(std::chrono::seconds(10)));
}
const Json kOld{{"protocolVersion", "2024-11-05"}, {"serverInfo", {{"name", "old"}}}};
const Json kNew{{"supportedVersions", {"2026-07-28", "2025-11-25"}}};

TEST(Message, is_told_apart_by_what_it_has) {
    const auto answer = read_message(R"({"jsonrpc":"2.0","id":3,"result":{"a":1}})");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->kind, Kind::Answer);
    EXPECT_EQ(answer->id, 3);
    EXPECT_EQ(answer->answer.result["a"], 1);
    EXPECT_EQ(read_message(R"({"id":"q","method":"ping"})")->kind, Kind::Request);
    EXPECT_EQ(read_message(R"({"method":"notifications/x"})")->kind, Kind::Notification);
    EXPECT_EQ(read_message(R"({"id":"3","result":{}})")->id, -1) << "our ids are numbers";
    const auto refusal =
        read_message(R"({"id":null,"error":{"code":-32022,"message":"m","data":{}}})");
    EXPECT_EQ(refusal->answer.refusal->code, kUnsupportedVersion);
    for (const char* bad : {"", "{", "[]", "7", "null", R"({"id":1})", R"({"id":1,"error":7})",
                            "INFO started", "\xff\xfe"})
        EXPECT_FALSE(read_message(bad)) << bad;
    EXPECT_FALSE(read_message("{\"id\":1,\"result\":" + std::string(5000, '[')));
}

TEST(Message, an_unreadable_answer_may_still_show_its_id) {
    EXPECT_EQ(apparent_id(R"({"jsonrpc":"2.0","id":12,"result":{)", ""), 12);
    EXPECT_EQ(apparent_id(R"({"jsonrpc": "2.0", "id": 12, "re)", ""), 12);
    EXPECT_EQ(apparent_id("{\"result\":", R"(x"},"jsonrpc":"2.0","id":9})"), 9);
    EXPECT_EQ(apparent_id("{\"result\":{\"text\":\"and so on and on and on", "id\":3}"),
              std::nullopt);
    EXPECT_EQ(apparent_id("", ""), std::nullopt);
    EXPECT_EQ(apparent_id(R"({"id":99999999999999999999,)", R"("id":)"), std::nullopt);
}

TEST(Message, lines_have_no_line_break_inside) {
    const std::string line = request_line(1, "tools/call", {{"text", "a\nb\xff"}});
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    Incoming ping;
    ping.method = "ping";
    ping.request_id = "x";
    EXPECT_EQ(Json::parse(reply_line(ping))["result"], Json::object());
    ping.method = "roots/list";
    EXPECT_EQ(Json::parse(reply_line(ping))["error"]["code"], kMethodNotFound);
}

TEST(Handshake, a_server_that_answers_discovery_is_stateless) {
    Scripted wire({{"server/discover", yes(kNew)}});
    const auto found = greeting(wire);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->era, Era::Stateless);
    EXPECT_EQ(found->revision, "2026-07-28");
    const Json params = dressed({{"name", "t"}}, *found);
    EXPECT_EQ(params["_meta"]["io.modelcontextprotocol/protocolVersion"], "2026-07-28");
    EXPECT_EQ(params["_meta"]["io.modelcontextprotocol/clientCapabilities"], Json::object());
}

TEST(Handshake, every_other_answer_leads_to_initialize_on_the_same_wire) {
    for (const Answer& answer : {no(-32601), no(-32602), no(0), yes({{"tools", 1}}), yes(7)}) {
        Scripted wire({{"server/discover", answer}, {"initialize", yes(kOld)}});
        const auto found = greeting(wire);
        ASSERT_TRUE(found) << found.error().text();
        EXPECT_EQ(found->revision, "2024-11-05");
        EXPECT_EQ(wire.asked.back().method, "notifications/initialized");
        EXPECT_EQ(dressed({{"a", 1}}, *found), Json({{"a", 1}})) << "nothing is added";
    }
}

TEST(Handshake, silence_and_what_is_no_mcp_lead_to_initialize_and_refusals_do_not) {
    for (const auto kind : {base::ErrorKind::Timeout, base::ErrorKind::NotFound,
                            base::ErrorKind::Invalid, base::ErrorKind::Corrupt}) {
        Scripted wire({{"server/discover", base::fail(kind, "x")}, {"initialize", yes(kOld)}});
        EXPECT_TRUE(greeting(wire));
    }
    for (const auto kind : {base::ErrorKind::Denied, base::ErrorKind::Unavailable}) {
        Scripted wire({{"server/discover", base::fail(kind, "x")}});
        EXPECT_EQ(greeting(wire).error().kind, kind);
    }
}

TEST(Handshake, a_slow_stateless_server_is_asked_again) {
    Scripted wire({{"server/discover", base::fail(base::ErrorKind::Timeout, "x")},
                   {"initialize", no(kUnsupportedVersion)},
                   {"server/discover", yes(kNew)}});
    EXPECT_EQ(greeting(wire)->era, Era::Stateless);
}

TEST(Handshake, without_a_common_revision_the_reason_is_named) {
    Scripted other({{"server/discover", yes({{"supportedVersions", {"2025-06-18"}}})}});
    EXPECT_EQ(greeting(other).error().kind, base::ErrorKind::Conflict) << "on a new wire";
    Scripted future(
        {{"server/discover", no(kUnsupportedVersion, {{"supported", {"2030-01-01"}}})}});
    EXPECT_THAT(greeting(future).error().message, testing::HasSubstr("2030-01-01"));
    Scripted ancient({{"initialize", yes({{"protocolVersion", "2024-10-07"}})}});
    EXPECT_THAT(greeting(ancient, Era::Handshake).error().message,
                testing::HasSubstr("2024-10-07"));
}

TEST(ToolResult, is_read_in_every_revision) {
    const auto plain =
        read_tool_result({{"content",
                           {{{"type", "text"}, {"text", "a"}},
                            {{"type", "image"}, {"data", "…"}},
                            {{"type", "resource"}, {"resource", {{"uri", "x:"}, {"text", "b"}}}},
                            {{"type", "resource_link"}, {"uri", "x:"}},
                            7}},
                          {"isError", true}},
                         "s");
    ASSERT_TRUE(plain);
    EXPECT_THAT(plain->texts, testing::ElementsAre("a", "b"));
    EXPECT_EQ(plain->left_out, 3U);
    EXPECT_TRUE(plain->failed);
    EXPECT_EQ(read_tool_result({{"structuredContent", {{"n", 1}}}, {"resultType", "complete"}}, "s")
                  ->structured["n"],
              1);
    EXPECT_EQ(read_tool_result({{"toolResult", "x"}}, "s")->structured, "x");
    for (const Json& bad : {Json(7), Json::object(), Json({{"resultType", "later"}}),
                            Json({{"resultType", "input_required"}})})
        EXPECT_FALSE(read_tool_result(bad, "s")) << bad;
}

}  // namespace
}  // namespace insight::mcp
