// What answers at a model's address misbehaves; every case over both transports, byte by byte where
// the cut matters.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/fault/net/conformance.h"
#include "tests/unit/llm/harness.h"

namespace insight::test {
namespace {

using base::ErrorKind;
using llm::test::question;
using llm::test::recorded;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kEvents =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
constexpr const char* kJson = "Content-Type: application/json\r\n";

class BadProvider : public Conformance {
  protected:
    base::Result<llm::Answer> ask(const HostileServer& server, std::string_view provider,
                                  const llm::Progress& progress = {}) {
        llm::Settings settings = llm::test::settings_of(provider);
        settings.base_url = server.url();
        if (!settings.base_url.empty() && settings.base_url.back() == '/')
            settings.base_url.pop_back();
        settings.attempts = attempts;
        settings.idle_timeout = 400'000'000;
        settings.max_answer = 256U << 10;
        settings.max_tool_input = 16U << 10;
        settings.fallbacks = fallbacks;
        auto model = llm::open(settings, *transport, times.clock, times.pacing());
        EXPECT_TRUE(model) << model.error().text();
        llm::Prompt prompt = question("?");
        prompt.deadline = base::Deadline::after(std::chrono::seconds(20));
        return (*model)->ask(prompt, progress);
    }

    int attempts = 2;
    llm::test::Times times;
    std::vector<llm::Settings> fallbacks;
};

std::string error_event(const char* type, const char* message) {
    return std::string("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"") + type +
           "\",\"message\":\"" + message + "\"}}\n\n";
}

TEST_P(BadProvider, a_stream_in_many_small_chunks_is_one_answer) {
    HostileServer server([](Peer& peer) {
        peer.read_request();
        peer.send(
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
            "Transfer-Encoding: chunked\r\n\r\n");
        const std::string all = recorded("anthropic_tools");
        for (std::size_t at = 0; at < all.size(); at += 7) {
            const std::string piece = all.substr(at, 7);
            if (!peer.send(fmt::format("{:x}\r\n{}\r\n", piece.size(), piece))) return;
        }
        peer.send("0\r\n\r\n");
    });
    const auto answer = ask(server, "anthropic");
    ASSERT_TRUE(answer) << answer.error().text();
    base::Json expected = llm::test::expected("anthropic_tools");
    expected.erase("provider");
    EXPECT_EQ(llm::test::to_json(*answer), expected);
    EXPECT_EQ(sent_header(server.requests()[0], "x-api-key"), "the-secret-key");
}

TEST_P(BadProvider, frames_of_bedrock_come_the_same_way) {
    HostileServer server([](Peer& peer) {
        peer.read_request();
        peer.send(
            "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.amazon.eventstream\r\n"
            "Transfer-Encoding: chunked\r\n\r\n");
        const std::string all = recorded("bedrock_tools");
        for (std::size_t at = 0; at < all.size(); at += 11) {
            const std::string piece = all.substr(at, 11);
            if (!peer.send(fmt::format("{:x}\r\n{}\r\n", piece.size(), piece))) return;
        }
        peer.send("0\r\n\r\n");
    });
    const auto answer = ask(server, "bedrock");
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_EQ(answer->turn.calls.at(0).name, "query_logs");
    EXPECT_EQ(answer->usage.cached_input, 800);
    EXPECT_THAT(server.requests()[0], HasSubstr("POST /model/model-under-test/converse-stream"));
}

TEST_P(BadProvider, overload_in_mid_stream_is_asked_again) {
    HostileServer server([](Peer& peer) {
        peer.read_request();
        const std::string all = recorded("anthropic_text");
        peer.send(kEvents);
        if (peer.index() > 0) {
            peer.send(all);
            return;
        }
        peer.send(all.substr(0, all.find("event: content_block_stop")) +
                  error_event("overloaded_error", "Overloaded"));
        peer.wait_for_close();  // it says no more and does not hang up
    });
    int restarts = 0;
    const auto answer = ask(server, "anthropic",
                            {.text = [](std::string_view) {}, .restarted = [&] { ++restarts; }});
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_EQ(server.connections(), 2);
    EXPECT_EQ(restarts, 1);
}

TEST_P(BadProvider, an_error_in_mid_stream_is_told_in_its_words) {
    attempts = 1;
    const auto end_of = [&](std::string_view provider, const std::string& body) {
        HostileServer server([&](Peer& peer) {
            peer.read_request();
            peer.send(kEvents + body);
        });
        const auto answer = ask(server, provider);
        EXPECT_FALSE(answer) << body;
        return answer ? base::Error{} : answer.error();
    };
    const auto rate = end_of("anthropic", error_event("rate_limit_error", "slow down"));
    EXPECT_EQ(rate.kind, ErrorKind::Unavailable);
    EXPECT_THAT(rate.text(), HasSubstr("slow down"));
    EXPECT_EQ(end_of("anthropic", error_event("authentication_error", "x")).kind,
              ErrorKind::Denied);
    EXPECT_EQ(
        end_of("openai", "data: {\"error\":{\"message\":\"x\",\"type\":\"server_error\"}}\n\n")
            .kind,
        ErrorKind::Unavailable);
    EXPECT_EQ(
        end_of("openai",
               "data: {\"error\":{\"message\":\"no\",\"type\":\"invalid_request_error\"}}\n\n")
            .kind,
        ErrorKind::Invalid);
    EXPECT_EQ(end_of("openrouter",
                     "data: {\"error\":{\"code\":502,\"message\":\"gone\"},\"choices\":[]}\n\n")
                  .kind,
              ErrorKind::Unavailable);
    EXPECT_EQ(
        end_of("gemini",
               "data: {\"error\":{\"code\":503,\"message\":\"x\",\"status\":\"UNAVAILABLE\"}}\n\n")
            .kind,
        ErrorKind::Unavailable);
    EXPECT_EQ(end_of("bedrock", llm::test::frame({{":exception-type", "throttlingException"},
                                                  {":message-type", "exception"}},
                                                 R"({"message":"slow down"})"))
                  .kind,
              ErrorKind::Unavailable);
    EXPECT_EQ(end_of("bedrock", llm::test::frame({{":exception-type", "validationException"},
                                                  {":message-type", "exception"}},
                                                 R"({"message":"Input is too long"})"))
                  .kind,
              ErrorKind::Invalid);
}

TEST_P(BadProvider, rate_limits_and_overload_are_waited_for) {
    for (const char* status : {"429 Too Many Requests", "503 Service Unavailable", "529 "}) {
        times.waits.clear();
        times.dice = 0;
        HostileServer server([&](Peer& peer) {
            peer.read_request();
            if (peer.index() == 0)
                peer.answer(R"({"type":"error","error":{"type":"overloaded_error"}})",
                            std::string(kJson) + "Retry-After: 4\r\nConnection: close\r\n", status);
            else
                peer.send(kEvents + recorded("anthropic_text"));
        });
        const auto answer = ask(server, "anthropic");
        ASSERT_TRUE(answer) << status << answer.error().text();
        EXPECT_EQ(times.waits, std::vector<base::Nanos>{4 * base::kSecond}) << status;
    }
}

TEST_P(BadProvider, unknown_events_and_fields_change_nothing) {
    HostileServer server([](Peer& peer) {
        peer.read_request();
        std::string all = recorded("anthropic_text");
        const std::string odd =
            "event: future\ndata: {\"type\":\"future\",\"deep\":[[[{}]]]}\n\n: comment\n\nid: 7\n"
            "retry: 5\nodd: field\ndata: {\"type\":\"content_block_delta\",\"index\":9,\"delta\":"
            "{\"type\":\"future_delta\",\"text\":\"not this\"}}\n\ndata: {\"type\":"
            "\"content_block_start\",\"index\":8,\"content_block\":{\"type\":\"future_block\"}}\n\n"
            "data: {\"type\":\"content_block_delta\",\"index\":8,\"delta\":{\"type\":"
            "\"input_json_delta\",\"partial_json\":\"{\"}}\n\ndata: "
            "{\"type\":5,\"index\":\"x\"}\n\n";
        all.insert(all.find("event: content_block_stop"), odd);
        peer.send(kEvents + all);
    });
    const auto answer = ask(server, "anthropic");
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_EQ(answer->turn.text, "The orders pool is full.");
    EXPECT_TRUE(answer->turn.calls.empty());
}

TEST_P(BadProvider, a_web_page_is_named_as_one) {
    for (const char* status : {"200 OK", "502 Bad Gateway", "404 Not Found"}) {
        attempts = 1;
        HostileServer server([&](Peer& peer) {
            peer.read_request();
            peer.answer(
                "<!DOCTYPE html><html><body>data: {\"a\":1}\n\nProxy of the-secret-key</body>",
                "Content-Type: text/html\r\nConnection: close\r\n", status);
        });
        for (const char* provider : {"anthropic", "openai", "gemini", "bedrock"}) {
            const auto answer = ask(server, provider);
            ASSERT_FALSE(answer) << status << provider;
            EXPECT_THAT(answer.error().text(), Not(HasSubstr("the-secret-key")));
            EXPECT_THAT(answer.error().message, HasSubstr(provider));
        }
    }
}

TEST_P(BadProvider, a_cut_stream_is_an_error_and_no_answer) {
    for (const char* name : {"anthropic_tools", "openai_tools", "gemini_tools", "bedrock_tools"}) {
        const std::string provider = base::text_at(llm::test::expected(name), "provider");
        const std::string all = recorded(name);
        HostileServer server([&](Peer& peer) {
            peer.read_request();
            peer.send(kEvents + all.substr(0, all.size() / 2));
            if (peer.index() % 2 == 0) peer.reset();
        });
        const auto answer = ask(server, provider);
        ASSERT_FALSE(answer) << name;
        EXPECT_EQ(answer.error().kind, ErrorKind::Unavailable) << answer.error().text();
        EXPECT_EQ(server.connections(), 2) << name;
    }
}

TEST_P(BadProvider, a_silent_stream_is_given_up_and_the_fallback_answers) {
    HostileServer silent([](Peer& peer) {
        peer.read_request();
        peer.send(std::string(kEvents) + "event: ping\ndata: {\"type\":\"ping\"}\n\n");
        peer.wait_for_close();
    });
    HostileServer other([](Peer& peer) {
        peer.read_request();
        peer.send(kEvents + recorded("openai_text"));
    });
    fallbacks = {llm::test::settings_of("openai")};
    fallbacks[0].base_url = other.url("v1");
    attempts = 1;
    const auto answer = ask(silent, "anthropic");
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_EQ(answer->model, "gpt-5-2025-08-07");
    EXPECT_EQ(sent_header(other.requests()[0], "authorization"), "Bearer the-secret-key");
}

TEST_P(BadProvider, nobody_there_is_said_with_the_address) {
    llm::Settings settings = llm::test::settings_of("ollama");
    settings.base_url = fmt::format("http://127.0.0.1:{}/v1", refused_port());
    settings.attempts = 2;
    const auto model = llm::open(settings, *transport, times.clock, times.pacing());
    const auto answer = (*model)->ask(question("?"), {});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::Unavailable);
    EXPECT_THAT(answer.error().message, HasSubstr("127.0.0.1"));
    EXPECT_EQ(times.waits.size(), 1U);
}

TEST_P(BadProvider, floods_end_and_cost_no_memory) {
    const auto flood = [&](const std::string& begin, const std::string& more) {
        HostileServer server([&](Peer& peer) {
            peer.read_request();
            peer.send(kEvents + begin);
            for (int i = 0; i < 4'000; ++i)
                if (!peer.send(more)) return;
        });
        attempts = 1;
        const auto answer = ask(server, "openai");
        EXPECT_FALSE(answer);
        return answer ? base::Error{} : answer.error();
    };
    const MemoryGrowth growth;
    const std::string kilobytes(16U << 10, 'x');
    EXPECT_EQ(
        flood("", "data: {\"choices\":[{\"delta\":{\"content\":\"" + kilobytes + "\"}}]}\n\n").kind,
        ErrorKind::Corrupt);
    EXPECT_EQ(flood("data: {\"a\":\"", kilobytes).kind, ErrorKind::Corrupt);
    EXPECT_EQ(flood("{", kilobytes).kind, ErrorKind::Corrupt);
    EXPECT_EQ(flood("", ": keep alive\n\n" + kilobytes + "\n").kind, ErrorKind::Corrupt);
    const auto input = flood(
        "",
        R"(data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"name":"f","arguments":")" +
            std::string(2000, 'y') + "\"}}]}}]}\n\n");
    EXPECT_THAT(input.message, HasSubstr("arguments to one tool"));
    EXPECT_LT(growth.mebibytes(), MemoryGrowth::allowed());
}

TEST_P(BadProvider, many_may_ask_one_model_at_once) {
    HostileServer server([](Peer& peer) {
        peer.read_request();
        if (peer.index() % 3 == 0)
            peer.answer(R"({"error":"stream_options: unknown"})",
                        std::string(kJson) + "Connection: close\r\n", "400 Bad Request");
        else
            peer.send(kEvents + recorded("openai_tools"));
    });
    llm::Settings settings = llm::test::settings_of("vllm");
    settings.base_url = server.url("v1");
    const base::SystemClock clock;
    auto model = llm::open(settings, *transport, clock);
    std::atomic<int> answered = 0;
    std::vector<std::thread> all;
    for (int i = 0; i < 8; ++i)
        all.emplace_back([&] {
            for (int k = 0; k < 3; ++k) {
                const auto answer = (*model)->ask(llm::test::rich_prompt(), {});
                if (answer && answer->turn.calls.size() == 2) ++answered;
            }
        });
    for (std::thread& one : all) one.join();
    // Once the parameter is given up a further refusal of it is an answer like any other.
    EXPECT_GE(answered.load(), 8);
}

TEST_P(BadProvider, a_post_is_never_redirected_with_its_key) {
    HostileServer thief([](Peer& peer) {
        peer.read_request();
        peer.answer("{}");
    });
    HostileServer server([&](Peer& peer) {
        peer.read_request();
        peer.answer("", "Location: " + thief.url("v1/messages") + "\r\nConnection: close\r\n",
                    "307 Temporary Redirect");
    });
    const auto answer = ask(server, "anthropic");
    ASSERT_FALSE(answer);
    EXPECT_EQ(thief.connections(), 0);
}

INSIGHT_BOTH_ADAPTERS(BadProvider);

}  // namespace
}  // namespace insight::test
