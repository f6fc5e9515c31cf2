#include "agent/reasoning/clock.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "core/base/zone_abbreviation.h"

namespace insight::agent::reasoning {
namespace {

using base::Nanos;

bool is_clock(const Token& token) {
    return token.kind == TokenKind::Moment && token.text.find(':') != std::string::npos;
}

// Takes "Z", "+01:00" or " UTC+1" from the end.
std::optional<Nanos> take_offset(std::string& text) {
    static const re2::RE2 kOffset(
        R"((.*:\d\d(?:\.\d+)?)(?:(Z)|\s?(?:UTC|GMT)?([+-])(\d\d?):?(\d\d)?))");
    std::string clock, zulu, sign, hours, minutes;
    if (!re2::RE2::FullMatch(text, kOffset, &clock, &zulu, &sign, &hours, &minutes))
        return std::nullopt;
    text = clock;
    const Nanos length =
        std::atoi(hours.c_str()) * base::kHour + std::atoi(minutes.c_str()) * base::kMinute;
    return sign == "-" ? -length : length;
}

// "14:05 CET", "14:05 (CET)": the word is a part of the time.
std::optional<Nanos> take_zone(const std::string& statement, std::vector<Token>& tokens,
                               std::size_t index) {
    if (index + 1 >= tokens.size() || tokens[index + 1].kind != TokenKind::Word)
        return std::nullopt;
    const Token& word = tokens[index + 1];
    for (std::size_t at = tokens[index].end; at < word.begin; ++at)
        if (statement[at] != ' ' && statement[at] != '(') return std::nullopt;
    const base::ZoneAbbreviation* zone = base::zone_abbreviation(word.text);
    if (zone == nullptr || zone->ambiguous) return std::nullopt;
    tokens[index].end = word.end;
    tokens.erase(tokens.begin() + static_cast<std::ptrdiff_t>(index) + 1);
    return zone->ahead;
}

// Whether the day of a clock without one is another in UTC.
bool move(Nanos ahead, Token& token) {
    std::string text = token.text;
    if (const auto space = text.find(' '); space != std::string::npos) text[space] = 'T';
    const std::size_t length = text.size();
    if (!token.with_date) text = "2000-01-02T" + text;
    if (text.size() == 16) text += ":00";
    const auto time = base::parse_rfc3339(text + "Z");
    if (!time || ahead == 0) return false;
    const std::string utc = base::format_rfc3339(*time - ahead);
    token.text = token.with_date ? utc.substr(0, length) : utc.substr(11, length);
    return !token.with_date && utc.substr(0, 10) != "2000-01-02";
}

// Behind a clock in prose, in lower case: then it is no time in UTC.
bool is_other_zone(std::string_view word) {
    // What stands in no list of distances: halves of the day, and further zones of the tz database.
    static constexpr std::array<std::string_view, 22> kOthers{
        "am",  "pm",  "ist",  "idt",  "cat",  "eat", "wat", "wib", "sast", "pkt", "hkt",
        "kst", "sgt", "nzst", "nzdt", "acst", "adt", "ast", "hst", "akst", "nst", "awst"};
    if (std::find(kOthers.begin(), kOthers.end(), word) != kOthers.end()) return true;
    std::string capitals(word);
    for (char& c : capitals) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    const base::ZoneAbbreviation* zone = base::zone_abbreviation(capitals);
    return zone != nullptr && zone->ahead != 0;
}

// The line of the clock at `at`, from the clock before it to its own; where the line begins with a
// clock, from its own to the next.
std::string told_with_clock(const std::string& text, std::size_t at) {
    static const re2::RE2 kClock(R"(\d\d:\d\d)");
    const auto line_end = [&](std::size_t from) {
        return std::min(text.find('\n', from), text.size());
    };
    const std::size_t newline = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
    const std::size_t begin = newline == std::string::npos ? 0 : newline + 1;
    const std::size_t end = line_end(at);
    std::vector<std::size_t> clocks;
    re2::StringPiece line(text.data() + begin, end - begin), found;
    for (std::size_t from = 0;
         kClock.Match(line, from, line.size(), re2::RE2::UNANCHORED, &found, 1);
         from = clocks.back() - begin + found.size())
        clocks.push_back(static_cast<std::size_t>(found.data() - text.data()));
    const auto own = std::lower_bound(clocks.begin(), clocks.end(), at);
    const bool leads =
        !clocks.empty() && std::none_of(text.begin() + static_cast<std::ptrdiff_t>(begin),
                                        text.begin() + static_cast<std::ptrdiff_t>(clocks.front()),
                                        [](unsigned char c) { return std::isalpha(c) != 0; });
    if (leads) return text.substr(at, (own + 1 < clocks.end() ? *(own + 1) : end) - at);
    const std::size_t from = own == clocks.begin() ? begin : *(own - 1);
    return text.substr(from, at - from);
}

}  // namespace

void read_clocks(const std::string& statement, std::vector<Token>& tokens) {
    std::vector<std::optional<Nanos>> zones(tokens.size());
    std::set<Nanos> named;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (!is_clock(tokens[i])) continue;
        tokens[i].with_date = tokens[i].text.size() > 10 && tokens[i].text[4] == '-';
        zones[i] = take_offset(tokens[i].text);
        if (!zones[i]) zones[i] = take_zone(statement, tokens, i);
        if (zones[i]) named.insert(*zones[i]);
    }
    bool other_day = false;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (!is_clock(tokens[i])) continue;
        tokens[i].in_doubt = !zones[i] && named.size() > 1;
        const Nanos ahead = zones[i].value_or(named.size() == 1 ? *named.begin() : 0);
        if (ahead == 0) continue;
        tokens[i].elsewhere =
            base::lower(statement.substr(tokens[i].begin, tokens[i].end - tokens[i].begin));
        other_day = move(ahead, tokens[i]) || other_day;
    }
    // "on 2026-11-18 at 00:30 CET" is the day before.
    for (Token& token : tokens)
        if (token.kind == TokenKind::Moment && !is_clock(token)) token.in_doubt = other_day;
}

std::optional<std::string> written_with(const Record& record, const Token& moment) {
    static const re2::RE2 kBehind(R"((:\d\d(?:\.\d+)?)?(?:([+-]\d\d)|\s?\(?([a-z]{2,4})\b)?)");
    const auto of_clock = [](char c) { return (c >= '0' && c <= '9') || c == ':'; };
    const bool elsewhere = !moment.elsewhere.empty();
    const std::string wanted = elsewhere ? moment.elsewhere : base::lower(moment.text);
    const std::string& text = record.text;
    for (std::size_t at = text.find(wanted); at != std::string::npos;
         at = text.find(wanted, at + 1)) {
        if (at > 0 && of_clock(text[at - 1])) continue;
        re2::StringPiece behind(text.data() + at + wanted.size(), text.size() - at - wanted.size());
        std::string seconds, offset, word;
        re2::RE2::Consume(&behind, kBehind, &seconds, &offset, &word);
        // "12:04" is any second of it
        const bool whole = seconds.empty() || wanted.size() - wanted.find(':') == 3;
        if (whole && (elsewhere || (offset.empty() && !is_other_zone(word))) &&
            (behind.empty() || !of_clock(behind[0])))
            return told_with_clock(text, at);
    }
    return std::nullopt;
}

}  // namespace insight::agent::reasoning
