#include "core/llm/block.h"

#include <array>
#include <cstdlib>

#include "config/fill.h"
#include "core/llm/open.h"

namespace insight::llm {
namespace {

using config::Field;
using config::FieldType;
using config::Limit;

// The names of provider.h, which a test holds against it.
constexpr std::array<std::string_view, 14> kProviderNames{
    "none", "anthropic", "openai", "azure", "gemini",   "bedrock", "openrouter",
    "xai",  "groq",      "ollama", "vllm",  "llamacpp", "localai", "openai-compatible"};
constexpr std::array<std::string_view, 3> kStructured{"auto", "schema", "prompt"};

// Of the model that is asked first and of every fallback.
constexpr std::array kOne{
    Field{"provider", FieldType::Text, "",
          "Who answers; without it AI_PROVIDER, or anthropic where ANTHROPIC_API_KEY is set."},
    Field{"model", FieldType::Text, "", "As the provider names it; of azure the deployment."},
    Field{"apiKey", FieldType::Secret, "",
          "Without it the provider's own variable, as ANTHROPIC_API_KEY or OPENAI_API_KEY."},
    Field{"baseUrl", FieldType::Url, "",
          "Where it is reached, unless at the provider's own address."},
    Field{"region", FieldType::Text, "", "Of bedrock; without it AWS_REGION."},
    Field{"awsAccessKeyId", FieldType::Text, "", "Of bedrock; without it AWS_ACCESS_KEY_ID."},
    Field{"awsSecretAccessKey", FieldType::Secret, "",
          "Of bedrock; without it AWS_SECRET_ACCESS_KEY."},
    Field{"awsSessionToken", FieldType::Secret, "", "Of temporary credentials of bedrock."},
    Field{"apiVersion", FieldType::Text, "", "Of azure and anthropic, where not the usual one."},
    Field{"headers", FieldType::TextMap, "", "Sent with every request; never shown."},
    Field{"caFile", FieldType::Text, "",
          "PEM file of authorities to trust instead of the system's."},
    Field{"timeout", FieldType::Duration, "120s", "Of one call, all its attempts together."},
    Field{"idleTimeout", FieldType::Duration, "60s", "No byte for so long ends an attempt."},
    Field{"attempts", FieldType::Count, "4", "Of one call, the first included."},
    Field{"contextTokens", FieldType::Count, "0",
          "What the model reads and writes at most; 0: the provider's usual."},
    Field{"maxOutputTokens", FieldType::Count, "0", "Caps every answer; 0: no cap."},
    Field{"promptCaching", FieldType::Flag, "true",
          "Mark what stays the same, where it is offered."},
    Field{"structuredOutput", FieldType::Text, "auto",
          "How answers are held to their schema: auto, schema (only as a parameter), prompt (only "
          "told)."},
    Field{"temperature", FieldType::Number, "",
          "Without it the model's own; not sent to anthropic, whose API has none any more."},
};

constexpr std::array kLimits{
    Limit{.key = "provider", .choices = kProviderNames},
    Limit{.key = "structuredOutput", .choices = kStructured},
    Limit{.key = "timeout", .least = base::kSecond, .most = base::kHour},
    Limit{.key = "idleTimeout", .least = base::kSecond, .most = base::kHour},
    Limit{.key = "attempts", .least = 1, .most = 10},
    Limit{.key = "contextTokens", .least = 0, .most = 100'000'000},
    Limit{.key = "maxOutputTokens", .least = 0, .most = 10'000'000},
    Limit{.key = "temperature", .least = 0, .most = 2},
};

constexpr std::array kPrice{
    Field{"model", FieldType::Text, "",
          "The model's name where it is no name of an item (slashes, colons)."},
    Field{"input", FieldType::Number, "", "Fresh input.", true},
    Field{"cachedInput", FieldType::Number, "", "Input read from the cache; without it as input."},
    Field{"cacheWrite", FieldType::Number, "", "Input written to the cache; without it as input."},
    Field{"output", FieldType::Number, "", "Output, reasoning included.", true},
};

constexpr std::array kPriceLimits{
    Limit{.key = "input", .least = 0, .most = 1'000'000},
    Limit{.key = "cachedInput", .least = 0, .most = 1'000'000},
    Limit{.key = "cacheWrite", .least = 0, .most = 1'000'000},
    Limit{.key = "output", .least = 0, .most = 1'000'000},
};

constexpr std::array kLists{
    config::BlockList{
        .key = "fallbacks",
        .purpose = "Models that are asked, in this order, when the first cannot answer.",
        .fields = kOne,
        .limits = kLimits},
    config::BlockList{.key = "prices",
                      .purpose =
                          "What a million tokens costs, by the model's name, in the currency "
                          "of the budgets.",
                      .fields = kPrice,
                      .limits = kPriceLimits},
};

// AI_PROVIDER may have the names under which other tools know the same providers.
std::string provider_name(std::string name) {
    if (name == "google" || name == "google_fast") return "gemini";
    if (name == "amazon_bedrock" || name == "amazonbedrock") return "bedrock";
    if (name == "azureopenai") return "azure";
    if (name == "custom" || name == "custom_openai") return "openai-compatible";
    if (name == "llama.cpp") return "llamacpp";
    return name;
}

bool is_set(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0';
}

// Only where the file names none.
std::string usual_provider() {
    if (is_set("AI_PROVIDER")) return std::getenv("AI_PROVIDER");
    return is_set("ANTHROPIC_API_KEY") ? "anthropic" : "none";
}

constexpr std::array kStructuredNames{
    config::Named<Structured>{"auto", Structured::Auto},
    config::Named<Structured>{"schema", Structured::Schema},
    config::Named<Structured>{"prompt", Structured::Prompt},
};

Settings one_from(const config::Instance& own) {
    Settings out;
    out.provider.clear();  // what is not said is decided by the environment or the first model
    config::fill(own, {{"provider", out.provider},
                       {"model", out.model},
                       {"apiKey", out.api_key},
                       {"baseUrl", out.base_url},
                       {"region", out.region},
                       {"awsAccessKeyId", out.aws.access_key_id},
                       {"awsSecretAccessKey", out.aws.secret_access_key},
                       {"awsSessionToken", out.aws.session_token},
                       {"apiVersion", out.api_version},
                       {"caFile", out.tls.ca_file},
                       {"timeout", out.timeout},
                       {"idleTimeout", out.idle_timeout},
                       {"attempts", out.attempts},
                       {"contextTokens", out.context_tokens},
                       {"maxOutputTokens", out.max_output_tokens},
                       {"promptCaching", out.prompt_caching},
                       {"temperature", out.temperature}});
    out.structured = config::chosen(own, "structuredOutput", kStructuredNames);
    for (const auto& [name, value] : own.text_map("headers"))
        out.headers[name] = base::Secret(value);
    return out;
}

Price price_from(const config::Instance& own) {
    const double input = own.number("input");
    Price out{input, input, input, 0};  // the cache costs as fresh input unless said otherwise
    config::fill(own, {{"cachedInput", out.cached_input},
                       {"cacheWrite", out.cache_write},
                       {"output", out.output}});
    return out;
}

}  // namespace

const config::Block kBlock{.name = "llm",
                           .purpose = "The language model that may add to an investigation.",
                           .fields = kOne,
                           .limits = kLimits,
                           .lists = kLists};

base::Result<Settings> settings_from(const config::BlockSettings& block) {
    Settings out = one_from(block.own);
    if (out.provider.empty()) out.provider = provider_name(usual_provider());
    for (const config::Instance& own : block.list("fallbacks")) {
        out.fallbacks.push_back(one_from(own));
        if (out.fallbacks.back().provider.empty()) out.fallbacks.back().provider = out.provider;
    }
    for (const config::Instance& own : block.list("prices"))
        out.prices[own.text("model").empty() ? own.name() : own.text("model")] = price_from(own);
    if (out.none()) return out;
    // Checked at the start, fallbacks too: what is missing must not show first in the night it is
    // needed.
    if (const auto first = complete(out); !first) return base::fail(first.error());
    for (const Settings& fallback : out.fallbacks)
        if (!fallback.none())
            if (const auto next = complete(fallback); !next) return base::fail(next.error());
    return out;
}

}  // namespace insight::llm
