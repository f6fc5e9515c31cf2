#include "github/glob.h"

#include <vector>

namespace insight::github {
namespace {

// One row of a table: which prefixes of `path` the pattern read so far matches.
bool matches(std::string_view pattern, std::string_view path) {
    std::vector<char> now(path.size() + 1, 0);
    now[0] = 1;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const bool star = pattern[i] == '*';
        const bool across = star && i + 1 < pattern.size() && pattern[i + 1] == '*';
        std::vector<char> next(path.size() + 1, 0);
        for (std::size_t j = 0; j <= path.size(); ++j) {
            if (star) {
                const bool goes_on = j > 0 && next[j - 1] != 0 && (across || path[j - 1] != '/');
                next[j] = static_cast<char>(now[j] != 0 || goes_on);
            } else if (j > 0 && now[j - 1] != 0) {
                next[j] = static_cast<char>(pattern[i] == path[j - 1] ||
                                            (pattern[i] == '?' && path[j - 1] != '/'));
            }
        }
        now = std::move(next);
        if (across) {
            ++i;
            // "**/x" also means "x": the slash after ** may be missing together with it.
            if (i + 1 < pattern.size() && pattern[i + 1] == '/' && now[0] != 0) {
                if (matches(pattern.substr(i + 2), path)) return true;
            }
        }
    }
    return now[path.size()] != 0;
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
