#include "evomap/heartbeat.h"

#include <algorithm>

namespace insight::evomap {
namespace {

using base::kHour;
using base::kMinute;
using base::kSecond;

constexpr base::Nanos kLeast = 5 * kMinute;
constexpr base::Nanos kMost = 24 * kHour;
constexpr base::Nanos kReserve = 5 * kSecond;  // clocks are never quite the same

base::Nanos doubled(base::Nanos first, int times, base::Nanos most) {
    while (times-- > 0 && first < most) first *= 2;
    return std::min(first, most);
}

}  // namespace

base::Nanos bounded_interval(base::Nanos interval) {
    return std::clamp(interval, kLeast, kMost);
}

base::Nanos interval_of(base::Nanos told, base::Nanos configured) {
    return bounded_interval(told > 0 ? told : configured);
}

base::Nanos pause_after(const Answer& answer, base::Nanos interval, int failures) {
    switch (answer.kind) {
        case AnswerKind::Ok:
            return interval;
        case AnswerKind::Limited: {
            const double window =
                base::number_at(base::object_at(answer.body, "policy"), "window_ms");
            const base::Nanos told =
                answer.wait > 0 ? answer.wait : base::from_seconds(window / 1000);
            return (told > 0 ? std::min(told, kMost) : interval) + kReserve;
        }
        case AnswerKind::Unreachable:
            // A network that is away comes back in minutes; a hub that answers with errors is left
            // alone for longer.
            if (answer.status == 0) return doubled(kMinute, failures - 1, 10 * kMinute);
            [[fallthrough]];
        default:
            return std::max(interval, doubled(interval, failures, 15 * kMinute));
    }
}

base::Nanos hello_pause(int failures) {
    return doubled(2 * kMinute, failures - 1, 4 * kHour);
}

}  // namespace insight::evomap
