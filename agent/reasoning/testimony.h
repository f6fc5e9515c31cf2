// What an evidence says, taken apart record by record: rows, lines, list items of its facts.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "agent/reasoning/figure.h"
#include "core/model/report.h"

namespace insight::agent::reasoning {

enum class Course { Unknown, Rose, Fell, Steady };

// One row, one line, one series: what stands in it belongs together.
struct Record {
    std::string text;               // every text in it, a line each, keys included
    std::set<std::string> stems;    // of its words
    std::set<std::string> negated;  // stems that follow a negation
    std::vector<Figure> figures;
    std::vector<model::Nanos> times;
    Course course = Course::Unknown;
    std::optional<double> ratio;          // what it is now by what it was before
    std::optional<double> before, after;  // in the unit of the record
};

struct Testimony {
    const model::Evidence* evidence = nullptr;
    Record context;  // title, query, source and plain facts: true of the whole evidence
    std::vector<Record> records;
    bool nothing_found = false;  // the look matched nothing
    // Of a series: the least and the largest value, in canonical units.
    std::optional<std::pair<double, double>> span;
    Measure measure = Measure::Plain;
};

Testimony testimony_of(const model::Evidence& evidence);

// Does the record have this text? Letter case does not matter.
bool has_text(const Record& record, std::string_view text);

}  // namespace insight::agent::reasoning
