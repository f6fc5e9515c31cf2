#include "github/edits/lines.h"

#include <algorithm>

namespace insight::github::edits {

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::size_t size = end == std::string_view::npos ? text.size() : end + 1;
        lines.push_back(text.substr(0, size));
        text.remove_prefix(size);
    }
    return lines;
}

std::string_view bare_line(std::string_view line) {
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

std::string_view line_break_of(std::string_view text) {
    std::size_t all = 0;
    std::size_t with_return = 0;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] == '\n') {
            ++all;
            if (i > 0 && text[i - 1] == '\r') ++with_return;
        }
    return with_return * 2 > all ? "\r\n" : "\n";
}

int line_number(std::string_view text, std::size_t offset) {
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(offset, text.size()));
    return static_cast<int>(std::count(text.begin(), end, '\n')) + 1;
}

}  // namespace insight::github::edits
