// The collected objects, findable, and the one name under which each belongs to the analysis.
#pragma once

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/json.h"

namespace insight::collectors::kubernetes {

class Estate {
  public:
    // The objects must outlive the estate. `asked`: names that the incident uses for services.
    Estate(const std::vector<base::Json>& objects, std::set<std::string> asked);

    using Objects = std::vector<const base::Json*>;
    // By the name of a kind of the table; another project's Job or Service is in `foreign` only.
    [[nodiscard]] const Objects& all(const std::string& kind) const;
    [[nodiscard]] const Objects& foreign() const { return foreign_; }
    [[nodiscard]] const base::Json* find(const std::string& kind, const std::string& space,
                                         const std::string& name) const;
    // The highest thing above it that runs pods; itself where nobody does or the owner was not
    // collected. An operator's own object above that is not who serves: which kinds happen to be
    // collected must not change what a service is called.
    [[nodiscard]] const base::Json& root(const base::Json& object) const;

    // The service that an object belongs to, as traces and metrics call it: what OpenTelemetry is
    // told (annotation, OTEL_SERVICE_NAME), the `app` label the incident speaks of, else the
    // workload's name.
    [[nodiscard]] std::string service_of(const base::Json& object) const;
    // Pods that a Service (or anything with a plain map as selector) selects.
    [[nodiscard]] const Objects& pods_of_service(const base::Json& service) const;
    [[nodiscard]] bool is_asked(const std::string& name) const { return asked_.contains(name); }

  private:
    [[nodiscard]] Objects select(const base::Json& service) const;

    std::set<std::string> asked_;
    std::map<std::string, Objects> by_kind_;
    Objects foreign_;
    std::unordered_map<std::string, const base::Json*> by_name_;
    std::unordered_map<std::string, const base::Json*> by_uid_;
    std::unordered_map<std::string, Objects> pods_by_label_;
    mutable std::unordered_map<const base::Json*, std::string> services_;
    std::unordered_map<const base::Json*, Objects> selected_;
};

// Is this pod not as it should be (not ready, restarted since `since`, failed, waiting)?
// `since`: nanoseconds since the epoch. A pod that is done (Succeeded) is well.
bool is_unwell(const base::Json& pod, std::int64_t since);

}  // namespace insight::collectors::kubernetes
