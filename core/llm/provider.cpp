#include "core/llm/provider.h"

#include <algorithm>
#include <array>

namespace insight::llm {
namespace {

// What a server of one's own was started with is unknown here; an investigation needs about so
// much.
constexpr std::int64_t kAtHome = 32'768;

constexpr std::array kProviders{
    Provider{.name = "none"},
    Provider{.name = "anthropic",
             .dialect = Dialect::Anthropic,
             .base_url = "https://api.anthropic.com",
             .key = KeyPlace::XApiKey,
             .environment = "ANTHROPIC_API_KEY",
             .default_model = "claude-sonnet-5-5",
             .context_tokens = 200'000},
    Provider{.name = "openai",
             .dialect = Dialect::OpenAi,
             .base_url = "https://api.openai.com/v1",
             .key = KeyPlace::Bearer,
             .environment = "OPENAI_API_KEY",
             .default_model = "gpt-5",
             .context_tokens = 128'000,
             .new_token_limit = true},
    // https://NAME.openai.azure.com, or with /openai/v1 behind it
    Provider{.name = "azure",
             .dialect = Dialect::OpenAi,
             .key = KeyPlace::ApiKey,
             .environment = "AZURE_OPENAI_API_KEY",
             .context_tokens = 128'000,
             .new_token_limit = true},
    Provider{.name = "gemini",
             .dialect = Dialect::Gemini,
             .base_url = "https://generativelanguage.googleapis.com/v1",
             .key = KeyPlace::XGoogApiKey,
             .environment = "GEMINI_API_KEY",
             .context_tokens = 1'000'000},
    // https://bedrock-runtime.REGION.amazonaws.com
    Provider{.name = "bedrock",
             .dialect = Dialect::Bedrock,
             .key = KeyPlace::SignatureV4,
             .key_required = false,
             .environment = "AWS_BEARER_TOKEN_BEDROCK",
             .context_tokens = 200'000},
    Provider{.name = "openrouter",
             .dialect = Dialect::OpenAi,
             .base_url = "https://openrouter.ai/api/v1",
             .key = KeyPlace::Bearer,
             .environment = "OPENROUTER_API_KEY",
             .context_tokens = 128'000},
    Provider{.name = "xai",
             .dialect = Dialect::OpenAi,
             .base_url = "https://api.x.ai/v1",
             .key = KeyPlace::Bearer,
             .environment = "XAI_API_KEY",
             .context_tokens = 128'000,
             .new_token_limit = true},
    Provider{.name = "groq",
             .dialect = Dialect::OpenAi,
             .base_url = "https://api.groq.com/openai/v1",
             .key = KeyPlace::Bearer,
             .environment = "GROQ_API_KEY",
             .context_tokens = 128'000,
             .new_token_limit = true},
    Provider{.name = "ollama",
             .dialect = Dialect::OpenAi,
             .base_url = "http://127.0.0.1:11434/v1",
             .key = KeyPlace::Bearer,
             .key_required = false,
             .context_tokens = kAtHome},
    Provider{.name = "vllm",
             .dialect = Dialect::OpenAi,
             .base_url = "http://127.0.0.1:8000/v1",
             .key = KeyPlace::Bearer,
             .key_required = false,
             .context_tokens = kAtHome},
    Provider{.name = "llamacpp",
             .dialect = Dialect::OpenAi,
             .base_url = "http://127.0.0.1:8080/v1",
             .key = KeyPlace::Bearer,
             .key_required = false,
             .default_model = "default",  // it serves the one it was started with
             .context_tokens = kAtHome},
    Provider{.name = "localai",
             .dialect = Dialect::OpenAi,
             .base_url = "http://127.0.0.1:8080/v1",
             .key = KeyPlace::Bearer,
             .key_required = false,
             .context_tokens = kAtHome},
    // anything else that speaks chat completions
    Provider{.name = "openai-compatible",
             .dialect = Dialect::OpenAi,
             .key = KeyPlace::Bearer,
             .key_required = false,
             .context_tokens = kAtHome},
};

}  // namespace

std::span<const Provider> providers() {
    return kProviders;
}

const Provider* find_provider(std::string_view name) {
    const auto* const found =
        std::find_if(kProviders.begin(), kProviders.end(),
                     [&](const Provider& provider) { return provider.name == name; });
    return found == kProviders.end() ? nullptr : found;
}

}  // namespace insight::llm
