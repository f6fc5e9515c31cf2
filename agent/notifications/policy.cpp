#include "agent/notifications/policy.h"

#include <date/date.h>
#include <date/tz.h>
#include <fmt/format.h>

#include <charconv>
#include <stdexcept>

namespace insight::notifications {
namespace {

using base::Nanos;
using Time = date::sys_time<std::chrono::nanoseconds>;

// "07:30" in minutes; -1 for anything else.
int minutes_of(std::string_view text) {
    if (text.size() != 5 || text[2] != ':') return -1;
    int hours = -1;
    int minutes = -1;
    const auto number = [](std::string_view digits, int& value) {
        const auto [end, failed] =
            std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return failed == std::errc() && end == digits.data() + digits.size();
    };
    if (!number(text.substr(0, 2), hours) || !number(text.substr(3), minutes)) return -1;
    return hours >= 0 && hours < 24 && minutes >= 0 && minutes < 60 ? hours * 60 + minutes : -1;
}

const date::time_zone* zone_of(const std::string& name) {
    return date::locate_zone(name.empty() ? "Etc/UTC" : name);
}

}  // namespace

base::Result<QuietHours> QuietHours::parse(const std::string& hours, const std::string& zone) {
    QuietHours quiet;
    quiet.zone_ = zone;
    try {
        zone_of(zone);
    } catch (const std::runtime_error&) {
        return base::fail(base::ErrorKind::Invalid,
                          fmt::format("\"{}\" is no time zone: write Europe/Berlin for one", zone));
    }
    if (hours.empty()) return quiet;
    const std::size_t dash = hours.find('-');
    quiet.start_ = minutes_of(std::string_view(hours).substr(0, dash));
    quiet.end_ =
        dash == std::string::npos ? -1 : minutes_of(std::string_view(hours).substr(dash + 1));
    if (quiet.start_ < 0 || quiet.end_ < 0 || quiet.start_ == quiet.end_)
        return base::fail(base::ErrorKind::Invalid,
                          fmt::format("\"{}\" are no hours: write 22:00-07:00", hours));
    return quiet;
}

Nanos QuietHours::until(Nanos now) const {
    if (start_ == end_) return 0;
    const date::time_zone* zone = zone_of(zone_);
    const auto local = zone->to_local(Time(std::chrono::nanoseconds(now)));
    const auto midnight = date::floor<date::days>(local);
    const auto minute = static_cast<int>(
        std::chrono::duration_cast<std::chrono::minutes>(local - midnight).count());
    // Hours that go past midnight (22:00-07:00) are the rest of the day turned round.
    const bool within =
        start_ < end_ ? minute >= start_ && minute < end_ : minute >= start_ || minute < end_;
    if (!within) return 0;
    auto day = midnight;
    if (minute >= end_) day += date::days{1};  // started yesterday for those who get up tomorrow
    const auto end = date::local_time<std::chrono::nanoseconds>(day + std::chrono::minutes(end_));
    const Nanos at = zone->to_sys(end, date::choose::earliest).time_since_epoch().count();
    // The same clock time comes twice in autumn: never a moment that has passed.
    return at > now ? at : now + base::kMinute;
}

Nanos RateLimit::take(Nanos now) {
    if (most_ <= 0) return 0;
    while (!taken_.empty() && taken_.front() <= now - base::kHour) taken_.pop_front();
    if (taken_.size() < static_cast<std::size_t>(most_)) {
        taken_.push_back(now);
        return 0;
    }
    // Until the oldest of the hour is an hour old: a sliding window, not a clock hour.
    return taken_.front() + base::kHour - now;
}

}  // namespace insight::notifications
