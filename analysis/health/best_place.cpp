#include "analysis/health/best_place.h"

#include <algorithm>

namespace insight::analysis::health {
namespace {

constexpr std::size_t kPlaces = 24;

}  // namespace

Best best_place(const Regression& base, std::size_t first, std::size_t last,
                const std::function<Column(std::size_t)>& column) {
    Best best;
    const double usual = fit(base).memory;
    for (const double memory : {0.0, usual}) {
        Best here;
        const auto attempt = [&](std::size_t at) {
            if (at < first || at > last) return;
            Regression next = base;
            next.columns.push_back(column(at));
            const double value = fit_with(next, memory).deviance;
            if (value < here.deviance) here = {at, value};
        };
        const std::size_t stride = std::max<std::size_t>(1, (last - first) / kPlaces);
        for (std::size_t at = first; at <= last; at += stride) attempt(at);
        for (std::size_t reach = stride / 2; reach >= 1; reach /= 2) {
            const std::size_t centre = here.place;
            // Below zero it wraps round and lies beyond `last`.
            attempt(centre - reach);
            attempt(centre + reach);
        }
        if (here.place == 0) continue;
        Regression chosen = base;
        chosen.columns.push_back(column(here.place));
        here.deviance = fit(chosen).deviance;
        if (here.deviance < best.deviance) best = here;
        if (usual <= 0) break;
    }
    return best;
}

}  // namespace insight::analysis::health
