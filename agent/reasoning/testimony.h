// What an evidence says, taken apart record by record: rows, lines, list items of its facts.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "agent/reasoning/record.h"

namespace insight::agent::reasoning {

struct Testimony {
    const model::Evidence* evidence = nullptr;
    Record context;  // title, query, source and plain facts: true of the whole evidence
    std::vector<Record> records;
    std::set<std::string> looked_at;  // stems of what kind of thing was looked at, and of its facts
    std::string pattern;         // what every record had to have in it, where that was asked for
    bool nothing_found = false;  // the look matched nothing
    bool more = false;           // not every record is shown
    // Of a series: the least and the largest value, in canonical units.
    std::optional<std::pair<double, double>> span;
    Measure measure = Measure::Plain;
    bool rate = false;
    std::vector<std::pair<model::Nanos, Figure>> points;
    std::optional<model::Nanos> onset;
};

Testimony testimony_of(const model::Evidence& evidence);

}  // namespace insight::agent::reasoning
