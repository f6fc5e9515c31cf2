#include "config/section.h"

#include <fmt/format.h>

#include "config/value.h"
#include "core/base/text.h"

namespace insight::config {
namespace {

bool is_instance_name(std::string_view name) {
    return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.';
    });
}

const Field* find_field(std::span<const Field> fields, std::string_view key) {
    const auto found =
        std::find_if(fields.begin(), fields.end(), [&](const Field& f) { return f.key == key; });
    return found == fields.end() ? nullptr : &*found;
}

base::Status check_limit(const base::Json& value, FieldType type, const Limit& limit,
                         const std::string& path, int line, const Reading& reading) {
    const auto outside = [&](std::string_view least, std::string_view most) {
        return fail_at(reading.origin, line,
                       fmt::format("'{}' must be from {} to {}", path, least, most));
    };
    if (type == FieldType::Count) {
        const auto count = value.get<std::int64_t>();
        if (count < limit.least || count > limit.most)
            return outside(std::to_string(limit.least), std::to_string(limit.most));
    } else if (type == FieldType::Number) {
        const auto number = value.get<double>();
        if (number < static_cast<double>(limit.least) || number > static_cast<double>(limit.most))
            return outside(std::to_string(limit.least), std::to_string(limit.most));
    } else if (type == FieldType::Duration) {
        const base::Nanos length = base::parse_duration(value.get<std::string>()).value_or(0);
        if (length < limit.least || length > limit.most)
            return outside(base::format_duration(limit.least), base::format_duration(limit.most));
    } else if (!limit.choices.empty()) {
        const auto& text = value.get_ref<const std::string&>();
        if (std::find(limit.choices.begin(), limit.choices.end(), text) == limit.choices.end())
            return fail_at(reading.origin, line,
                           fmt::format("'{}' must be one of {}, not '{}'", path,
                                       fmt::join(limit.choices, ", "),
                                       base::shorten(base::one_line(text), 64)));
    }
    return {};
}

struct Section {
    const Tree& tree;
    const std::string& path;
    std::span<const Field> fields;
    std::span<const Limit> limits;
    Reading& reading;

    base::Result<std::string> name() const {
        const Tree* value = tree.find("name");
        if (value == nullptr)
            return fail_at(reading.origin, tree.line,
                           fmt::format("'{}' lacks the required key 'name'", path));
        const std::string key = join_path(path, "name");
        base::Result<base::Json> text = read_value(*value, FieldType::Text, key, reading);
        if (!text) return base::fail(text.error());
        // A list that declares `name` itself says what one looks like: owner/repo.
        const bool free = find_field(fields, "name") != nullptr;
        if (!free && !is_instance_name(text->get_ref<const std::string&>()))
            return fail_at(
                reading.origin, value->line,
                fmt::format("'{}' must be 1 to 64 letters, digits, '-', '_' or '.'", key));
        return text->get<std::string>();
    }

    base::Status read(const Field& field, const Tree& value, base::Json& settings,
                      std::map<std::string, base::Secret>& secrets) const {
        const std::string full = join_path(path, field.key);
        if (field.type == FieldType::Secret) {
            base::Result<base::Secret> secret = read_secret(value, full, reading);
            if (!secret) return base::fail(secret.error());
            secrets.insert_or_assign(std::string(field.key), std::move(*secret));
            return {};
        }
        base::Result<base::Json> typed = read_value(value, field.type, full, reading);
        if (!typed) return base::fail(typed.error());
        for (const Limit& limit : limits)
            if (limit.key == field.key)
                if (auto status = check_limit(*typed, field.type, limit, full, value.line, reading);
                    !status)
                    return status;
        settings[std::string(field.key)] = std::move(*typed);
        return {};
    }

    [[nodiscard]] base::Status known_keys_only(bool named) const {
        for (const Entry& entry : tree.entries) {
            if (find_field(fields, entry.key) != nullptr || (named && entry.key == "name"))
                continue;
            std::vector<std::string> known;
            if (named) known.emplace_back("name");
            for (const Field& field : fields) known.emplace_back(field.key);
            return fail_at(reading.origin, entry.line, unknown_key(entry.key, path, known));
        }
        return {};
    }
};

}  // namespace

std::string join_path(std::string_view path, std::string_view key) {
    return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
}

std::string unknown_key(std::string_view key, std::string_view path,
                        const std::vector<std::string>& known) {
    const std::string shown = base::shorten(base::one_line(key), 64);
    const std::string where = path.empty() ? "the top level" : fmt::format("'{}'", path);
    // Edit distance costs the product of both lengths.
    const std::string near = base::nearest(key.substr(0, 64), known);
    if (!near.empty())
        return fmt::format("unknown key '{}' below {}; did you mean '{}'?", shown, where, near);
    return fmt::format("unknown key '{}' below {}; known are: {}", shown, where,
                       fmt::join(known, ", "));
}

base::Result<Instance> read_section(const Tree& tree, const std::string& path,
                                    std::span<const Field> fields, std::span<const Limit> limits,
                                    bool named, Reading& reading) {
    if (tree.kind != Tree::Kind::Map)
        return fail_at(reading.origin, tree.line,
                       fmt::format("'{}' must be a map of keys and values", path));
    const Section section{tree, path, fields, limits, reading};
    // Before the values: a mistyped key explains the required one that is missing.
    if (auto status = section.known_keys_only(named); !status) return base::fail(status.error());
    std::string name;
    if (named) {
        base::Result<std::string> read = section.name();
        if (!read) return base::fail(read.error());
        name = std::move(*read);
    }
    base::Json settings = base::Json::object();
    std::map<std::string, base::Secret> secrets;
    for (const Field& field : fields) {
        const Tree* value = tree.find(field.key);
        Tree fallback;
        if (value == nullptr || value->kind == Tree::Kind::Null) {
            if (field.required)
                return fail_at(reading.origin, value == nullptr ? tree.line : value->line,
                               fmt::format("'{}' lacks the required key '{}' ({})", path, field.key,
                                           field.help));
            if (field.fallback.empty()) continue;
            // Read like a written value, so that a default cannot pass what a file could not say.
            fallback.kind = Tree::Kind::Scalar;
            fallback.text = field.fallback;
            value = &fallback;
        }
        if (auto status = section.read(field, *value, settings, secrets); !status)
            return base::fail(status.error());
    }
    return Instance(std::move(name), std::move(settings), std::move(secrets));
}

}  // namespace insight::config
