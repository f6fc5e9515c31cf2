#include "github/edits/value_edit.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "github/edits/formats.h"

namespace insight::github::edits {

using base::ErrorKind;

std::optional<Format> format_of(std::string_view file) {
    const std::size_t slash = file.rfind('/');
    std::string name(slash == std::string_view::npos ? file : file.substr(slash + 1));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (name.ends_with(".yaml") || name.ends_with(".yml")) return Format::Yaml;
    if (name.ends_with(".json")) return Format::Json;
    if (name.ends_with(".properties")) return Format::Properties;
    if (name == ".env" || name.starts_with(".env.") || name.ends_with(".env")) return Format::Env;
    return std::nullopt;
}

std::string plain_text(const base::Json& value) {
    return value.is_string() ? value.get<std::string>() : base::dump_json(value);
}

tl::unexpected<base::Error> no_such_value(std::string_view path) {
    return base::fail(ErrorKind::NotFound, fmt::format("there is no value at {}",
                                                       base::shorten(base::clean_utf8(path), 200)));
}

base::Status as_expected(const ValueChange& change, const std::string& found, int line) {
    if (!change.expected || *change.expected == found) return {};
    return base::fail(
        ErrorKind::Conflict,
        fmt::format("line {}: {} is '{}' and not '{}' as expected; it was changed meanwhile", line,
                    base::shorten(base::clean_utf8(change.path), 120),
                    base::shorten(base::one_line(base::clean_utf8(found)), 80),
                    base::shorten(base::one_line(base::clean_utf8(*change.expected)), 80)));
}

base::Result<Edited> change_value(std::string_view file, std::string_view content,
                                  const ValueChange& change) {
    if (change.value.is_structured())
        return base::fail(ErrorKind::Invalid,
                          "the new value must be a text, a number, true, false or null");
    const auto format = format_of(file);
    auto edited = [&]() -> base::Result<Edited> {
        if (!format)
            return base::fail(ErrorKind::Invalid,
                              "values are changed in .yaml, .yml, .json, .properties and .env "
                              "files; use a patch for this one");
        switch (*format) {
            case Format::Yaml:
                return change_yaml(content, change);
            case Format::Json:
                return change_json(content, change);
            case Format::Properties:
                return change_properties(content, change);
            case Format::Env:
                return change_env(content, change);
        }
        return base::fail(ErrorKind::Internal, "a format without an editor");
    }();
    if (edited) return edited;
    base::Error error = edited.error();
    error.message = fmt::format(
        "{}: {}", base::shorten(base::one_line(base::clean_utf8(file)), 200), error.message);
    return base::fail(std::move(error));
}

base::Result<std::string> value_in(std::string_view file, std::string_view content,
                                   const ValueChange& where) {
    ValueChange look = where;
    look.expected.reset();
    look.may_add = false;
    // Tried without writing: what stood there comes back with the edit.
    look.value = "";
    const auto edited = change_value(file, content, look);
    if (!edited) return base::fail(edited.error());
    return edited->before;
}

}  // namespace insight::github::edits
