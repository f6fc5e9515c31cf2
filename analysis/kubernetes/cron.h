// Is this a schedule that the cron job controller accepts? Five fields (minute, hour, day of month,
// month, day of week) or a descriptor such as "@hourly", as in robfig/cron's standard parser, which
// the controller uses.
#pragma once

#include <string>
#include <string_view>

namespace insight::analysis::kubernetes {

// What is wrong with it, for people; empty when it is accepted.
std::string schedule_fault(std::string_view schedule);

}  // namespace insight::analysis::kubernetes
