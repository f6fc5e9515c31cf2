// Does what was approved: branch, one commit, pull request. The sender of the channel
// "pull_request".
//
// Doing it twice changes nothing: the branch is named after the incident, a commit with the same
// content is not made again, an open pull request is updated. What people did is respected: a pull
// request they closed is not opened again, a branch they pushed to is not overwritten, and a plan
// whose files have changed meanwhile is not carried out but made anew.
#pragma once

#include <functional>

#include "agent/fixes/plan.h"
#include "agent/fixes/planner.h"
#include "agent/outbox_courier.h"
#include "core/store/audit.h"

namespace insight::fixes {

class PullRequestSender final : public agent::Sender {
  public:
    // `plan_again` is called for a plan that no longer fits its files.
    PullRequestSender(Repositories repositories, store::Audit* audit, const base::Clock& clock,
                      std::function<void(const Plan&)> plan_again)
        : repositories_(std::move(repositories)),
          audit_(audit),
          clock_(clock),
          plan_again_(std::move(plan_again)) {}

    // The answer: {number, url, branch, commit, state: opened|updated|unchanged, notes}.
    agent::Delivery deliver(const store::Parcel& parcel,
                            const std::function<base::Status(const base::Json&)>& note) override;

  private:
    Repositories repositories_;
    store::Audit* audit_;
    const base::Clock& clock_;
    std::function<void(const Plan&)> plan_again_;
};

}  // namespace insight::fixes
