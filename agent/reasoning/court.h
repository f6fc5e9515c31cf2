// Statements heard one by one: looked up in the evidence that they cite, counted, and kept or left
// out.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "agent/reasoning/answer.h"
#include "agent/reasoning/shelf.h"

namespace insight::agent::reasoning {

// What came of the statements about one cause.
struct Heard {
    std::vector<model::AddedStatement> statements;
    int fresh_proofs = 0;  // proven with evidence that the cause had not cited
    int contradicted = 0;
    bool names_entity = false;  // a proven one speaks of the cause's entity
};

class Court {
  public:
    // All must outlive it. Counts go to `report.claims` and `reasoning`.
    Court(const Shelf& shelf, const std::set<std::string>& names, model::Report& report,
          model::Reasoning& reasoning)
        : shelf_(shelf), names_(names), report_(report), reasoning_(reasoning) {}

    // `known`: the evidence that the cause cites already. What is said to be in the evidence and is
    // not there in any part is left out and counted.
    Heard hear(const std::vector<ClaimedStatement>& claims, const std::string& entity,
               const std::vector<std::string>& known);

    // Evidence of the investigation goes into the report only when somebody cites it.
    void keep_evidence(const std::vector<std::string>& ids);

  private:
    void count(const model::AddedStatement& added, const std::vector<std::string>& known,
               Heard& out);
    [[nodiscard]] bool speaks_of(const model::AddedStatement& added,
                                 const std::string& entity) const;

    const Shelf& shelf_;
    const std::set<std::string>& names_;
    model::Report& report_;
    model::Reasoning& reasoning_;
};

}  // namespace insight::agent::reasoning
