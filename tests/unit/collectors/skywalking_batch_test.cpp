#include "collectors/skywalking/batch.h"

#include <gmock/gmock.h>

#include "tests/unit/kubernetes_api/scripted.h"

namespace insight::collectors::skywalking {
namespace {

using base::ErrorKind;
using base::Json;
using insight::test::Scripted;
using testing::HasSubstr;

const base::Deadline kSoon = base::Deadline::after(std::chrono::seconds(5));

// A server that answers every field with its number but those it is told to fail at.
struct Server {
    std::vector<std::string> bad;  // values of the variable at which it fails
    std::size_t most = 1000;       // fields a question
    bool all_or_nothing = true;    // one failure takes the others along, as non-null types do
    std::vector<std::size_t> sizes{};

    net::Response operator()(const net::Request& request, int) {
        const Json body = Json::parse(request.body);
        const Json& variables = body["variables"];
        sizes.push_back(variables.size());
        if (variables.size() > most)
            return test::json(200, R"({"errors":[{"message":
                "maximum query complexity exceeded 1200 > 1000"}]})");
        Json out = {{"data", Json::object()}};
        for (const auto& [name, value] : variables.items()) {
            const std::string alias = "q" + name.substr(1, name.find('_') - 1);
            if (std::find(bad.begin(), bad.end(), value.get<std::string>()) != bad.end()) {
                out["errors"].push_back({{"message", "Exception while fetching data (/" + alias +
                                                         ") : java.io.IOException: no shard"},
                                         {"path", {alias}}});
                out["data"][alias] = nullptr;
            } else {
                out["data"][alias] = value;
            }
        }
        if (all_or_nothing && out.contains("errors")) out["data"] = nullptr;
        return test::json(200, out.dump());
    }
};

std::vector<Question> questions(std::size_t count) {
    std::vector<Question> out;
    for (std::size_t i = 0; i < count; ++i)
        out.push_back({"value(of: @0)", {{"String!", std::to_string(i)}}});
    return out;
}

Replies ask(Server& server, std::size_t count, std::size_t at_once = 40) {
    Scripted transport([&](const net::Request& request, int i) { return server(request, i); });
    HttpAccess access;
    access.instance = "main";
    access.url = "http://127.0.0.1:12800";
    access.timeout = base::kSecond;
    Api api(access, transport);
    Form form;
    form.at_once = at_once;
    return ask_all(api, form, questions(count), kSoon);
}

TEST(SkyWalkingBatch, questions_travel_together_and_come_back_in_order) {
    Server server{{}};
    const Replies replies = ask(server, 100);
    EXPECT_EQ(server.sizes, (std::vector<std::size_t>{40, 40, 20}));
    EXPECT_EQ(replies.answered, 100U);
    for (std::size_t i = 0; i < 100; ++i) EXPECT_EQ(*replies.values[i], std::to_string(i));
    EXPECT_FALSE(replies.error);
}

TEST(SkyWalkingBatch, one_that_fails_costs_only_itself) {
    for (const bool all_or_nothing : {true, false}) {
        Server server{{"7", "63"}, 1000, all_or_nothing};
        const Replies replies = ask(server, 100);
        EXPECT_EQ(replies.answered, 98U);
        EXPECT_EQ(replies.refused, 2U);
        EXPECT_FALSE(replies.values[7]);
        EXPECT_EQ(*replies.values[8], "8");
        ASSERT_TRUE(replies.error);
        EXPECT_EQ(replies.error->cause, "java.io.IOException: no shard");
        EXPECT_LE(server.sizes.size(), 5U);
    }
}

TEST(SkyWalkingBatch, what_is_too_complex_is_asked_in_parts) {
    Server server{{}, 12};
    const Replies replies = ask(server, 40);
    EXPECT_EQ(replies.answered, 40U);
    EXPECT_EQ(server.sizes.front(), 40U);
}

TEST(SkyWalkingBatch, a_server_that_refuses_everything_is_not_asked_for_ever) {
    Server server{{}, 0};
    const Replies replies = ask(server, 400);
    EXPECT_EQ(replies.answered, 0U);
    ASSERT_TRUE(replies.error);
    EXPECT_EQ(replies.error->kind, ErrorKind::TooLarge);
    EXPECT_LT(server.sizes.size(), 60U);
}

base::Result<Answer> one(int status, const std::string& body) {
    Scripted transport([&](const net::Request&, int) { return test::json(status, body); });
    HttpAccess access;
    access.instance = "main";
    access.url = "http://127.0.0.1:12800";
    Api api(access, transport);
    return api.ask("query {version}", Json::object(), kSoon);
}

TEST(SkyWalkingApi, failures_are_told_apart_by_who_has_to_act) {
    struct Case {
        int status;
        std::string body;
        ErrorKind kind;
        std::string words;
    };
    for (const Case& c : {
             Case{401, "no", ErrorKind::Denied, "`token`"},
             Case{403, "<html>no</html>", ErrorKind::Denied, "HTTP 403"},
             Case{404, "nothing here", ErrorKind::NotFound, "port 12800"},
             Case{405, "Method Not Allowed", ErrorKind::NotFound, "no /graphql"},
             Case{429, "{}", ErrorKind::Unavailable, "too busy"},
             Case{503, "{}", ErrorKind::Unavailable, "its storage"},
             Case{500, "{}", ErrorKind::Unavailable, "HTTP 500"},
             Case{200, "<html>sign in</html>", ErrorKind::Corrupt, "web page"},
             Case{200, R"({"hello":"you"})", ErrorKind::Corrupt, "not the GraphQL"},
             Case{200, "[]", ErrorKind::Corrupt, "not the GraphQL"},
             Case{200, "{\"data\":", ErrorKind::Corrupt, "not the GraphQL"},
             Case{200, R"({"data":null})", ErrorKind::Corrupt, "neither data nor errors"},
             Case{400, R"({"errors":[{"message":"Validation error of x"}]})", ErrorKind::Invalid,
                  "another version"},
             Case{200, R"({"errors":[{"message":"More than 15,000 'grammar' tokens have been"}]})",
                  ErrorKind::TooLarge, "SW_QUERY_MAX_QUERY_COMPLEXITY"},
             Case{200, "{\"data\":" + std::string(100'000, '['), ErrorKind::Corrupt,
                  "not the GraphQL"},
         }) {
        const auto answer = one(c.status, c.body);
        ASSERT_FALSE(answer) << c.body.substr(0, 60);
        EXPECT_EQ(answer.error().kind, c.kind) << c.status << c.body.substr(0, 60);
        EXPECT_THAT(answer.error().message, HasSubstr(c.words));
    }
    const auto half = one(200, R"({"data":{"a":1,"b":null},"errors":[{"message":
        "Exception while fetching data (/b) : x","path":["b"]}]})");
    ASSERT_TRUE(half);
    EXPECT_EQ(half->data["a"], 1);
    ASSERT_EQ(half->errors.size(), 1U);
    EXPECT_EQ(half->errors[0].field, "b");
    EXPECT_EQ(half->errors[0].message, "x");
}

}  // namespace
}  // namespace insight::collectors::skywalking
