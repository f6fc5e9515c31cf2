#include "github/edits/patch_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "github/edits/unified_diff.h"

namespace insight::github::edits {
namespace {

constexpr std::size_t kMostPath = 1024;
constexpr std::size_t kMostMatchSteps = 20'000;

// Bounded: patterns with many stars could otherwise take a long time on a hostile path.
bool match(std::string_view path, std::string_view pattern, std::size_t& steps) {
    if (++steps > kMostMatchSteps) return false;
    if (pattern.empty()) return path.empty();
    if (pattern.starts_with("**")) {
        std::string_view rest = pattern.substr(2);
        if (rest.starts_with('/') && match(path, rest.substr(1), steps)) return true;
        for (std::size_t i = 0; i <= path.size(); ++i)
            if (match(path.substr(i), rest, steps)) return true;
        return false;
    }
    if (pattern.front() == '*') {
        for (std::size_t i = 0; i <= path.size(); ++i) {
            if (match(path.substr(i), pattern.substr(1), steps)) return true;
            if (i < path.size() && path[i] == '/') return false;
        }
        return false;
    }
    if (path.empty()) return false;
    if (pattern.front() != '?' ? pattern.front() != path.front() : path.front() == '/')
        return false;
    return match(path.substr(1), pattern.substr(1), steps);
}

}  // namespace

const std::vector<std::string>& always_denied() {
    // What runs with rights of its own (pipelines), or decides who must agree (CODEOWNERS) or what
    // Git itself does.
    static const std::vector<std::string> kDenied{
        ".github/workflows/**", ".github/actions/**", "**/CODEOWNERS", "CODEOWNERS",  ".gitmodules",
        ".gitattributes",       ".gitlab-ci.yml",     "Jenkinsfile",   ".circleci/**"};
    return kDenied;
}

bool fits_pattern(std::string_view path, std::string_view pattern) {
    if (pattern.starts_with('/')) pattern.remove_prefix(1);
    std::size_t steps = 0;
    if (pattern.ends_with('/')) return match(path, std::string(pattern) + "**", steps);
    return match(path, pattern, steps);
}

base::Status check_path(std::string_view path) {
    const auto refuse = [&](std::string_view why) {
        return base::fail(base::ErrorKind::Invalid,
                          fmt::format("the path {} {}", quoted_path(path.substr(0, 200)), why));
    };
    if (path.empty()) return refuse("is empty");
    if (path.size() > kMostPath) return refuse("is longer than 1,024 bytes");
    for (const char c : path)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '\\')
            return refuse("has control characters or '\\' in it");
    // Marks that nobody sees: some file systems drop them (".g\u200cit"), and they turn text
    // around.
    for (const std::string_view mark :
         {"\xE2\x80\x8B", "\xE2\x80\x8C", "\xE2\x80\x8D", "\xE2\x80\x8E", "\xE2\x80\x8F",
          "\xE2\x80\xAA", "\xE2\x80\xAB", "\xE2\x80\xAC", "\xE2\x80\xAD", "\xE2\x80\xAE",
          "\xEF\xBB\xBF"})
        if (path.find(mark) != std::string_view::npos) return refuse("has invisible characters");
    for (std::size_t begin = 0; begin <= path.size();) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        std::string name = base::lower(path.substr(begin, end - begin));
        if (name.empty() || name == "." || name == "..")
            return refuse("leaves the repository or is not written plainly");
        // Windows and macOS read "git~1", ".git." and ".GIT " as ".git".
        while (name.ends_with('.') || name.ends_with(' ')) name.pop_back();
        if (name == ".git" || name == "git~1" || name.starts_with(".git:"))
            return refuse("belongs to git itself");
        begin = end + 1;
    }
    return {};
}

base::Status may_touch(std::string_view path, const PatchRules& rules) {
    if (auto fine = check_path(path); !fine) return fine;
    const std::string low = base::lower(path);
    const auto fits_one = [](std::string_view name, const std::vector<std::string>& patterns) {
        return std::any_of(patterns.begin(), patterns.end(),
                           [&](const std::string& pattern) { return fits_pattern(name, pattern); });
    };
    std::vector<std::string> never = always_denied();
    // Compared without case: some file systems do not tell them apart.
    for (std::string& pattern : never) pattern = base::lower(pattern);
    if (fits_one(low, never))
        return base::fail(base::ErrorKind::Denied,
                          fmt::format("{} is never changed by a fix", quoted_path(path)));
    if (fits_one(path, rules.denied))
        return base::fail(base::ErrorKind::Denied,
                          fmt::format("{} is among fixes.deniedPaths", quoted_path(path)));
    if (!rules.allowed.empty() && !fits_one(path, rules.allowed))
        return base::fail(base::ErrorKind::Denied,
                          fmt::format("{} is not among fixes.allowedPaths", quoted_path(path)));
    return {};
}

}  // namespace insight::github::edits
