#include "analysis/metrics/wording.h"

#include <fmt/format.h>

#include "core/base/text.h"

namespace insight::analysis::metrics {

std::string moved(const Look& look) {
    const Shift& shift = *look.shift;
    const std::string detail = detail_of(look.series->labels);
    const std::string subject = fmt::format("{}{}{}", look.shape.rate ? "The rate of " : "",
                                            base::shorten(look.series->name, 160),
                                            detail.empty() ? "" : " {" + detail + "}");
    if (shift.unsteady)
        return fmt::format("{} became unsteady around {}", subject,
                           base::format_quantity(shift.level, look.shape.unit));
    return fmt::format("{} {} to {}", subject, shift.upward ? "rose" : "fell",
                       base::format_quantity(shift.level, look.shape.unit));
}

std::string before(const Look& look) {
    return fmt::format("({}: {})", look.shift->normal.period != 0 ? "usual at this time" : "before",
                       base::format_quantity(look.shift->usual, look.shape.unit));
}

std::string sentence(const Look& look) {
    const Shift& shift = *look.shift;
    std::string out = shift.from_start ? fmt::format("{} {}, by {} at the latest", moved(look),
                                                     before(look), base::format_clock(shift.onset))
                                       : fmt::format("{} at {} {}", moved(look),
                                                     base::format_clock(shift.onset), before(look));
    if (!shift.current)
        out += fmt::format(" and was back to normal after {}", base::format_clock(shift.end));
    return out + ".";
}

}  // namespace insight::analysis::metrics
