#include "collectors/skywalking/server_time.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <ctime>

namespace insight::collectors::skywalking {
namespace {

constexpr std::int64_t kPoints = 480;  // of an answer; the server refuses more than 500
constexpr std::int64_t kParts = 4;  // answers a series is worth; longer windows take longer steps
constexpr Nanos kDay = 24 * base::kHour;

struct Written {
    const char* name;
    const char* format;
};

Written written(Step step) {
    switch (step) {
        case Step::Second:
            return {"SECOND", "%Y-%m-%d %H%M%S"};
        case Step::Minute:
            return {"MINUTE", "%Y-%m-%d %H%M"};
        case Step::Hour:
            return {"HOUR", "%Y-%m-%d %H"};
        case Step::Day:
            break;
    }
    return {"DAY", "%Y-%m-%d"};
}

// The server reads times in the zone it runs in, and says which (getTimeInfo).
std::string text_of(Nanos time, const char* format, Nanos zone) {
    const std::time_t seconds = (time + zone) / base::kSecond;
    std::tm parts{};
    if (gmtime_r(&seconds, &parts) == nullptr) return {};
    std::array<char, 32> out{};
    return {out.data(), std::strftime(out.data(), out.size(), format, &parts)};
}

}  // namespace

Nanos length_of(Step step) {
    switch (step) {
        case Step::Second:
            return base::kSecond;
        case Step::Minute:
            return base::kMinute;
        case Step::Hour:
            return base::kHour;
        case Step::Day:
            break;
    }
    return kDay;
}

std::optional<Nanos> zone_of(std::string_view offset) {
    // "+08:00", as some versions write it
    if (offset.size() == 6 && offset[3] == ':')
        return zone_of(std::string(offset.substr(0, 3)) + std::string(offset.substr(4)));
    if (offset.size() != 5 || (offset[0] != '+' && offset[0] != '-')) return std::nullopt;
    const auto digits = offset.substr(1);
    if (!std::all_of(digits.begin(), digits.end(),
                     [](unsigned char c) { return std::isdigit(c) != 0; }))
        return std::nullopt;
    const auto number = [&](std::size_t at) {
        return (offset[at] - '0') * 10 + offset[at + 1] - '0';
    };
    // Java, in which the server is written, knows no offset beyond 18 hours.
    if (number(1) > 18 || number(3) > 59) return std::nullopt;
    const Nanos size = number(1) * base::kHour + number(3) * base::kMinute;
    return offset[0] == '-' ? -size : size;
}

base::Json duration(const model::Interval& interval, Step step, Nanos zone) {
    const Written how = written(step);
    return {{"start", text_of(interval.start, how.format, zone)},
            {"end", text_of(std::max(interval.start, interval.end), how.format, zone)},
            {"step", how.name}};
}

// The server counts both ends in; an interval of ours ends before its end.
base::Json seconds_of(const model::Interval& interval, Nanos zone) {
    return duration({interval.start, interval.end - 1}, Step::Second, zone);
}

Step step_for(const model::Interval& interval) {
    const Nanos length = interval.end - interval.start;
    for (const Step step : {Step::Minute, Step::Hour})
        if (length <= kParts * (kPoints - 1) * length_of(step)) return step;
    return Step::Day;
}

Nanos begin_of(Nanos time, Step step, Nanos zone) {
    const Nanos length = length_of(step);
    const Nanos local = time + zone;  // days begin at the server's midnight
    // The remainder of C++ is negative before the epoch.
    return local - ((local % length) + length) % length - zone;
}

std::vector<model::Interval> parts_of(const model::Interval& interval, Step step, Nanos zone) {
    std::vector<model::Interval> out;
    const Nanos length = length_of(step);
    Nanos from = begin_of(interval.start, step, zone);
    while (from <= interval.end && static_cast<std::int64_t>(out.size()) < kParts) {
        // one less, since both ends are points of the answer
        const Nanos to = std::min(interval.end, from + (kPoints - 1) * length);
        out.push_back({from, to});
        from = begin_of(to, step, zone) + length;
    }
    return out;
}

}  // namespace insight::collectors::skywalking
