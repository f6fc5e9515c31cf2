#include "config/tree.h"

#include <fmt/format.h>

#include <charconv>

#include "core/base/text.h"

namespace insight::config {
namespace {

base::Json typed(const std::string& text) {
    if (text == "true" || text == "True" || text == "TRUE") return true;
    if (text == "false" || text == "False" || text == "FALSE") return false;
    const char* end = text.data() + text.size();
    std::int64_t whole = 0;
    const auto integer = std::from_chars(text.data(), end, whole);
    if (integer.ec == std::errc{} && integer.ptr == end) return whole;
    // "inf" and "nan" stay words, which JSON could not carry as numbers.
    double real = 0;
    const auto number = std::from_chars(text.data(), end, real);
    if (number.ec == std::errc{} && number.ptr == end && std::isfinite(real)) return real;
    return text;
}

}  // namespace

const Tree* Tree::find(std::string_view key) const {
    for (const Entry& entry : entries)
        if (entry.key == key) return &entry.value;
    return nullptr;
}

base::Json to_json(const Tree& tree) {
    switch (tree.kind) {
        case Tree::Kind::Null:
            return nullptr;
        case Tree::Kind::Scalar:
            return tree.quoted ? base::Json(tree.text) : typed(tree.text);
        case Tree::Kind::List: {
            base::Json list = base::Json::array();
            for (const Tree& item : tree.items) list.push_back(to_json(item));
            return list;
        }
        case Tree::Kind::Map:
            break;
    }
    base::Json map = base::Json::object();
    for (const Entry& entry : tree.entries) map[entry.key] = to_json(entry.value);
    return map;
}

tl::unexpected<base::Error> fail_at(std::string_view origin, int line, std::string_view message) {
    return base::fail(base::ErrorKind::Invalid,
                      fmt::format("{} line {}: {}", origin, line, message));
}

}  // namespace insight::config
