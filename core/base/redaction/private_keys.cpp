// PEM private keys: whole, cut off, with newlines escaped, and line by line as a log tells them.
#include <algorithm>

#include "core/base/redaction/characters.h"
#include "core/base/redaction/find.h"

namespace insight::base::redaction {
namespace {

constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::size_t kLongestPem = 32 << 10;  // of RSA with 16,384 bits: 13 KiB
constexpr std::size_t kLine = 64;              // RFC 7468, section 2

bool is_base64(char c) {
    return is_letter_or_digit(c) || c == '+' || c == '/' || c == '=';
}

// Where the body of a key whose end is missing stops being one.
std::size_t body_end(std::string_view text, std::size_t at) {
    static constexpr std::string_view kOthers = " \t\r\n\\:,-";  // headers, escapes
    const std::size_t limit = std::min(text.size(), at + kLongestPem);
    while (at < limit && (is_base64(text[at]) || kOthers.find(text[at]) != std::string_view::npos))
        ++at;
    return at;
}

std::size_t frames(std::string_view text, Findings& out) {
    std::size_t at = 0;
    std::size_t count = 0;
    while ((at = text.find(kBegin, at)) != std::string_view::npos) {
        const std::string_view label = text.substr(at, 64);
        const std::size_t close = label.find("-----", kBegin.size());
        const bool key = close != std::string_view::npos &&
                         label.substr(0, close).find("PRIVATE KEY") != std::string_view::npos;
        if (!key) {
            at += kBegin.size();
            continue;
        }
        const std::size_t body = at + close + 5;
        const std::size_t end_mark = text.substr(body, kLongestPem).find("-----END ");
        std::size_t end = body_end(text, body);
        if (end_mark != std::string_view::npos) {
            const std::size_t dashes = text.substr(body + end_mark + 9, 64).find("-----");
            if (dashes != std::string_view::npos) end = body + end_mark + 9 + dashes + 5;
        }
        out.push_back({at, end, "private_key", kFormed});
        at = end;
        ++count;
    }
    return count;
}

// One line of a key that came line by line: 64 characters of base64 and of every sort.
void lines(std::string_view text, Findings& out) {
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        std::string_view line = text.substr(begin, end - begin);
        while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
        if (line.size() >= kLine) {
            const std::string_view tail = line.substr(line.size() - kLine);
            const char before = line.size() > kLine ? line[line.size() - kLine - 1] : ' ';
            const auto has = [&](char low, char high) {
                return std::any_of(tail.begin(), tail.end(),
                                   [&](char c) { return c >= low && c <= high; });
            };
            // A log puts its time and level before the line; glued to a word it is none of a key.
            if ((before == ' ' || before == '\t') &&
                std::all_of(tail.begin(), tail.end(), is_base64) && has('a', 'z') &&
                has('A', 'Z') && has('0', '9')) {
                const std::size_t at = begin + line.size() - kLine;
                out.push_back({at, at + kLine, "private_key", kGuessed});
            }
        }
        begin = end + 1;
    }
}

}  // namespace

void find_private_keys(std::string_view text, Findings& out) {
    frames(text, out);
    lines(text, out);
}

}  // namespace insight::base::redaction
