#include "analysis/claims.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>

#include "core/base/text.h"

namespace insight::analysis {
namespace {

using base::Json;

constexpr std::string_view kEllipsis = "\u2026";

// Everything an evidence says.
struct Said {
    std::string text;  // a line each
    std::vector<double> numbers;
    const Json* content = nullptr;
    mutable std::optional<std::string> figures;  // the JSON numbers as text, once somebody asks
};

void take_apart(const Json& value, Said& said) {
    if (value.is_number()) {
        said.numbers.push_back(value.get<double>());
    } else if (value.is_string()) {
        said.text += value.get_ref<const std::string&>() + "\n";
    } else if (value.is_array()) {
        for (const Json& item : value) take_apart(item, said);
    } else if (value.is_object()) {
        for (const auto& [key, item] : value.items()) {
            said.text += key + "\n";
            take_apart(item, said);
        }
    }
}

void write_figures(const Json& value, std::string& into) {
    if (value.is_number()) into += base::dump_json(value) + "\n";
    if (value.is_structured())
        for (const Json& item : value) write_figures(item, into);
}

void take_numbers_of(const std::string& text, Said& said) {
    static const re2::RE2 kNumber(R"((\d[\d,]*(?:\.\d+)?))");
    re2::StringPiece rest(text);
    std::string found;
    while (re2::RE2::FindAndConsume(&rest, kNumber, &found)) {
        found.erase(std::remove(found.begin(), found.end(), ','), found.end());
        // Longer ones are ids, which no double holds.
        if (found.size() < 18) said.numbers.push_back(std::strtod(found.c_str(), nullptr));
    }
}

Said said_by(const model::Evidence& evidence) {
    Said said;
    said.text = evidence.title + "\n" + evidence.source + "\n";
    said.content = &evidence.content;
    take_apart(evidence.content, said);
    take_numbers_of(said.text, said);
    // Over how long a query takes its rates is no figure that was measured.
    static const re2::RE2 kRange(R"(\[[\dsmhdwy:]+\])");
    std::string query = evidence.query;
    re2::RE2::GlobalReplace(&query, kRange, "[]");
    take_numbers_of(query, said);
    said.text += evidence.query + "\n";
    return said;
}

// What the evidence of a report says, each taken apart once. Threads: one.
class Sayings {
  public:
    const Said& of(const model::Evidence& evidence) {
        const auto [it, fresh] = known_.try_emplace(&evidence);
        if (fresh) it->second = said_by(evidence);
        return it->second;
    }

