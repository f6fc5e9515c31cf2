#include "analysis/changes/words.h"

#include <re2/re2.h>

#include <array>
#include <cctype>
#include <unordered_set>

namespace insight::analysis::changes {
namespace {

constexpr std::size_t kLongest = 40;  // longer runs are digests and encoded data

bool is_empty_word(const std::string& word) {
    static const std::unordered_set<std::string> kWords{
        // languages
        "func", "function", "def", "return", "var", "val", "let", "const", "new", "nil", "null",
        "none", "true", "false", "err", "ctx", "context", "if", "else", "for", "range", "while",
        "in", "of", "import", "package", "public", "private", "protected", "static", "final",
        "void", "class", "struct", "type", "interface", "self", "this", "string", "int", "bool",
        "float", "double", "byte", "map", "list", "array", "async", "await", "try", "catch",
        "except", "throw", "raise", "switch", "case", "break", "continue", "len", "fmt", "println",
        "printf", "any", "obj", "arg", "args", "www", "http", "https", "com", "org", "github", "go",
        "py", "java", "ts", "js", "yaml", "yml", "json", "xml", "src", "main", "pkg", "lib",
        "internal", "cmd", "index", "util", "utils", "helper", "common", "test", "tests", "doc",
        // prose
        "the", "a", "an", "and", "or", "to", "is", "it", "its", "as", "at", "by", "on", "from",
        "with", "without", "was", "were", "are", "be", "been", "not", "no", "now", "into", "than",
        "that", "has", "have", "had", "each", "per", "all", "above", "below", "before", "after",
        "up", "down", "over", "under", "add", "added", "fix", "chore", "feat", "refactor", "docs",
        "style", "update", "use", "make", "simplify", "tidy", "clean", "move", "rename",
        // what nearly every message and every service says
        "error", "fail", "failed", "failing", "failure", "request", "response", "service", "server",
        "client", "svc", "app", "api", "call", "log", "logger", "info", "warn", "msg", "message",
        "status", "code", "value", "data", "count", "total", "rate", "second", "rose", "fell",
        "observed", "unit", "threshold", "name", "label", "time", "ms", "milli", "usual"};
    return kWords.contains(word);
}

void keep(std::string& word, std::set<std::string>& words) {
    if (word.size() > 4 && word.ends_with("ies"))
        word.replace(word.size() - 3, 3, "y");
    else if (word.size() > 3 && word.ends_with('s') && !word.ends_with("ss") &&
             !word.ends_with("us") && !word.ends_with("is"))
        word.pop_back();
    if (word.size() > 1 && word.size() <= kLongest && !is_empty_word(word)) words.insert(word);
    word.clear();
}

}  // namespace

std::set<std::string> words_of(std::string_view text) {
    std::set<std::string> words;
    std::string word;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (std::isalpha(byte) == 0) {
            keep(word, words);
            continue;
        }
        const bool upper = std::isupper(byte) != 0;
        const bool after_lower =
            i > 0 && std::islower(static_cast<unsigned char>(text[i - 1])) != 0;
        // "HTTPServer" are two words: the last capital belongs to what follows.
        const bool before_lower = i + 1 < text.size() && word.size() > 1 &&
                                  std::islower(static_cast<unsigned char>(text[i + 1])) != 0;
        if (upper && (after_lower || before_lower)) keep(word, words);
        word += static_cast<char>(std::tolower(byte));
    }
    keep(word, words);
    return words;
}

std::set<std::string> quoted_in(std::string_view text) {
    // A comma ends a name, too: `json:"name,omitempty"`.
    static const re2::RE2 kQuoted(R"(["'`]([A-Za-z_][A-Za-z0-9_.\-]{1,40})["'`,])");
    std::set<std::string> found;
    re2::StringPiece rest(text.data(), text.size());
    std::string name;
    while (found.size() < 64 && re2::RE2::FindAndConsume(&rest, kQuoted, &name)) found.insert(name);
    return found;
}

std::string bare(std::string_view text) {
    std::string out;
    for (const char c : text)
        if (std::isspace(static_cast<unsigned char>(c)) == 0)
            out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

bool is_inert(std::string_view line) {
    static constexpr std::array<std::string_view, 8> kComments{"//", "#",    "/*",     "*",
                                                               "--", "<!--", "\"\"\"", ";"};
    const auto start = line.find_first_not_of(" \t\r");
    if (start == std::string_view::npos) return true;
    line.remove_prefix(start);
    // '#' begins a comment in most languages, and these in C.
    if (line.starts_with("#include") || line.starts_with("#define")) return false;
    for (const std::string_view comment : kComments)
        if (line.starts_with(comment)) return true;
    if (line.starts_with("import ") || line.starts_with("using ") || line.starts_with("package "))
        return true;
    return line.find_first_not_of(" \t\r{}()[];,") == std::string_view::npos;
}

}  // namespace insight::analysis::changes
