#include "config/field.h"

namespace insight::config {

std::string Instance::text(std::string_view key) const {
    return base::text_at(settings_, key);
}

std::int64_t Instance::count(std::string_view key) const {
    return base::integer_at(settings_, key);
}

double Instance::number(std::string_view key) const {
    return base::number_at(settings_, key);
}

bool Instance::flag(std::string_view key) const {
    return base::flag_at(settings_, key);
}

base::Nanos Instance::duration(std::string_view key) const {
    // Kept as written and checked when read, so that settings can be shown as the file has them.
    return base::parse_duration(text(key)).value_or(0);
}

std::map<std::string, std::string> Instance::text_map(std::string_view key) const {
    std::map<std::string, std::string> out;
    for (const auto& [name, value] : base::object_at(settings_, key).items())
        if (value.is_string()) out[name] = value.get<std::string>();
    return out;
}

std::vector<std::string> Instance::text_list(std::string_view key) const {
    std::vector<std::string> out;
    for (const base::Json& value : base::array_at(settings_, key))
        if (value.is_string()) out.push_back(value.get<std::string>());
    return out;
}

base::Secret Instance::secret(std::string_view key) const {
    const auto found = secrets_.find(std::string(key));
    return found == secrets_.end() ? base::Secret() : found->second;
}

}  // namespace insight::config
