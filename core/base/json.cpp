#include "core/base/json.h"

#include <fmt/format.h>

// Every other source refers to this one; see cmake/pch.h.
template class nlohmann::basic_json<>;

namespace insight::base {
namespace {

// Builds the value like the library's own parser, but refuses what is nested too deep while
// reading.
class BoundedSax final : public nlohmann::detail::json_sax_dom_parser<Json> {
    using Base = nlohmann::detail::json_sax_dom_parser<Json>;

  public:
    BoundedSax(Json& into, std::size_t depth) : Base(into, false), limit_(depth) {}

    bool start_object(std::size_t size) { return enter() && Base::start_object(size); }
    bool start_array(std::size_t size) { return enter() && Base::start_array(size); }
    bool end_object() {
        --depth_;
        return Base::end_object();
    }
    bool end_array() {
        --depth_;
        return Base::end_array();
    }
    template <class Exception>
    // The library's own message is left: it quotes what was read last.
    bool parse_error(std::size_t position, const std::string&, const Exception&) {
        position_ = position;
        return false;
    }

    [[nodiscard]] bool too_deep() const { return too_deep_; }
    [[nodiscard]] std::size_t position() const { return position_; }

  private:
    bool enter() {
        too_deep_ = ++depth_ > limit_;
        return !too_deep_;
    }

    std::size_t limit_;
    std::size_t depth_ = 0;
    std::size_t position_ = 0;
    bool too_deep_ = false;
};

const Json* find(const Json& object, std::string_view key) {
    if (!object.is_object()) return nullptr;
    const auto it = object.find(key);
    return it == object.end() ? nullptr : &*it;
}

}  // namespace

Result<Json> parse_json(std::string_view text, std::string_view what, JsonLimits limits) {
    if (text.size() > limits.bytes)
        return fail(ErrorKind::TooLarge, fmt::format("{} has {} bytes, more than the {} allowed",
                                                     what, text.size(), limits.bytes));
    Json value;
    BoundedSax sax(value, limits.depth);
    if (Json::sax_parse(text.begin(), text.end(), &sax)) return value;
    if (sax.too_deep())
        return fail(ErrorKind::Invalid,
                    fmt::format("{} is nested deeper than {} levels", what, limits.depth));
    return fail(ErrorKind::Invalid,
                fmt::format("{} is not valid JSON (at byte {})", what, sax.position()));
}

std::string dump_json(const Json& value, int indent) {
    return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

std::string text_at(const Json& object, std::string_view key, std::string_view fallback) {
    const Json* found = find(object, key);
    return found != nullptr && found->is_string() ? found->get<std::string>()
                                                  : std::string(fallback);
}

double number_at(const Json& object, std::string_view key, double fallback) {
    const Json* found = find(object, key);
    return found != nullptr && found->is_number() ? found->get<double>() : fallback;
}

std::int64_t integer_at(const Json& object, std::string_view key, std::int64_t fallback) {
    const Json* found = find(object, key);
    if (found == nullptr) return fallback;
    if (found->is_number_integer()) return found->get<std::int64_t>();
    if (!found->is_number_float()) return fallback;
    const double value = found->get<double>();
    // beyond, the cast is undefined
    return value > -9.2e18 && value < 9.2e18 ? static_cast<std::int64_t>(value) : fallback;
}

bool flag_at(const Json& object, std::string_view key, bool fallback) {
    const Json* found = find(object, key);
    return found != nullptr && found->is_boolean() ? found->get<bool>() : fallback;
}

const Json& array_at(const Json& object, std::string_view key) {
    static const Json kEmpty = Json::array();
    const Json* found = find(object, key);
    return found != nullptr && found->is_array() ? *found : kEmpty;
}

const Json& object_at(const Json& object, std::string_view key) {
    static const Json kEmpty = Json::object();
    const Json* found = find(object, key);
    return found != nullptr && found->is_object() ? *found : kEmpty;
}

}  // namespace insight::base
