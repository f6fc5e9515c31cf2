#include "agent/reasoning/path.h"

#include <charconv>

namespace insight::agent::reasoning {
namespace {

using base::Json;

constexpr int kDepth = 64;

const Json* find(const Json& value, std::string_view path, int depth);

const Json* find_index(const Json& value, std::string_view path, int depth) {
    std::size_t index = 0;
    const bool bracket = path.front() == '[';
    const std::string_view digits = bracket ? path.substr(1) : path;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
    if (error != std::errc() || index >= value.size()) return nullptr;
    std::string_view rest(end, static_cast<std::size_t>(digits.data() + digits.size() - end));
    if (bracket && (rest.empty() || rest.front() != ']')) return nullptr;
    if (bracket) rest.remove_prefix(1);
    return find(value[index], rest, depth + 1);
}

const Json* find_key(const Json& value, std::string_view path, int depth) {
    // The longest key that fits comes first: names of attributes have dots in them
    // ("service.name").
    for (std::size_t length = path.size(); length > 0; --length) {
        if (length < path.size() && path[length] != '.' && path[length] != '[') continue;
        const auto found = value.find(std::string(path.substr(0, length)));
        if (found == value.end()) continue;
        if (const Json* inner = find(*found, path.substr(length), depth + 1)) return inner;
    }
    return nullptr;
}

const Json* find(const Json& value, std::string_view path, int depth) {
    if (!path.empty() && path.front() == '.') path.remove_prefix(1);
    if (path.empty()) return &value;
    if (depth > kDepth) return nullptr;
    if (value.is_array()) return find_index(value, path, depth);
    return value.is_object() ? find_key(value, path, depth) : nullptr;
}

}  // namespace

const Json* at_path(const Json& value, std::string_view path) {
    if (!path.empty() && path.front() == '$') path.remove_prefix(1);
    return find(value, path, 0);
}

std::string text_at_path(const Json& value, std::string_view path) {
    const Json* found = at_path(value, path);
    if (found == nullptr) return {};
    return found->is_string() ? found->get<std::string>() : base::dump_json(*found);
}

}  // namespace insight::agent::reasoning
