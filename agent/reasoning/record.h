// One row, one line, one series of an evidence: what stands in it belongs together.
#pragma once

#include <array>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/reasoning/figure.h"
#include "core/base/json.h"
#include "core/model/report.h"

namespace insight::agent::reasoning {

enum class Course { Unknown, Rose, Fell, Steady };

// One row, one line, one series: what stands in it belongs together.
struct Record {
    std::string text;             // every text in it, a line each, keys included
    std::string own;              // names of the one that it is about, where it says which
    std::string aside;            // of things beside the one that a row is about: its node, a peer
    std::set<std::string> stems;  // of its words
    std::set<std::string> negated;  // stems that follow a negation
    std::vector<Figure> figures;
    std::vector<model::Nanos> times;
    std::set<std::string> measured;  // of a series: stems of its name and unit
    // From several rows, of one column: the other columns, which all of them have, are not its own.
    bool computed = false;
    // Of a rate that follows from counters: stems that must be said of it. "3 transactions per
    // second" may be those committed or those rolled back.
    std::set<std::string> asked;
    // What a count in it is a count of, where that is less than all it says.
    std::optional<std::set<std::string>> counted;
    std::string from, to;  // of an edge
    std::string was, is;   // of a change: the texts before and after
    Course course = Course::Unknown;
    std::optional<double> ratio;          // what it is now by what it was before
    std::optional<double> before, after;  // in the unit of the record
};

// Does the record have this text? Letter case does not matter.
bool has_text(const Record& record, std::string_view text);

// Words, figures and times of a text. What follows a negation is marked, what follows an "if" left
// out.
void add_text(Record& record, std::string_view text);

// The side that a key names: "baseline_median", "matchedInWindow", "before".
Side side_of(std::string_view key);

// Figures from `from` on, where they have none yet, stand on this side.
void put_on_side(Record& record, std::size_t from, Side side);

// A value that stands at `key`; `unit` (UCUM) where the key names none.
void add_number(Record& record, double value, std::string_view key, std::string_view unit);
void add_value(Record& record, const base::Json& value, std::string_view key,
               std::string_view unit);
void add_unit(Record& record, std::string_view unit);

// Whether a name says itself that it is a rate: "calls_per_second".
bool by_the_second(std::string_view name);

// Which way it went, of two values or of an object that tells what was usual and what is now.
void set_course(Record& record, double before, double after);
void set_course(Record& record, const base::Json& object);
std::optional<double> number_at_any(const base::Json& object,
                                    std::initializer_list<const char*> keys);

}  // namespace insight::agent::reasoning
