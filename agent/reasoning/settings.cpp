#include "agent/reasoning/settings.h"

#include <algorithm>
#include <array>

#include "config/fill.h"

namespace insight::agent::reasoning {
namespace {

using config::Field;
using config::FieldType;

constexpr std::array kFields{
    Field{"enabled", FieldType::Flag, "true",
          "Whether the model of `llm` investigates after the deterministic analysis."},
    Field{"maxIterations", FieldType::Count, "30", "The most turns of one investigation."},
    Field{"maxToolCalls", FieldType::Count, "150", "The most looks into the recorded window."},
    Field{"maxTokensPerIncident", FieldType::Count, "400000",
          "Tokens of one incident, in and out, all its investigations together."},
    Field{"maxTokensPerDay", FieldType::Count, "10000000", "Tokens of one tenant and day (UTC)."},
    Field{"maxMoneyPerIncident", FieldType::Number, "0",
          "Money for one incident, in the currency of `llm.prices`; 0: no limit of its own."},
    Field{"maxMoneyPerDay", FieldType::Number, "0",
          "Money for one tenant and day; 0: no limit of its own."},
    Field{"currency", FieldType::Text, "USD", "What the currency of `llm.prices` is called."},
    Field{"tenant", FieldType::Text, "default", "Who pays: budgets of a day are kept for each."},
    Field{"contextTokens", FieldType::Count, "0",
          "The most tokens of one prompt; 0: what the model reads."},
    Field{"maxOutputTokens", FieldType::Count, "4096", "The most tokens of one answer."},
    Field{"resultBytes", FieldType::Count, "6144",
          "The most bytes of one tool result in a prompt; the rest is reached by its handle."},
    Field{"timeout", FieldType::Duration, "10m", "For a whole investigation."},
    Field{"callTimeout", FieldType::Duration, "2m", "For one call of a model."},
};

constexpr std::array kLimits{
    config::Limit{"maxIterations", 1, 200},
    config::Limit{"maxToolCalls", 1, 2'000},
    config::Limit{"maxTokensPerIncident", 0, 1'000'000'000},
    config::Limit{"maxTokensPerDay", 0, 1'000'000'000'000},
    config::Limit{"maxMoneyPerIncident", 0, 1'000'000'000},
    config::Limit{"maxMoneyPerDay", 0, 1'000'000'000},
    config::Limit{"contextTokens", 0, 10'000'000},
    config::Limit{"maxOutputTokens", 256, 200'000},
    config::Limit{"resultBytes", 1024, 1 << 20},
    config::Limit{"timeout", base::kSecond, base::kHour},
    config::Limit{"callTimeout", base::kSecond, base::kHour},
};

constexpr config::Block kBlock{.name = "reasoning",
                               .purpose = "How far a language model may investigate.",
                               .fields = kFields,
                               .limits = kLimits};

}  // namespace

const config::Block& settings_block() {
    return kBlock;
}

Settings settings_from(const config::BlockSettings& block) {
    Settings out;
    config::fill(block.own, {{"enabled", out.enabled},
                             {"maxIterations", out.max_iterations},
                             {"maxToolCalls", out.max_tool_calls},
                             {"contextTokens", out.context_tokens},
                             {"maxOutputTokens", out.max_output_tokens},
                             {"resultBytes", out.result_bytes},
                             {"timeout", out.timeout},
                             {"callTimeout", out.call_timeout},
                             {"maxTokensPerIncident", out.budget.tokens_per_incident},
                             {"maxTokensPerDay", out.budget.tokens_per_day},
                             {"maxMoneyPerIncident", out.budget.money_per_incident},
                             {"maxMoneyPerDay", out.budget.money_per_day},
                             {"currency", out.budget.currency},
                             {"tenant", out.budget.tenant}});
    return out;
}

// What shapes prompts and results, and so must be the same in a replay. Budgets and timeouts are
// not among it: a replay costs nothing and waits for nobody.
base::Json to_json(const Settings& settings) {
    return {
        {"maxIterations", settings.max_iterations},      {"maxToolCalls", settings.max_tool_calls},
        {"callsAtOnce", settings.calls_at_once},         {"contextTokens", settings.context_tokens},
        {"maxOutputTokens", settings.max_output_tokens}, {"resultBytes", settings.result_bytes},
        {"currency", settings.budget.currency}};
}

// A snapshot may come from elsewhere: what it says is held within sensible bounds.
Settings settings_from_json(const base::Json& json) {
    const auto within = [&](std::string_view key, std::int64_t fallback, std::int64_t least,
                            std::int64_t most) {
        return std::clamp(base::integer_at(json, key, fallback), least, most);
    };
    Settings out;
    out.max_iterations = static_cast<int>(within("maxIterations", out.max_iterations, 1, 200));
    out.max_tool_calls = static_cast<int>(within("maxToolCalls", out.max_tool_calls, 1, 2'000));
    out.calls_at_once = static_cast<int>(within("callsAtOnce", out.calls_at_once, 1, 64));
    out.context_tokens = within("contextTokens", 0, 0, 10'000'000);
    out.max_output_tokens =
        static_cast<int>(within("maxOutputTokens", out.max_output_tokens, 1, 200'000));
    out.result_bytes = static_cast<std::size_t>(
        within("resultBytes", static_cast<std::int64_t>(out.result_bytes), 256, 1 << 20));
    out.budget.currency = base::text_at(json, "currency", "USD");
    return out;
}

}  // namespace insight::agent::reasoning
