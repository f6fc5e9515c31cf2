// A fault that collected rows show by themselves: clue and mechanism in one.
#pragma once

#include <algorithm>

#include "analysis/databases/rules.h"

namespace insight::analysis::databases {

struct Fault {
    std::string kind;
    std::string cause_class;
    model::Level level = model::Level::Infrastructure;
    std::string statement;
    std::string brief;
    std::vector<std::string> evidence;
    Aspect aspect = Aspect::Other;
    // 1: users are turned away by it; about 0.3: it will hurt, but does not yet
    double harm = 0;
    model::Nanos onset = 0;  // 0: not known
    model::Observation overturned_by;
    std::vector<model::Recommendation> recommendations;
};

// `at`: a row of the instance that is at fault.
void add_fault(Context& context, const Row& at, Fault fault);

// It was so in the baseline already, and ever since: no news.
template <class Holds>
bool as_usual(const RowList& rows, const model::Window& window, Holds holds) {
    return !rows.empty() && rows.front()->time <= window.baseline_end &&
           std::all_of(rows.begin(), rows.end(), [&](const Row* row) { return holds(*row); });
}

// The row from which on `holds` is true of all: since when it is so. nullptr when it does not hold
// now, or has held for as long as anybody looked.
template <class Holds>
const Row* turned(const RowList& rows, Holds holds) {
    std::size_t first = rows.size();
    while (first > 0 && holds(*rows[first - 1])) --first;
    return first == rows.size() || first == 0 ? nullptr : rows[first];
}

}  // namespace insight::analysis::databases
