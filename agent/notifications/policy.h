// When a channel may be used: from which severity on, outside which hours, how often.
#pragma once

#include <deque>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/base/time.h"

namespace insight::notifications {

// Hours of every day, on the clock of a time zone, in which nobody wants to hear of anything that
// can wait. Threads: safe.
class QuietHours {
  public:
    // "22:00-07:00" (it may pass midnight; empty: none), an IANA zone (empty: UTC). Errors:
    // Invalid.
    static base::Result<QuietHours> parse(const std::string& hours, const std::string& zone);

    // When they end, if `now` is within them; 0 otherwise. Where clocks are put forward the end
    // that is skipped is the moment after, where they are put back it is the earlier one.
    [[nodiscard]] base::Nanos until(base::Nanos now) const;

  private:
    int start_ = 0;  // minutes after midnight
    int end_ = 0;
    std::string zone_;
};

// At most so many calls within an hour, as a sliding window. Threads: one at a time.
class RateLimit {
  public:
    explicit RateLimit(int per_hour) : most_(per_hour) {}  // 0: no limit

    // 0 and counted, or how long to wait, not counted.
    base::Nanos take(base::Nanos now);

  private:
    int most_;
    std::deque<base::Nanos> taken_;
};

}  // namespace insight::notifications
