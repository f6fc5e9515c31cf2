// From a finished report to parcels: planning is a parcel of its own (channel "fix_plan"), so that
// a slow or dead GitHub never holds up a report, and is tried again later.
//
// A plan becomes a parcel of channel "pull_request": held until somebody approves it, or released
// at once where the policy says so. A newer plan of the same incident takes the place of an older
// one that still waits for its approval.
#pragma once

#include "agent/fixes/patch_author.h"
#include "agent/fixes/planner.h"
#include "agent/outbox_courier.h"
#include "core/store/store.h"
#include "github/settings.h"

namespace insight::fixes {

inline constexpr const char* kPlanChannel = "fix_plan";
inline constexpr const char* kPullRequestChannel = "pull_request";

// To be called once a report is stored; durable, idempotent for the same `occasion` (the report's
// text, say) and fix. `fix` null: what the report itself suggests.
base::Status ask_for_fix(store::Store& store, const std::string& incident,
                         const std::string& occasion, const base::Clock& clock,
                         const base::Json& fix = nullptr, const std::string& role = "fix");

// A plan whose files have changed meanwhile is made anew.
base::Status ask_again(store::Store& store, const Plan& plan, const base::Clock& clock);

// The parcel of a plan is posted. False: the same change of the same files was proposed before,
// whatever became of it: nobody is asked twice.
base::Result<bool> propose(store::Store& store, const Plan& plan, const Settings& settings,
                           const base::Clock& clock);

struct DeskParts {
    store::Store& store;
    const base::Clock& clock;
    Repositories repositories;
    Settings settings;
    std::vector<github::Watched> watched;
    std::string external_url;
    std::function<std::string(std::string_view)> hide;
    PatchAuthor* author = nullptr;  // of patches by a language model; null: there is none
    // What the incident's window gives away is secret in `hide` from then on.
    std::function<void(const store::Snapshot&)> learn{};
};

// Whether a plan has to wait for a yes, whatever the policy for others says: what a language model
// wrote always does.
bool needs_approval(const Plan& plan, const Settings& settings);

// The sender of "fix_plan": finds the fix and plans it. Its answer: {plans: [key…], why_not}.
class Desk final : public agent::Sender {
  public:
    explicit Desk(DeskParts parts) : parts_(std::move(parts)) {}

    agent::Delivery deliver(const store::Parcel& parcel,
                            const std::function<base::Status(const base::Json&)>& note) override;

  private:
    base::Result<Plan> plan_fix(const base::Json& report, const store::Snapshot& snapshot,
                                const store::Parcel& parcel, std::string& why_not);
    base::Result<Plan> plan_by_model(const Story& story, const store::Snapshot& snapshot,
                                     const std::vector<std::string>& touched, std::string& why_not);
    base::Result<Plan> first_plan(const std::vector<Fix>& fixes, const Story& story);

    DeskParts parts_;
};

}  // namespace insight::fixes
