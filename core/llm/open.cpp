#include "core/llm/open.h"

#include <fmt/format.h>

#include <cstdlib>

#include "core/base/text.h"
#include "core/llm/fallback_model.h"
#include "core/llm/remote_model.h"
#include "core/net/url.h"

namespace insight::llm {
namespace {

using base::ErrorKind;
using base::fail;

// What an installation without a model has: the deterministic report alone.
class NoModel final : public Model {
  public:
    base::Result<Answer> ask(const Prompt& /*prompt*/, const Progress& /*progress*/) override {
        return fail(ErrorKind::Unavailable,
                    "no language model is configured; set llm.provider to have one");
    }
    [[nodiscard]] std::string_view name() const override { return "none"; }
    [[nodiscard]] std::int64_t context_tokens() const override { return 0; }
};

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

std::string known_providers() {
    std::string out;
    for (const Provider& provider : providers())
        out += fmt::format("{}{}", out.empty() ? "" : ", ", provider.name);
    return out;
}

base::Status check_provider(const Settings& settings) {
    if (find_provider(settings.provider) != nullptr) return {};
    std::vector<std::string> names;
    for (const Provider& provider : providers()) names.emplace_back(provider.name);
    const std::string near = base::nearest(settings.provider, names);
    return fail(ErrorKind::Invalid, fmt::format("no provider of language models is called '{}'; {}",
                                                base::clean_utf8(settings.provider),
                                                near.empty() ? "it is one of " + known_providers()
                                                             : "did you mean '" + near + "'?"));
}

base::Status complete_bedrock(Settings& settings) {
    if (settings.region.empty()) settings.region = variable("AWS_REGION");
    if (settings.region.empty()) settings.region = variable("AWS_DEFAULT_REGION");
    // With an address and a key of its own nothing is signed, and no region is needed.
    if (settings.region.empty() && (settings.base_url.empty() || settings.api_key.empty()))
        return fail(ErrorKind::Invalid,
                    "the language model of bedrock needs llm.region, as in eu-central-1");
    // It becomes a part of a host name.
    if (settings.region.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") !=
        std::string::npos)
        return fail(ErrorKind::Invalid,
                    "llm.region is no region of AWS; they are named as in eu-central-1");
    if (settings.base_url.empty())
        settings.base_url =
            fmt::format("https://bedrock-runtime.{}.amazonaws.com{}", settings.region,
                        // AWS in China is a partition with a domain of its own
                        settings.region.starts_with("cn-") ? ".cn" : "");
    if (!settings.api_key.empty()) return {};
    // All three or none: a key of the file with a secret of the environment would fit nothing.
    if (settings.aws.access_key_id.empty()) {
        settings.aws.access_key_id = variable("AWS_ACCESS_KEY_ID");
        settings.aws.secret_access_key = base::Secret(variable("AWS_SECRET_ACCESS_KEY"));
        settings.aws.session_token = base::Secret(variable("AWS_SESSION_TOKEN"));
    }
    if (settings.aws.access_key_id.empty() || settings.aws.secret_access_key.empty())
        return fail(ErrorKind::Invalid,
                    "the language model of bedrock needs llm.awsAccessKeyId and "
                    "llm.awsSecretAccessKey, or llm.apiKey, or AWS_ACCESS_KEY_ID and "
                    "AWS_SECRET_ACCESS_KEY in the environment");
    return {};
}

}  // namespace

base::Result<Endpoint> complete(Settings settings) {
    if (const auto status = check_provider(settings); !status) return fail(status.error());
    const Provider& provider = *find_provider(settings.provider);
    const auto missing = [&](std::string_view key, std::string_view example) {
        return fail(ErrorKind::Invalid,
                    fmt::format("the language model of {} needs llm.{}, as in {}", provider.name,
                                key, example));
    };
    if (settings.model.empty()) settings.model = provider.default_model;
    if (settings.model.empty()) return missing("model", "model: NAME");
    if (settings.api_key.empty() && !provider.environment.empty())
        settings.api_key = base::Secret(variable(std::string(provider.environment).c_str()));
    if (settings.api_key.empty() && provider.key_required)
        return missing("apiKey", fmt::format("apiKey: {{env: {}}}", provider.environment));
    // Before the address is missed: Bedrock's follows from the region.
    if (provider.dialect == Dialect::Bedrock)
        if (const auto status = complete_bedrock(settings); !status) return fail(status.error());
    if (settings.base_url.empty()) settings.base_url = provider.base_url;
    if (settings.base_url.empty()) return missing("baseUrl", "baseUrl: https://HOST/v1");
    while (settings.base_url.ends_with('/')) settings.base_url.pop_back();
    // People copy it with and without; the path of this dialect has it.
    if (provider.dialect == Dialect::Anthropic && settings.base_url.ends_with("/v1"))
        settings.base_url.resize(settings.base_url.size() - 3);
    if (const auto url = net::parse_url(settings.base_url); !url)
        return fail(ErrorKind::Invalid, "llm.baseUrl is wrong: " + url.error().message);
    // Paths are appended to it.
    if (settings.base_url.find_first_of("?#") != std::string::npos)
        return fail(ErrorKind::Invalid, "llm.baseUrl is wrong: it must end with its path");
    if (settings.context_tokens <= 0) settings.context_tokens = provider.context_tokens;
    if (settings.attempts < 1) settings.attempts = 1;
    return Endpoint{provider, std::move(settings)};
}

std::unique_ptr<Wire> make_wire(const Endpoint& endpoint) {
    switch (endpoint.provider.dialect) {
        case Dialect::Anthropic:
            return make_anthropic(endpoint);
        case Dialect::OpenAi:
            return make_openai(endpoint);
        case Dialect::Gemini:
            return make_gemini(endpoint);
        case Dialect::Bedrock:
            return make_bedrock(endpoint);
        case Dialect::None:
            break;
    }
    return nullptr;
}

base::Result<std::unique_ptr<Model>> open(const Settings& settings, net::Transport& transport,
                                          const base::Clock& clock, const Pacing& pacing) {
    if (settings.none()) return std::unique_ptr<Model>(std::make_unique<NoModel>());
    std::vector<const Settings*> all{&settings};
    for (const Settings& fallback : settings.fallbacks)
        if (!fallback.none()) all.push_back(&fallback);
    std::vector<std::unique_ptr<Model>> models;
    for (const Settings* one : all) {
        auto endpoint = complete(*one);
        if (!endpoint) return fail(endpoint.error());
        auto wire = make_wire(*endpoint);
        models.push_back(std::make_unique<RemoteModel>(
            std::move(*endpoint), std::move(wire), transport, clock, pacing, one == all.back()));
    }
    if (models.size() == 1) return std::move(models.front());
    return std::unique_ptr<Model>(std::make_unique<FallbackModel>(std::move(models)));
}

base::Result<std::unique_ptr<Model>> open(const Settings& settings, net::Transport& transport,
                                          const base::Clock& clock) {
    return open(settings, transport, clock, real_pacing());
}

}  // namespace insight::llm
