// The clock that somebody speaks of: a time zone with its rules, or a fixed distance from UTC.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/time.h"

namespace date {
class time_zone;
}

namespace insight::agent::chat {

// Threads: safe.
class Zone {
  public:
    Zone() = default;  // UTC

    // "Europe/Berlin", "UTC", "Z", "+02:00", "UTC-5", or an abbreviation that means one distance
    // ("CET", "PDT"; not "IST", which means three). Empty: UTC. Errors: Invalid, one sentence.
    static base::Result<Zone> parse(std::string_view name);

    // The zone that a question names ("yesterday 14:00 CET"); as written, not in lower case.
    static std::optional<Zone> named_in(std::string_view question);

    // Nanoseconds of its clock since 1970-01-01 00:00 there, and back. A time that the clock skips
    // is the moment after, of one that it shows twice it is the first.
    [[nodiscard]] base::Nanos local(base::Nanos utc) const;
    [[nodiscard]] base::Nanos utc(base::Nanos local) const;

  private:
    const date::time_zone* rules_ = nullptr;
    base::Nanos ahead_ = 0;  // of UTC, without rules
};

}  // namespace insight::agent::chat
