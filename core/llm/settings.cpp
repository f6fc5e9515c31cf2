#include "core/llm/settings.h"

namespace insight::llm {
namespace {

// "claude-x-20251001", "claude-x@date" and "vendor.claude-x-v1:0" cost what "claude-x" costs.
bool dated_form_of(std::string_view model, std::string_view priced) {
    if (priced.empty() || !model.starts_with(priced)) return false;
    return model.size() == priced.size() ||
           std::string_view("-@:").find(model[priced.size()]) != std::string_view::npos;
}

}  // namespace

double cost(const Usage& usage, const Price& price) {
    constexpr double kMillion = 1e6;
    return (static_cast<double>(usage.input) * price.input +
            static_cast<double>(usage.cached_input) * price.cached_input +
            static_cast<double>(usage.cache_write) * price.cache_write +
            static_cast<double>(usage.output) * price.output) /
           kMillion;
}

std::optional<Price> price_of(const Settings& settings, std::string_view model) {
    const auto best_for = [&](std::string_view name) -> std::optional<Price> {
        std::optional<Price> best;
        std::size_t longest = 0;  // "gpt-5-mini" is not "gpt-5": the longest name wins
        for (const auto& [priced, price] : settings.prices)
            if (dated_form_of(name, priced) && priced.size() > longest) {
                best = price;
                longest = priced.size();
            }
        return best;
    };
    if (const auto found = best_for(model)) return found;
    // Model::name() has the provider before it, an Answer::model has not.
    const std::size_t slash = model.find('/');
    if (slash != std::string_view::npos)
        if (const auto found = best_for(model.substr(slash + 1))) return found;
    return best_for(settings.provider + "/" + std::string(model));
}

}  // namespace insight::llm
