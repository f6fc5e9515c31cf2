#include "github/edits/unified_diff.h"

#include <fmt/format.h>

#include <algorithm>

#include "github/edits/line_diff.h"
#include "github/edits/lines.h"

namespace insight::github::edits {
namespace {

constexpr std::size_t kContext = 3;

std::string range(std::size_t begin, std::size_t count) {
    // POSIX: an empty range names the line before it.
    const std::size_t start = count == 0 ? begin : begin + 1;
    return count == 1 ? std::to_string(start) : fmt::format("{},{}", start, count);
}

void put_line(std::string& out, char sign, std::string_view line) {
    out += sign;
    out += line;
    if (!line.ends_with('\n')) out += "\n\\ No newline at end of file\n";
}

}  // namespace

std::size_t FilePatch::changed_lines() const {
    std::size_t count = 0;
    for (const DiffHunk& hunk : hunks)
        count += static_cast<std::size_t>(
            std::count_if(hunk.lines.begin(), hunk.lines.end(),
                          [](const DiffLine& line) { return line.sign != ' '; }));
    return count;
}

std::string quoted_path(std::string_view path) {
    std::string out;
    bool special = false;
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            out += std::string("\\") + c;
        else if (byte < 0x20 || byte >= 0x7f)
            out += fmt::format("\\{:03o}", byte);
        else {
            out += c;
            continue;
        }
        special = true;
    }
    return special ? "\"" + out + "\"" : out;
}

std::string write_diff(std::string_view path, const std::optional<std::string>& before,
                       const std::optional<std::string>& after) {
    if (before == after) return {};
    const auto left = lines_of(before ? std::string_view(*before) : std::string_view());
    const auto right = lines_of(after ? std::string_view(*after) : std::string_view());
    const std::string old_name = quoted_path("a/" + std::string(path));
    const std::string new_name = quoted_path("b/" + std::string(path));
    std::string out = fmt::format("diff --git {} {}\n", old_name, new_name);
    if (!before) out += "new file mode 100644\n";
    if (!after) out += "deleted file mode 100644\n";
    const auto changes = line_changes(left, right);
    if (changes.empty()) return out;  // an empty file comes or goes
    // git ends names that have blanks in them with a tab.
    const std::string tab = path.find(' ') == std::string_view::npos ? "" : "\t";
    out += fmt::format("--- {}\n", before ? old_name + tab : "/dev/null");
    out += fmt::format("+++ {}\n", after ? new_name + tab : "/dev/null");
    for (std::size_t first = 0; first < changes.size();) {
        std::size_t last = first;
        while (last + 1 < changes.size() &&
               changes[last + 1].left_begin - changes[last].left_end <= 2 * kContext)
            ++last;
        const std::size_t lead = std::min(changes[first].left_begin, kContext);
        const std::size_t begin = changes[first].left_begin - lead;
        const std::size_t end = std::min(changes[last].left_end + kContext, left.size());
        const std::size_t new_begin = changes[first].right_begin - lead;
        const std::size_t new_end = changes[last].right_end + (end - changes[last].left_end);
        out += fmt::format("@@ -{} +{} @@\n", range(begin, end - begin),
                           range(new_begin, new_end - new_begin));
        std::size_t at = begin;
        for (std::size_t i = first; i <= last; ++i) {
            for (; at < changes[i].left_begin; ++at) put_line(out, ' ', left[at]);
            for (; at < changes[i].left_end; ++at) put_line(out, '-', left[at]);
            for (std::size_t j = changes[i].right_begin; j < changes[i].right_end; ++j)
                put_line(out, '+', right[j]);
        }
        for (; at < end; ++at) put_line(out, ' ', left[at]);
        first = last + 1;
    }
    return out;
}

}  // namespace insight::github::edits
