// Numbers with their units, in text and in evidence, made comparable.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace insight::agent::reasoning {

// What a unit measures. Plain: a bare number, or a unit that is not known.
enum class Measure { Plain, Time, Bytes, Share };

// Of evidence that compares: whether a number is of the time before or of the incident itself.
enum class Side { Either, Before, After };

// "over 4 s", "less than 4 s": a number that something was not.
enum class Bound { None, AtLeast, AtMost };

struct Figure {
    double value = 0;      // as written
    double canonical = 0;  // seconds, bytes, 0 to 1; the same as `value` for Plain
    double slack = 0;      // half of the last written digit, in `value`'s unit
    double scale = 1;      // canonical / value
    double per = 0;        // of a rate: the seconds it is a rate of; 0: it is none
    bool counted = false;  // of a statement: a number of things ("41 requests"), not of a quantity
    bool inclusive =
        false;           // of a statement: "at least", "at most", which the number itself is, too
    bool tally = false;  // of evidence: how many records were counted
    Side side = Side::Either;
    Bound bound = Bound::None;  // of a text
    std::string led;            // of a text: the word before it
    Measure measure = Measure::Plain;
    std::string text;  // as written, unit and all
    std::string key;   // of evidence: the column or field it stands in; empty: in a text
};

struct FoundFigure {
    Figure figure;
    std::size_t begin = 0, end = 0;  // in the text
};

// The numbers of a text that stand by themselves: parts of identifiers, addresses, dates and clock
// times are none.
std::vector<FoundFigure> figures_in(std::string_view text);

// The words that end a text make what follows a bound.
Bound bound_at_end(std::string_view text);

// A number of evidence whose unit comes from elsewhere: UCUM ("s", "By", "%"), or the end of a
// column's name ("_ms", "seconds", "bytes", "percent").
Figure figure_of(double value, std::string_view unit);
std::string_view unit_of_column(std::string_view name);

// Canonical, and of a rate by the second.
double comparable(const Figure& figure);

// Does the evidence say what was claimed, rounded as it was written? Units are converted; where the
// evidence has none, the claimed unit is taken, and for times and shares the usual others. A rate
// is said by a rate, and a number of things by none.
bool says(const Figure& evidence, const Figure& claimed);

}  // namespace insight::agent::reasoning
