#include "agent/chat/when.h"

#include <re2/re2.h>

#include <array>

namespace insight::agent::chat {
namespace {

using base::kHour;
using base::kMinute;
using model::Interval;
using re2::RE2;

constexpr base::Nanos kDay = 24 * kHour;
// "at 14:00" is rarely meant to the minute
constexpr base::Nanos kAround = 30 * kMinute;

// All times below are nanoseconds of the asker's clock.
base::Nanos floor_day(base::Nanos local) {
    const base::Nanos rest = local % kDay;
    return local - (rest < 0 ? rest + kDay : rest);
}

// A clock time as people write it: 9, 9am, 2 pm, 14:30, 14h, 9 o'clock.
#define CLOCK R"(([0-9]{1,2})(?::([0-9]{2}))?(?: ?(am|pm|h|o'?clock|uhr))?)"

struct Clock {
    int hour = 0;
    std::string minute;
    std::string half;

    // Of the day; empty: no such time.
    [[nodiscard]] std::optional<base::Nanos> of_day() const {
        int hours = hour;
        if ((half == "am" || half == "pm") && (hours < 1 || hours > 12)) return std::nullopt;
        if (half == "am" && hours == 12) hours = 0;
        if (half == "pm" && hours != 12) hours += 12;
        const int minutes = minute.empty() ? 0 : std::stoi(minute);
        if (hours > 24 || minutes > 59 || (hours == 24 && minutes > 0)) return std::nullopt;
        return hours * kHour + minutes * kMinute;
    }
};

class Reading {
  public:
    Reading(const std::string& text, base::Nanos now) : text_(text), now_(now) {
        today_ = floor_day(now);
        day_ = named_day();
    }

    std::optional<Interval> interval() const {
        // From the most to the least that is said: "yesterday between 2 and 3" is a range, not all
        // of yesterday.
        if (const auto length = last()) return Interval{now_ - *length, now_};
        if (const auto between = range()) return between;
        if (const auto start = since()) return Interval{*start, now_};
        if (const auto point = clock()) return Interval{*point - kAround, *point + kAround};
        if (const auto part = part_of_day()) return part;
        if (has("last week") || has("this week")) return Interval{now_ - 7 * kDay, now_};
        if (day_) return Interval{*day_, *day_ + kDay};
        return std::nullopt;
    }

  private:
    [[nodiscard]] bool has(std::string_view words) const {
        return text_.find(words) != std::string::npos;
    }

    // A day that is named: a date, yesterday, today, a day of the week that has passed.
    [[nodiscard]] std::optional<base::Nanos> named_day() const {
        static const RE2 kDate(R"(\b(20[0-9]{2}-[01][0-9]-[0-3][0-9])(?:\b|t))");
        std::string date;
        if (RE2::PartialMatch(text_, kDate, &date))
            if (const auto start = base::parse_rfc3339(date + "T00:00:00Z")) return *start;
        if (has("day before yesterday")) return today_ - 2 * kDay;
        if (has("yesterday")) return today_ - kDay;
        if (has("today")) return today_;
        static constexpr std::array<std::string_view, 7> kDays{
            "thursday", "friday", "saturday", "sunday", "monday", "tuesday", "wednesday"};
        for (std::size_t i = 0; i < kDays.size(); ++i) {
            if (!has(kDays[i])) continue;
            // 1970-01-01 was a Thursday
            const auto of_today = static_cast<std::size_t>((today_ / kDay) % 7);
            const std::size_t ago = (of_today + 7 - i) % 7;
            const bool before = ago == 0 && has("last " + std::string(kDays[i]));
            return today_ - static_cast<base::Nanos>(before ? 7 : ago) * kDay;
        }
        return std::nullopt;
    }

    // A clock time on the named day, else the last one that has passed.
    [[nodiscard]] std::optional<base::Nanos> on_day(const Clock& clock) const {
        const auto of_day = clock.of_day();
        if (!of_day) return std::nullopt;
        if (day_) return *day_ + *of_day;
        const base::Nanos at = today_ + *of_day;
        return at > now_ ? at - kDay : at;
    }

    [[nodiscard]] std::optional<base::Nanos> last() const {
        static const RE2 kLast(
            R"((?:last|past|since|for) ([0-9]{1,3}) ?(minute|min|hour|h|day|d)s?\b)");
        int count = 0;
        std::string unit;
        if (RE2::PartialMatch(text_, kLast, &count, &unit))
            return count * (unit.starts_with('m') ? kMinute : unit.starts_with('h') ? kHour : kDay);
        if (has("last hour") || has("past hour")) return kHour;
        return std::nullopt;
    }

