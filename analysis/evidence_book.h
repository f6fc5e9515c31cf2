// Where evidence gets its id and digest, and where every statement finds what it cites.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/model/report.h"

namespace insight::analysis {

class EvidenceBook {
  public:
    explicit EvidenceBook(model::Scope scope) : scope_(std::move(scope)) {}

    // Each returns the id; the same content twice gives the same id.
    // Rows of one view; columns are the keys of the rows, in the given order where given.
    std::string add_rows(const std::string& title,
                         const std::vector<const model::DatabaseRow*>& rows,
                         const std::vector<std::string>& columns,
                         const base::Json& facts = base::Json::object());
    std::string add_change(const model::Change& change);
    std::string add_alert(const model::Alert& alert);
    // What several sources answered, for statements about coverage.
    std::string add_coverage(const std::vector<model::CoverageRow>& coverage,
                             const model::Window& window, const base::Json& facts);

    // Any other kind: id and digest are filled in, content must say its "kind" (model::Evidence).
    std::string add(model::Evidence evidence);

    // nullptr where there is none; points into the book until the next is added.
    [[nodiscard]] const model::Evidence* find(const std::string& id) const;
    [[nodiscard]] const std::vector<model::Evidence>& all() const { return items_; }

  private:
    model::Scope scope_;
    std::vector<model::Evidence> items_;
    std::map<std::string, std::string> id_by_digest_;
};

// Renames ids to E1, E2, … in the order in which the report mentions them, and drops what it does
// not.
void number_evidence(model::Report& report);

}  // namespace insight::analysis
