#include <fmt/format.h>

#include <charconv>
#include <set>

#include "core/base/text.h"
#include "github/edits/lines.h"
#include "github/edits/unified_diff.h"

namespace insight::github::edits {
namespace {

using base::ErrorKind;

constexpr std::size_t kMostDiffBytes = 1U << 20;
constexpr std::size_t kMostFiles = 300;
constexpr std::size_t kMostLines = 100'000'000;  // of a file: what an @@ line may say

bool take_number(std::string_view& text, std::size_t& number) {
    const auto [stop, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc() || number > kMostLines) return false;
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    return true;
}

bool take_range(std::string_view& text, char sign, std::size_t& start, std::size_t& count) {
    if (!text.starts_with(sign)) return false;
    text.remove_prefix(1);
    if (!take_number(text, start)) return false;
    count = 1;
    if (!text.starts_with(',')) return true;
    text.remove_prefix(1);
    return take_number(text, count);
}

bool read_header(std::string_view line, DiffHunk& hunk) {
    if (!line.starts_with("@@ ")) return false;
    line.remove_prefix(3);
    if (!take_range(line, '-', hunk.old_start, hunk.old_count) || !line.starts_with(' '))
        return false;
    line.remove_prefix(1);
    return take_range(line, '+', hunk.new_start, hunk.new_count) && line.starts_with(" @@");
}

// "a/x", "\"a/caf\\303\\251\"", "/dev/null"; a tab ends a bare name. Nothing: unreadable.
std::optional<std::string> read_path(std::string_view text, char side) {
    std::string path;
    if (text.starts_with('"')) {
        for (std::size_t i = 1; i < text.size() && text[i] != '"'; ++i) {
            if (text[i] != '\\' || i + 1 >= text.size()) {
                path += text[i];
                continue;
            }
            const char c = text[++i];
            // Git quotes bytes beyond ASCII as three octal digits (core.quotePath).
            if (c >= '0' && c <= '3' && i + 2 < text.size()) {
                path += static_cast<char>((c - '0') * 64 + (text[i + 1] - '0') * 8 +
                                          (text[i + 2] - '0'));
                i += 2;
            } else {
                path += c == 'n' ? '\n' : c == 't' ? '\t' : c;
            }
        }
    } else {
        path = std::string(text.substr(0, text.find('\t')));
        while (path.ends_with(' ')) path.pop_back();
    }
    if (path == "/dev/null") return std::string();
    if (path.size() > 2 && path[0] == side && path[1] == '/') return path.substr(2);
    return path.empty() || path.starts_with('/') ? std::nullopt : std::optional(path);
}

class Reader {
  public:
    Reader(std::string_view text, bool forgive) : lines_(lines_of(text)), forgive_(forgive) {}

    base::Result<std::vector<FilePatch>> read() {
        std::vector<FilePatch> files;
        std::set<std::string> names;
        while (at_ < lines_.size()) {
            if (blank(line())) {
                ++at_;
                continue;
            }
            if (files.size() >= kMostFiles)
                return base::fail(ErrorKind::TooLarge, "the patch changes more than 300 files");
            auto file = read_file();
            if (!file) return base::fail(file.error());
            // Two patches of one file would each be applied to what was there before.
            if (!names.insert(file->path()).second)
                return wrong(fmt::format("{} comes twice", quoted_path(file->path())));
            files.push_back(std::move(*file));
        }
        if (files.empty()) return base::fail(ErrorKind::Invalid, "the patch is empty");
        return files;
    }

  private:
    [[nodiscard]] std::string_view line() const { return bare_line(lines_[at_]); }
    static bool blank(std::string_view text) {
        return text.find_first_not_of(" \t") == std::string_view::npos;
    }
    [[nodiscard]] tl::unexpected<base::Error> wrong(std::string_view why) const {
        return base::fail(ErrorKind::Invalid,
                          fmt::format("line {} of the patch: {}", at_ + 1, why));
    }

    // The lines git puts between "diff --git" and "---".
    base::Status read_extended(FilePatch& file, bool& empty_allowed) {
        ++at_;
        for (; at_ < lines_.size(); ++at_) {
            const std::string_view text = line();
            if (text.starts_with("--- ") || text.starts_with("diff --git ") || blank(text)) break;
            if (text.starts_with("GIT binary patch") || text.starts_with("Binary files "))
                return wrong("binary files cannot be patched");
            if (text.starts_with("old mode ") || text.starts_with("new mode ") ||
                text.starts_with("copy from "))
                // A mode could make a file executable or a link: no fix needs that.
                return wrong("modes and copies are not supported");
            if (text.starts_with("new file mode ") && text != "new file mode 100644")
                return wrong("only plain files can be added");
            if (text.starts_with("rename from ")) {
                file.old_path = std::string(text.substr(12));
                empty_allowed = true;
            } else if (text.starts_with("rename to ")) {
                file.new_path = std::string(text.substr(10));
            } else if (!text.starts_with("index ") && !text.starts_with("similarity index ") &&
                       !text.starts_with("new file mode ") &&
                       !text.starts_with("deleted file mode ")) {
                return wrong("this is no line of a diff");
            }
        }
        return {};
    }

