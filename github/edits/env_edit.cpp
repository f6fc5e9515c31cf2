// .env files: KEY=value and export KEY=value; values bare, in '…' (as they stand) or in "…" (with
// escapes, also over several lines); comments behind '#'.
#include "github/edits/formats.h"
#include "github/edits/lines.h"
#include "github/edits/one_changed.h"

namespace insight::github::edits {
namespace {

struct EnvEntry {
    std::string key;
    std::string value;
    char quote = '\0';
    std::size_t begin = 0;  // of the value with its quotes
    std::size_t end = 0;
    bool exported = false;
};

bool is_name(std::string_view text) {
    if (text.empty() || (text.front() >= '0' && text.front() <= '9')) return false;
    for (const char c : text)
        if (!(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
            c != '_' && c != '.' && c != '-')
            return false;
    return true;
}

// The value that begins at `at`; gives the offset behind it.
std::size_t read_value(std::string_view content, std::size_t at, EnvEntry& entry) {
    entry.begin = at;
    const char first = at < content.size() ? content[at] : '\n';
    if (first == '"' || first == '\'') {
        std::string value;
        for (std::size_t i = at + 1; i < content.size(); ++i) {
            if (content[i] == first) {
                entry.quote = first;
                entry.value = std::move(value);
                return entry.end = i + 1;
            }
            if (first == '"' && content[i] == '\\' && i + 1 < content.size()) {
                const char c = content[++i];
                value += c == 'n' ? '\n' : c;
            } else {
                value += content[i];
            }
        }
    }
    const std::size_t line_end = std::min(content.find('\n', at), content.size());
    std::string_view raw = bare_line(content.substr(at, line_end - at));
    const std::size_t comment = raw.starts_with('#') ? 0 : raw.find(" #");
    raw = raw.substr(0, std::min(comment, raw.size()));
    while (raw.ends_with(' ') || raw.ends_with('\t')) raw.remove_suffix(1);
    entry.value = std::string(raw);
    return entry.end = at + raw.size();
}

std::vector<EnvEntry> env_entries(std::string_view content) {
    std::vector<EnvEntry> entries;
    std::size_t at = 0;
    while (at < content.size()) {
        const std::size_t line_end = std::min(content.find('\n', at), content.size());
        std::string_view line = content.substr(at, line_end - at);
        const std::size_t start = std::min(line.find_first_not_of(" \t"), line.size());
        EnvEntry entry;
        std::size_t key = start;
        if (line.substr(key).starts_with("export ")) {
            entry.exported = true;
            key = std::min(line.find_first_not_of(" \t", key + 7), line.size());
        }
        const std::size_t equals = line.find('=', key);
        std::size_t next = line_end;
        if (equals != std::string_view::npos) {
            std::string_view name = line.substr(key, equals - key);
            while (name.ends_with(' ')) name.remove_suffix(1);
            if (is_name(name)) {
                entry.key = std::string(name);
                const std::size_t value =
                    std::min(content.find_first_not_of(" \t", at + equals + 1), content.size());
                next = std::max(line_end, read_value(content, value, entry));
                entries.push_back(std::move(entry));
                if (next > line_end) next = std::min(content.find('\n', next), content.size());
            }
        }
        at = next + 1;
    }
    return entries;
}

std::string written(std::string_view value, char quote) {
    const bool bare_fits = value.find_first_of(" \t\r\n#'\"\\$`") == std::string_view::npos;
    if (quote == '\0' && bare_fits) return std::string(value);
    // The quotes that stand there are kept where they can hold the new value: a diff of one value.
    // Between double ones, shells and most readers put something else in place of "$NAME".
    const bool literal = quote == '\'' || value.find_first_of("$`") != std::string_view::npos;
    if (literal && value.find_first_of("'\r\n") == std::string_view::npos)
        return "'" + std::string(value) + "'";
    std::string out = "\"";
    for (const char c : value) {
        if (c == '"' || c == '\\') out += '\\';
        out += c == '\n' ? std::string("\\n") : std::string(1, c);
    }
    return out + '"';
}

}  // namespace

base::Result<Edited> change_env(std::string_view content, const ValueChange& change) {
    const auto entries = env_entries(content);
    const EnvEntry* found = nullptr;  // of several the last one counts
    for (const EnvEntry& entry : entries)
        if (entry.key == change.path) found = &entry;
    const std::string wanted = plain_text(change.value);
    Edited edited{std::string(content), 0, {}, false};
    if (found != nullptr) {
        edited.line = line_number(content, found->begin);
        edited.before = found->value;
        if (auto fits = as_expected(change, found->value, edited.line); !fits)
            return base::fail(fits.error());
        if (found->value == wanted) return edited;
        edited.content.replace(found->begin, found->end - found->begin,
                               written(wanted, found->quote));
    } else {
        if (!change.may_add || !is_name(change.path)) return no_such_value(change.path);
        const std::string line_break(line_break_of(content));
        if (!content.empty() && !content.ends_with('\n')) edited.content += line_break;
        // As the line above it, which is how the file is used.
        const bool exported = !entries.empty() && entries.back().exported;
        edited.content +=
            (exported ? "export " : "") + change.path + "=" + written(wanted, '\0') + line_break;
        edited.line = line_number(edited.content, edited.content.size() - 1);
        edited.added = true;
    }
    const auto now = env_entries(edited.content);
    return if_one_changed(std::move(edited), entries, now, found, wanted);
}

}  // namespace insight::github::edits
