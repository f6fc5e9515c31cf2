#include <gmock/gmock.h>

#include "config/config.h"
#include "core/llm/block.h"
#include "tests/unit/llm/harness.h"

namespace insight::llm {
namespace {

using testing::HasSubstr;

// Sets a variable, or unsets it, for one test.
class Variable {
  public:
    Variable(const char* name, const char* value) : name_(name) {
        if (const char* before = std::getenv(name)) before_ = before;
        if (value != nullptr)
            ::setenv(name, value, 1);
        else
            ::unsetenv(name);
    }
    ~Variable() {
        if (before_)
            ::setenv(name_, before_->c_str(), 1);
        else
            ::unsetenv(name_);
    }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

  private:
    const char* name_;
    std::optional<std::string> before_;
};

struct Bare {  // an environment that says nothing of models
    Variable provider{"AI_PROVIDER", nullptr}, anthropic{"ANTHROPIC_API_KEY", nullptr},
        openai{"OPENAI_API_KEY", nullptr}, region{"AWS_REGION", nullptr},
        region2{"AWS_DEFAULT_REGION", nullptr}, id{"AWS_ACCESS_KEY_ID", nullptr},
        secret{"AWS_SECRET_ACCESS_KEY", nullptr}, token{"AWS_BEARER_TOKEN_BEDROCK", nullptr};
};

base::Result<Settings> read(std::string_view file) {
    const config::Known known({}, {&kBlock});
    const auto config = config::parse(file, "test.yaml", known);
    if (!config) return base::fail(config.error());
    return settings_from(config->block("llm"));
}

TEST(Settings, a_silent_file_and_environment_mean_none) {
    const Bare bare;
    const auto settings = read("");
    ASSERT_TRUE(settings) << settings.error().text();
    EXPECT_TRUE(settings->none());
}

TEST(Settings, the_key_of_anthropic_alone_chooses_it) {
    const Bare bare;
    const Variable key("ANTHROPIC_API_KEY", "k-1");
    const auto settings = read("");
    ASSERT_TRUE(settings);
    EXPECT_EQ(settings->provider, "anthropic");
    const auto endpoint = complete(*settings);
    EXPECT_EQ(endpoint->settings.api_key.reveal(), "k-1");
    EXPECT_FALSE(endpoint->settings.model.empty());
    EXPECT_TRUE(read("llm: {provider: none}")->none()) << "the file decides";
}

TEST(Settings, AI_PROVIDER_chooses_with_the_names_of_other_tools) {
    const Bare bare;
    const Variable key("OPENAI_API_KEY", "k-2");
    EXPECT_TRUE(read("")->none()) << "nobody chose it";
    const Variable provider("AI_PROVIDER", "openai");
    EXPECT_EQ(complete(*read(""))->settings.api_key.reveal(), "k-2");
    const Variable google("AI_PROVIDER", "google");
    EXPECT_EQ(read("llm: {model: m, apiKey: {env: OPENAI_API_KEY}}")->provider, "gemini");
    const Variable wrong("AI_PROVIDER", "antropic");
    EXPECT_THAT(read("").error().text(), HasSubstr("did you mean 'anthropic'?"));
}

TEST(Settings, a_whole_block_is_read) {
    const Bare bare;
    const Variable key("MINE", "k-3");
    const auto settings = read(R"(
llm:
  provider: anthropic
  model: claude-x
  apiKey: {env: MINE}
  baseUrl: https://gate.example/anthropic
  headers: {X-Team: on-call}
  timeout: 90s
  idleTimeout: 30s
  attempts: 2
  contextTokens: 32000
  maxOutputTokens: 2000
  promptCaching: false
  structuredOutput: prompt
  temperature: 0.2
  fallbacks:
    - {name: home, provider: ollama, model: "qwen3:8b", baseUrl: "http://127.0.0.1:11434/v1"}
  prices:
    - {name: claude-x, input: 3, cachedInput: 0.3, cacheWrite: 3.75, output: 15}
    - {name: router, model: "vendor/model:free", input: 0.5, output: 1.5}
)");
    ASSERT_TRUE(settings) << settings.error().text();
    EXPECT_EQ(settings->api_key.reveal(), "k-3");
    EXPECT_EQ(settings->headers.at("X-Team").reveal(), "on-call");
    EXPECT_EQ(settings->timeout, 90 * base::kSecond);
    EXPECT_EQ(settings->attempts, 2);
    EXPECT_EQ(settings->context_tokens, 32000);
    EXPECT_EQ(settings->temperature, 0.2);
    EXPECT_EQ(settings->structured, Structured::Prompt);
    EXPECT_FALSE(settings->prompt_caching);
    ASSERT_EQ(settings->fallbacks.size(), 1U);
    EXPECT_EQ(settings->fallbacks[0].model, "qwen3:8b");
    EXPECT_DOUBLE_EQ(price_of(*settings, "claude-x-20261101")->cache_write, 3.75);
    EXPECT_DOUBLE_EQ(price_of(*settings, "vendor/model:free")->cached_input, 0.5);
}

TEST(Settings, what_is_missing_is_said_with_an_example) {
    const Bare bare;
    const auto error = [](std::string_view file) {
        const auto settings = read(file);
        return settings ? std::string("none") : settings.error().text();
    };
    EXPECT_THAT(error("llm: {provider: antropic}"), HasSubstr("'llm.provider' must be one of"));
    EXPECT_THAT(error("llm: {provider: anthropic}"), HasSubstr("apiKey: {env: ANTHROPIC_API_KEY}"));
    EXPECT_THAT(error("llm: {provider: ollama}"), HasSubstr("llm.model"));
    EXPECT_THAT(error("llm: {provider: azure, model: m, apiKey: {env: HOME}}"),
                HasSubstr("llm.baseUrl"));
    EXPECT_THAT(error("llm: {provider: bedrock, model: m}"), HasSubstr("llm.region"));
    EXPECT_THAT(error("llm: {provider: bedrock, model: m, region: eu-central-1}"),
                HasSubstr("AWS_ACCESS_KEY_ID"));
    EXPECT_THAT(error("llm: {provider: bedrock, model: m, region: 'evil.example/#'}"),
                HasSubstr("llm.region is no region"));
    EXPECT_THAT(error("llm: {apiKey: sk-inline}"), HasSubstr("not written here"));
    EXPECT_THAT(error("llm: {provider: none, prices: [{name: x, input: 1}]}"),
                HasSubstr("'output'"));
    EXPECT_THAT(error("llm: {provider: ollama, model: m, fallbacks: [{name: a, provider: xai}]}"),
                HasSubstr("the language model of xai"));
}

TEST(Settings, every_provider_has_a_dialect_and_a_context) {
    for (const Provider& provider : providers()) {
        if (provider.name == "none") continue;
        EXPECT_NE(provider.dialect, Dialect::None) << provider.name;
        EXPECT_GT(provider.context_tokens, 0) << provider.name;
        const auto& choices = kBlock.limits[0].choices;
        EXPECT_NE(std::find(choices.begin(), choices.end(), provider.name), choices.end())
            << provider.name;
        EXPECT_NE(make_wire(*complete(test::settings_of(provider.name))), nullptr) << provider.name;
    }
}

}  // namespace
}  // namespace insight::llm
