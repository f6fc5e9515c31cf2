#include "config/value.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "config/expand.h"
#include "core/base/text.h"

namespace insight::config {
namespace {

constexpr std::size_t kShown = 64;  // bytes of a wrong value that an error repeats

std::string shown(const Tree& tree) {
    switch (tree.kind) {
        case Tree::Kind::Null:
            return "nothing";
        case Tree::Kind::List:
            return "a list";
        case Tree::Kind::Map:
            return "a map";
        case Tree::Kind::Scalar:
            break;
    }
    // A secret may have been written at the wrong key.
    return fmt::format("'{}'", base::shorten(base::redact(base::one_line(tree.text)), kShown));
}

// Characters RFC 3986 allows in a URL as it is sent.
bool url_character(char c) {
    return c > ' ' && c < 0x7f && std::string_view("\"<>\\^`{|}").find(c) == std::string_view::npos;
}

base::Status check_host(std::string_view authority) {
    const auto wrong = [&](std::string_view why) {
        return base::fail(base::ErrorKind::Invalid, std::string(why));
    };
    if (authority.find('@') != std::string_view::npos)
        return wrong("must not carry a user or password; secrets have keys of their own");
    std::string_view port;
    if (authority.starts_with('[')) {
        const std::size_t end = authority.find(']');
        // "[::]" is the shortest
        if (end == std::string_view::npos || end < 3)
            return wrong("has an IPv6 address without ']'");
        port = authority.substr(end + 1);
    } else if (const std::size_t colon = authority.find(':'); colon != std::string_view::npos) {
        port = authority.substr(colon);
        authority = authority.substr(0, colon);
    }
    if (authority.empty()) return wrong("has no host");
    if (port.empty()) return {};
    unsigned number = 0;
    const auto [end, error] = std::from_chars(port.data() + 1, port.data() + port.size(), number);
    if (port.front() != ':' || error != std::errc{} || end != port.data() + port.size() ||
        number == 0 || number > 65535)
        return wrong("has a port that is not a number from 1 to 65535");
    return {};
}

struct Reader {
    const Tree& tree;
    const std::string& path;
    const Reading& reading;

    [[nodiscard]] tl::unexpected<base::Error> wrong(std::string_view expected) const {
        return fail_at(reading.origin, tree.line,
                       fmt::format("'{}' must be {}, not {}", path, expected, shown(tree)));
    }

    [[nodiscard]] base::Result<std::string> text(std::string_view expected) const {
        if (tree.kind != Tree::Kind::Scalar) return wrong(expected);
        base::Result<std::string> out = expand(tree.text);
        if (!out)
            return fail_at(reading.origin, tree.line,
                           fmt::format("'{}': {}", path, out.error().message));
        return out;
    }

    // A quoted scalar is text, unless what it says came from the environment.
    [[nodiscard]] bool literal_text(const std::string& expanded) const {
        return tree.quoted && expanded == tree.text;
    }
};

base::Result<base::Json> read_scalar(const Reader& reader, FieldType type) {
    const base::Result<std::string> text = reader.text(describe(type));
    if (!text) return base::fail(text.error());
    switch (type) {
        case FieldType::Url:
            if (const base::Status status = check_url(*text); !status)
                return fail_at(reader.reading.origin, reader.tree.line,
                               fmt::format("'{}' {}", reader.path, status.error().message));
            return *text;
        case FieldType::Duration:
            if (!base::parse_duration(*text)) return reader.wrong(describe(type));
            return *text;
        case FieldType::Count: {
            std::int64_t count = 0;
            const char* last = text->data() + text->size();
            const auto [end, error] = std::from_chars(text->data(), last, count);
            if (error != std::errc{} || end != last || count < 0 || reader.literal_text(*text))
                return reader.wrong(describe(type));
            return count;
        }
        case FieldType::Number: {
            double number = 0;
            const char* last = text->data() + text->size();
            // It also takes "inf" and "nan", which are no amounts.
            const auto [end, error] = std::from_chars(text->data(), last, number);
            if (error != std::errc{} || end != last || !std::isfinite(number) ||
                reader.literal_text(*text))
                return reader.wrong(describe(type));
            return number;
        }
        case FieldType::Flag:
            if ((*text != "true" && *text != "false") || reader.literal_text(*text))
                return reader.wrong(describe(type));
            return *text == "true";
        default:
            return *text;
    }
}

base::Result<base::Json> read_map(const Reader& reader) {
    if (reader.tree.kind != Tree::Kind::Map) return reader.wrong(describe(FieldType::TextMap));
    base::Json map = base::Json::object();
    for (const Entry& entry : reader.tree.entries) {
        const std::string path = reader.path + "." + entry.key;
        const Reader value{entry.value, path, reader.reading};
        base::Result<std::string> text = value.text("text");
        if (!text) return base::fail(text.error());
        map[entry.key] = std::move(*text);
    }
    return map;
}

base::Result<base::Json> read_list(const Reader& reader) {
    if (reader.tree.kind != Tree::Kind::List) return reader.wrong(describe(FieldType::TextList));
    base::Json list = base::Json::array();
    for (const Tree& item : reader.tree.items) {
        const std::string path = fmt::format("{}[{}]", reader.path, list.size());
        const Reader value{item, path, reader.reading};
        base::Result<std::string> text = value.text("text");
        if (!text) return base::fail(text.error());
        list.push_back(std::move(*text));
    }
    return list;
}

}  // namespace

std::string_view describe(FieldType type) {
    switch (type) {
        case FieldType::Text:
            return "text";
        case FieldType::Url:
            return "an address like http://host:9090";
        case FieldType::Duration:
            return "a length of time like 30s, 15m or 1h30m";
        case FieldType::Count:
            return "a whole number";
        case FieldType::Number:
            return "a number";
        case FieldType::Flag:
            return "true or false";
        case FieldType::Secret:
            return "{env: NAME} or {file: PATH}";
        case FieldType::TextMap:
            return "a map of texts";
        case FieldType::TextList:
            return "a list of texts";
    }
    return "";
}

base::Status check_url(std::string_view url) {
    const std::string_view rest = url.starts_with("http://")    ? url.substr(7)
                                  : url.starts_with("https://") ? url.substr(8)
                                                                : std::string_view{};
    if (rest.empty())
        return base::fail(base::ErrorKind::Invalid, "must be an address like http://host:9090");
    if (!std::all_of(url.begin(), url.end(), url_character))
        return base::fail(base::ErrorKind::Invalid,
                          "has a character that no address may have; percent-encode it");
    return check_host(rest.substr(0, rest.find_first_of("/?#")));
}

base::Result<base::Json> read_value(const Tree& tree, FieldType type, const std::string& path,
                                    const Reading& reading) {
    const Reader reader{tree, path, reading};
    if (type == FieldType::TextMap) return read_map(reader);
    if (type == FieldType::TextList) return read_list(reader);
    return read_scalar(reader, type);
}

}  // namespace insight::config
