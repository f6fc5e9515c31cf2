// Asks the models of investigations for a patch, within the same budgets and with the same care:
// what it may cost is reserved before the call, what leaves goes through the border, what was said
// is in the audit chain and kept, so that planning again asks nobody twice.
#pragma once

#include "agent/fixes/model_patch.h"
#include "agent/reason_stage.h"
#include "core/store/snapshot.h"

namespace insight::fixes {

// Threads: one at a time.
class PatchAuthor {
  public:
    // All must outlive it. `border_key` makes the same tokens as everywhere else.
    PatchAuthor(const agent::ReasonStage& models, store::Store& store, const base::Clock& clock,
                base::Secret border_key)
        : models_(models), store_(store), clock_(clock), border_key_(std::move(border_key)) {}

    // `snapshot` teaches the border what is secret in this incident. Blocks for two calls of a
    // model at most. Errors: as ask_for_patch; no model configured is Denied.
    base::Result<Fix> write(PatchWish wish, const store::Snapshot& snapshot, const Planner& planner,
                            const Repositories& repositories);

    // For leases.
    [[nodiscard]] base::Nanos longest() const;

  private:
    const agent::ReasonStage& models_;
    store::Store& store_;
    const base::Clock& clock_;
    base::Secret border_key_;
};

}  // namespace insight::fixes
