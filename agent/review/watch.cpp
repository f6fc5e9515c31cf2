#include "agent/review/watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "analysis/changes/effects.h"
#include "analysis/monitoring/threshold.h"

namespace insight::review {
namespace {

namespace changes = analysis::changes;
using changes::Effect;

// a table that somebody keeps an eye on while a change rolls out
constexpr std::size_t kMostWatched = 8;
constexpr std::size_t kMostPerService = 4;

// What every service is watched for, whatever was changed.
constexpr std::array<Effect, 3> kGolden{Effect::Latency, Effect::Errors, Effect::Traffic};

bool belongs_to(const SeenSeries& series, const std::string& service) {
    return std::any_of(series.labels.begin(), series.labels.end(), [&](const auto& label) {
        return label.second == service ||
               (label.first == "pod" && label.second.starts_with(service + "-"));
    });
}

// "sum by (le) (rate(x_bucket[5m]))" needs a quantile, counters a rate.
std::string query_of(const SeenSeries& series, const std::string& service) {
    // Only the label that says whose it is: values of the others come and go.
    model::Labels labels;
    for (const auto& [key, value] : series.labels)
        if (value == service || key == "namespace") labels[key] = value;
    const auto selector =
        analysis::monitoring::selector_of({{"name", series.name}, {"labels", labels}});
    if (!selector) return {};
    if (series.name.ends_with("_bucket"))
        return fmt::format("histogram_quantile(0.99, sum by (le) (rate({}[5m])))", *selector);
    if (series.counter || series.name.ends_with("_total") || series.name.ends_with("_count"))
        return fmt::format("sum(rate({}[5m]))", *selector);
    return fmt::format("max({})", *selector);
}

// How likely each effect is, by what the diff touches.
changes::Effects brought_by(const changes::Read& read) {
    changes::Effects out{};
    for (const changes::Touch& touch : read.touches)
        for (const changes::Brings& brings : touch.subject->brings) {
            double& known = out.at(static_cast<std::size_t>(brings.effect));
            known = std::max(known, brings.likely * touch.strength);
        }
    return out;
}

}  // namespace

void watch_for(Review& review, const changes::Read& read, const Production& production) {
    const changes::Effects brought = brought_by(read);
    std::set<std::string> asked;
    for (const AffectedService& service : review.services) {
        // Direct callers feel it first; further ones feel what these do.
        if (service.steps > 1) continue;
        struct Fitting {
            double weight;
            Effect effect;
            std::string query;
        };
        std::vector<Fitting> fitting;
        changes::Effects seen{};
        bool any = false;
        for (const SeenSeries& series : production.series) {
            if (!belongs_to(series, service.name)) continue;
            any = true;
            const changes::Effects speaks = changes::effects_in(series.name);
            Fitting best{0, Effect::Latency, ""};
            for (std::size_t i = 0; i < changes::kEffects; ++i) {
                if (speaks.at(i) == 0) continue;
                seen.at(i) = 1;
                const auto effect = static_cast<Effect>(i);
                const bool golden =
                    std::find(kGolden.begin(), kGolden.end(), effect) != kGolden.end();
                // Of callers only what users feel counts.
                const double weight =
                    // Golden signals are watched anyway, behind what this very change is likely to
                    // bring about.
                    std::max(service.steps == 0 ? brought.at(i) : 0.0, golden ? 0.25 : 0.0);
                if (weight > best.weight) best = {weight, effect, ""};
            }
            if (best.weight == 0) continue;
            best.query = query_of(series, service.name);
            if (!best.query.empty()) fitting.push_back(std::move(best));
        }
        std::stable_sort(fitting.begin(), fitting.end(),
                         [](const auto& a, const auto& b) { return a.weight > b.weight; });
        std::size_t count = 0;
        for (const Fitting& one : fitting) {
            if (count >= kMostPerService || review.watch.size() >= kMostWatched) break;
            if (!asked.insert(one.query).second) continue;
            review.watch.push_back(
                {service.name, one.query, std::string(changes::text_of(one.effect).name)});
            ++count;
        }
        if (production.windows == 0 || service.steps != 0) continue;
        if (!any) {
            review.missing.push_back(
                fmt::format("no metric of {} was seen in the newest {} windows", service.name,
                            production.windows));
            continue;
        }
        for (std::size_t i = 0; i < changes::kEffects; ++i)
            if (brought.at(i) >= 0.5 && seen.at(i) == 0 && review.missing.size() < kMostWatched)
                review.missing.push_back(fmt::format("{} of {}: no metric tells of it",
                                                     changes::text_of(static_cast<Effect>(i)).name,
                                                     service.name));
    }
}

}  // namespace insight::review
