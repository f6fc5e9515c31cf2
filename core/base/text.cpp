#include "core/base/text.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>

#include "core/base/redaction/token_places.h"
#include "core/base/redaction/uncut.h"

namespace insight::base {
namespace {

// Length of the valid UTF-8 sequence at `at`, or 0 (RFC 3629: no overlong forms, no surrogates).
std::size_t sequence_length(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    const unsigned char first = byte(0);
    if (first < 0x80) return 1;
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || at + length > text.size()) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(i) & 0xc0U) != 0x80U) return 0;
    if ((first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) > 0x9f) ||
        (first == 0xf0 && byte(1) < 0x90) || (first == 0xf4 && byte(1) > 0x8f))
        return 0;
    return length;
}

// Levenshtein, with one row of the table.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            row[j] =
                std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
            diagonal = above;
        }
    }
    return row.back();
}

std::string scaled(double value, std::span<const std::string_view> units, double step) {
    std::size_t unit = 0;
    while (std::abs(value) >= step && unit + 1 < units.size()) {
        value /= step;
        ++unit;
    }
    return fmt::format("{} {}", format_number(value), units[unit]);
}

}  // namespace

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

std::string clean_utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = sequence_length(text, at);
        if (length == 0) {
            out += "\xef\xbf\xbd";
            ++at;
            continue;
        }
        const auto first = static_cast<unsigned char>(text[at]);
        if (length > 1 || (first >= 0x20 && first != 0x7f) || first == '\t' || first == '\n')
            out += text.substr(at, length);
        at += length;
    }
    return out;
}

std::string spaced(std::string name) {
    std::replace(name.begin(), name.end(), '_', ' ');
    return name;
}

std::string shorten(std::string_view text, std::size_t bytes) {
    constexpr std::string_view kEllipsis = "\u2026";
    if (text.size() <= bytes) return std::string(text);
    if (bytes < kEllipsis.size()) return {};
    std::size_t end = redaction::uncut(text, bytes - kEllipsis.size());
    // back to the first byte of a character
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
    return std::string(text.substr(0, end)).append(kEllipsis);
}

std::string one_line(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!space)
            out += c;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
    }
    if (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

std::string nearest(std::string_view word, std::span<const std::string> candidates) {
    std::string best;
    // A third of the letters may be wrong: further away it is another word.
    std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const std::string& candidate : candidates) {
        const std::size_t distance = edit_distance(word, candidate);
        if (distance < best_distance) {
            best_distance = distance;
            best = candidate;
        }
    }
    return best;
}

std::string redact(std::string_view text) {
    struct Rule {
        re2::RE2 pattern;
        std::string_view replacement;
    };
    static const std::array<Rule, 6> kRules{{
        {re2::RE2("(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)"),
         "[redacted]"},
        {re2::RE2(R"((://[^:/@\s]*:)[^@/\s]+@)"), R"(\1[redacted]@)"},
        {re2::RE2(R"((?i)\b(bearer|basic)\s+[a-z0-9._~+/=-]{8,})"), R"(\1 [redacted])"},
        {re2::RE2(
             R"((?i)\b((?:[a-z0-9_.-]*)(?:password|passwd|pwd|secret|token|api[_-]?key|credential)["']?\s*[=:]\s*)('[^']*'|"[^"]*"|[^\s,;&}]+))"),
         R"(\1[redacted])"},
        {re2::RE2(R"((?i)\b(password\s+)'[^']*')"), R"(\1'[redacted]')"},
        {re2::RE2(
             R"(\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bgh[pousr]_[A-Za-z0-9]{20,}\b|\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*|\bsk-[A-Za-z0-9_-]{16,})"),
         "[redacted]"},
    }};
    std::string out(text);
    for (const Rule& rule : kRules) {
        const re2::StringPiece with(rule.replacement.data(), rule.replacement.size());
        const redaction::Findings tokens = redaction::tokens_in(out);
        if (tokens.empty()) {
            re2::RE2::GlobalReplace(&out, rule.pattern, with);
            continue;
        }
        // What was hidden on entry stays the token that the doors know it by.
        std::string next;
        std::size_t at = 0;
        for (const redaction::Finding& token : tokens) {
            std::string before = out.substr(at, token.begin - at);
            re2::RE2::GlobalReplace(&before, rule.pattern, with);
            next += before + out.substr(token.begin, token.end - token.begin);
            at = token.end;
        }
        std::string rest = out.substr(at);
        re2::RE2::GlobalReplace(&rest, rule.pattern, with);
        out = next + rest;
    }
    return out;
}

std::string format_number(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
    const double size = std::abs(value);
    // From here on a row of digits says less than its exponent.
    if (size != 0 && (size < 0.001 || size >= 1e15)) return fmt::format("{:.3g}", value);
    if (size >= 100 || value == std::floor(value)) {
        std::string digits = fmt::format("{:.0f}", size);
        for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
            digits.insert(static_cast<std::size_t>(at), 1, ',');
        return (value < 0 && digits != "0" ? "-" : "") + digits;
    }
    // three significant digits without an exponent
    const int decimals = size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : size >= 0.01 ? 4 : 5;
    std::string out = fmt::format("{:.{}f}", value, decimals);
    out.erase(out.find_last_not_of('0') + 1);
    if (out.back() == '.') out.pop_back();
    return out;
}

std::string format_quantity(double value, std::string_view unit) {
    static constexpr std::array<std::string_view, 5> kBytes{"B", "KiB", "MiB", "GiB", "TiB"};
    static constexpr std::array<std::string_view, 5> kByteRates{"B/s", "KiB/s", "MiB/s", "GiB/s",
                                                                "TiB/s"};
    if (unit == "By") return scaled(value, kBytes, 1024);
    if (unit == "By/s") return scaled(value, kByteRates, 1024);
    if (unit == "s") {
        const double size = std::abs(value);
        if (size != 0 && size < 1e-3) return format_number(value * 1e6) + " \u00b5s";
        if (size != 0 && size < 1) return format_number(value * 1e3) + " ms";
        return format_number(value) + " s";
    }
    if (unit.empty() || unit == "1") return format_number(value);
    if (unit == "1/s") return format_number(value) + "/s";
    if (unit == "%") return format_number(value) + " %";
    if (unit.size() > 2 && unit.front() == '{')  // UCUM annotation: {connection}, {connection}/s
        return fmt::format("{}{}", format_number(value), unit.ends_with("/s") ? "/s" : "");
    return fmt::format("{} {}", format_number(value), unit);
}

}  // namespace insight::base
