#include "core/base/time.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace insight::base {
namespace {

// Civil date from and to days since the epoch: Howard Hinnant's algorithms, public domain,
// https://howardhinnant.github.io/date_algorithms.html
constexpr std::int64_t days_from_civil(std::int64_t y, unsigned m, unsigned d) {
    y -= m <= 2 ? 1 : 0;
    // Eras of 400 years have 146,097 days; the year begins in March, so that the leap day is its
    // last.
    const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
    const auto yoe = static_cast<unsigned>(y - era * 400);
    const unsigned doy = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;
    const unsigned doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + static_cast<std::int64_t>(doe) - 719468;
}

struct Civil {
    std::int64_t year;
    unsigned month, day;
};

constexpr Civil civil_from_days(std::int64_t z) {
    z += 719468;
    const std::int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    const auto doe = static_cast<unsigned>(z - era * 146097);
    const unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    const std::int64_t y = static_cast<std::int64_t>(yoe) + era * 400;
    const unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    const unsigned mp = (5 * doy + 2) / 153;
    const unsigned month = mp < 10 ? mp + 3 : mp - 9;
    return {y + (month <= 2 ? 1 : 0), month, doy - (153 * mp + 2) / 5 + 1};
}

constexpr unsigned days_in(std::int64_t year, unsigned month) {
    if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

// Reads exactly `digits` decimal digits at `pos` and moves past them.
bool read_digits(std::string_view text, std::size_t& pos, std::size_t digits, unsigned& out) {
    if (pos + digits > text.size()) return false;
    const char* first = text.data() + pos;
    const auto [end, error] = std::from_chars(first, first + digits, out);
    if (error != std::errc{} || end != first + digits) return false;
    pos += digits;
    return true;
}

bool read_char(std::string_view text, std::size_t& pos, char wanted) {
    if (pos >= text.size() || text[pos] != wanted) return false;
    ++pos;
    return true;
}

tl::unexpected<Error> bad_time(std::string_view text) {
    return fail(
        ErrorKind::Invalid,
        fmt::format("'{}' is not a time; write it like 2026-11-20T21:31:47Z", text.substr(0, 64)));
}

}  // namespace

Nanos from_seconds(double seconds) {
    const double nanos = seconds * 1e9;
    if (!(nanos > -9.2e18)) return std::numeric_limits<Nanos>::min();
    if (nanos > 9.2e18) return std::numeric_limits<Nanos>::max();
    return std::llround(nanos);
}

Result<Nanos> parse_rfc3339(std::string_view text) {
    std::size_t pos = 0;
    unsigned year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    if (!read_digits(text, pos, 4, year) || !read_char(text, pos, '-') ||
        !read_digits(text, pos, 2, month) || !read_char(text, pos, '-') ||
        !read_digits(text, pos, 2, day) || pos >= text.size() ||
        (text[pos] != 'T' && text[pos] != 't' && text[pos] != ' '))
        return bad_time(text);
    ++pos;
    if (!read_digits(text, pos, 2, hour) || !read_char(text, pos, ':') ||
        !read_digits(text, pos, 2, minute) || !read_char(text, pos, ':') ||
        !read_digits(text, pos, 2, second))
        return bad_time(text);
    // 60: a leap second, which counts into the next minute.
    if (month < 1 || month > 12 || day < 1 || day > days_in(year, month) || hour > 23 ||
        minute > 59 || second > 60)
        return bad_time(text);
    Nanos fraction = 0;
    if (read_char(text, pos, '.')) {
        const std::size_t begin = pos;
        Nanos scale = 100'000'000;
        for (; pos < text.size() && text[pos] >= '0' && text[pos] <= '9'; ++pos) {
            fraction += (text[pos] - '0') * scale;
            scale /= 10;
        }
        if (pos == begin) return bad_time(text);
    }
    std::int64_t offset = 0;
    if (read_char(text, pos, 'Z') || read_char(text, pos, 'z')) {
    } else if (pos < text.size() && (text[pos] == '+' || text[pos] == '-')) {
        const bool west = text[pos++] == '-';
        unsigned hours = 0, minutes = 0;
        if (!read_digits(text, pos, 2, hours) || !read_char(text, pos, ':') ||
            !read_digits(text, pos, 2, minutes) || hours > 23 || minutes > 59)
            return bad_time(text);
        offset = (static_cast<std::int64_t>(hours) * 60 + minutes) * 60 * (west ? -1 : 1);
    } else {
        return bad_time(text);
    }
    if (pos != text.size()) return bad_time(text);
    // Go's "never": what writes JSON from Go sends it for a time that is not set.
    if (year == 1) return 0;
    // Beyond these years nanoseconds no longer fit 64 bits.
    if (year < 1678 || year > 2261) return bad_time(text);
    const std::int64_t seconds =
        days_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset;
    return seconds * kSecond + fraction;
}

std::string format_rfc3339(Nanos time) {
    std::int64_t seconds = time / kSecond;
    Nanos fraction = time % kSecond;
    if (fraction < 0) {
        fraction += kSecond;
        --seconds;
    }
    std::int64_t days = seconds / 86400;
    std::int64_t in_day = seconds % 86400;
    if (in_day < 0) {
        in_day += 86400;
        --days;
    }
    const Civil civil = civil_from_days(days);
    std::string out = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", civil.year, civil.month,
                                  civil.day, in_day / 3600, in_day / 60 % 60, in_day % 60);
    if (fraction != 0) {
        std::string digits = fmt::format("{:09}", fraction);
        digits.erase(digits.find_last_not_of('0') + 1);
        out += "." + digits;
    }
    return out + "Z";
}

