#include "analysis/databases/ledger.h"

#include <algorithm>

namespace insight::analysis::databases {
namespace {

constexpr double kHeavier = 3;          // times what it took before
constexpr double kMostOfIt = 0.5;       // of what all works take more than before
constexpr double kThirdOfAll = 1. / 3;  // a busy server does not notice less

// The reading after which it was at work as much as it is now.
model::Nanos beginning_of(const Ledger& ledger, const HeavyWork& heavy, std::size_t first,
                          double least) {
    const std::vector<model::Nanos>& times = ledger.times();
    for (std::size_t i = first; i + 1 < times.size(); ++i)
        if (ledger.load(heavy.work, times[i], times[i + 1]) >=
            std::max(least, kHeavier * heavy.before))
            return times[i];
    return times[first];
}

}  // namespace

Ledger::Ledger(const RowList& rows, const Meter& meter) : meter_(meter) {
    for (const Row* row : rows) readings_[row->time].emplace(meter_.work(*row), row);
    for (const auto& [time, reading] : readings_) times_.push_back(time);
}

const Row* Ledger::row(const std::string& work, model::Nanos time) const {
    const auto& rows = readings_.at(time);
    const auto it = rows.find(work);
    return it == rows.end() ? nullptr : it->second;
}

double Ledger::load(const std::string& work, model::Nanos from, model::Nanos to) const {
    return (total(work, to) - total(work, from)) / base::to_seconds(to - from);
}

std::vector<std::string> Ledger::works() const {
    std::vector<std::string> out;
    if (times_.empty()) return out;
    for (const auto& [work, row] : readings_.at(times_.back())) out.push_back(work);
    return out;
}

double Ledger::total(const std::string& work, model::Nanos time) const {
    for (auto reading = readings_.find(time); reading != readings_.end(); ++reading)
        if (const auto it = reading->second.find(work); it != reading->second.end())
            return meter_.spent(*it->second);
    return 0;
}

std::optional<HeavyWork> newly_heavy(const Ledger& ledger, const model::Window& window,
                                     double least, const std::set<std::string>& watchers) {
    const std::vector<model::Nanos>& times = ledger.times();
    const auto since = std::upper_bound(times.begin(), times.end(), window.baseline_end);
    // Two readings of before make a pace; one since then, another.
    if (since - times.begin() < 2 || since == times.end()) return std::nullopt;
    const auto turn = static_cast<std::size_t>(since - times.begin()) - 1;
    std::optional<HeavyWork> most;
    double growth = 0;
    double all = 0;
    for (const std::string& work : ledger.works()) {
        HeavyWork one{work, ledger.load(work, times.front(), times[turn]),
                      ledger.load(work, times[turn], times.back()), 0, 0};
        if (one.before < 0 || one.after < 0) continue;
        all += one.after;
        growth += std::max(0., one.after - one.before);
        if (watchers.contains(work)) continue;
        if (!most || one.after - one.before > most->after - most->before) most = one;
    }
    if (!most || most->after - most->before < kMostOfIt * growth) return std::nullopt;
    most->share = all > 0 ? most->after / all : 0;
    if (most->share < kThirdOfAll) return std::nullopt;
    most->from = beginning_of(ledger, *most, turn, least);
    most->after = ledger.load(most->work, most->from, times.back());
    if (most->after < least || most->after < kHeavier * most->before) return std::nullopt;
    return most;
}

}  // namespace insight::analysis::databases
