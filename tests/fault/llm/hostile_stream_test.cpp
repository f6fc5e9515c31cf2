// Bytes that no provider should send, straight into the readers: whatever comes, there is an answer
// or an error, soon and without a crash.
#include <gmock/gmock.h>

#include <random>

#include "tests/unit/llm/harness.h"

namespace insight::llm {
namespace {

using testing::HasSubstr;

const char* const kStreams[]{"anthropic_tools", "openai_tools",         "gemini_tools",
                             "bedrock_tools",   "openrouter_reasoning", "vllm_document",
                             "gemini_document"};

std::string provider_of(const char* name) {
    return base::text_at(test::expected(name), "provider");
}

// Values of a JSON text replaced by those of other types.
void mangle(base::Json& value, std::mt19937& dice) {
    static const base::Json kOthers[]{nullptr,
                                      true,
                                      -1,
                                      1e300,
                                      "x",
                                      base::Json::array(),
                                      base::Json::object(),
                                      9223372036854775807};
    if (value.is_structured())
        for (base::Json& part : value) mangle(part, dice);
    if (dice() % 6 == 0) value = kOthers[dice() % std::size(kOthers)];
}

TEST(HostileStream, types_that_are_not_as_documented_break_nothing) {
    std::mt19937 dice(20261121);
    int answers = 0;
    for (int round = 0; round < 300; ++round)
        for (const char* name : {"anthropic_tools", "openai_tools", "gemini_tools"}) {
            const std::string all = test::recorded(name);
            std::string mangled;
            for (std::size_t at = 0; at < all.size();) {
                std::size_t end = all.find('\n', at);
                if (end == std::string::npos) end = all.size() - 1;
                std::string line = all.substr(at, end - at + 1);
                at = end + 1;
                auto data = line.starts_with("data: {")
                                ? base::parse_json(line.substr(6), "the event")
                                : base::fail(base::ErrorKind::Invalid, "no data");
                if (data && dice() % 3 == 0) {
                    mangle(*data, dice);
                    line = "data: " + base::dump_json(*data) + "\n";
                }
                mangled += line;
            }
            const auto answer = test::read(provider_of(name), {mangled}, test::rich_prompt());
            if (answer) ++answers;
            if (!answer) {
                EXPECT_FALSE(answer.error().error.message.empty());
            }
        }
    EXPECT_GT(answers, 0);
}

TEST(HostileStream, changed_bytes_break_nothing) {
    std::mt19937 dice(7);
    for (int round = 0; round < 400; ++round)
        for (const char* name : kStreams) {
            std::string bytes = test::recorded(name);
            for (int i = 0; i < 5; ++i) bytes[dice() % bytes.size()] = static_cast<char>(dice());
            (void)test::read(provider_of(name), {bytes}, test::rich_prompt());
        }
}

TEST(HostileStream, deep_json_is_refused) {
    const std::string deep = std::string(20'000, '[');
    for (const char* provider : {"anthropic", "openai", "gemini"}) {
        EXPECT_FALSE(test::read(provider, {"data: {\"a\":" + deep + "\n\n"}, test::question("?")));
        EXPECT_FALSE(test::read(provider, {deep}, test::question("?")));
    }
    EXPECT_FALSE(test::read("bedrock", {test::event_frame("metadata", "{\"a\":" + deep)},
                            test::question("?")));
}

TEST(HostileStream, arguments_that_are_no_object_are_kept_as_what_they_were) {
    std::string stream = test::recorded("openai_tools");
    const std::string good = R"({\"serv)";
    stream.replace(stream.find(good), good.size(), R"({\"serv\u0000: <oops>)");
    const auto answer = test::read("openai", {stream}, test::question("?"));
    ASSERT_TRUE(answer) << answer.error().error.text();
    EXPECT_TRUE(answer->turn.calls[0].input.is_null());
    EXPECT_THAT(answer->turn.calls[0].malformed, HasSubstr("<oops>"));
    EXPECT_EQ(answer->turn.calls[1].input, base::Json::object());
}

TEST(HostileStream, a_thousand_calls_at_once_are_too_many) {
    std::string stream;
    for (int i = 0; i < 1000; ++i)
        stream += R"(data: {"choices":[{"delta":{"tool_calls":[{"index":)" + std::to_string(i) +
                  R"(,"function":{"name":"f","arguments":"{}"}}]}}]})" + "\n\n";
    const auto answer = test::read("openai", {stream + "data: [DONE]\n\n"}, test::question("?"));
    ASSERT_FALSE(answer);
    EXPECT_THAT(answer.error().error.message, HasSubstr("more than 128 tools"));
}

TEST(HostileStream, calls_without_a_name_or_an_id_can_still_be_refused_by_name) {
    const std::string stream =
        R"(data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{}}]},)"
        R"("finish_reason":"tool_calls"}]})"
        "\n\ndata: [DONE]\n\n";
    const auto answer = test::read("openai", {stream}, test::rich_prompt());
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->turn.calls[0].id, "call_2") << "two were called before";
    EXPECT_EQ(answer->turn.calls[0].name, "");
}

TEST(HostileStream, thinking_in_very_many_pieces_is_kept_whole) {
    std::string stream = R"(data: {"type":"content_block_start","index":0,"content_block":)"
                         R"({"type":"thinking","thinking":""}})"
                         "\n\n";
    for (int i = 0; i < 20'000; ++i)
        stream += R"(data: {"type":"content_block_delta","index":0,"delta":)"
                  R"({"type":"thinking_delta","thinking":"x"}})"
                  "\n\n";
    stream += "data: {\"type\":\"message_stop\"}\n\n";
    const auto answer = test::read("anthropic", {stream}, test::question("?"));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->turn.provider_state["content"][0]["thinking"].get<std::string>().size(),
              20'000U);
}

TEST(HostileStream, numbers_of_tokens_that_make_no_sense_stay_numbers) {
    const std::string stream =
        R"(data: {"choices":[{"delta":{"content":"x"},"finish_reason":"stop"}],"usage":)"
        R"({"prompt_tokens":5,"completion_tokens":-7,"prompt_tokens_details":{"cached_tokens":900}}})"
        "\n\ndata: [DONE]\n\n";
    const auto answer = test::read("openai", {stream}, test::question("?"));
    ASSERT_TRUE(answer);
    EXPECT_GE(answer->usage.input, 0);
    EXPECT_GE(answer->usage.cached_input, 0);
    EXPECT_GE(answer->usage.output, 0) << "a budget must not grow by an answer";
}

}  // namespace
}  // namespace insight::llm