    base::Result<FilePatch> read_file() {
        FilePatch file;
        bool empty_allowed = false;
        if (line().starts_with("diff --git "))
            if (auto fine = read_extended(file, empty_allowed); !fine)
                return base::fail(fine.error());
        const bool has_names = at_ + 1 < lines_.size() && line().starts_with("--- ") &&
                               bare_line(lines_[at_ + 1]).starts_with("+++ ");
        if (!has_names) {
            if (empty_allowed) return file;
            return wrong("'--- a/FILE' and '+++ b/FILE' are awaited");
        }
        const auto old_path = read_path(line().substr(4), 'a');
        const auto new_path = read_path(bare_line(lines_[at_ + 1]).substr(4), 'b');
        if (!old_path || !new_path || (old_path->empty() && new_path->empty()))
            return wrong("the name of the file cannot be read");
        if (!empty_allowed && !old_path->empty() && !new_path->empty() && *old_path != *new_path)
            return wrong("the two names of the file differ");
        file.old_path = *old_path;
        file.new_path = *new_path;
        for (at_ += 2; at_ < lines_.size() && line().starts_with("@@");) {
            auto hunk = read_hunk();
            if (!hunk) return base::fail(hunk.error());
            file.hunks.push_back(std::move(*hunk));
        }
        if (file.hunks.empty()) return wrong("a hunk ('@@ -1,3 +1,4 @@') is awaited");
        return file;
    }

    base::Result<DiffHunk> read_hunk() {
        DiffHunk hunk;
        if (!read_header(line(), hunk)) return wrong("'@@ -LINE,COUNT +LINE,COUNT @@' is awaited");
        std::size_t old_left = hunk.old_count;
        std::size_t new_left = hunk.new_count;
        std::size_t old_seen = 0;
        std::size_t new_seen = 0;
        for (++at_; at_ < lines_.size(); ++at_) {
            std::string_view text = lines_[at_];
            if (text.ends_with('\n')) text.remove_suffix(1);
            if (text.starts_with('\\')) {
                if (hunk.lines.empty()) return wrong("'\\' stands behind no line");
                hunk.lines.back().no_newline = true;
                continue;
            }
            if (forgive_ ? ends_here(text) : old_left == 0 && new_left == 0) break;
            // Many editors strip the blank of an empty context line.
            const char sign = text.empty() || text == "\r" ? ' ' : text.front();
            if (sign != ' ' && sign != '-' && sign != '+')
                return wrong("a line of a hunk begins with ' ', '-' or '+'");
            if (sign != '+') ++old_seen;
            if (sign != '-') ++new_seen;
            if (!forgive_ && ((sign != '+' && old_left-- == 0) || (sign != '-' && new_left-- == 0)))
                return wrong("the hunk has more lines than its '@@' line says");
            hunk.lines.push_back({sign, std::string(text.empty() ? text : text.substr(1)), false});
        }
        if (forgive_) {
            hunk.old_count = old_seen;
            hunk.new_count = new_seen;
        } else if (old_left != 0 || new_left != 0) {
            return wrong("the hunk has fewer lines than its '@@' line says");
        }
        if (hunk.lines.empty()) return wrong("the hunk is empty");
        return hunk;
    }

    // Where counts cannot be trusted, a hunk ends before the next one, the next file, or blank
    // lines at the very end.
    [[nodiscard]] bool ends_here(std::string_view text) const {
        if (text.starts_with("@@ ") || text.starts_with("diff --git ")) return true;
        if (text.starts_with("--- ") && at_ + 1 < lines_.size() &&
            lines_[at_ + 1].starts_with("+++ "))
            return true;
        if (!blank(text) || text.starts_with(' ')) return false;
        for (std::size_t i = at_; i < lines_.size(); ++i)
            if (!blank(bare_line(lines_[i]))) return false;
        return true;
    }

    const std::vector<std::string_view> lines_;
    const bool forgive_;
    std::size_t at_ = 0;
};

}  // namespace

base::Result<std::vector<FilePatch>> read_diff(std::string_view text, bool forgive_counts) {
    if (text.size() > kMostDiffBytes)
        return base::fail(ErrorKind::TooLarge, "the patch is larger than 1 MiB");
    if (text.find('\0') != std::string_view::npos)
        return base::fail(ErrorKind::Invalid, "the patch is not text");
    return Reader(text, forgive_counts).read();
}

}  // namespace insight::github::edits