    [[nodiscard]] std::optional<Interval> range() const {
        static const RE2 kRange(R"(\b(?:between|from) )" CLOCK
                                R"( ?(?:and|to|until|till|-) ?)" CLOCK R"((?:[^0-9:]|$))");
        Clock from;
        Clock to;
        if (!RE2::PartialMatch(text_, kRange, &from.hour, &from.minute, &from.half, &to.hour,
                               &to.minute, &to.half))
            return std::nullopt;
        // "between 2 and 3 pm" means both.
        if (from.half.empty() && (to.half == "pm" || to.half == "am")) from.half = to.half;
        const auto start = on_day(from);
        const auto of_day = to.of_day();
        if (!start || !of_day) return std::nullopt;
        base::Nanos end = floor_day(*start) + *of_day;
        if (end <= *start) end += kDay;  // past midnight
        return Interval{*start, end};
    }

    [[nodiscard]] std::optional<base::Nanos> since() const {
        static const RE2 kSince(
            R"(\b(?:since|after) (?:(?:the )?(?:day before yesterday|yesterday|today|last night|this morning|(?:last )?[a-z]+day|20[0-9-]{8})[ t]*(?:at |around )?)?(?:)" CLOCK
            R"()?(?:[^0-9:-]|$))");
        Clock clock{-1, "", ""};
        std::string hour;
        static const RE2 kWord(R"(\b(?:since|after) )");
        if (!RE2::PartialMatch(text_, kWord)) return std::nullopt;
        if (RE2::PartialMatch(text_, kSince, &hour, &clock.minute, &clock.half) && !hour.empty()) {
            clock.hour = std::stoi(hour);
            return on_day(clock);
        }
        static const RE2 kNoClock(
            R"(\b(?:since|after) (?:the )?(?:day before yesterday|yesterday|today|(?:last )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|20[0-9]{2}-))");
        if (RE2::PartialMatch(text_, R"(\bsince last night)")) return today_ - 6 * kHour;
        if (RE2::PartialMatch(text_, R"(\bsince (?:this )?morning)")) return today_ + 4 * kHour;
        if (RE2::PartialMatch(text_, R"(\bsince (?:noon|midday))"))
            return today_ + 12 * kHour > now_ ? today_ - 12 * kHour : today_ + 12 * kHour;
        if (RE2::PartialMatch(text_, R"(\bsince midnight)")) return today_;
        if (RE2::PartialMatch(text_, kNoClock)) return day_;
        return std::nullopt;
    }

    [[nodiscard]] std::optional<Interval> part_of_day() const {
        if (has("last night") || has("overnight"))
            // six in the evening to eight in the morning
            return Interval{today_ - 6 * kHour, today_ + 8 * kHour};
        const base::Nanos day = day_.value_or(today_);
        if (has("morning")) return Interval{day + 4 * kHour, day + 12 * kHour};
        if (has("afternoon")) return Interval{day + 12 * kHour, day + 18 * kHour};
        if (has("evening")) return Interval{day + 17 * kHour, day + kDay};
        if (has("tonight")) return Interval{today_, today_ + kDay};
        return std::nullopt;
    }

    // "at 14:00", "yesterday 2pm", "on 2026-11-03 at 9", "around noon"
    [[nodiscard]] std::optional<base::Nanos> clock() const {
        static const RE2 kAt(
            R"((?:\bat |\b(?:yesterday|today|[a-z]+day|20[0-9]{2}-[0-9]{2}-[0-9]{2})[ t,]+(?:at )?))" CLOCK
            R"((?:[^0-9:.%-]|$))");
        static const RE2 kBare(R"((?:^|[ (])([0-9]{1,2}):([0-9]{2})()(?:[^0-9:]|$))");
        static const RE2 kHalf(R"((?:^|[ (])([0-9]{1,2})(?::([0-9]{2}))? ?(am|pm)\b)");
        for (const RE2* pattern : {&kAt, &kBare, &kHalf}) {
            Clock found;
            if (!RE2::PartialMatch(text_, *pattern, &found.hour, &found.minute, &found.half))
                continue;
            // "at 3 of 5 pods": a number alone is a time only where a day is named
            if (found.minute.empty() && found.half.empty() && !day_) continue;
            if (const auto at = on_day(found)) return at;
        }
        if (has("noon") || has("midday")) return on_day({12, "", ""});
        if (has("midnight")) return day_.value_or(today_);
        return std::nullopt;
    }

    const std::string& text_;
    const base::Nanos now_;
    base::Nanos today_ = 0;
    std::optional<base::Nanos> day_;
};

#undef CLOCK

}  // namespace

std::optional<Interval> interval_of(const std::string& text, base::Nanos now, const Zone& zone) {
    const auto local = Reading(text, zone.local(now)).interval();
    if (!local) return std::nullopt;
    const Interval out{zone.utc(local->start), std::min(now, zone.utc(local->end))};
    return out.start < out.end ? std::optional(out) : std::nullopt;
}

}  // namespace insight::agent::chat
