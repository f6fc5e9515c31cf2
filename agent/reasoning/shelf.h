// The evidence of an investigation: the engine's, and what every look of the model brought.
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "core/model/report.h"

namespace insight::agent::reasoning {

// Threads: safe. References stay valid.
class Shelf {
  public:
    // Starts with the report's evidence; new ids go on behind its last one.
    explicit Shelf(const model::Report& report);

    struct Place {
        std::string id;
        bool fresh = false;  // false: the same content lay there before
    };
    // Fills in id, scope and digest. Ids are given in the order of the calls.
    Place add(model::Evidence evidence);

    // nullptr: no such evidence
    [[nodiscard]] const model::Evidence* find(const std::string& id) const;
    [[nodiscard]] std::vector<const model::Evidence*> all() const;

  private:
    const model::Scope scope_;
    mutable std::mutex mutex_;
    std::deque<model::Evidence> items_;
    std::map<std::string, std::string> id_by_digest_;
    std::map<std::string, std::size_t> index_by_id_;
    std::size_t last_ = 0;
};

}  // namespace insight::agent::reasoning
