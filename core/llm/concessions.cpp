#include "core/llm/concessions.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/base/text.h"

namespace insight::llm {
namespace {

struct Sign {
    Feature feature;
    std::string_view word;
};

// The names of the parameters, and what servers say instead of naming them.
// The first that fits counts. response_format stands for both ways to ask for JSON: the schema is
// given up first, the plain object may still be taken.
constexpr std::array kSigns{
    Sign{Feature::StreamUsage, "stream_options"},
    Sign{Feature::StreamUsage, "include_usage"},
    Sign{Feature::TokenLimit, "max_completion_tokens"},
    Sign{Feature::TokenLimit, "max_tokens"},
    Sign{Feature::Temperature, "temperature"},
    Sign{Feature::Caching, "cache_control"},
    Sign{Feature::Caching, "cachepoint"},
    Sign{Feature::Caching, "cache point"},
    Sign{Feature::Caching, "prompt caching"},
    Sign{Feature::NoTools, "tool_choice"},
    Sign{Feature::NoTools, "functioncallingconfig"},
    Sign{Feature::NoTools, "function_calling_config"},
    Sign{Feature::Schema, "json_schema"},
    Sign{Feature::Schema, "response_format"},
    Sign{Feature::Schema, "output_config"},
    Sign{Feature::Schema, "outputconfig"},
    Sign{Feature::Schema, "output_format"},
    Sign{Feature::Schema, "textformat"},
    Sign{Feature::Schema, "responsejsonschema"},
    Sign{Feature::Schema, "response_json_schema"},
    Sign{Feature::Schema, "response_schema"},
    Sign{Feature::Schema, "response mime type"},
    Sign{Feature::Schema, "structured output"},
    Sign{Feature::Schema, "grammar"},
    Sign{Feature::Schema, "schema"},
    Sign{Feature::JsonObject, "json_object"},
    Sign{Feature::JsonObject, "response_format"},
};

// "max_tokens: 99999 > 64000" is about the value, "unsupported parameter: max_tokens" about the
// name.
bool about_the_name(const std::string& low) {
    static constexpr std::array<std::string_view, 9> kWords{
        "unsupported", "not supported", "unknown",     "unrecognized", "unexpected",
        "extra",       "not permitted", "not allowed", "use 'max"};
    return std::any_of(kWords.begin(), kWords.end(),
                       [&](std::string_view word) { return low.find(word) != std::string::npos; });
}

}  // namespace

std::optional<Feature> refused_feature(const Failure& failure, Features sent) {
    const bool refusal = failure.status == 400 || failure.status == 422;
    // llama.cpp and Ollama answer 500 to a schema that they cannot turn into a grammar
    const bool defect = failure.status == 500 || failure.status == 501;
    if (!refusal && !defect) return std::nullopt;
    const std::string low = base::lower(failure.words);
    for (const Sign& sign : kSigns) {
        if (!sent.has(sign.feature) || low.find(sign.word) == std::string::npos) continue;
        if (defect && sign.feature != Feature::Schema) continue;
        if (sign.feature == Feature::TokenLimit && !about_the_name(low)) continue;
        // the schema of a tool is not that of the answer
        if (sign.word == "schema" && low.find("tool") != std::string::npos) continue;
        return sign.feature;
    }
    return std::nullopt;
}

}  // namespace insight::llm
