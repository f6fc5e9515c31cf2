// What goes out, dialect by dialect. tests/contract/llm holds the same bodies against the vendors'
// own schemas; here is what no schema says.
#include <gmock/gmock.h>

#include "tests/unit/llm/harness.h"

namespace insight::llm {
namespace {

using base::Json;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

struct Sent {
    net::Request request;
    Json body;

    [[nodiscard]] std::string header(std::string_view name) const {
        for (const auto& [key, value] : request.headers)
            if (key == name) return value;
        return {};
    }
};

Sent sent(const Settings& settings, const Prompt& prompt, Features given_up = {}) {
    const auto endpoint = complete(settings);
    EXPECT_TRUE(endpoint) << endpoint.error().text();
    const auto outgoing = make_wire(*endpoint)->request(prompt, given_up, test::StillClock().now());
    EXPECT_TRUE(outgoing) << outgoing.error().text();
    return {outgoing->request, base::parse_json(outgoing->request.body, "the body").value()};
}

Sent sent(std::string_view provider, const Prompt& prompt, Features given_up = {}) {
    return sent(test::settings_of(provider), prompt, given_up);
}

Features without(std::initializer_list<Feature> features) {
    Features out;
    for (const Feature feature : features) out.add(feature);
    return out;
}

// The rich prompt with what `provider` said in its recorded stream as the assistant's turn.
Prompt continued(const std::string& name, std::string_view provider) {
    const std::string bytes = test::recorded(name);
    Prompt prompt = test::rich_prompt();
    prompt.turns.resize(1);
    auto answer = test::read(provider, {bytes}, prompt);
    Turn results{Speaker::User, "", {}, {}, {}};
    for (const ToolCall& call : answer->turn.calls)
        results.results.push_back({call.id, "nothing", false});
    prompt.turns.push_back(answer->turn);
    prompt.turns.push_back(results);
    return prompt;
}

TEST(Request, the_key_is_in_one_header_and_nowhere_else) {
    for (const Provider& provider : providers()) {
        if (provider.dialect == Dialect::None) continue;
        const Sent out = sent(provider.name, test::rich_prompt());
        int found = out.request.authorization &&
                            out.request.authorization->reveal() == "Bearer the-secret-key"
                        ? 1
                        : 0;
        for (const auto& [name, value] : out.request.headers)
            found += value == "the-secret-key" ? 1 : 0;
        EXPECT_EQ(found, 1) << provider.name;
        EXPECT_THAT(out.request.body, Not(HasSubstr("the-secret-key"))) << provider.name;
        EXPECT_THAT(out.request.url, Not(HasSubstr("the-secret-key"))) << provider.name;
    }
}

TEST(Request, no_key_no_header) {
    Settings settings = test::settings_of("ollama");
    settings.api_key = base::Secret();
    EXPECT_FALSE(sent(settings, test::question("?")).request.authorization);
}

TEST(Request, configured_headers_are_sent_and_may_replace_the_authorization) {
    Settings settings = test::settings_of("vllm");
    settings.headers["X-Team"] = base::Secret("on-call");
    settings.headers["authorization"] = base::Secret("Basic abc");
    const Sent out = sent(settings, test::question("?"));
    EXPECT_EQ(out.header("X-Team"), "on-call");
    EXPECT_EQ(out.request.authorization->reveal(), "Basic abc");
}

TEST(Request, addresses_are_those_of_the_dialects) {
    const auto url = [](std::string_view provider, std::string base, std::string version = "") {
        Settings settings = test::settings_of(provider);
        settings.base_url = std::move(base);
        settings.api_version = std::move(version);
        settings.model = "a b:c/d";
        return sent(settings, test::question("?")).request.url;
    };
    EXPECT_EQ(url("anthropic", ""), "https://api.anthropic.com/v1/messages");
    EXPECT_EQ(url("anthropic", "http://gate:1/x/v1/"), "http://gate:1/x/v1/messages");
    EXPECT_EQ(url("openai", "http://gate:1/v1/"), "http://gate:1/v1/chat/completions");
    EXPECT_EQ(url("azure", "https://r.openai.azure.com", "2025-01-01"),
              "https://r.openai.azure.com/openai/deployments/a%20b%3Ac%2Fd/chat/"
              "completions?api-version=2025-01-01");
    EXPECT_EQ(url("azure", "https://r.openai.azure.com/openai/deployments/mine"),
              "https://r.openai.azure.com/openai/deployments/mine/chat/"
              "completions?api-version=2024-10-21");
    EXPECT_EQ(url("azure", "https://r.openai.azure.com/openai/v1/"),
              "https://r.openai.azure.com/openai/v1/chat/completions");
    EXPECT_EQ(url("gemini", ""),
              "https://generativelanguage.googleapis.com/v1/models/"
              "a%20b%3Ac%2Fd:streamGenerateContent?alt=sse");
    EXPECT_EQ(url("bedrock", ""),
              "https://bedrock-runtime.eu-central-1.amazonaws.com/model/a%20b%3Ac%2Fd/"
              "converse-stream");
}

TEST(Request, azure_takes_its_key_in_its_own_header) {
    EXPECT_EQ(sent("azure", test::question("?")).header("api-key"), "the-secret-key");
}

TEST(Request, anthropic_marks_what_stays_the_same) {
    const Sent out = sent("anthropic", test::rich_prompt());
    const Json mark{{"type", "ephemeral"}};
    EXPECT_EQ(out.body["system"].back()["cache_control"], mark);
    EXPECT_EQ(out.body["tools"].back()["cache_control"], mark);
    EXPECT_FALSE(out.body["tools"].front().contains("cache_control"));
    EXPECT_EQ(out.body["messages"].back()["content"].back()["cache_control"], mark);
    EXPECT_THAT(sent("anthropic", test::rich_prompt(), without({Feature::Caching})).request.body,
                Not(HasSubstr("cache_control")));
    EXPECT_FALSE(out.header("anthropic-version").empty());
}

TEST(Request, anthropic_gets_a_temperature_only_in_versions_that_have_one) {
    Settings settings = test::settings_of("anthropic");
    settings.temperature = 0.5;
    EXPECT_FALSE(sent(settings, test::question("?")).body.contains("temperature"));
    settings.api_version = "2023-06-01";
    const Sent old = sent(settings, test::question("?"));
    EXPECT_EQ(old.body["temperature"], 0.5);
    EXPECT_EQ(old.header("anthropic-version"), "2023-06-01");
}

TEST(Request, the_stable_part_is_the_same_bytes_in_every_turn) {
    Prompt next = test::rich_prompt();
    const Sent first = sent("anthropic", next);
    next.turns.push_back({Speaker::Assistant, "More.", {}, {}, {}});
    next.turns.push_back({Speaker::User, "Yes.", {}, {}, {}});
    const Sent second = sent("anthropic", next);
    EXPECT_EQ(first.body["system"].dump(), second.body["system"].dump());
    EXPECT_EQ(first.body["tools"].dump(), second.body["tools"].dump());
}

TEST(Request, signed_thinking_goes_back_to_who_signed_it_only) {
    const Prompt prompt = continued("anthropic_tools", "anthropic");
    const Json content = sent("anthropic", prompt).body["messages"][1]["content"];
    ASSERT_EQ(content.size(), 4U);
    EXPECT_EQ(content[0]["type"], "thinking");
    EXPECT_EQ(content[0]["signature"], "EqQBCgIYAhIM1gbcDa9GJwZA2b3h");
    EXPECT_EQ(content[1]["type"], "text");
    EXPECT_EQ(content[3]["id"], "toolu_02B");
    for (const char* other : {"openai", "gemini", "bedrock"})
        EXPECT_THAT(sent(other, prompt).request.body, Not(HasSubstr("EqQBCgIY"))) << other;
    Settings another = test::settings_of("anthropic");
    another.model = "another";
    EXPECT_THAT(sent(another, prompt).request.body, Not(HasSubstr("EqQBCgIY")));
}

TEST(Request, thinking_stays_while_text_and_calls_are_the_turns_own) {
    Prompt prompt = continued("anthropic_tools", "anthropic");
    prompt.turns[1].text = "restored";
    prompt.turns[1].calls[0].input["service"] = "restored";
    const Json content = sent("anthropic", prompt).body["messages"][1]["content"];
    EXPECT_EQ(content[1]["text"], "restored");
    EXPECT_EQ(content[2]["input"]["service"], "restored");
}

TEST(Request, reasoning_goes_back_to_bedrock_and_openrouter) {
    const Json bedrock =
        sent("bedrock", continued("bedrock_tools", "bedrock")).body["messages"][1]["content"];
    EXPECT_EQ(bedrock[0]["reasoningContent"]["reasoningText"]["signature"], "RXFRQg==");
    const Json router =
        sent("openrouter", continued("openrouter_reasoning", "openrouter")).body["messages"][2];
    EXPECT_EQ(router["reasoning_details"].size(), 2U);
}

TEST(Request, gemini_gets_its_signatures_and_a_stand_in_for_those_of_others) {
    const Json own =
        sent("gemini", continued("gemini_tools", "gemini")).body["contents"][1]["parts"];
    EXPECT_EQ(own[1]["thoughtSignature"], "CpcEAVSoXO4");
    EXPECT_FALSE(own[2].contains("thoughtSignature"));
    const Json foreign =
        sent("gemini", continued("anthropic_tools", "anthropic")).body["contents"][1]["parts"];
    EXPECT_EQ(foreign[1]["thoughtSignature"], "skip_thought_signature_validator");
    EXPECT_FALSE(foreign[2].contains("thoughtSignature"));
}

TEST(Request, gemini_names_the_tool_of_every_result) {
    const Json parts = sent("gemini", test::rich_prompt()).body["contents"][2]["parts"];
    EXPECT_EQ(parts[0]["functionResponse"]["name"], "query_logs");
    EXPECT_TRUE(parts[1]["functionResponse"]["response"].contains("error"));
}

TEST(Request, arguments_that_were_none_go_back_as_nothing) {
    EXPECT_EQ(sent("anthropic", test::rich_prompt()).body["messages"][1]["content"][2]["input"],
              Json::object());
    EXPECT_EQ(sent("openai", test::rich_prompt())
                  .body["messages"][2]["tool_calls"][1]["function"]["arguments"],
              "{}");
}

TEST(Request, answer_now_keeps_the_tools_and_forbids_them) {
    Prompt prompt = test::rich_prompt();
    prompt.answer_now = true;
    EXPECT_EQ(sent("anthropic", prompt).body["tool_choice"], Json({{"type", "none"}}));
    EXPECT_EQ(sent("openai", prompt).body["tool_choice"], "none");
    EXPECT_EQ(sent("gemini", prompt).body["toolConfig"]["functionCallingConfig"]["mode"], "NONE");
    EXPECT_EQ(sent("openai", prompt).body["tools"].size(), 2U);
}

TEST(Request, the_token_limit_has_the_name_that_the_server_knows) {
    const Prompt prompt = test::rich_prompt();
    EXPECT_EQ(sent("openai", prompt).body["max_completion_tokens"], 1000);
    EXPECT_EQ(sent("ollama", prompt).body["max_tokens"], 1000);
    EXPECT_EQ(sent("openai", prompt, without({Feature::TokenLimit})).body["max_tokens"], 1000);
    EXPECT_EQ(sent("ollama", prompt, without({Feature::TokenLimit})).body["max_completion_tokens"],
              1000);
    Settings capped = test::settings_of("openai");
    capped.max_output_tokens = 100;
    EXPECT_EQ(sent(capped, prompt).body["max_completion_tokens"], 100);
}

TEST(Request, a_refused_schema_becomes_an_object_and_then_words) {
    const Prompt prompt = test::rich_prompt();
    EXPECT_EQ(sent("openai", prompt).body["response_format"]["json_schema"]["strict"], true);
    const Sent object = sent("openai", prompt, without({Feature::Schema}));
    EXPECT_EQ(object.body["response_format"]["type"], "json_object");
    EXPECT_THAT(object.body["messages"][0]["content"].get<std::string>(), HasSubstr("\"cause\""));
    const Sent told = sent("openai", prompt, without({Feature::Schema, Feature::JsonObject}));
    EXPECT_FALSE(told.body.contains("response_format"));
    for (const char* provider : {"anthropic", "gemini", "bedrock"})
        EXPECT_THAT(sent(provider, prompt, without({Feature::Schema})).body.dump(),
                    HasSubstr("satisfies this JSON Schema"))
            << provider;
    Settings only_told = test::settings_of("llamacpp");
    only_told.structured = Structured::Prompt;
    EXPECT_FALSE(sent(only_told, prompt).body.contains("response_format"));
}

TEST(Request, bedrock_is_signed_with_keys_and_its_roles_alternate) {
    Settings settings = test::settings_of("bedrock");
    settings.api_key = base::Secret();
    settings.aws = {"AKIDEXAMPLE", base::Secret("wJalrXUtnFEMI"), base::Secret("the-token")};
    Prompt prompt = test::rich_prompt();
    prompt.turns.push_back({Speaker::User, "And?", {}, {}, {}});
    const Sent out = sent(settings, prompt);
    EXPECT_THAT(out.request.authorization->reveal(),
                HasSubstr("Credential=AKIDEXAMPLE/20251121/eu-central-1/bedrock/aws4_request, "
                          "SignedHeaders=accept;content-type;host;x-amz-date;"
                          "x-amz-security-token, Signature="));
    EXPECT_EQ(out.header("x-amz-security-token"), "the-token");
    EXPECT_EQ(out.header("x-amz-date"), "20251121T044000Z");
    ASSERT_EQ(out.body["messages"].size(), 3U);
    EXPECT_EQ(out.body["messages"][2]["content"].size(), 5U) << "two results, two texts, a mark";
}

TEST(Request, empty_turns_are_not_sent) {
    Prompt prompt = test::question("?");
    prompt.turns.insert(prompt.turns.begin(), Turn{});
    EXPECT_EQ(sent("anthropic", prompt).body["messages"].size(), 1U);
    EXPECT_EQ(sent("gemini", prompt).body["contents"].size(), 1U);
    EXPECT_EQ(sent("bedrock", prompt).body["messages"].size(), 1U);
}

TEST(Request, invalid_utf8_does_not_break_the_body) {
    EXPECT_THAT(sent("openai", test::question("a\xff")).body["messages"][1]["content"],
                EndsWith("\xEF\xBF\xBD"));
}

}  // namespace
}  // namespace insight::llm
