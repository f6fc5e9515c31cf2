// What a server's time goes to: counters of time spent, one for each kind of work (a statement, a
// command), read again and again. Their growth per second is how many workers are at it on average
// (Little's law).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "analysis/databases/rows.h"

namespace insight::analysis::databases {

struct Meter {
    std::string (*work)(const Row&) = nullptr;  // what the row counts; the same in every reading
    double (*spent)(const Row&) = nullptr;      // seconds since the last reset
};

class Ledger {
  public:
    // The rows must outlive it.
    Ledger(const RowList& rows, const Meter& meter);

    [[nodiscard]] const std::vector<model::Nanos>& times() const { return times_; }  // ascending
    // nullptr where that reading does not list it
    [[nodiscard]] const Row* row(const std::string& work, model::Nanos time) const;
    // Workers at it on average between two readings; negative where it was reset. What it took
    // before a reading first lists it is not known, and counts as nothing.
    [[nodiscard]] double load(const std::string& work, model::Nanos from, model::Nanos to) const;
    // Works of the last reading.
    [[nodiscard]] std::vector<std::string> works() const;

  private:
    [[nodiscard]] double total(const std::string& work, model::Nanos time) const;

    Meter meter_;
    std::map<model::Nanos, std::map<std::string, const Row*>> readings_;
    std::vector<model::Nanos> times_;
};

struct HeavyWork {
    std::string work;
    double before = 0;      // workers at it
    double after = 0;       // since it began
    double share = 0;       // of all work since the baseline, 0 to 1
    model::Nanos from = 0;  // the reading before it began
};

// What took most of the growth since the baseline, where that is at least `least` workers, several
// times what it took before, and a good part of all work. The works of `watchers` are counted and
// never named.
std::optional<HeavyWork> newly_heavy(const Ledger& ledger, const model::Window& window,
                                     double least, const std::set<std::string>& watchers = {});

}  // namespace insight::analysis::databases
