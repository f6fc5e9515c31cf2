// One model, its bad days and what is made of them.
#include <gmock/gmock.h>

#include "core/llm/breaker.h"
#include "tests/unit/llm/harness.h"

namespace insight::llm {
namespace {

using base::ErrorKind;
using test::Reply;
using testing::HasSubstr;
using testing::Not;

struct Bench {
    test::Times times;
    test::ScriptedTransport transport;
    Settings settings;

    explicit Bench(std::string_view provider = "openai") : settings(test::settings_of(provider)) {}

    std::unique_ptr<Model> model() {
        auto opened = open(settings, transport, times.clock, times.pacing());
        EXPECT_TRUE(opened) << opened.error().text();
        return std::move(*opened);
    }
    base::Json body(std::size_t request) const {
        return base::parse_json(transport.requests.at(request).body, "the body").value();
    }
};

Reply good(const std::string& name = "openai_text") {
    return {.status = 200, .body = test::recorded(name)};
}

Reply refused(int status, std::string body, std::vector<net::Header> headers = {}) {
    return {.status = status, .body = std::move(body), .headers = std::move(headers)};
}

TEST(RemoteModel, answers_and_shows_the_text_while_it_comes) {
    Bench bench;
    bench.transport.replies = {good()};
    bench.transport.replies[0].block = 7;
    std::string shown;
    const auto answer = bench.model()->ask(
        test::question("?"), {.text = [&](std::string_view piece) { shown += piece; }});
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_EQ(answer->turn.text, "Der Pool ist voll – 数据库.");
    EXPECT_EQ(shown, answer->turn.text);
    EXPECT_EQ(answer->turn.speaker, Speaker::Assistant);
    EXPECT_TRUE(bench.times.waits.empty());
}

TEST(RemoteModel, names_a_tool_once_when_it_is_called) {
    Bench bench;
    bench.transport.replies = {good("openai_tools")};
    std::vector<std::string> started;
    (void)bench.model()->ask(test::question("?"), {.tool_started = [&](std::string_view tool) {
                                 started.emplace_back(tool);
                             }});
    EXPECT_EQ(started, (std::vector<std::string>{"query_logs", "topology"}));
}

TEST(RemoteModel, tries_again_with_growing_pauses_and_gives_up_in_the_end) {
    Bench bench;
    bench.times.dice = 1.0;
    bench.transport.replies = {refused(503, R"({"error":{"message":"busy"}})")};
    const auto answer = bench.model()->ask(test::question("?"), {});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::Unavailable);
    EXPECT_EQ(bench.transport.requests.size(), 4U);
    EXPECT_EQ(bench.times.waits,
              (std::vector<base::Nanos>{base::kSecond / 2, base::kSecond, 2 * base::kSecond}));
}

TEST(RemoteModel, waits_as_long_as_it_is_told_to) {
    Bench bench;
    bench.times.dice = 0;
    bench.transport.replies = {refused(429, "{}", {{"Retry-After", "7"}}), good()};
    ASSERT_TRUE(bench.model()->ask(test::question("?"), {}));
    EXPECT_EQ(bench.times.waits, std::vector<base::Nanos>{7 * base::kSecond});
}

TEST(RemoteModel, does_not_wait_beyond_its_deadline) {
    Bench bench;
    bench.transport.replies = {refused(429, "{}", {{"Retry-After", "3600"}})};
    const auto answer = bench.model()->ask(test::question("?"), {});
    ASSERT_FALSE(answer);
    EXPECT_THAT(answer.error().message, HasSubstr("asks to wait"));
    EXPECT_EQ(bench.transport.requests.size(), 1U);
    EXPECT_TRUE(bench.times.waits.empty());
}

TEST(RemoteModel, spares_everybody_else_the_wait) {
    Bench bench;
    bench.transport.replies = {refused(429, "{}", {{"Retry-After", "3600"}}), good()};
    const auto model = bench.model();
    ASSERT_FALSE(model->ask(test::question("?"), {}));
    const auto second = model->ask(test::question("?"), {});
    ASSERT_FALSE(second);
    EXPECT_EQ(bench.transport.requests.size(), 1U) << "nobody was asked";
    bench.times.clock.time += Breaker::kMostRest;
    EXPECT_TRUE(model->ask(test::question("?"), {}));
}

TEST(RemoteModel, opens_its_circuit_and_tries_again_later) {
    Bench bench;
    bench.settings.attempts = 1;
    bench.transport.replies = {refused(500, "{}")};
    const auto model = bench.model();
    for (int i = 0; i < Breaker::kFailures; ++i) ASSERT_FALSE(model->ask(test::question("?"), {}));
    const auto blocked = model->ask(test::question("?"), {});
    EXPECT_THAT(blocked.error().message, HasSubstr("kept failing"));
    EXPECT_EQ(bench.transport.requests.size(), 5U);
    bench.times.clock.time += Breaker::kRest;
    bench.transport.replies = {good()};
    EXPECT_TRUE(model->ask(test::question("?"), {}));
}

TEST(RemoteModel, what_cannot_get_better_is_not_asked_again) {
    struct Case {
        int status;
        const char* body;
        ErrorKind kind;
        const char* says;
    };
    const Case cases[]{
        {401, R"({"error":{"message":"bad key"}})", ErrorKind::Denied, "correct llm.apiKey"},
        {403, R"({"error":{"message":"not in your country"}})", ErrorKind::Denied, "rights"},
        {402, "{}", ErrorKind::Denied, "billing"},
        {429, R"({"error":{"message":"x","code":"insufficient_quota"}})", ErrorKind::Denied,
         "no credit"},
        {400, R"({"error":{"message":"Your credit balance is too low"}})", ErrorKind::Denied,
         "no credit"},
        {400, R"({"error":{"message":"prompt is too long: 210000 tokens > 200000"}})",
         ErrorKind::Invalid, "too long"},
        {400, R"({"error":{"message":"x","code":"context_length_exceeded"}})", ErrorKind::Invalid,
         "too long"},
        {413, "{}", ErrorKind::Invalid, "too long"},
        {404, R"({"error":{"message":"The model `x` does not exist","code":"model_not_found"}})",
         ErrorKind::Invalid, "correct llm.model"},
        {404, "<html>nothing here</html>", ErrorKind::Invalid, "correct llm.baseUrl"},
        {400, R"({"error":{"message":"messages: roles must alternate"}})", ErrorKind::Invalid,
         "refuses the request"},
        {308, "", ErrorKind::Invalid, "redirects"},
        {501, "{}", ErrorKind::Unavailable, "failed on its side"},
    };
    for (const Case& one : cases) {
        Bench bench;
        bench.transport.replies = {refused(one.status, one.body)};
        const auto answer = bench.model()->ask(test::question("?"), {});
        ASSERT_FALSE(answer) << one.body;
        EXPECT_EQ(answer.error().kind, one.kind) << answer.error().text();
        EXPECT_THAT(answer.error().message, HasSubstr(one.says));
        EXPECT_EQ(bench.transport.requests.size(), 1U) << one.body;
    }
}

TEST(RemoteModel, obeys_a_server_that_says_whether_to_try_again) {
    Bench never;
    never.transport.replies = {refused(529, "{}", {{"x-should-retry", "false"}})};
    (void)never.model()->ask(test::question("?"), {});
    EXPECT_EQ(never.transport.requests.size(), 1U);
    Bench again;
    again.transport.replies = {refused(400, "{}", {{"x-should-retry", "true"}}), good()};
    EXPECT_TRUE(again.model()->ask(test::question("?"), {}));
}

TEST(RemoteModel, waits_as_long_as_google_says_in_the_body) {
    Bench bench("gemini");
    bench.times.dice = 0;
    bench.transport.replies = {
        refused(429,
                R"([{"error":{"code":429,"message":"slow down","status":"RESOURCE_EXHAUSTED",
                "details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"3s"}]}}])"),
        good("gemini_text")};
    ASSERT_TRUE(bench.model()->ask(test::question("?"), {}));
    EXPECT_EQ(bench.times.waits, std::vector<base::Nanos>{3 * base::kSecond});
}

TEST(RemoteModel, an_answer_that_breaks_off_is_asked_for_again_and_said_to_be_void) {
    Bench bench("anthropic");
    const std::string whole = test::recorded("anthropic_text");
    const std::string half = whole.substr(0, whole.find("content_block_stop"));
    bench.transport.replies = {{.status = 200, .body = half}, {.status = 200, .body = whole}};
    std::string shown;
    int restarts = 0;
    const auto answer = bench.model()->ask(test::question("?"),
                                           {.text = [&](std::string_view piece) { shown += piece; },
                                            .tool_started = {},
                                            .restarted =
                                                [&] {
                                                    ++restarts;
                                                    shown.clear();
                                                }});
    ASSERT_TRUE(answer);
    EXPECT_EQ(restarts, 1);
    EXPECT_EQ(shown, "The orders pool is full.");
}

TEST(RemoteModel, what_breaks_behind_a_whole_answer_does_not_matter) {
    Bench bench;
    bench.transport.replies = {good()};
    bench.transport.replies[0].broken =
        base::Error{ErrorKind::Unavailable, "reset by the other side", ""};
    const std::string& body = bench.transport.replies[0].body;
    bench.transport.replies[0].body = body.substr(0, body.find("data: [DONE]"));
    EXPECT_TRUE(bench.model()->ask(test::question("?"), {}));
}

TEST(RemoteModel, no_error_ever_shows_a_secret) {
    Bench bench;
    bench.settings.headers["x-gate"] = base::Secret("gate-pass-42");
    for (const int status : {400, 401, 403, 404, 429, 500, 200}) {
        for (
            const char* body :
            {R"({"error":{"message":"Incorrect API key provided: the-secret-key and gate-pass-42"}})",
             "the-secret-key gate-pass-42", "<p>the-secret-key gate-pass-42</p>",
             "data: the-secret-key gate-pass-42\n\n"}) {
            bench.settings.attempts = 1;
            bench.transport.replies = {refused(status, body)};
            const auto answer = bench.model()->ask(test::question("?"), {});
            ASSERT_FALSE(answer);
            EXPECT_THAT(answer.error().text(), Not(HasSubstr("the-secret-key")));
            EXPECT_THAT(answer.error().text(), Not(HasSubstr("gate-pass-42")));
        }
    }
}

TEST(RemoteModel, a_server_that_knows_less_gets_less_and_is_not_asked_twice) {
    Bench bench("vllm");
    bench.settings.temperature = 0.2;
    bench.transport.replies = {
        refused(400, R"({"error":"response_format.json_schema is not supported"})"),
        refused(422, R"({"detail":"extra fields not permitted: stream_options"})"),
        refused(400, R"({"message":"response_format json_object: not implemented"})"),
        refused(400, R"({"error":{"message":"Unsupported parameter: 'max_tokens'"}})"),
        refused(400, R"({"error":{"message":"temperature does not support 0.2"}})"),
        good("vllm_document")};
    const auto model = bench.model();
    const auto answer = model->ask(test::rich_prompt(), {});
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_TRUE(bench.times.waits.empty()) << "concessions cost no attempt and no pause";
    const base::Json last = bench.body(5);
    for (const char* gone : {"response_format", "stream_options", "max_tokens", "temperature"})
        EXPECT_FALSE(last.contains(gone)) << gone;
    ASSERT_TRUE(model->ask(test::rich_prompt(), {}));
    EXPECT_EQ(bench.transport.requests.size(), 7U) << "it was remembered";
}

TEST(RemoteModel, a_value_that_is_too_large_is_no_unknown_parameter) {
    Bench bench("anthropic");
    bench.transport.replies = {refused(
        400, R"({"error":{"type":"invalid_request_error","message":"max_tokens: 99 > 64"}})")};
    const auto answer = bench.model()->ask(test::question("?"), {});
    ASSERT_FALSE(answer);
    EXPECT_EQ(bench.transport.requests.size(), 1U);
}

TEST(RemoteModel, a_wrong_schema_of_a_tool_is_no_refusal_of_the_answers) {
    Bench bench("anthropic");
    bench.transport.replies = {refused(
        400, R"({"error":{"message":"tools.0.custom.input_schema: JSON schema is invalid"}})")};
    ASSERT_FALSE(bench.model()->ask(test::rich_prompt(), {}));
    EXPECT_EQ(bench.transport.requests.size(), 1U);
}

TEST(RemoteModel, a_server_that_refuses_forever_is_left_alone) {
    Bench bench;
    bench.transport.replies = {refused(400, R"({"error":"response_format schema json_object "
                                           "stream_options unsupported max_tokens temperature"})")};
    ASSERT_FALSE(bench.model()->ask(test::rich_prompt(), {}));
    EXPECT_LE(bench.transport.requests.size(), 9U);
}

TEST(RemoteModel, fenced_json_becomes_the_bare_value) {
    Bench bench("anthropic");
    std::string stream = test::recorded("anthropic_text");
    const auto put = [&](std::string_view from, std::string_view to) {
        stream.replace(stream.find(from), from.size(), to);
    };
    put("The orders ", R"(Sure:\n```json\n{\"cause\":)");
    put("pool is full.", R"( \"x\"}\n```)");
    bench.transport.replies = {{.status = 200, .body = stream}};
    EXPECT_EQ(bench.model()->ask(test::rich_prompt(), {})->turn.text, R"({"cause":"x"})");
    Prompt free = test::question("?");
    EXPECT_THAT(bench.model()->ask(free, {})->turn.text, HasSubstr("```json"));
}

TEST(RemoteModel, bounds_every_request_by_the_settings_and_the_deadline) {
    Bench bench;
    bench.settings.max_answer = 12345;
    bench.settings.idle_timeout = 7 * base::kSecond;
    bench.settings.timeout = 30 * base::kSecond;
    bench.transport.replies = {good()};
    ASSERT_TRUE(bench.model()->ask(test::question("?"), {}));
    const net::Request& request = bench.transport.requests[0];
    EXPECT_EQ(request.max_body, 12345U);
    EXPECT_EQ(request.idle_timeout, std::chrono::seconds(7));
    EXPECT_LE(request.deadline.remaining(), std::chrono::seconds(30));
}

TEST(RemoteModel, a_document_without_end_is_called_so_and_not_asked_for_again) {
    Bench bench("vllm");
    bench.settings.max_answer = 1000;
    bench.transport.replies = {{.body = "{\"x\":\"" + std::string(5000, 'x'), .block = 100}};
    const auto answer = bench.model()->ask(test::question("?"), {});
    ASSERT_FALSE(answer);
    EXPECT_THAT(answer.error().message, HasSubstr("larger than an answer may be"));
    EXPECT_EQ(bench.transport.requests.size(), 1U);
}

TEST(RemoteModel, a_passed_deadline_asks_nobody) {
    Bench bench;
    Prompt late = test::question("?");
    late.deadline = base::Deadline::after(std::chrono::seconds(0));
    const auto answer = bench.model()->ask(late, {});
    EXPECT_EQ(answer.error().kind, ErrorKind::Timeout);
    EXPECT_TRUE(bench.transport.requests.empty());
}

}  // namespace
}  // namespace insight::llm
