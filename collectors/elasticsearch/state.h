// One round of questions about the cluster itself, and what of it is worth keeping as a sample.
#pragma once

#include <vector>

#include "collectors/coverage.h"
#include "collectors/elasticsearch/cluster.h"
#include "collectors/elasticsearch/product.h"

namespace insight::collectors::elasticsearch {

class StateReader {
  public:
    StateReader(Api& api, const Product& product, const RowMaker& make, base::Nanos now,
                base::Deadline deadline, Coverage& coverage)
        : api_(api),
          product_(product),
          make_(make),
          now_(now),
          deadline_(deadline),
          coverage_(coverage) {}

    // Health, nodes, settings, blocks: what later rounds are compared with. Adds rows to `out`;
    // gives {version, health, nodes, thread_pools, breakers, settings, blocks, index_settings}.
    base::Json read_common(std::vector<model::DatabaseRow>& out);
    // What only an incident needs: unhealthy indices, shards without a node and why, tasks. After
    // read_common(), which finds out whether there is trouble.
    void read_trouble(std::vector<model::DatabaseRow>& out);

  private:
    // Null when it failed; the failure is in the coverage then.
    base::Json ask(const std::string& path, std::vector<model::DatabaseRow>& out);
    void put(std::string_view view, const Rows& rows, std::vector<model::DatabaseRow>& out) const;
    void read_shards(std::vector<model::DatabaseRow>& out);
    void explain(Rows& rows);

    Api& api_;
    const Product& product_;
    const RowMaker& make_;
    base::Nanos now_;
    base::Deadline deadline_;
    Coverage& coverage_;
    bool healthy_ = false;
    bool stuck_ = false;
    std::int64_t pending_ = 0;
};

// A row of view `refused`, once, when the error says that a living cluster would not serve us.
void add_refusal(const base::Error& error, const RowMaker& make, base::Nanos now,
                 std::vector<model::DatabaseRow>& out);

}  // namespace insight::collectors::elasticsearch
