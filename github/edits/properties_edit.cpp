// Java properties, as java.util.Properties.load() reads them.
#include "github/edits/formats.h"
#include "github/edits/lines.h"
#include "github/edits/one_changed.h"

namespace insight::github::edits {
namespace {

constexpr std::string_view kBlank = " \t\f";

struct PropertiesEntry {
    std::string key;
    std::string value;
    std::size_t value_begin = 0;
    std::size_t value_end = 0;
    std::string_view separator;  // between key and value, as written
};

bool is_continued(std::string_view line) {
    std::size_t slashes = 0;
    while (slashes < line.size() && line[line.size() - 1 - slashes] == '\\') ++slashes;
    return slashes % 2 == 1;
}

// Escapes and joined lines taken out.
std::string unescaped(std::string_view raw) {
    std::string out;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] != '\\' || i + 1 >= raw.size()) {
            out += raw[i];
            continue;
        }
        const char c = raw[++i];
        if (c == '\r' || c == '\n') {
            if (c == '\r' && i + 1 < raw.size() && raw[i + 1] == '\n') ++i;
            while (i + 1 < raw.size() && kBlank.find(raw[i + 1]) != std::string_view::npos) ++i;
        } else if (c == 'n') {
            out += '\n';
        } else if (c == 't') {
            out += '\t';
        } else if (c == 'u') {
            out += "\\u";  // kept as it is written
        } else {
            out += c;
        }
    }
    return out;
}

std::string escaped(std::string_view value) {
    std::string out;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char c = value[i];
        if (c == '\\' && i + 1 < value.size() && value[i + 1] == 'u')
            out += c;
        else if (c == '\\')
            out += "\\\\";
        else if (c == '\n')
            out += "\\n";
        else if (c == '\r')
            out += "\\r";
        else if (c == '\t')
            out += "\\t";
        else if (c == ' ' && i == 0)
            out += "\\ ";
        else
            out += c;
    }
    return out;
}

std::vector<PropertiesEntry> properties_entries(std::string_view content) {
    std::vector<PropertiesEntry> entries;
    std::size_t at = 0;
    while (at < content.size()) {
        // A logical line: natural ones that end with an odd number of '\' belong together.
        std::size_t end = at;
        std::size_t next = at;
        std::string_view first;
        do {
            next = std::min(content.find('\n', end), content.size() - 1) + 1;
            const std::string_view line = bare_line(content.substr(end, next - end));
            if (first.data() == nullptr) first = line;
            const std::size_t start = line.find_first_not_of(kBlank);
            const bool comment = end == at && (start == std::string_view::npos ||
                                               line[start] == '#' || line[start] == '!');
            const std::size_t begin = end;
            end = next;
            if (comment || !is_continued(line) || next >= content.size()) {
                end = begin + line.size();
                break;
            }
        } while (true);
        const std::string_view logical = content.substr(at, end - at);
        const std::size_t start = logical.find_first_not_of(kBlank);
        if (start != std::string_view::npos && logical[start] != '#' && logical[start] != '!') {
            std::size_t key_end = start;
            while (key_end < logical.size() &&
                   std::string_view("=: \t\f").find(logical[key_end]) == std::string_view::npos)
                key_end += logical[key_end] == '\\' ? 2 : 1;
            key_end = std::min(key_end, logical.size());
            std::size_t value =
                std::min(logical.find_first_not_of(kBlank, key_end), logical.size());
            if (value < logical.size() && (logical[value] == '=' || logical[value] == ':'))
                value = std::min(logical.find_first_not_of(kBlank, value + 1), logical.size());
            entries.push_back({unescaped(logical.substr(start, key_end - start)),
                               unescaped(logical.substr(value)), at + value, end,
                               logical.substr(key_end, value - key_end)});
        }
        at = next;
    }
    return entries;
}

std::string escaped_key(std::string_view key) {
    std::string out;
    for (const char c : key) {
        if (std::string_view("=: \t\f#!\\").find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out;
}

}  // namespace

base::Result<Edited> change_properties(std::string_view content, const ValueChange& change) {
    const auto entries = properties_entries(content);
    const PropertiesEntry* found = nullptr;  // of several the last one counts
    for (const PropertiesEntry& entry : entries)
        if (entry.key == change.path) found = &entry;
    const std::string wanted = plain_text(change.value);
    Edited edited{std::string(content), 0, {}, false};
    if (found != nullptr) {
        edited.line = line_number(content, found->value_begin);
        edited.before = found->value;
        if (auto fits = as_expected(change, found->value, edited.line); !fits)
            return base::fail(fits.error());
        if (found->value == wanted) return edited;
        std::string text = escaped(wanted);
        // "key" alone is a key with an empty value.
        if (found->separator.empty()) text.insert(0, "=");
        edited.content.replace(found->value_begin, found->value_end - found->value_begin, text);
    } else {
        if (!change.may_add || change.path.empty() ||
            change.path.find_first_of("\r\n") != std::string::npos)
            return no_such_value(change.path);
        const std::string line_break(line_break_of(content));
        if (!content.empty() && !content.ends_with('\n')) edited.content += line_break;
        const std::string separator = entries.empty() ? "=" : std::string(entries.back().separator);
        edited.content += escaped_key(change.path) + (separator.empty() ? "=" : separator) +
                          escaped(wanted) + line_break;
        edited.line = line_number(edited.content, edited.content.size() - 1);
        edited.added = true;
    }
    const auto now = properties_entries(edited.content);
    return if_one_changed(std::move(edited), entries, now, found, wanted);
}

}  // namespace insight::github::edits
