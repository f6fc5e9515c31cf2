#include "agent/reasoning/figure.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace insight::agent::reasoning {
namespace {

struct Unit {
    std::string_view name;
    Measure measure;
    double scale;
};

// "kB" is SI's 1,000 and "KB" the 1,024 of those who write it so (JEDEC 100B); both micro signs,
// U+00B5 and U+03BC, are in use.
constexpr std::array kUnits{Unit{"ns", Measure::Time, 1e-9},
                            Unit{"us", Measure::Time, 1e-6},
                            Unit{"\u00b5s", Measure::Time, 1e-6},
                            Unit{"\u03bcs", Measure::Time, 1e-6},
                            Unit{"microseconds", Measure::Time, 1e-6},
                            Unit{"ms", Measure::Time, 1e-3},
                            Unit{"millis", Measure::Time, 1e-3},
                            Unit{"millisecond", Measure::Time, 1e-3},
                            Unit{"milliseconds", Measure::Time, 1e-3},
                            Unit{"s", Measure::Time, 1},
                            Unit{"sec", Measure::Time, 1},
                            Unit{"second", Measure::Time, 1},
                            Unit{"seconds", Measure::Time, 1},
                            Unit{"min", Measure::Time, 60},
                            Unit{"minute", Measure::Time, 60},
                            Unit{"minutes", Measure::Time, 60},
                            Unit{"h", Measure::Time, 3600},
                            Unit{"hour", Measure::Time, 3600},
                            Unit{"hours", Measure::Time, 3600},
                            Unit{"B", Measure::Bytes, 1},
                            Unit{"By", Measure::Bytes, 1},
                            Unit{"byte", Measure::Bytes, 1},
                            Unit{"bytes", Measure::Bytes, 1},
                            Unit{"kB", Measure::Bytes, 1e3},
                            Unit{"KB", Measure::Bytes, 1024},
                            Unit{"KiB", Measure::Bytes, 1024},
                            Unit{"MB", Measure::Bytes, 1e6},
                            Unit{"MiB", Measure::Bytes, 1048576},
                            Unit{"Mi", Measure::Bytes, 1048576},
                            Unit{"GB", Measure::Bytes, 1e9},
                            Unit{"GiB", Measure::Bytes, 1073741824},
                            Unit{"kbit", Measure::Bytes, 1e3 / 8},
                            Unit{"Mbit", Measure::Bytes, 1e6 / 8},
                            Unit{"Gbit", Measure::Bytes, 1e9 / 8},
                            Unit{"Gi", Measure::Bytes, 1073741824},
                            Unit{"1", Measure::Share, 1},  // UCUM: 0.31 is 31 %, and not 0.31 %
                            Unit{"%", Measure::Share, 0.01},
                            Unit{"percent", Measure::Share, 0.01},
                            Unit{"k", Measure::Plain, 1e3},
                            Unit{"M", Measure::Plain, 1e6}};

const Unit* unit_named(std::string_view name) {
    const auto found = std::find_if(kUnits.begin(), kUnits.end(),
                                    [&](const Unit& unit) { return unit.name == name; });
    return found == kUnits.end() ? nullptr : &*found;
}

double seconds_of(std::string_view period) {
    if (period.starts_with('s')) return 1;
    return period.starts_with('m') ? 60 : 3600;
}

// What a number is a rate of, told by what stands behind it: "/s", " req/min", " calls per hour",
// " rps". 0: it is no rate.
double period_behind(std::string_view text) {
    static const re2::RE2 kPeriod(
        R"(^(?:\s?[A-Za-z]+){0,3}?(?:/|\s?per )(s|secs?|seconds?|min|minutes?|h|hours?)\b)");
    static const re2::RE2 kShort(R"(^\s?(?:rps|qps|tps|RPS|QPS|TPS)\b)");
    const re2::StringPiece input(text.data(), text.size());
    std::string period;
    if (re2::RE2::PartialMatch(input, kPeriod, &period)) return seconds_of(period);
    return re2::RE2::PartialMatch(input, kShort) ? 1 : 0;
}

bool near(double left, double right, double slack) {
    return std::abs(left - right) <= slack * 1.0001 + std::abs(right) * 1e-9;
}

}  // namespace

