// Threads that take jobs from the store and turn each into a report.
#pragma once

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include "agent/around.h"
#include "agent/reason_stage.h"
#include "agent/sources.h"
#include "config/config.h"
#include "core/model/report.h"
#include "core/store/store.h"

namespace insight::agent {

// A job goes on from its last stored stage: once the window is recorded, a restarted worker does
// not ask the sources again. The report is always made from the recorded bytes, so a replay gives
// the same one.
class Workers {
  public:
    Workers(store::Store& store, Sources& sources, const base::Clock& clock,
            config::Pipeline settings, std::vector<model::Suppression> suppressions = {});
    ~Workers();  // finishes what runs
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    // Recorded with every window from now on; call before start().
    void offer_runbooks(std::function<std::vector<base::Json>()> runbooks);

    void attend(Around around);  // call before start()

    // Lets models investigate behind the analysis; outlives the workers. Call before start().
    void reason_with(ReasonStage& stage) { reason_stage_ = &stage; }

    void start();
    void stop();  // no new jobs; returns when running ones are done

  private:
    void work();
    void run(const store::Job& job);
    void give_up(const store::Job& job, const base::Error& error);
    base::Result<model::Report> investigate(const store::Job& job);
    // What models add to the report, live or as it was recorded; a live run is recorded.
    base::Status reason(const store::Job& job, const std::string& bytes, const Recorded& window,
                        model::Report& report);
    // The JSON of the report; that of a scan has its health beside it.
    base::Json written(model::Report& report, const model::Signals& signals);
    base::Result<std::string> recorded(const store::Job& job, const model::Incident& incident);

    store::Store& store_;
    Sources& sources_;
    const base::Clock& clock_;
    config::Pipeline settings_;
    std::vector<model::Suppression> suppressions_;
    std::function<std::vector<base::Json>()> runbooks_ = [] { return std::vector<base::Json>{}; };
    std::vector<Around> around_;
    ReasonStage* reason_stage_ = nullptr;
    std::atomic<bool> stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace insight::agent
