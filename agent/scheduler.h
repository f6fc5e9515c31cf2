// Opens the scans that schedules of the configuration are due for.
//
// Any number of processes may run one on the same store: a schedule and a due time make one scan,
// whoever comes first. A scan that was missed (nobody ran) is opened once, late, for its last due
// time only.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "agent/cron.h"
#include "config/config.h"
#include "core/store/store.h"

namespace insight::agent {

// A schedule of the configuration, ready to be asked.
struct Plan {
    config::Schedule schedule;
    Cron cron;
};

// Errors: Invalid, naming the schedule.
base::Result<std::vector<Plan>> plans_of(const std::vector<config::Schedule>& schedules);

class Scheduler {
  public:
    Scheduler(store::Store& store, const base::Clock& clock, std::vector<Plan> plans);
    ~Scheduler();
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;

    void start();  // a thread that looks whenever something may be due
    void stop();

    // Opens what is due now; gives the ids of the incidents it opened. Failures are logged and
    // tried again the next time. Threads: one at a time.
    std::vector<std::string> look();
    // The earliest due time after now; 0: there is none.
    [[nodiscard]] base::Nanos next() const;

  private:
    void work();
    base::Result<std::string> look(const Plan& plan);

    store::Store& store_;
    const base::Clock& clock_;
    const std::vector<Plan> plans_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace insight::agent
