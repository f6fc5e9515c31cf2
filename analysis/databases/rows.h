// Database rows, ordered so that rules can ask for "the present state" and "how it was before".
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/model/signals.h"

namespace insight::analysis::databases {

using Row = model::DatabaseRow;
using RowList = std::vector<const Row*>;

// The rows of one instance of one database system.
class Instance {
  public:
    Instance(std::string system, std::string name)
        : system_(std::move(system)), name_(std::move(name)) {}
    void add(const Row& row) { views_[row.view].push_back(&row); }
    void order();  // by time; call once after the last add

    [[nodiscard]] const std::string& system() const { return system_; }
    [[nodiscard]] const std::string& name() const { return name_; }
    // rows of the latest moment of that view
    [[nodiscard]] RowList present(const std::string& view) const;
    // Rows of `view` as of the newest row of `anchor` (a view whose row is always there), or after:
    // a view without rows at that moment has none now, whatever there was before.
    [[nodiscard]] RowList standing(const std::string& view, const std::string& anchor) const;
    // the newest row of all other views; nullptr when there is none
    [[nodiscard]] const Row* newest_besides(const std::string& view) const;
    // all moments, ascending
    [[nodiscard]] const RowList& all(const std::string& view) const;

  private:
    std::string system_;
    std::string name_;
    std::map<std::string, RowList> views_;
};

// Instances in order of system and name; the rows must outlive them.
std::vector<Instance> instances_of(const std::vector<Row>& rows);

// Empty or 0 where the key is missing or null: the source did not know.
std::string text(const Row& row, std::string_view key);
double number(const Row& row, std::string_view key);

// Growth per second of a counter between two rows; 0 when the counter was reset in between.
double rate(const Row& earlier, const Row& later, std::string_view key);
inline constexpr double kSurge = 3;  // times the earlier rate: beyond what load alone usually does

model::Nanos time_of(const Row* row);  // 0: there is none

// The first row at or after, and the last row at or before a time; nullptr when there is none.
const Row* first_from(const RowList& rows, model::Nanos time);
const Row* last_until(const RowList& rows, model::Nanos time);

// What the server answered when it turned us away last; nothing where that was in the baseline.
RowList refused_since(const Instance& instance, model::Nanos baseline_end);

// Rows of one subject only (a table, a statement), by one key.
RowList where(const RowList& rows, std::string_view key, const std::string& value);

}  // namespace insight::analysis::databases
