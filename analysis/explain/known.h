// What is known about a cause that a command can be made of.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/stages.h"

namespace insight::analysis::explain {

// An object of Kubernetes that the cause's entity is.
struct Workload {
    std::string kind;  // as kubectl takes it: "deployment", "pod", "node", …
    std::string space;
    std::string name;
};

class Known {
  public:
    // All of them must outlive it. `finding` may be null.
    Known(const Sight& sight, const EvidenceBook& book, const model::Cause& cause,
          const Finding* finding)
        : sight_(sight), book_(book), cause_(cause), finding_(finding) {}

    [[nodiscard]] const model::Incident& incident() const { return sight_.incident; }
    [[nodiscard]] const model::Cause& cause() const { return cause_; }
    // When it began: the cause's onset, else the window's start.
    [[nodiscard]] model::Nanos onset() const;

    // Whether a source of this family was asked ("prometheus", "skywalking", …), whatever it said.
    [[nodiscard]] bool has_source(std::string_view family) const;

    // The first cited evidence of a kind; nullptr when there is none.
    [[nodiscard]] const base::Json* cited(std::string_view kind) const;
    // PromQL of the first cited series; empty when none is cited.
    [[nodiscard]] std::string expression() const;
    // A trace in which it was seen; empty when none is cited.
    [[nodiscard]] std::string trace() const;
    // The text of the first cited log line without its values, the longest piece of it; empty when
    // no line is cited.
    [[nodiscard]] std::string line() const;

    // The collected object of that name, of the incident's namespace where there are several.
    [[nodiscard]] std::optional<Workload> workload(const std::string& name) const;
    // The pod that showed it alone, else the entity's own workload.
    [[nodiscard]] std::optional<Workload> place() const;

  private:
    const Sight& sight_;
    const EvidenceBook& book_;
    const model::Cause& cause_;
    const Finding* finding_;
};

}  // namespace insight::analysis::explain
