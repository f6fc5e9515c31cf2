// Watches what was done about incidents until it is known whether it helped.
//
//     proposed ─merged─▶ watched ─alert gone and quiet─▶ held ─same cause within watchFor─▶
//     recurred
//         └closed─▶ dropped   ├─same cause again─▶ recurred
//                             └─never quiet within watchFor─▶ unproven
//
// An alert that had gone before the fix landed says little by being away: then only watchFor
// without the same cause proves anything. What comes of it is told once to whoever learns from it,
// and written into the ticket. Nobody has to call it: it compares what is in the store with what it
// knows, so that a crash loses nothing.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "agent/outcomes/outcome.h"
#include "agent/outcomes/settings.h"
#include "agent/outcomes/signal_check.h"
#include "agent/tickets/book.h"
#include "core/store/store.h"

namespace insight::outcomes {

// What became of a pull request.
struct Landing {
    enum class State { Open, Merged, Closed };
    State state = State::Open;
    Nanos merged_at = 0;
};

// The world around the watch; empty functions are not called. Threads: the watch's own.
struct Surroundings {
    // `plan` is the parcel's body. Errors: as the repository fails; it is asked again.
    std::function<base::Result<Landing>(const Json& plan, int number)> landed{};
    std::function<SignalState(const model::Incident&, Nanos since)> signal{};
    // Held, Recurred. May be called again after a crash or an error: the same outcome is the same.
    std::function<base::Status(const Outcome&)> tell{};
};

class OutcomeWatch {
  public:
    // Everything given must outlive it.
    OutcomeWatch(store::Store& store, const base::Clock& clock, Settings settings,
                 Surroundings surroundings);
    ~OutcomeWatch();  // stops
    OutcomeWatch(const OutcomeWatch&) = delete;
    OutcomeWatch& operator=(const OutcomeWatch&) = delete;

    void start();
    void stop();

    // One look at everything, on the caller's thread. Errors: of the store.
    base::Status look();

  private:
    void work();
    base::Status discover();
    base::Status step(Outcome& outcome);
    void step_proposed(Outcome& outcome);
    base::Status step_watched(Outcome& outcome, const store::IncidentRow& row);
    base::Status step_held(Outcome& outcome, const store::IncidentRow& row);
    base::Status settle(const Outcome& before, Outcome outcome);
    base::Status tell(Outcome& outcome);
    void say(const Outcome& outcome);  // into the ticket

    store::Store& store_;
    const base::Clock& clock_;
    const Settings settings_;
    const Surroundings surroundings_;
    tickets::Book book_;
    std::mutex mutex_;
    std::condition_variable bell_;
    bool stopping_ = false;
    std::thread thread_;
};

// Somebody says that they have done something about the incident by themselves, now. Errors:
// NotFound (no such incident), of the store.
base::Status applied_by_hand(store::Store& store, const std::string& incident,
                             const std::string& what, Nanos now);

}  // namespace insight::outcomes
