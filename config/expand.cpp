#include "config/expand.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace insight::config {

bool is_environment_name(std::string_view name) {
    const auto letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    return !name.empty() && letter(name.front()) &&
           std::all_of(name.begin(), name.end(),
                       [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

base::Result<std::string> environment(std::string_view name) {
    const char* value = std::getenv(std::string(name).c_str());
    // An empty one is nearly always a variable that a deployment forgot to fill.
    if (value == nullptr || *value == '\0')
        return base::fail(base::ErrorKind::Invalid,
                          fmt::format("the environment variable {} is {}; set it before the start",
                                      name, value == nullptr ? "not set" : "empty"));
    return std::string(value);
}

std::string_view sole_reference(std::string_view text) {
    if (!text.starts_with("${") || !text.ends_with("}")) return {};
    const std::string_view name = text.substr(2, text.size() - 3);
    return is_environment_name(name) ? name : std::string_view{};
}

base::Result<std::string> expand(std::string_view text) {
    std::string out;
    while (true) {
        const std::size_t at = text.find("${");
        if (at == std::string_view::npos) return out.append(text);
        if (at > 0 && text[at - 1] == '$') {
            out.append(text.substr(0, at - 1)).append("${");
            text.remove_prefix(at + 2);
            continue;
        }
        const std::size_t end = text.find('}', at);
        const std::string_view name =
            end == std::string_view::npos ? std::string_view{} : text.substr(at + 2, end - at - 2);
        if (!is_environment_name(name))
            return base::fail(base::ErrorKind::Invalid,
                              "'${' must be followed by a variable's name and '}'; write '$${' "
                              "for the characters themselves");
        const base::Result<std::string> value = environment(name);
        if (!value) return base::fail(value.error());
        out.append(text.substr(0, at)).append(*value);
        // Behind the value: a "${" that it contains is text.
        text.remove_prefix(end + 1);
    }
}

}  // namespace insight::config
