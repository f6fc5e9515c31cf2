// When a schedule is due: cron expressions in a time zone.
//
// Five fields (minute, hour, day of month, month, day of week) with lists, ranges, steps and
// English names, as crontab(5) of POSIX and Vixie's cron have them; Sunday is 0 and 7. Where both
// days are restricted (do not begin with `*`) one of them is enough. @yearly, @annually, @monthly,
// @weekly, @daily, @midnight and @hourly stand for their expressions.
//
// Daylight saving, as Vixie's cron does it: a time that does not exist is due when the gap begins,
// one that exists twice is due the first time only. Expressions whose minute or hour begins with
// `*` repeat within a day: they go by the clock as it runs, so a gap skips and a repeated hour
// repeats.
#pragma once

#include <bitset>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/base/time.h"

namespace date {
class time_zone;
}

namespace insight::agent {

class Cron {
  public:
    // `zone`: an IANA name ("Europe/Berlin"); empty: UTC. Errors: Invalid, one sentence.
    static base::Result<Cron> parse(const std::string& expression, const std::string& zone);

    // The last due time at or before `time`, and the first one after it; 0 where none is found
    // within nine years (30 February). Threads: safe.
    [[nodiscard]] base::Nanos last(base::Nanos time) const;
    [[nodiscard]] base::Nanos next(base::Nanos time) const;

  private:
    Cron() = default;
    [[nodiscard]] bool on(int year, unsigned month, unsigned day, unsigned weekday) const;
    // every due second of a local day, ascending
    [[nodiscard]] std::vector<std::int64_t> of_day(std::int64_t day) const;
    [[nodiscard]] std::int64_t local_day(base::Nanos time) const;

    std::bitset<60> minutes_;
    std::bitset<24> hours_;
    std::bitset<32> days_;
    std::bitset<13> months_;
    std::bitset<8> weekdays_;
    bool any_day_ = false;
    bool any_weekday_ = false;
    bool repeats_ = false;  // minute or hour begins with a star
    const date::time_zone* zone_ = nullptr;
};

}  // namespace insight::agent
