#include "github/edits/patch_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "github/edits/unified_diff.h"

namespace insight::github::edits {
namespace {

constexpr std::size_t kMostPath = 1024;

// Where in a path the pattern read so far may have come to: 0 at its begin, size() at its end. A
// pattern costs its length times the path's, whatever its stars are.
class Places {
  public:
    explicit Places(std::string_view path) : path_(path), here_(path.size() + 1) { here_[0] = 1; }

    // "**/": nothing, or whole folders.
    void folders() {
        std::vector<char> next = here_;
        bool before = false;
        for (std::size_t i = 0; i < path_.size(); ++i) {
            before = before || here_[i] != 0;
            if (before && path_[i] == '/') next[i + 1] = 1;
        }
        here_ = std::move(next);
    }
    void anything() {
        spread([](char) { return true; });
    }
    void within_folder() {
        spread([](char c) { return c != '/'; });
    }
    template <typename Fits>
    void one(Fits fits) {
        for (std::size_t i = path_.size(); i > 0; --i)
            here_[i] = here_[i - 1] != 0 && fits(path_[i - 1]) ? 1 : 0;
        here_[0] = 0;
    }
    [[nodiscard]] bool at_end() const { return here_.back() != 0; }
    [[nodiscard]] bool nowhere() const {
        return std::find(here_.begin(), here_.end(), 1) == here_.end();
    }

  private:
    template <typename Fits>
    void spread(Fits fits) {
        for (std::size_t i = 0; i < path_.size(); ++i)
            if (here_[i] != 0 && fits(path_[i])) here_[i + 1] = 1;
    }

    std::string_view path_;
    std::vector<char> here_;
};

bool match(std::string_view path, std::string_view pattern) {
    Places places(path);
    while (!pattern.empty() && !places.nowhere()) {
        std::size_t read = 1;
        if (pattern.starts_with("**/")) {
            places.folders();
            read = 3;
        } else if (pattern.starts_with("**")) {
            places.anything();
            read = 2;
        } else if (pattern.front() == '*') {
            places.within_folder();
        } else if (pattern.front() == '?') {
            places.one([](char c) { return c != '/'; });
        } else {
            places.one([wanted = pattern.front()](char c) { return c == wanted; });
        }
        pattern.remove_prefix(read);
    }
    return pattern.empty() && places.at_end();
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
    if (pattern.ends_with('/')) return match(path, std::string(pattern) + "**");
    return match(path, pattern);
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
