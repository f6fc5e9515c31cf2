#include "agent/reasoning/moment.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "agent/reasoning/beside.h"
#include "agent/reasoning/clock.h"
#include "agent/reasoning/lookup.h"
#include "agent/reasoning/role.h"
#include "core/base/text.h"

namespace insight::agent::reasoning {
namespace {

constexpr std::array<std::string_view, 2> kFor{"for", "lasted"};
constexpr std::array<std::string_view, 2> kFirst{"first", "earliest"};
constexpr std::array<std::string_view, 2> kLast{"last", "latest"};
constexpr std::size_t kClose = 4;  // tokens between a number or a course and its moment

bool is_at(model::Nanos time, const Token& moment) {
    Record record;
    record.times.push_back(time);
    return has(record, moment);
}

// The first and the last time of the records that have most of the words: those that the statement
// is about. A shortened list does not have its first, so then the whole look's times count, too.
std::optional<model::Interval> span_of(const std::vector<Token>& tokens,
                                       const std::vector<Place>& where) {
    std::size_t most = 0;
    std::optional<model::Interval> out;
    const auto add = [&](model::Nanos time) {
        if (!out) out = model::Interval{time, time};
        out->start = std::min(out->start, time);
        out->end = std::max(out->end, time);
    };
    for (const Place& place : where) {
        if (place.is_context() || place.record->times.empty()) continue;
        const auto words = static_cast<std::size_t>(
            std::count_if(tokens.begin(), tokens.end(), [&](const Token& token) {
                return ((token.kind == TokenKind::Word && token.word == WordKind::Content) ||
                        token.kind == TokenKind::Quote) &&
                       has(*place.record, token);
            }));
        if (words < most) continue;
        if (words > most) out.reset();
        most = words;
        for (const model::Nanos time : place.record->times) add(time);
    }
    for (const Place& place : where)
        if (place.is_context() && (place.testimony->more || !out))
            for (const model::Nanos time : place.record->times) add(time);
    return out;
}

std::vector<const Testimony*> series_of(const std::vector<Place>& where) {
    std::vector<const Testimony*> out;
    for (const Place& place : where)
        if (!place.testimony->points.empty() &&
            std::find(out.begin(), out.end(), place.testimony) == out.end())
            out.push_back(place.testimony);
    return out;
}

// The tokens that a moment is told of: those before it in its part of the sentence, and where it
// comes first those behind it, up to the next moment.
std::pair<std::size_t, std::size_t> told_with(const std::vector<Token>& tokens, std::size_t index) {
    std::size_t from = index;
    bool tells = false;
    // "at 12:01 and 12:05": both are told of the same.
    while (from > 0 && (!tells || tokens[from - 1].kind != TokenKind::Moment) &&
           !tokens[from].apart) {
        --from;
        tells = tells ||
                (tokens[from].kind != TokenKind::Moment &&
                 (tokens[from].kind != TokenKind::Word || tokens[from].word != WordKind::Neutral));
    }
    if (tells) return {from, index};
    std::size_t to = index + 1;
    while (to < tokens.size() && tokens[to].kind != TokenKind::Moment) ++to;
    return {index + 1, to};
}

bool had_value(const Testimony& series, const Figure& value, const Token& moment) {
    return std::any_of(series.points.begin(), series.points.end(), [&](const auto& point) {
        return is_at(point.first, moment) && says(point.second, value);
    });
}

// Whether one of the series says so; nothing where the moment is told of neither a value nor a
// course.
std::optional<bool> as_series_say(const std::vector<Token>& tokens, std::size_t index,
                                  const std::vector<Testimony const*>& series) {
    const auto [from, to] = told_with(tokens, index);
    const bool first = from > index;
    for (std::size_t step = 0; step < to - from; ++step) {
        // the nearest first
        const std::size_t i = first ? from + step : to - 1 - step;
        if (!first && i + kClose < index) break;
        if (tokens[i].kind == TokenKind::Number)
            return std::any_of(series.begin(), series.end(), [&](const Testimony* one) {
                return had_value(*one, tokens[i].figure, tokens[index]);
            });
        if (is_course(tokens[i]))
            return std::any_of(series.begin(), series.end(), [&](const Testimony* one) {
                return one->onset && is_at(*one->onset, tokens[index]);
            });
    }
    return std::nullopt;
}

// "backup starts at 03:10": of prose that tells several clocks, the one beside the nearest word.
bool is_told_beside(const Record& record, const std::vector<Token>& tokens, std::size_t index,
                    const std::pair<std::size_t, std::size_t>& told) {
    const auto beside = written_with(record, tokens[index]);
    if (!beside) return false;
    std::set<std::string> stems;
    for (const std::string& word : words_of(*beside)) stems.insert(stem(word));
    const auto is_said = [&](std::size_t i) {
        return stems.contains(stem(base::lower(tokens[i].text)));
    };
    const auto tells = [&](std::size_t i) {
        return tokens[i].kind == TokenKind::Word && tokens[i].word == WordKind::Content;
    };
    for (std::size_t i = index; i-- > told.first;)
        if (tells(i)) return is_said(i);
    for (std::size_t i = std::max(told.first, index + 1); i < told.second; ++i)
        if (tells(i)) return is_said(i);
    return true;
}

// "pool exhausted after 50 ms at 12:01": one record of that time has all that is told before it, as
// far as it is not true of the whole evidence.
bool in_one_record(const std::vector<Token>& tokens, std::size_t index,
                   const std::vector<Place>& where) {
    const auto asks = [](const Token& token) {
        return token.kind == TokenKind::Number || token.kind == TokenKind::Quote ||
               (token.kind == TokenKind::Word && token.word == WordKind::Content &&
                !leads_to_number(base::lower(token.text)));
    };
    // by name: clang 14 lets no lambda take a structured binding
    const std::pair<std::size_t, std::size_t> told = told_with(tokens, index);
    return std::any_of(where.begin(), where.end(), [&](const Place& place) {
        const std::vector<model::Nanos>& times = place.record->times;
        const bool then = std::any_of(times.begin(), times.end(), [&](model::Nanos time) {
            return is_at(time, tokens[index]);
        });
        if (!then && !is_told_beside(*place.record, tokens, index, told)) return false;
        for (std::size_t i = told.first; i < told.second; ++i)
            if (i != index && asks(tokens[i]) && !has(*place.record, tokens[i]) &&
                !has(place.testimony->context, tokens[i]))
                return false;
        return true;
    });
}

// The places that have every word that a moment is told of.
std::vector<Place> that_tell(const std::vector<Token>& tokens, std::size_t index,
                             const std::vector<Place>& where) {
    const auto [from, to] = told_with(tokens, index);
    std::vector<Place> out = where;
    for (std::size_t i = from; i < to; ++i)
        std::erase_if(out, [&, &token = tokens[i]](const Place& place) {
            if (token.kind == TokenKind::Word && token.word == WordKind::Content)
                return !leads_to_number(base::lower(token.text)) && !has(*place.record, token) &&
                       !has(place.testimony->context, token);
            // "39.2 ms since 12:14": no longer than it was so.
            const bool value =
                token.kind == TokenKind::Number && (i == 0 || !is_any(kFor, tokens[i - 1]));
            if (value && place.testimony->points.empty())
                return !has(*place.record, token) && !has(place.testimony->context, token);
            return is_course(token) && place.record->course == Course::Unknown;
        });
    return out;
}

std::vector<Place> without_series(std::vector<Place> places) {
    std::erase_if(places, [](const Place& place) { return !place.testimony->points.empty(); });
    return places;
}

// Before or after, on the same clock; a moment without a date is of any day.
bool is_before(model::Nanos time, const Token& moment) {
    const std::string whole = base::format_rfc3339(time);
    std::string wanted = moment.text;
    if (const auto space = wanted.find(' '); space != std::string::npos) wanted[space] = 'T';
    return (moment.with_date ? whole : whole.substr(11)) < wanted;
}

// "failed before 12:01": the first time of it lies there.
bool on_that_side(const std::vector<Token>& tokens, std::size_t index,
                  const std::vector<Place>& where, bool before) {
    std::optional<model::Nanos> first;
    for (const Testimony* one : series_of(where))
        if (one->onset && (!first || *one->onset < *first)) first = one->onset;
    if (!first)
        if (const auto span = span_of(tokens, where)) first = span->start;
    return first && !is_at(*first, tokens[index]) && is_before(*first, tokens[index]) == before;
}

// "340 ms since 12:02": the values that are told with the moment are those of that point, or of all
// of the incident where it is told since when.
bool held_since(const std::vector<Token>& tokens, std::size_t index,
                const std::vector<const Testimony*>& series, bool since) {
    const std::pair<std::size_t, std::size_t> told = told_with(tokens, index);
    for (std::size_t i = told.first; i < told.second; ++i) {
        if (tokens[i].kind != TokenKind::Number || start_of_change(tokens, i) ||
            range_end(tokens, i) != RangeEnd::None ||
            (i > 0 && (is_any(kFor, tokens[i - 1]) || is_word(tokens, i - 1, "from"))))
            continue;
        const auto holds_then = [&](const Testimony* one) {
            Figure usual = one->points.front().second;
            usual.value = one->records.front().after.value_or(usual.value);
            usual.canonical = usual.value * usual.scale;
            return had_value(*one, tokens[i].figure, tokens[index]) ||
                   (since && one->records.front().after && says(usual, tokens[i].figure));
        };
        if (std::none_of(series.begin(), series.end(), holds_then)) return false;
    }
    return true;
}

enum class Rank { None, First, Last };

// "the first error at 12:11", "errors began at 12:11": unless a record says so in this word.
Rank rank_told(const std::vector<Token>& tokens, std::size_t index,
               const std::vector<Place>& where) {
    static constexpr std::array<std::string_view, 7> kBegins{
        "started", "starts", "start", "began", "begin", "begins", "beginning"};
    const auto [from, to] = told_with(tokens, index);
    for (std::size_t i = from; i < to; ++i) {
        if (is_any(kFirst, tokens[i])) return Rank::First;
        if (is_any(kLast, tokens[i])) return Rank::Last;
        if (!is_any(kBegins, tokens[i])) continue;
        const std::string one = stem(base::lower(tokens[i].text));
        if (std::none_of(where.begin(), where.end(), [&](const Place& place) {
                return !place.is_context() && place.record->stems.contains(one);
            }))
            return Rank::First;
    }
    return Rank::None;
}

}  // namespace

bool is_rank(const Token& token) {
    return is_any(kFirst, token) || is_any(kLast, token);
}

bool is_then(const std::vector<Token>& tokens, std::size_t index, const std::vector<Place>& where) {
    static constexpr std::array<std::string_view, 3> kSince{"since", "from", "between"};
    static constexpr std::array<std::string_view, 3> kUntil{"until", "till", "to"};
    const Rank rank = rank_told(tokens, index, where);
    const bool since = (index > 0 && is_any(kSince, tokens[index - 1])) || rank == Rank::First;
    // "between 12:01 and 12:05"
    const bool second = index > 2 && is_word(tokens, index - 1, "and") &&
                        tokens[index - 2].kind == TokenKind::Moment &&
                        is_word(tokens, index - 3, "between");
    const bool until =
        (index > 0 && is_any(kUntil, tokens[index - 1])) || rank == Rank::Last || second;
    const bool before = index > 0 && is_word(tokens, index - 1, "before");
    if (before || (index > 0 && is_word(tokens, index - 1, "after")))
        return on_that_side(tokens, index, where, before);
    if (since || until) {
        const std::vector<Place> told = that_tell(tokens, index, where);
        const std::vector<const Testimony*> series = series_of(told);
        if (!series.empty() && !held_since(tokens, index, series, since)) return false;
        const bool began =
            since && std::any_of(series.begin(), series.end(), [&](const auto* one) {
                return is_at(one->onset.value_or(one->points.front().first), tokens[index]);
            });
        const auto span = span_of(tokens, until ? told : without_series(told));
        return began || (span && is_at(since ? span->start : span->end, tokens[index]));
    }
    const std::vector<Place> others = without_series(where);
    const std::optional<bool> told = as_series_say(tokens, index, series_of(where));
    if (told.value_or(false)) return true;
    return others.empty() ? !told : in_one_record(tokens, index, others);
}

bool lasts_so_long(const Place& place, const std::vector<Token>& tokens, std::size_t index,
                   const std::vector<Place>& where) {
    const Figure& claimed = tokens[index].figure;
    if (index == 0 || claimed.measure != Measure::Time || !is_any(kFor, tokens[index - 1]) ||
        !place.testimony->points.empty())
        return false;
    const auto span = span_of(tokens, where);
    return span && std::abs(base::to_seconds(span->end - span->start) - claimed.canonical) <=
                       claimed.slack * claimed.scale;
}

}  // namespace insight::agent::reasoning