  private:
    std::map<const model::Evidence*, Said> known_;
};

bool has_text(const Said& said, std::string wanted) {
    if (wanted.ends_with(kEllipsis)) wanted.resize(wanted.size() - kEllipsis.size());
    if (said.text.find(wanted) != std::string::npos) return true;
    // A chart has hundreds of numbers, and hardly ever does anybody quote one as text.
    if (!said.figures) write_figures(*said.content, said.figures.emplace());
    return said.figures->find(wanted) != std::string::npos;
}

// RFC 3339 text contains the clock time; unix seconds are turned into it.
bool has_clock(const Said& said, const std::string& clock) {
    if (said.text.find("T" + clock) != std::string::npos) return true;
    return std::any_of(said.numbers.begin(), said.numbers.end(), [&](double number) {
        return number > 1e8 && number < 1e10 &&
               base::format_clock(base::from_seconds(number)) == clock;
    });
}

bool has_number(const Said& said, std::string token) {
    // What evidence has and a statement says: seconds as ms, us, minutes and hours, minutes as
    // seconds, shares as %, bytes as KiB, MiB and GiB.
    static constexpr std::array kScales{
        1.0,      1e3,        1e6,        100.0,         60.0,
        1.0 / 60, 1.0 / 3600, 1.0 / 1024, 1.0 / 1048576, 1.0 / 1073741824.0};
    token.erase(std::remove(token.begin(), token.end(), ','), token.end());
    const double wanted = std::strtod(token.c_str(), nullptr);
    const auto dot = token.find('.');
    const double places =
        dot == std::string::npos ? 0 : static_cast<double>(token.size() - dot - 1);
    // Half of the last digit, and a little for what a binary fraction cannot hold.
    const double tolerance = 0.5001 * std::pow(10.0, -places);
    return std::any_of(said.numbers.begin(), said.numbers.end(), [&](double number) {
        return std::any_of(kScales.begin(), kScales.end(), [&](double scale) {
            return std::abs(std::abs(number) * scale - wanted) <= tolerance;
        });
    });
}

// Takes every match of `pattern` out of `rest` and reports those that `found` does not confirm.
template <class Found>
void check_part(std::string& rest, const re2::RE2& pattern, std::vector<std::string>& unproven,
                Found found) {
    std::string kept;
    re2::StringPiece input(rest);
    re2::StringPiece match;
    std::size_t at = 0;
    while (pattern.Match(input, at, input.size(), re2::RE2::UNANCHORED, &match, 1)) {
        const auto begin = static_cast<std::size_t>(match.data() - input.data());
        kept.append(input.data() + at, begin - at);
        kept += ' ';
        const std::string token(match.data(), match.size());
        if (!found(token)) unproven.push_back(token);
        at = begin + std::max<std::size_t>(1, match.size());
        if (at >= input.size()) break;
    }
    if (at < input.size()) kept.append(input.data() + at, input.size() - at);
    rest = std::move(kept);
}

using Cited = std::vector<const model::Evidence*>;

Cited cited_by(const model::Report& report, const std::vector<std::string>& ids) {
    Cited out;
    for (const std::string& id : ids) out.push_back(model::find_evidence(report, id));
    return out;
}

std::vector<std::string> unproven(const std::string& statement, const Cited& cited,
                                  Sayings& sayings) {
    static const re2::RE2 kQuoted("`[^`]*`");
    static const re2::RE2 kClock(R"(\b\d\d:\d\d:\d\d\b)");
    static const re2::RE2 kIdentifier(R"([A-Za-z][A-Za-z0-9]*(?:[_./-][A-Za-z0-9]+)+)");
    static const re2::RE2 kWordWithDigits(R"([A-Za-z_]+\d+\w*)");
    static const re2::RE2 kNumber(R"(\d[\d,]*(?:\.\d+)?)");
    const auto said = [&](const auto& says) {
        return std::any_of(cited.begin(), cited.end(), [&](const model::Evidence* evidence) {
            return evidence != nullptr && says(sayings.of(*evidence));
        });
    };
    const auto as_text = [&](const std::string& token) {
        return said([&](const Said& one) { return has_text(one, token); });
    };
    std::vector<std::string> out;
    std::string rest = statement;
    // From the longest to the shortest, each taken out: what stands inside of a quotation or a time
    // is not looked up again as a number.
    check_part(rest, kQuoted, out, [&](const std::string& token) {
        return as_text(token.substr(1, token.size() - 2));
    });
    check_part(rest, kClock, out, [&](const std::string& token) {
        return said([&](const Said& one) { return has_clock(one, token); });
    });
    check_part(rest, kIdentifier, out, as_text);
    check_part(rest, kWordWithDigits, out, as_text);
    check_part(rest, kNumber, out, [&](const std::string& token) {
        return said([&](const Said& one) { return has_number(one, token); });
    });
    return out;
}

template <class Item>
void remove_unproven(std::vector<Item>& items, model::Report& report, Sayings& sayings) {
    std::vector<Item> kept;
    for (Item& item : items) {
        ++report.claims.checked;
        if (unproven(item.statement, cited_by(report, item.evidence), sayings).empty()) {
            ++report.claims.proven;
            kept.push_back(std::move(item));
        } else {
            ++report.claims.removed;
        }
    }
    items = std::move(kept);
}

}  // namespace

std::vector<std::string> unproven_parts(const std::string& statement,
                                        const std::vector<const model::Evidence*>& cited) {
    Sayings sayings;
    return unproven(statement, cited, sayings);
}

void check_claims(model::Report& report) {
    Sayings sayings;
    for (model::Cause& cause : report.causes) {
        ++report.claims.checked;
        const std::vector<std::string> parts =
            unproven(cause.statement, cited_by(report, cause.evidence), sayings);
        if (parts.empty()) {
            ++report.claims.proven;
            continue;
        }
        cause.statement += " [unproven:";
        for (const std::string& part : parts) cause.statement += " " + part;
        cause.statement += "]";
    }
    remove_unproven(report.clues, report, sayings);
    remove_unproven(report.timeline, report, sayings);
    for (model::SuspectChange& change : report.changes)
        remove_unproven(change.lines, report, sayings);
}

}  // namespace insight::analysis