namespace {

// "timeout_ms: 200", "elapsedSeconds=4"
std::string_view key_before(std::string_view text) {
    const auto stop = text.find_last_not_of(" \"'");
    if (stop == std::string_view::npos || (text[stop] != ':' && text[stop] != '=')) return {};
    const auto end = text.find_last_not_of(" \"'", stop == 0 ? 0 : stop - 1);
    if (stop == 0 || end == std::string_view::npos) return {};
    std::size_t begin = end + 1;
    while (begin > 0 && (std::isalnum(static_cast<unsigned char>(text[begin - 1])) != 0 ||
                         text[begin - 1] == '_'))
        --begin;
    return text.substr(begin, end + 1 - begin);
}

void take_unit(std::string_view name, Figure& figure) {
    const Figure one = figure_of(1, name);
    figure.measure = one.measure;
    figure.scale = one.scale;
    figure.canonical = figure.value * one.scale;
}

}  // namespace

std::vector<FoundFigure> figures_in(std::string_view text) {
    // In front neither a word nor a sign that makes it part of something longer, behind a unit or
    // the end of the number.
    static const re2::RE2 kNumber(
        "(?:^|\":|[\\s=\\[({,;<>\"'~|+-])(\\d[\\d,]*(?:\\.\\d+)?)\\s?"
        "((?:ns|us|\u00b5s|\u03bcs|ms|s|sec|seconds?|min|minutes?|h|hours?|microseconds|millis|"
        "milliseconds?|B|bytes?|kB|KB|KiB|MB|MiB|Mi|GB|GiB|Gi|kbit|Mbit|Gbit|%|percent|k|M)\\b|%)"
        "?");
    std::vector<FoundFigure> out;
    const re2::StringPiece input(text.data(), text.size());
    std::array<re2::StringPiece, 3> match;
    std::size_t at = 0;
    while (at < text.size() &&
           kNumber.Match(input, at, text.size(), re2::RE2::UNANCHORED, match.data(), 3)) {
        const auto begin = static_cast<std::size_t>(match[1].data() - text.data());
        const auto digits_end = begin + match[1].size();
        std::size_t end =
            match[2].empty()
                ? digits_end
                : static_cast<std::size_t>(match[2].data() - text.data()) + match[2].size();
        at = std::max(digits_end, at + 1);
        const char next = digits_end < text.size() ? text[digits_end] : ' ';
        const char after = digits_end + 1 < text.size() ? text[digits_end + 1] : ' ';
        const bool word = match[2].empty() &&
                          (std::isalpha(static_cast<unsigned char>(next)) != 0 || next == '_');
        const double per = period_behind(text.substr(end));
        const bool joined = (per == 0 || next != '/') &&
                            (next == ':' || next == '-' || next == '/' || next == '.') &&
                            std::isalnum(static_cast<unsigned char>(after)) != 0;
        if (word || joined) {
            // The rest of the identifier is no number either.
            while (at < text.size() && std::isspace(static_cast<unsigned char>(text[at])) == 0)
                ++at;
            continue;
        }
        std::string digits(match[1]);
        while (!digits.empty() && digits.back() == ',') digits.pop_back();
        digits.erase(std::remove(digits.begin(), digits.end(), ','), digits.end());
        // A double holds no more digits: longer ones are ids.
        if (digits.size() > 17) continue;
        FoundFigure found;
        found.begin = begin;
        found.end = end;
        Figure& figure = found.figure;
        figure.value = std::strtod(digits.c_str(), nullptr);
        // "-5" where a word would begin; in "10-5" and "a-5" it is no sign
        const char sign = begin > 0 ? text[begin - 1] : ' ';
        const char ahead = begin > 1 ? text[begin - 2] : ' ';
        if (sign == '-' && (ahead == ' ' || ahead == '(' || ahead == '\n')) {
            figure.value = -figure.value;
            found.begin = begin - 1;
        }
        const auto dot = digits.find('.');
        // Half of the last digit that was written: 4.2 stands for 4.15 to 4.25.
        figure.slack = 0.5 * std::pow(10.0, dot == std::string::npos
                                                ? 0.0
                                                : -static_cast<double>(digits.size() - dot - 1));
        if (const Unit* unit = unit_named(std::string_view(match[2].data(), match[2].size()))) {
            figure.measure = unit->measure;
            figure.scale = unit->scale;
        }
        figure.canonical = figure.value * figure.scale;
        figure.per = per;
        if (match[2].empty()) take_unit(unit_of_column(key_before(text.substr(0, begin))), figure);
        figure.text = std::string(text.substr(found.begin, end - found.begin));
        out.push_back(std::move(found));
    }
    return out;
}

