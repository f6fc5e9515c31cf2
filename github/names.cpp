#include <fmt/format.h>

#include <array>

#include "core/base/text.h"
#include "github/repository.h"
#include "github/writable.h"

namespace insight::github {
namespace {

constexpr std::size_t kMostShown = 300;

bool is_name(std::string_view text, std::size_t most, std::string_view marks) {
    if (text.empty() || text.size() > most || text == "." || text == "..") return false;
    return std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               marks.find(c) != std::string_view::npos;
    });
}

// One character of valid UTF-8 from `at` on.
std::string_view character(std::string_view text, std::size_t at) {
    std::size_t size = 1;
    while (at + size < text.size() &&
           (static_cast<unsigned char>(text[at + size]) & 0xc0U) == 0x80U)
        ++size;
    return text.substr(at, size);
}

bool is_control(std::string_view c) {
    const auto byte = static_cast<unsigned char>(c[0]);
    if (c.size() == 1) return byte < 0x20 || byte >= 0x7f;
    return c.size() == 2 && byte == 0xc2 && static_cast<unsigned char>(c[1]) < 0xa0;
}

// Marks that turn the direction of writing, hide or break lines: what is seen would not be what
// is there.
bool misleads(std::string_view c) {
    static constexpr std::array<std::string_view, 18> kMarks{
        "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a", "\u202b",
        "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\u2060", "\ufeff"};
    return std::find(kMarks.begin(), kMarks.end(), c) != kMarks.end();
}

}  // namespace

Result<RepositoryName> parse_name(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash != std::string_view::npos) {
        const std::string_view owner = text.substr(0, slash);
        const std::string_view repository = text.substr(slash + 1);
        if (is_name(owner, 100, "-_") && is_name(repository, 100, "-_."))
            return RepositoryName{std::string(owner), std::string(repository)};
    }
    return base::fail(base::ErrorKind::Invalid,
                      fmt::format("'{}' is no repository; write owner/repo", shown_path(text)));
}

bool acts(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view c = character(text, at);
        at += c.size();
        if (is_control(c) || misleads(c)) return true;
    }
    return false;
}

// A path is text of a stranger that will stand in messages, Markdown and logs: it is shown so that
// it cannot pass for anything else.
std::string shown_path(std::string_view path) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    static constexpr std::string_view kQuoting = "\\'`";
    std::string out;
    for (std::size_t at = 0; at < path.size() && out.size() <= kMostShown;) {
        const std::string_view c = character(path, at);
        at += c.size();
        const bool quoting = c.size() == 1 && kQuoting.find(c) != std::string_view::npos;
        if (!quoting && !is_control(c) && !misleads(c)) {
            out += c;
            continue;
        }
        for (const char part : c) {
            const auto value = static_cast<unsigned char>(part);
            out += "\\x";
            out += kDigits[value >> 4U];
            out += kDigits[value & 15U];
        }
    }
    return base::shorten(base::clean_utf8(out), kMostShown);
}

std::string hidden_marker(std::string_view marker) {
    return fmt::format("<!-- devops-insight:{} -->", marker);
}

std::string_view name(FileStatus status) {
    static constexpr std::array<std::string_view, 7> kNames{
        "added", "modified", "removed", "renamed", "copied", "changed", "unchanged"};
    return kNames.at(static_cast<std::size_t>(status));
}

std::string_view name(PullState state) {
    static constexpr std::array<std::string_view, 3> kNames{"open", "closed", "merged"};
    return kNames.at(static_cast<std::size_t>(state));
}

std::string_view name(CheckState state) {
    static constexpr std::array<std::string_view, 4> kNames{"pending", "passed", "failed",
                                                            "neutral"};
    return kNames.at(static_cast<std::size_t>(state));
}

}  // namespace insight::github
