// What is configured of language models, as one value: which provider, how it is reached, what it
// costs and who answers when it cannot. `open` makes the `Model` of it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/base/time.h"
#include "core/llm/model.h"
#include "core/net/transport.h"

namespace insight::llm {

// Money for a million tokens, in the currency that the configuration thinks in.
struct Price {
    double input = 0;
    double cached_input = 0;
    double cache_write = 0;
    double output = 0;
};

// What `usage` costs at that price, in the same currency.
double cost(const Usage& usage, const Price& price);

// How a final answer is held to its schema.
enum class Structured {
    Auto,    // as the provider offers it; a server that refuses is asked again without
    Schema,  // the provider's own, no second way
    Prompt   // the schema is only told, for servers that accept and then ignore it
};

// Signature V4 for Bedrock. Empty: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN.
struct AwsKeys {
    std::string access_key_id;
    base::Secret secret_access_key;
    base::Secret session_token;  // of temporary credentials; may be empty
};

struct Settings {
    std::string provider = "none";  // a name of provider.h
    std::string model;              // as the provider names it; of Azure the deployment
    base::Secret api_key;
    AwsKeys aws;
    std::string base_url;     // empty: the provider's own
    std::string region;       // of Bedrock
    std::string api_version;  // of Azure and Anthropic; empty: what this room was tested with
    std::map<std::string, base::Secret> headers;  // sent with every request
    net::Tls tls;
    base::Nanos timeout = 120 * base::kSecond;      // of one call, retries included
    base::Nanos idle_timeout = 60 * base::kSecond;  // no byte for so long ends an attempt
    int attempts = 4;                               // of one call to one model, the first included
    std::int64_t context_tokens = 0;                // 0: what provider.h says
    std::int64_t max_output_tokens = 0;             // caps what prompts ask for; 0: no cap
    bool prompt_caching = true;
    Structured structured = Structured::Auto;
    std::optional<double> temperature;    // empty: the provider's own
    std::map<std::string, Price> prices;  // by model ("claude-…") or Model::name ("anthropic/…")
    std::vector<Settings> fallbacks;      // in this order; their own fallbacks are not read
    std::size_t max_answer = 8U << 20;    // bytes of one answer on the wire
    std::size_t max_tool_input = 1U << 20;  // bytes of one tool call's arguments

    // "none" or no provider at all: the deterministic report alone
    [[nodiscard]] bool none() const { return provider.empty() || provider == "none"; }
};

// The price of what answered: by `Answer::model`, the configured name, or the name with provider.
// Empty: not configured, so money cannot be counted and a budget of money refuses the call.
std::optional<Price> price_of(const Settings& settings, std::string_view model);

// A model with its fallbacks behind retries and circuit breakers. `none` gives a model whose ask()
// is Unavailable ("no language model is configured"). Opens no connection. `transport` and `clock`
// outlive the model. Errors: Invalid (unknown provider, a key, model, region or URL is missing).
base::Result<std::unique_ptr<Model>> open(const Settings& settings, net::Transport& transport,
                                          const base::Clock& clock);

}  // namespace insight::llm
