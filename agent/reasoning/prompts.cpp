#include "agent/reasoning/prompts.h"

#include <algorithm>

#include "agent/reasoning/prompts_text.h"

namespace insight::agent::reasoning {

std::vector<std::string_view> prompt_names() {
    std::vector<std::string_view> out;
    for (const auto& [name, text] : kPrompts) out.push_back(name);
    return out;
}

std::string prompt(std::string_view name,
                   const std::map<std::string, std::string, std::less<>>& values) {
    const auto found = std::find_if(kPrompts.begin(), kPrompts.end(),
                                    [&](const auto& one) { return one.first == name; });
    if (found == kPrompts.end()) return "(no such prompt)";
    const std::string_view text = found->second;
    std::string out;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t open = text.find("{{", at);
        const std::size_t close = open == std::string_view::npos ? open : text.find("}}", open);
        if (close == std::string_view::npos) break;
        out += text.substr(at, open - at);
        const auto value = values.find(text.substr(open + 2, close - open - 2));
        out += value == values.end() ? "(missing)" : value->second;
        at = close + 2;
    }
    out += text.substr(at);
    return out;
}

}  // namespace insight::agent::reasoning
