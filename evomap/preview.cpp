#include "evomap/preview.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "evomap/canonical.h"

namespace insight::evomap {
namespace {

std::string value_text(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    return canonical(value).value_or("(not canonical)");
}

void add(std::string& out, const std::string& key, const Json& value) {
    const bool list = value.is_array() && !value.empty();
    if (!list) {
        std::string text = value_text(value);
        for (std::size_t at = text.find('\n'); at != std::string::npos;
             at = text.find('\n', at + 1))
            text.insert(at + 1, "    ");
        out += fmt::format("  {}: {}\n", key, text);
        return;
    }
    out += fmt::format("  {}:\n", key);
    for (const Json& one : value) out += fmt::format("    - {}\n", value_text(one));
}

void add_asset(std::string& out, const Json& asset) {
    if (asset.is_null()) return;
    out += fmt::format("{}  {}\n", base::text_at(asset, "type"), base::text_at(asset, "asset_id"));
    // What a person judges by goes first; the rest follows in its own order.
    constexpr std::array kFirst{"summary", "content", "diff", "code_snippet", "strategy"};
    for (const char* key : kFirst)
        if (asset.contains(key)) add(out, key, asset[key]);
    for (const auto& [key, value] : asset.items()) {
        const bool shown = std::find(kFirst.begin(), kFirst.end(), key) != kFirst.end();
        if (!shown && key != "type" && key != "asset_id") add(out, key, value);
    }
    out += '\n';
}

}  // namespace

std::string preview(const Bundle& bundle, const std::string& verdict) {
    std::string out = verdict + "\n\nThis, and nothing else, would be readable by everybody:\n\n";
    add_asset(out, bundle.capsule);
    add_asset(out, bundle.gene);
    add_asset(out, bundle.event);
    return out;
}

}  // namespace insight::evomap
