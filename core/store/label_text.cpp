#include "core/store/label_text.h"

#include "core/base/json.h"
#include "core/base/text.h"

namespace insight::store {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

// RFC 8259, section 7: these three kinds must be escaped, and nothing else.
bool plain(char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
}

void append_escaped(std::string& out, std::string_view text) {
    for (const char c : text) {
        if (plain(c)) {
            out += c;
        } else if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else {
            out += "\\u00";
            out += kDigits[static_cast<unsigned char>(c) >> 4U];
            out += kDigits[static_cast<unsigned char>(c) & 15U];
        }
    }
}

void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    bool ascii = true;
    bool simple = true;
    for (const char c : text) {
        ascii = ascii && static_cast<unsigned char>(c) < 0x80;
        simple = simple && plain(c);
    }
    // Only valid UTF-8 can be read again.
    if (!ascii)
        append_escaped(out, base::clean_utf8(text));
    else if (simple)
        out += text;
    else
        append_escaped(out, text);
    out += '"';
}

}  // namespace

std::string to_text(const model::Labels& labels) {
    std::size_t size = 2;
    for (const auto& [name, value] : labels) size += name.size() + value.size() + 6;
    std::string out;
    out.reserve(size);
    out += '{';
    for (const auto& [name, value] : labels) {
        if (out.size() > 1) out += ',';
        append_quoted(out, name);
        out += ':';
        append_quoted(out, value);
    }
    out += '}';
    return out;
}

model::Labels labels_from_text(std::string_view text) {
    model::Labels labels;
    const base::Result<base::Json> value = base::parse_json(text, "a label set of the store");
    if (!value || !value->is_object()) return labels;
    for (const auto& [name, item] : value->items())
        if (item.is_string()) labels.emplace(name, item.get<std::string>());
    return labels;
}

}  // namespace insight::store
