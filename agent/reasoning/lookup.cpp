#include "agent/reasoning/lookup.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "agent/reasoning/clock.h"
#include "agent/reasoning/flow.h"
#include "agent/reasoning/same_name.h"
#include "core/base/text.h"

namespace insight::agent::reasoning {
namespace {

std::string clock_of(model::Nanos time) {
    return base::format_rfc3339(time / base::kSecond * base::kSecond).substr(0, 19);
}

bool has_moment(const Record& record, const Token& token) {
    std::string wanted = token.text;
    if (const auto space = wanted.find(' '); space != std::string::npos) wanted[space] = 'T';
    return std::any_of(record.times.begin(), record.times.end(), [&](model::Nanos time) {
        const std::string whole = clock_of(time);  // 2026-11-21T02:07:09
        const std::string part = token.with_date ? whole : whole.substr(11);
        // To the precision that was claimed: "12:04" is any second of it, and fractions of a second
        // are not compared.
        return part.starts_with(wanted.substr(0, std::min(wanted.size(), part.size())));
    });
}

// The word `back` places before a token, in lower case; empty where there is none.
std::string word_before(const std::vector<Token>& tokens, std::size_t index, std::size_t back) {
    if (index < back || tokens[index - back].kind != TokenKind::Word) return {};
    return base::lower(tokens[index - back].text);
}

// A bare number stands for one with a unit, and the other way round, only where nothing else in the
// record could be meant: beside "812 ms" a "5" is no time, and 812 of a text are no retries.
bool measures(const Record& record, const Figure& figure, const Figure& claimed) {
    if (figure.measure == claimed.measure) return true;
    if (claimed.measure == Measure::Plain)
        return figure.text.empty() || figure.measure == Measure::Share;
    // Nobody wrote a unit beside it: "timeout: 200" are neither seconds nor milliseconds.
    if (!figure.text.empty()) return false;
    return std::none_of(record.figures.begin(), record.figures.end(),
                        [&](const Figure& other) { return other.measure == claimed.measure; });
}

}  // namespace

bool has(const Record& record, const Token& token) {
    switch (token.kind) {
        case TokenKind::Quote: {
            std::string text = token.text;
            if (text.ends_with("\u2026")) text.resize(text.size() - 3);
            if (text.ends_with("...")) text.resize(text.size() - 3);
            return has_text(record, text) ||
                   record.aside.find(base::lower(text)) != std::string::npos;
        }
        case TokenKind::Name:
            return speaks_of(record.text, base::lower(token.text)) ||
                   speaks_of(record.aside, base::lower(token.text));
        case TokenKind::Factor:
            return (record.ratio && std::abs(*record.ratio - token.factor) <= token.factor_slack) ||
                   speaks_of(record.text, base::lower(token.text));
        case TokenKind::Moment:
            return has_moment(record, token) || written_with(record, token).has_value();
        case TokenKind::Number:
            return std::any_of(
                record.figures.begin(), record.figures.end(), [&](const Figure& figure) {
                    return figure.bound == Bound::None && says(figure, token.figure) &&
                           measures(record, figure, token.figure);
                });
        case TokenKind::Word:
            break;
    }
    // The median of a series of quantiles is no median of what they are quantiles of.
    static const std::set<std::string> kStatistics{stem("median"), stem("mean"), stem("average")};
    if (kStatistics.contains(stem(base::lower(token.text))) &&
        (record.measured.contains("p") || record.stems.contains(stem("quantile"))))
        return false;
    static const std::string kRate = stem("rate");
    if (stem(base::lower(token.text)) == kRate &&
        std::any_of(record.figures.begin(), record.figures.end(),
                    [](const Figure& figure) { return figure.per > 0; }))
        return true;
    if (token.flow != Flow::None && measures(record, token.flow)) return true;
    if (token.of_rate && is_request(stem(base::lower(token.text))))
        return std::any_of(record.stems.begin(), record.stems.end(), is_request);
    if (is_failure(stem(base::lower(token.text))))
        return record.stems.contains("fatal") ||
               std::any_of(record.stems.begin(), record.stems.end(), is_failure);
    for (const std::string& word : words_of(token.text))
        if (!record.stems.contains(stem(word))) return false;
    return true;
}

Bound bound_before(const std::vector<Token>& tokens, std::size_t index) {
    return bound_at_end(word_before(tokens, index, 2) + " " + word_before(tokens, index, 1));
}

bool holds(const Record& record, const Figure& claimed, Bound bound) {
    const double wanted = comparable(claimed), slack = std::abs(wanted) * 1e-9;
    // a number without a unit is taken in the claim's
    const auto own = [&](const Figure& figure) {
        return figure.measure == claimed.measure ? comparable(figure)
                                                 : figure.value * claimed.scale;
    };
    const auto beyond = [&](const Figure& figure) {
        return figure.side != Side::Before && figure.measure == claimed.measure &&
               (bound == Bound::AtLeast ? own(figure) > wanted + slack
                                        : own(figure) < wanted - slack);
    };
    return std::any_of(record.figures.begin(), record.figures.end(), [&](const Figure& figure) {
        if (!says(figure, claimed)) return false;
        if (figure.bound != Bound::None) return figure.bound == bound;
        // What is just as large is not larger; something else of the record may be.
        if (std::abs(own(figure) - wanted) <= slack)
            return claimed.inclusive ||
                   std::any_of(record.figures.begin(), record.figures.end(), beyond);
        return bound == Bound::AtLeast ? own(figure) > wanted : own(figure) < wanted;
    });
}

}  // namespace insight::agent::reasoning
