#include "evomap/strategy.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "core/base/text.h"
#include "evomap/canonical.h"

namespace insight::evomap {
namespace {

constexpr std::string_view kVerification =
    "Verify on the original signal that it is back in its usual range";
constexpr std::array<std::string_view, 3> kWideEnds{"。", "！", "？"};
constexpr std::array<std::string_view, 1> kWideStops{"；"};

std::string trimmed(std::string_view text) {
    constexpr std::string_view kBlank = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kBlank);
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(kBlank) - first + 1));
}

// "- ", "* ", "3. ", "3) " at the start of a line.
std::string_view without_mark(std::string_view line) {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (line.starts_with("- ") || line.starts_with("* ")) return line.substr(2);
    const std::size_t digits = line.find_first_not_of("0123456789");
    if (digits > 0 && digits < line.size() && (line[digits] == '.' || line[digits] == ')') &&
        digits + 1 < line.size() && line[digits + 1] == ' ')
        return line.substr(digits + 2);
    return line;
}

// Length of what ends a sentence at `at`; a point or semicolon only before white space, because
// it stands inside numbers and names as well.
std::size_t sentence_end(std::string_view line, std::size_t at) {
    const char c = line[at];
    if (c == '.' || c == ';' || c == '!' || c == '?')
        return at + 1 == line.size() || line[at + 1] == ' ' ? 1 : 0;
    const auto stands = [&](std::string_view mark) { return line.substr(at, mark.size()) == mark; };
    if (std::any_of(kWideEnds.begin(), kWideEnds.end(), stands)) return kWideEnds[0].size();
    return std::any_of(kWideStops.begin(), kWideStops.end(), stands) ? kWideStops[0].size() : 0;
}

void add_sentences(std::string_view line, std::vector<std::string>& pieces) {
    std::size_t start = 0;
    for (std::size_t at = 0; at < line.size();) {
        const std::size_t end = sentence_end(line, at);
        at += std::max<std::size_t>(end, 1);
        if (end == 0) continue;
        pieces.push_back(trimmed(line.substr(start, at - start)));
        start = at;
    }
    pieces.push_back(trimmed(line.substr(start)));
}

}  // namespace

std::vector<std::string> strategy_steps(std::string_view text) {
    std::vector<std::string> pieces;
    while (true) {
        const std::size_t end = text.find('\n');
        add_sentences(without_mark(text.substr(0, end)), pieces);
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    std::vector<std::string> steps;
    for (const std::string& piece : pieces) {
        if (piece.empty()) continue;
        // Too short for a hub, and mostly half a thought: it goes on in the step before it.
        const bool join = !steps.empty() && (utf16_length(piece) < kShortestStep ||
                                             utf16_length(steps.back()) < kShortestStep);
        if (join)
            steps.back() += " " + piece;
        else
            steps.push_back(piece);
    }
    // Hubs want two steps, and this one is true of every repair.
    if (steps.size() == 1) steps.emplace_back(kVerification);
    return steps;
}

std::vector<std::string> tidy_signals(const std::vector<std::string>& signals) {
    std::vector<std::string> out;
    for (const std::string& signal : signals) {
        std::string tidy = base::one_line(trimmed(signal));
        if (utf16_length(tidy) >= kShortestSignal &&
            std::find(out.begin(), out.end(), tidy) == out.end())
            out.push_back(std::move(tidy));
    }
    return out;
}

bool same_strategy(const std::vector<std::string>& left, const std::vector<std::string>& right) {
    const auto words = [](const std::vector<std::string>& steps) {
        std::string out;
        for (const std::string& step : steps) {
            for (const char c : step)
                if (std::isalnum(static_cast<unsigned char>(c)) != 0 || (c & 0x80) != 0)
                    out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
            out += '\n';
        }
        return out;
    };
    return words(left) == words(right);
}

}  // namespace insight::evomap
