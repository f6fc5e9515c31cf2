// What an alert's PromQL expression is about, read without evaluating it. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace insight::collectors::prometheus {

// A side of a comparison: what grew or fell, and the limit it was held against.
struct Quantity {
    std::string expression;  // "rate(errors_total[5m])"
    std::string limit;       // "> 0.5"; empty when it was compared with another vector or nothing
};

// `a > 5 and b / c < 2` gives a and b / c. An expression without comparison is one quantity.
std::vector<Quantity> quantities(std::string_view expression);

// The series selectors in it, in order and without repeats: `errors_total{code="500"}`.
// Without ranges, offsets and functions, so each is a query by itself.
std::vector<std::string> selectors(std::string_view expression);

// The expression of a Prometheus generatorURL (g0.expr); empty when it has none.
std::string generator_expression(std::string_view url);

// A label value or metric name as a PromQL string, with its quotes.
std::string promql_string(std::string_view value);

}  // namespace insight::collectors::prometheus
