// Fixes of a running service, put together from the configuration: watches for reports, plans,
// waits for approvals, opens pull requests.
//
// Nobody has to call it: it compares what is in the store with what was asked for, so that neither
// a crash nor a forgotten call loses anything.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "agent/fixes/desk.h"
#include "agent/fixes/pull_request_sender.h"
#include "config/config.h"
#include "core/base/redaction.h"
#include "github/client.h"

namespace insight::fixes {

class Service {
  public:
    // Without a block `github` or with fixes.enabled off: nullptr. `border_key` makes the same
    // tokens as everywhere else in the product; `models` write patches where fixes.modelPatches
    // allows it, and may be null. Everything given must outlive it. Errors: Invalid (the block
    // `fixes`, or modelPatches without a model).
    static base::Result<std::unique_ptr<Service>> open(const config::Config& config,
                                                       store::Store& store, github::Client* github,
                                                       const base::Clock& clock,
                                                       base::Secret border_key,
                                                       const agent::ReasonStage* models = nullptr);
    ~Service();  // stops
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    void start();
    void stop();
    void ring();  // something was reported or approved: look now. Threads: any.

    // One look at new reports and everything that is due, on the caller's thread: for commands and
    // tests. Gives the number of parcels that were tried. Errors: of the store.
    base::Result<int> run_due();
    // Only the look: reports since the last one are asked about.
    base::Status look();

  private:
    Service(const config::Config& config, store::Store& store, github::Client& github,
            const base::Clock& clock, base::Secret border_key, const agent::ReasonStage* models,
            Settings settings);
    base::Result<std::shared_ptr<github::Repository>> repository(
        const github::RepositoryName& name);
    void work();

    store::Store& store_;
    github::Client& github_;
    const base::Clock& clock_;
    std::mutex border_mutex_;
    base::Border border_;
    std::mutex repositories_mutex_;
    std::map<github::RepositoryName, std::shared_ptr<github::Repository>> repositories_;
    std::unique_ptr<PatchAuthor> author_;  // null: no model may write patches
    std::unique_ptr<Desk> desk_;
    std::unique_ptr<PullRequestSender> sender_;
    std::unique_ptr<agent::OutboxCourier> courier_;
    std::map<std::string, std::string> seen_;  // incident to what its row said
    std::mutex mutex_;
    std::condition_variable bell_;
    bool rung_ = false;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace insight::fixes
