// Points in time as the whole product counts them: nanoseconds since the epoch, UTC.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace insight::base {

using Nanos = std::int64_t;  // a point in time or a length of time, in nanoseconds

constexpr Nanos kSecond = 1'000'000'000;
constexpr Nanos kMillisecond = kSecond / 1000;
constexpr Nanos kMinute = 60 * kSecond;
constexpr Nanos kHour = 60 * kMinute;

constexpr double to_seconds(Nanos value) {
    return static_cast<double>(value) / 1e9;
}
// Not a number gives the least.
Nanos from_seconds(double seconds);  // rounds to the nearest nanosecond; clamps what does not fit

// RFC 3339 with any offset; years 1678 to 2261, which nanoseconds in 64 bits can say. Of the
// fraction nine digits are read, further ones ignored.
// The zero time of Go ("0001-01-01T00:00:00Z", "not yet") gives 0.
Result<Nanos> parse_rfc3339(std::string_view text);

// RFC 3339, UTC, shortest fraction that keeps the value ("2026-11-20T21:31:47.318833986Z").
std::string format_rfc3339(Nanos time);

// "21:31:47" (UTC): for people, beside a line that already says the day.
std::string format_clock(Nanos time);

// "90s", "15m", "1h30m", "2d", "500ms"; a bare number is refused. Always positive.
Result<Nanos> parse_duration(std::string_view text);

// "850 ms", "42 s", "3 min 20 s", "5 h 2 min": for people.
std::string format_duration(Nanos length);

// Where "now" comes from; tests and replay bring their own. Threads: safe.
class Clock {
  public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Nanos now() const = 0;
};

// The wall clock: it may jump. Lengths of waiting are measured by Deadline.
class SystemClock final : public Clock {
  public:
    [[nodiscard]] Nanos now() const override;
};

// A point after which work must stop, on the monotonic clock. Copies share nothing; threads: safe.
class Deadline {
  public:
    static Deadline after(std::chrono::nanoseconds length);
    static Deadline never();

    [[nodiscard]] bool passed() const;
    // never negative; an endless deadline gives a very long time
    [[nodiscard]] std::chrono::nanoseconds remaining() const;
    [[nodiscard]] std::chrono::milliseconds remaining_ms() const;
    // the earlier of this one and `length` from now
    [[nodiscard]] Deadline sooner(std::chrono::nanoseconds length) const;
    [[nodiscard]] std::chrono::steady_clock::time_point point() const { return point_; }

  private:
    explicit Deadline(std::chrono::steady_clock::time_point point) : point_(point) {}
    std::chrono::steady_clock::time_point point_;
};

}  // namespace insight::base
