// The Genes this node has published: used again where the strategy is the same, and counted.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/store/documents.h"

namespace insight::evomap {

using base::Json;

struct GeneRecord {
    std::string gene_id;  // of the wire Gene
    Json gene;            // as it travels
    int uses = 0;         // publications
    int successes = 0;
    int failures = 0;
    int streak = 0;  // successes since the last failure
};

// Threads: any.
class Genes {
  public:
    explicit Genes(store::Documents& documents) : documents_(documents) {}

    // One of the same category and the same strategy whose signals are half of these or more.
    // Of several the one with the longest streak. Errors: Unavailable.
    base::Result<std::optional<GeneRecord>> match(const std::string& category,
                                                  const std::vector<std::string>& signals,
                                                  const std::vector<std::string>& strategy) const;
    // It was published (again).
    base::Status used(const Json& gene);
    // It held, or it did not.
    base::Status outcome(const std::string& gene_id, bool success);

    base::Result<std::vector<GeneRecord>> all() const;  // longest streak first, at most 1,000

  private:
    template <typename Edit>
    base::Status change(const std::string& gene_id, const Edit& edit);

    store::Documents& documents_;
};

}  // namespace insight::evomap
