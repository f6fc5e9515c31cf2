#include "agent/cron.h"

#include <date/date.h>
#include <date/tz.h>
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <span>
#include <vector>

namespace insight::agent {
namespace {

using base::ErrorKind;
using base::fail;
using base::kSecond;
using base::Nanos;

constexpr int kYears = 9;  // leap days may be eight years apart

struct FieldRule {
    std::string_view name;
    int least;
    int most;
    std::span<const std::string_view> names;
    int first_name;
};

constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kDays{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
constexpr std::array<FieldRule, 5> kCronFields{{{"minute", 0, 59, {}, 0},
                                                {"hour", 0, 23, {}, 0},
                                                {"day of the month", 1, 31, {}, 0},
                                                {"month", 1, 12, kMonths, 1},
                                                {"day of the week", 0, 7, kDays, 0}}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kNicknames{
    {{"@yearly", "0 0 1 1 *"},
     {"@annually", "0 0 1 1 *"},
     {"@monthly", "0 0 1 * *"},
     {"@weekly", "0 0 * * 0"},
     {"@daily", "0 0 * * *"},
     {"@midnight", "0 0 * * *"},
     {"@hourly", "0 * * * *"}}};

std::vector<std::string> split(std::string_view text, std::string_view separators) {
    std::vector<std::string> out;
    std::string word;
    for (const char c : text) {
        if (separators.find(c) == std::string_view::npos) {
            word += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
            continue;
        }
        out.push_back(std::move(word));
        word.clear();
    }
    out.push_back(std::move(word));
    return out;
}

tl::unexpected<base::Error> wrong(const FieldRule& rule, std::string_view text) {
    return fail(
        ErrorKind::Invalid,
        fmt::format("the {} '{}' is not understood: use numbers from {} to {}, lists (1,2), "
                    "ranges (1-5) and steps (*/5)",
                    rule.name, text.substr(0, 40), rule.least, rule.most));
}

base::Result<int> number(const FieldRule& rule, const std::string& text) {
    for (std::size_t i = 0; i < rule.names.size(); ++i)
        if (rule.names[i] == text) return rule.first_name + static_cast<int>(i);
    int value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, failed] = std::from_chars(text.data(), end, value);
    if (failed != std::errc() || stop != end || value < rule.least || value > rule.most)
        return wrong(rule, text);
    return value;
}

// One item of a list: "*", "5", "1-5", "*/10", "1-30/2".
base::Result<std::vector<int>> item(const FieldRule& rule, const std::string& text) {
    const std::vector<std::string> parts = split(text, "/");
    if (parts.size() > 2) return wrong(rule, text);
    int first = rule.least;
    int last = rule.most;
    if (parts[0] != "*") {
        const std::vector<std::string> ends = split(parts[0], "-");
        if (ends.size() > 2) return wrong(rule, text);
        const auto from = number(rule, ends[0]);
        const auto to = number(rule, ends.back());
        if (!from) return fail(from.error());
        if (!to) return fail(to.error());
        first = *from;
        // A single number with a step has no end of its own in any standard.
        if (ends.size() == 1 && parts.size() == 2) return wrong(rule, text);
        last = *to;
        if (last < first) return wrong(rule, text);
    }
    int step = 1;
    if (parts.size() == 2) {
        const char* end = parts[1].data() + parts[1].size();
        const auto [stop, failed] = std::from_chars(parts[1].data(), end, step);
        if (failed != std::errc() || stop != end || step < 1 || step > rule.most)
            return wrong(rule, text);
    }
    std::vector<int> out;
    for (int value = first; value <= last; value += step) out.push_back(value);
    return out;
}

template <std::size_t Size>
base::Status fill(const FieldRule& rule, const std::string& text, std::bitset<Size>& into) {
    for (const std::string& one : split(text, ",")) {
        const auto values = item(rule, one);
        if (!values) return fail(values.error());
        for (const int value : *values) into.set(static_cast<std::size_t>(value));
    }
    return {};
}

}  // namespace

base::Result<Cron> Cron::parse(const std::string& expression, const std::string& zone) {
    if (expression.size() > 200)
        return fail(ErrorKind::Invalid, "a cron expression has at most 200 characters");
    std::string text = expression;
    for (const auto& [nickname, stands_for] : kNicknames)
        if (text == nickname) text = stands_for;
    std::vector<std::string> fields = split(text, " \t");
    std::erase(fields, "");
    if (fields.size() != kCronFields.size())
        return fail(ErrorKind::Invalid,
                    fmt::format("'{}' is no cron expression: it needs five fields, minute hour day "
                                "month weekday, like 0 7 * * 1-5, or a name like @daily",
                                expression.substr(0, 80)));
    Cron cron;
    for (const base::Status& status :
         {fill(kCronFields[0], fields[0], cron.minutes_),
          fill(kCronFields[1], fields[1], cron.hours_), fill(kCronFields[2], fields[2], cron.days_),
          fill(kCronFields[3], fields[3], cron.months_),
          fill(kCronFields[4], fields[4], cron.weekdays_)})
        if (!status) return fail(status.error());
    // Sunday is 0 and 7.
    if (cron.weekdays_.test(7)) cron.weekdays_.set(0);
    cron.any_day_ = fields[2].starts_with('*');
    cron.any_weekday_ = fields[4].starts_with('*');
    cron.repeats_ = fields[0].starts_with('*') || fields[1].starts_with('*');
    try {
        cron.zone_ = date::locate_zone(zone.empty() ? "Etc/UTC" : zone);
    } catch (const std::exception&) {
        return fail(ErrorKind::Invalid,
                    fmt::format("'{}' is no time zone of this machine: use an IANA name like "
                                "Europe/Berlin, and see that the package tzdata is installed",
                                zone.substr(0, 64)));
    }
    return cron;
}

// POSIX crontab: where both the day of the month and the weekday are restricted either may fit; a
// field that begins with '*' restricts nothing (also "*/2", as in Vixie cron).
bool Cron::on(int, unsigned month, unsigned day, unsigned weekday) const {
    if (!months_.test(month)) return false;
    const bool by_day = days_.test(day);
    const bool by_weekday = weekdays_.test(weekday);
    if (any_day_ || any_weekday_) return by_day && by_weekday;
    return by_day || by_weekday;
}

std::vector<std::int64_t> Cron::of_day(std::int64_t day) const {
    const date::local_days local{date::days{day}};
    const date::year_month_day date{local};
    std::vector<std::int64_t> out;
    if (!on(static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
            static_cast<unsigned>(date.day()), date::weekday{local}.c_encoding()))
        return out;
    for (int hour = 0; hour < 24; ++hour) {
        if (!hours_.test(static_cast<std::size_t>(hour))) continue;
        for (int minute = 0; minute < 60; ++minute) {
            if (!minutes_.test(static_cast<std::size_t>(minute))) continue;
            const date::local_seconds at =
                local + std::chrono::hours(hour) + std::chrono::minutes(minute);
            const date::local_info info = zone_->get_info(at);
            const auto utc = [&](const date::sys_info& one) {
                return (at.time_since_epoch() - one.offset).count();
            };
            // Skipped in spring: a fixed time runs once, at the change; what repeats anyway has its
            // next turn.
            if (info.result == date::local_info::nonexistent) {
                if (!repeats_) out.push_back(info.first.end.time_since_epoch().count());
                continue;
            }
            out.push_back(utc(info.first));
            if (info.result == date::local_info::ambiguous && repeats_)
                out.push_back(utc(info.second));
        }
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

std::int64_t Cron::local_day(Nanos time) const {
    const date::sys_seconds seconds{std::chrono::seconds(time / kSecond)};
    const auto local = zone_->to_local(seconds);
    return date::floor<date::days>(local).time_since_epoch().count();
}

Nanos Cron::last(Nanos time) const {
    const std::int64_t limit = time / kSecond;
    const std::int64_t today = local_day(time);
    // A day more: after a repeated midnight the local day has begun once before.
    for (std::int64_t day = today + 1; day > today - kYears * 366; --day) {
        const std::vector<std::int64_t> times = of_day(day);
        for (auto it = times.rbegin(); it != times.rend(); ++it)
            if (*it <= limit) return *it * kSecond;
    }
    return 0;
}

Nanos Cron::next(Nanos time) const {
    const std::int64_t limit = time / kSecond;
    const std::int64_t today = local_day(time);
    for (std::int64_t day = today - 1; day < today + kYears * 366; ++day)
        for (const std::int64_t at : of_day(day))
            if (at > limit) return at * kSecond;
    return 0;
}

}  // namespace insight::agent
