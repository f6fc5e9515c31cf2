// Range query answers as series, gathered over several requests without repeats. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "collectors/prometheus/naming.h"
#include "core/model/signals.h"

namespace insight::collectors::prometheus {

class Matrix {
  public:
    // Labels every series gets where it has none of that name (cluster, namespace).
    explicit Matrix(model::Labels scope) : scope_(std::move(scope)) {}

    // What to make of the series of one answer.
    struct Reading {
        std::string name{};                      // instead of the series' own; empty: its own
        model::Labels labels;                    // added where the series has none of that name
        const Dictionary* dictionary = nullptr;  // types and units by name; null: gauge
        std::string unit{};                      // without a dictionary
    };

    struct Added {
        std::size_t kept = 0;      // series of the answer, new here or not
        std::size_t left_out = 0;  // new ones for which there was no room
        bool operator==(const Added&) const = default;
    };

    // `data` of query_range. Values that are no finite number are missing points. At most `most`
    // series are kept in all.
    Added add(const base::Json& data, const Reading& reading, std::size_t most);

    [[nodiscard]] std::size_t size() const { return series_.size(); }
    // Ordered by name and labels, points ascending; series without points are left out.
    // Leaves the matrix empty.
    [[nodiscard]] std::vector<model::Series> take();

  private:
    model::Labels scope_;
    std::map<std::pair<std::string, model::Labels>, model::Series> series_;
};

}  // namespace insight::collectors::prometheus