std::string format_clock(Nanos time) {
    return format_rfc3339(time / kSecond * kSecond).substr(11, 8);
}

Result<Nanos> parse_duration(std::string_view text) {
    Nanos total = 0;
    const char* at = text.data();
    const char* end = at + text.size();
    while (at != end) {
        double count = 0;
        const auto [after, error] = std::from_chars(at, end, count, std::chars_format::fixed);
        if (error != std::errc{} || count < 0) break;
        const char* unit_end = after;
        while (unit_end != end && *unit_end >= 'a' && *unit_end <= 'z') ++unit_end;
        const std::string_view unit(after, static_cast<std::size_t>(unit_end - after));
        Nanos scale = 0;
        if (unit == "ms") scale = 1'000'000;
        if (unit == "s") scale = kSecond;
        if (unit == "m") scale = kMinute;
        if (unit == "h") scale = kHour;
        if (unit == "d") scale = 24 * kHour;
        const double length = count * static_cast<double>(scale);
        // Ten years for the whole; the words "nan" and "inf" are read as numbers, too.
        if (scale == 0 || !(length + static_cast<double>(total) <= 3.2e17)) break;
        total += static_cast<Nanos>(length);
        at = unit_end;
    }
    if (at != end || total <= 0)
        return fail(ErrorKind::Invalid,
                    fmt::format("'{}' is not a length of time; write it like 30s, 15m or 1h30m",
                                text.substr(0, 64)));
    return total;
}

std::string format_duration(Nanos length) {
    // The least number has no opposite; its neighbour reads the same.
    if (length < 0)
        return "-" + format_duration(-std::max(length, -std::numeric_limits<Nanos>::max()));
    if (length < kSecond) return fmt::format("{} ms", length / 1'000'000);
    // Rounded once, before it is split: never "1 min 60 s".
    const Nanos seconds = length / kSecond + (length % kSecond >= kSecond / 2 ? 1 : 0);
    if (seconds < 60) return fmt::format("{} s", seconds);
    if (seconds < 3600)
        return seconds % 60 == 0 ? fmt::format("{} min", seconds / 60)
                                 : fmt::format("{} min {} s", seconds / 60, seconds % 60);
    if (seconds < 2 * 86400)
        return seconds / 60 % 60 == 0
                   ? fmt::format("{} h", seconds / 3600)
                   : fmt::format("{} h {} min", seconds / 3600, seconds / 60 % 60);
    return fmt::format("{} d {} h", seconds / 86400, seconds / 3600 % 24);
}

Nanos SystemClock::now() const {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

Deadline Deadline::after(std::chrono::nanoseconds length) {
    return Deadline(std::chrono::steady_clock::now() + length);
}

Deadline Deadline::never() {
    return Deadline(std::chrono::steady_clock::time_point::max());
}

bool Deadline::passed() const {
    return std::chrono::steady_clock::now() >= point_;
}

std::chrono::nanoseconds Deadline::remaining() const {
    const auto now = std::chrono::steady_clock::now();
    // A year: whoever adds it to a clock or hands it to a library must not overflow.
    if (point_ == std::chrono::steady_clock::time_point::max()) return std::chrono::hours(24 * 365);
    return point_ > now ? point_ - now : std::chrono::nanoseconds(0);
}

std::chrono::milliseconds Deadline::remaining_ms() const {
    // Upwards: rounded down, the last fraction would be waited for in a loop of zero milliseconds.
    return std::chrono::ceil<std::chrono::milliseconds>(remaining());
}

Deadline Deadline::sooner(std::chrono::nanoseconds length) const {
    return Deadline(std::min(point_, std::chrono::steady_clock::now() + length));
}

}  // namespace insight::base
