#include "github/glob.h"

#include <vector>

namespace insight::github {
namespace {

using Row = std::vector<char>;  // which prefixes of the path the pattern read so far matches

// `*` within a folder, `**` across folders.
// A row says for each prefix of the path whether the pattern so far can end there: time is pattern
// times path, whatever the stars.
Row star(const Row& now, std::string_view path, bool across) {
    Row next(now.size(), 0);
    for (std::size_t j = 0; j < now.size(); ++j) {
        const bool goes_on = j > 0 && next[j - 1] != 0 && (across || path[j - 1] != '/');
        next[j] = static_cast<char>(now[j] != 0 || goes_on);
    }
    return next;
}

// `**/`: nothing at all, or anything up to the end of a folder's name.
Row folders(const Row& now, std::string_view path) {
    Row next = now;
    bool begun = false;
    for (std::size_t j = 0; j < now.size(); ++j) {
        if (begun && path[j - 1] == '/') next[j] = 1;
        begun = begun || now[j] != 0;
    }
    return next;
}

Row plain(const Row& now, std::string_view path, char c) {
    Row next(now.size(), 0);
    for (std::size_t j = 1; j < now.size(); ++j)
        next[j] = static_cast<char>(now[j - 1] != 0 &&
                                    (c == path[j - 1] || (c == '?' && path[j - 1] != '/')));
    return next;
}

bool matches(std::string_view pattern, std::string_view path) {
    Row now(path.size() + 1, 0);
    now[0] = 1;
    while (!pattern.empty()) {
        if (pattern.starts_with("**/")) {
            now = folders(now, path);
            pattern.remove_prefix(3);
        } else if (pattern.starts_with('*')) {
            const bool across = pattern.starts_with("**");
            now = star(now, path, across);
            pattern.remove_prefix(across ? 2 : 1);
        } else {
            now = plain(now, path, pattern[0]);
            pattern.remove_prefix(1);
        }
    }
    return now.back() != 0;
}

}  // namespace

bool covers(std::string_view pattern, std::string_view path) {
    while (pattern.starts_with("./")) pattern.remove_prefix(2);
    while (pattern.ends_with('/')) pattern.remove_suffix(1);
    while (pattern.starts_with('/')) pattern.remove_prefix(1);
    if (pattern.empty()) return true;  // "/": the whole repository
    // Every folder above the path counts as well as the path itself.
    for (std::size_t end = path.find('/'); end != std::string_view::npos;
         end = path.find('/', end + 1))
        if (matches(pattern, path.substr(0, end))) return true;
    return matches(pattern, path);
}

}  // namespace insight::github
