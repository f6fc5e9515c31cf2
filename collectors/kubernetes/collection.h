// One collection from one cluster: discovery, every list of the plan, then logs, usage, changes and
// topology out of what was found.
#pragma once

#include "collectors/collector.h"
#include "collectors/coverage.h"
#include "collectors/kubernetes/plan.h"
#include "core/kubernetes/listing.h"

namespace insight::collectors::kubernetes {

// Less is not worth a request.
constexpr std::chrono::milliseconds kLeastTimeForList{150};

class Collection {
  public:
    Collection(insight::kubernetes::Client& client, const Options& options, const Request& request,
               std::vector<store::Sample> samples, const base::Clock& clock);

    model::Signals run();

  private:
    // What one list request gave.
    struct Answered {
        insight::kubernetes::Target target;
        std::optional<insight::kubernetes::Listed> listed;
        std::optional<base::Error> error;
        std::size_t passed_over = 0;
    };

    bool discover();
    void read_objects();
    Answered read_one(const insight::kubernetes::Target& target, base::Deadline deadline);
    // A list that was refused may be had for one namespace, or in another group.
    void ask_otherwise(Answered& refused, base::Deadline deadline);
    // Where the whole cluster may not be read: the namespace that is certainly ours.
    [[nodiscard]] std::string fallback_space() const;
    void take(std::vector<Answered> answers);
    void report(const Answered& one);
    void read_usage(const Estate& estate);
    [[nodiscard]] std::set<std::string> asked_names() const;
    void thin_out_revisions(std::vector<base::Json>& objects) const;

    insight::kubernetes::Client& client_;
    const Options& options_;
    const Request& request_;
    std::vector<store::Sample> samples_;
    const base::Clock& clock_;
    Coverage coverage_;
    std::optional<insight::kubernetes::Catalog> catalog_;
    base::Nanos begin_;
    model::Signals out_;
    std::vector<model::CoverageRow> more_coverage_;
};

}  // namespace insight::collectors::kubernetes
