#include "agent/outreach/template.h"

#include <fmt/format.h>

#include "core/base/text.h"

namespace insight::outreach {
namespace {

using base::Json;

constexpr std::string_view kOpen = "{{";
constexpr std::string_view kClose = "}}";
constexpr std::string_view kAsJson = "json ";
constexpr std::size_t kLongestPlaceholder = 128;

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

const Json* value_at(const Json& data, std::string_view path) {
    const Json* value = &data;
    while (!path.empty()) {
        const std::size_t dot = path.find('.');
        const std::string key(path.substr(0, dot));
        if (!value->is_object() || !value->contains(key)) return nullptr;
        value = &(*value)[key];
        path = dot == std::string_view::npos ? "" : path.substr(dot + 1);
    }
    return value;
}

std::string shown(const Json* value, bool escape) {
    if (value == nullptr || value->is_null()) return {};
    if (!value->is_string()) {
        std::string json = base::dump_json(*value);
        // A list inside a text of JSON is a text itself, quotes escaped; `{{json path}}` is for the
        // value as it is.
        if (!escape || !value->is_structured()) return json;
        const std::string quoted = base::dump_json(Json(json));
        return quoted.substr(1, quoted.size() - 2);
    }
    if (!escape) return value->get<std::string>();
    const std::string quoted = base::dump_json(*value);
    return quoted.substr(1, quoted.size() - 2);
}

}  // namespace

base::Result<Template> Template::parse(std::string text) {
    for (std::size_t at = 0; (at = text.find(kOpen, at)) != std::string::npos;) {
        const std::size_t end = text.find(kClose, at);
        if (end == std::string::npos || end - at > kLongestPlaceholder)
            return base::fail(base::ErrorKind::Invalid,
                              fmt::format("the template's placeholder at \"{}\" does not end with "
                                          "}}}}: write {{{{ticket.title}}}}",
                                          base::shorten(base::one_line(text.substr(at)), 40)));
        at = end + kClose.size();
    }
    return Template(std::move(text));
}

std::string Template::fill(const Json& data, bool escape) const {
    std::string out;
    std::size_t done = 0;
    for (std::size_t at = 0; (at = text_.find(kOpen, done)) != std::string::npos;) {
        out.append(text_, done, at - done);
        const std::size_t end = text_.find(kClose, at);
        std::string_view path =
            trimmed(std::string_view(text_).substr(at + kOpen.size(), end - at - kOpen.size()));
        if (path.starts_with(kAsJson)) {
            const Json* value = value_at(data, trimmed(path.substr(kAsJson.size())));
            out += value == nullptr ? "null" : base::dump_json(*value);
        } else {
            out += shown(value_at(data, path), escape);
        }
        done = end + kClose.size();
    }
    return out.append(text_, done);
}

}  // namespace insight::outreach
