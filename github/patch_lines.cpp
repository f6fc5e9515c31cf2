#include "github/patch_lines.h"

#include <charconv>

namespace insight::github {
namespace {

struct HunkHead {
    int old_start = 0, old_count = 1, new_start = 0, new_count = 1;
};

// "3,4" or "3"
bool read_range(std::string_view& text, int& start, int& count) {
    const char* end = text.data() + text.size();
    auto [next, error] = std::from_chars(text.data(), end, start);
    if (error != std::errc()) return false;
    count = 1;
    if (next != end && *next == ',') {
        const auto [last, wrong] = std::from_chars(next + 1, end, count);
        if (wrong != std::errc()) return false;
        next = last;
    }
    text.remove_prefix(static_cast<std::size_t>(next - text.data()));
    return start >= 0 && count >= 0;
}

std::optional<HunkHead> head_of(std::string_view line) {
    HunkHead out;
    if (!line.starts_with("@@ -")) return std::nullopt;
    line.remove_prefix(4);
    if (!read_range(line, out.old_start, out.old_count) || !line.starts_with(" +"))
        return std::nullopt;
    line.remove_prefix(2);
    if (!read_range(line, out.new_start, out.new_count)) return std::nullopt;
    return out;
}

}  // namespace

std::optional<int> line_before(std::string_view patch, int line) {
    int shift = 0;  // how far old numbers are from new ones behind the hunks read so far
    int before = 0;
    int after = 0;
    bool any = false;
    while (!patch.empty()) {
        const std::size_t end = patch.find('\n');
        const std::string_view text = patch.substr(0, end);
        patch = end == std::string_view::npos ? std::string_view() : patch.substr(end + 1);
        if (const auto head = head_of(text)) {
            any = true;
            // A side without lines stands for "after this line".
            before = head->old_start + (head->old_count == 0 ? 1 : 0);
            after = head->new_start + (head->new_count == 0 ? 1 : 0);
            if (line < after) return line + shift;
            // Behind this hunk the files run in parallel again, by this distance.
            shift = (before + head->old_count) - (after + head->new_count);
            continue;
        }
        if (!any) return std::nullopt;
        const char sign = text.empty() ? ' ' : text[0];
        if (sign == '+') {
            if (after == line) return 0;
            ++after;
        } else if (sign == '-') {
            ++before;
        } else if (sign == ' ') {
            if (after == line) return before;
            ++before;
            ++after;
        }
    }
    if (!any) return std::nullopt;
    return line + shift;
}

}  // namespace insight::github
