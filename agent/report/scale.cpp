#include "agent/report/scale.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "core/base/text.h"
#include "core/base/time.h"

namespace insight::report {
namespace {

double round_step(double rough, double base_power) {
    // Bytes: 1, 2, 5, 10 … 500 of their own unit, then the next unit.
    double unit = 1;
    if (base_power > 10)
        // Only for bytes: decimal units need no steps of their own.
        while (rough >= unit * base_power) unit *= base_power;
    const double power = std::pow(10, std::floor(std::log10(rough / unit)));
    double step = 10 * power * unit;
    for (const double factor : {1.0, 2.0, 5.0})
        if (step > factor * power * unit && factor * power * unit >= rough * (1 - 1e-9))
            step = factor * power * unit;
    // 1,000 MiB is no round number, 1 GiB is.
    return base_power > 10 && step >= unit * 1000 ? unit * base_power : step;
}

// Beside an axis there is room for "2 M/s", not for "2,000,000/s".
std::string tick_label(double value, const std::string& unit) {
    struct Step {
        double size;
        std::string_view name;
    };
    static constexpr std::array<Step, 4> kSteps{{{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}}};
    const bool scaled = unit.starts_with("By") || unit == "s" || std::abs(value) < 1e4;
    if (!scaled)
        for (const Step& step : kSteps)
            if (std::abs(value) >= step.size)
                return fmt::format("{} {}{}", base::format_number(value / step.size), step.name,
                                   unit.ends_with("/s") ? "/s" : "");
    return base::format_quantity(value, unit);
}

}  // namespace

double ValueAxis::share(double value) const {
    return std::clamp((value - low) / (high - low), 0.0, 1.0);
}

ValueAxis value_axis(Range range, const std::string& unit) {
    // An axis that begins at zero shows how large a change is; far from zero it would hide it.
    if (range.low > 0 && range.low < range.high / 2) range.low = 0;
    if (range.high < 0 && range.high > range.low / 2) range.high = 0;
    const double span = range.high - range.low;
    ValueAxis axis;
    if (!std::isfinite(span) || span <= 0) return {range.low, range.low + 1, {}};
    const bool bytes = unit == "By" || unit == "By/s";
    const double step = round_step(span / 4, bytes ? 1024 : 10);
    const double first = std::floor(range.low / step + 1e-9);
    const double last = std::ceil(range.high / step - 1e-9);
    // also true for NaN
    if (!(last - first < 20)) return {range.low, range.high, {}};  // numbers beyond any precision
    axis.low = first * step;
    axis.high = last * step;
    for (double i = first; i <= last; ++i)
        axis.ticks.push_back({i * step, tick_label(i * step, unit)});
    return axis;
}

std::vector<Tick> time_ticks(double start, double end, std::size_t most) {
    static constexpr std::array<std::int64_t, 24> kSteps{
        1,    2,    5,     10,    15,    30,    60,     120,    300,    600,     900,     1800,
        3600, 7200, 10800, 21600, 43200, 86400, 172800, 345600, 604800, 1209600, 2592000, 31536000};
    std::vector<Tick> ticks;
    // 9e9 s is in the year 2255: times beyond it are nanoseconds taken for seconds
    if (!(end > start) || most == 0 || end > 9e9 || start < 0) return ticks;
    std::int64_t step = kSteps.back();
    for (const std::int64_t candidate : kSteps)
        if ((end - start) / static_cast<double>(candidate) <= static_cast<double>(most)) {
            step = candidate;
            break;
        }
    for (auto at = static_cast<std::int64_t>(std::ceil(start));
         at <= static_cast<std::int64_t>(end); ++at) {
        if (const std::int64_t over = at % step; over != 0) at += step - over;
        if (static_cast<double>(at) > end || ticks.size() > most) break;
        const std::string text = base::format_rfc3339(at * base::kSecond);
        ticks.push_back({static_cast<double>(at), step >= 86400 || at % 86400 == 0
                                                      ? text.substr(5, 5)
                                                  : step < 60 ? text.substr(11, 8)
                                                              : text.substr(11, 5)});
    }
    return ticks;
}

}  // namespace insight::report