Bound bound_at_end(std::string_view text) {
    static const re2::RE2 kMore(
        R"((?i)(?:^|\W)(?:over|above|exceed(?:s|ed|ing)?|(?:more|greater|higher|longer) than|at least)\s*$)");
    static const re2::RE2 kLess(
        R"((?i)(?:^|\W)(?:below|under|(?:less|fewer|lower|shorter) than|at most)\s*$)");
    const re2::StringPiece input(text.data(), text.size());
    if (re2::RE2::PartialMatch(input, kMore)) return Bound::AtLeast;
    return re2::RE2::PartialMatch(input, kLess) ? Bound::AtMost : Bound::None;
}

Figure figure_of(double value, std::string_view unit) {
    Figure out;
    out.value = out.canonical = value;
    // UCUM rates ("By/s"): what is measured stands before the slash.
    const auto slash = unit.find('/');
    std::string_view base = unit.substr(0, slash);
    if (slash != std::string_view::npos)
        for (const std::string_view period : {"s", "min", "h"})
            if (unit.substr(slash + 1) == period) out.per = seconds_of(period);
    // so many a second of whatever it is
    if (out.per > 0 && base == "1") base = "";
    // two names of one unit; the table finds both
    if (base == "%") base = "percent";
    if (const Unit* known = unit_named(base);
        known != nullptr && known->measure != Measure::Plain) {
        out.measure = known->measure;
        out.scale = known->scale;
        out.canonical = value * known->scale;
    }
    return out;
}

std::string_view unit_of_column(std::string_view name) {
    struct End {
        std::string_view end, unit;
    };
    static constexpr std::array kEnds{
        End{"_ms", "ms"},    End{"Ms", "ms"},     End{"illiseconds", "ms"}, End{"_seconds", "s"},
        End{"Seconds", "s"}, End{"seconds", "s"}, End{"_s", "s"},           End{"_us", "us"},
        End{"_ns", "ns"},    End{"_ratio", "1"},  End{"_bytes", "By"},      End{"Bytes", "By"},
        End{"bytes", "By"},  End{"percent", "%"}, End{"_pct", "%"}};
    for (const End& one : kEnds)
        if (name.ends_with(one.end)) return one.unit;
    return {};
}

double comparable(const Figure& figure) {
    return figure.per > 0 ? figure.canonical / figure.per : figure.canonical;
}

bool says(const Figure& evidence, const Figure& claimed) {
    const double slack = claimed.slack * claimed.scale;
    if (claimed.per > 0)
        return evidence.per > 0 && evidence.measure == claimed.measure &&
               near(comparable(evidence), comparable(claimed), slack / claimed.per);
    const bool of_things = claimed.counted || claimed.measure != Measure::Plain;
    if (of_things && evidence.per > 0) return false;
    // "97 %" are no 97 of anything.
    if (claimed.counted && evidence.measure != Measure::Plain &&
        (evidence.measure != Measure::Share || evidence.scale != 1))
        return false;
    if (claimed.measure == evidence.measure && claimed.measure != Measure::Plain)
        return near(evidence.canonical, claimed.canonical, slack);
    // The bare number as the evidence writes it.
    if (claimed.measure == Measure::Plain) {
        // A whole number is counted: 5 does not stand for 4.6.
        const bool counted = evidence.value == std::floor(evidence.value) && claimed.scale == 1;
        return near(evidence.value, claimed.canonical, counted ? 0 : slack);
    }
    if (evidence.measure != Measure::Plain) return false;
    // The evidence names no unit. Then the claim's may be the right one, or the bare number is in
    // seconds or in milliseconds, as most systems write times.
    if (near(evidence.value, claimed.value, claimed.slack)) return true;
    if (claimed.measure == Measure::Time)
        return near(evidence.value, claimed.canonical, slack) ||
               near(evidence.value / 1e3, claimed.canonical, slack);
    return near(evidence.value, claimed.canonical, slack);
}

}  // namespace insight::agent::reasoning
