// What an organisation may want to keep for itself: private addresses, host names, paths, words.
#include <algorithm>
#include <array>

#include "core/base/redaction/patterns.h"

namespace insight::base::redaction {
namespace {

bool is_private(int a, int b) {
    return a == 10 || a == 127 || (a == 172 && b >= 16 && b < 32) || (a == 192 && b == 168);
}

// Last labels that make a dotted name a file, a class or a version instead of a host.
bool is_file_ending(std::string_view label) {
    static constexpr std::array<std::string_view, 48> kEndings{
        "go",   "py",   "java", "js",   "ts",   "tsx",  "jsx", "c",     "h",   "cc",
        "cpp",  "hpp",  "rs",   "rb",   "php",  "cs",   "kt",  "scala", "sh",  "sql",
        "json", "yaml", "yml",  "toml", "xml",  "html", "css", "md",    "txt", "log",
        "conf", "cfg",  "ini",  "env",  "lock", "gz",   "zst", "tar",   "zip", "jar",
        "war",  "so",   "dll",  "exe",  "pem",  "crt",  "key", "proto"};
    return std::find(kEndings.begin(), kEndings.end(), label) != kEndings.end();
}

}  // namespace

void find_addresses(std::string_view text, Findings& out) {
    static const re2::RE2 kV4(R"(\b([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\b)",
                              byte_options());
    each_match<4>(kV4, text, [&](const re2::StringPiece* groups) {
        std::array<int, 4> parts{};
        for (int i = 0; i < 4; ++i)
            parts[static_cast<std::size_t>(i)] = std::stoi(groups[i + 1].as_string());
        const bool valid =
            std::all_of(parts.begin(), parts.end(), [](int part) { return part < 256; });
        if (valid && is_private(parts[0], parts[1]))
            out.push_back(place(text, groups[0], "address", kGuessed));
    });
    // unique local and link-local: RFC 4193, RFC 4291
    static const re2::RE2 kV6(
        R"((?i)\b(?:f[cd][0-9a-f]{2}|fe[89ab][0-9a-f])(?::[0-9a-f]{0,4}){2,7}\b)", byte_options());
    each_match<0>(kV6, text, [&](const re2::StringPiece* groups) {
        out.push_back(place(text, groups[0], "address", kGuessed));
    });
}

void find_host_names(std::string_view text, Findings& out) {
    static const re2::RE2 kName(
        R"(\b[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)*\.([A-Za-z]{2,24})\b)",
        byte_options());
    each_match<1>(kName, text, [&](const re2::StringPiece* groups) {
        const std::string_view whole = view(groups[0]);
        const std::string_view last = view(groups[1]);
        // "NullPointer.Exception": a last label with capitals is a class.
        const bool lower =
            std::none_of(last.begin(), last.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
        // names of the Kubernetes API are the same everywhere
        const bool api = whole.ends_with("kubernetes.io") || whole.ends_with("k8s.io");
        if (lower && !api && !is_file_ending(last))
            out.push_back(place(text, groups[0], "host", kGuessed));
    });
}

void find_paths(std::string_view text, Findings& out) {
    static const re2::RE2 kPath(R"((?:^|[\s"'=(,:\[])(/[\w.@+-]+(?:/[\w.@+-]+)+))", byte_options());
    each_match<1>(kPath, text, [&](const re2::StringPiece* groups) {
        out.push_back(place(text, groups[1], "path", kGuessed));
    });
}

void find_words(std::string_view text, const std::vector<std::string>& words, Findings& out) {
    for (const std::string& word : words) {
        if (word.empty()) continue;
        for (std::size_t at = 0; (at = text.find(word, at)) != std::string_view::npos;) {
            const std::size_t end = at + word.size();
            const bool whole =
                // A word that begins or ends with a sign has no border of its own there.
                (at == 0 || !is_word_byte(text[at - 1]) || !is_word_byte(word.front())) &&
                (end == text.size() || !is_word_byte(text[end]) || !is_word_byte(word.back()));
            if (whole) out.push_back({at, end, "name", kGuessed});
            at = whole ? end : at + 1;
        }
    }
}

}  // namespace insight::base::redaction
