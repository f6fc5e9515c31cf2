// Takes the state of every source at an interval, so that "what changed since" has an answer.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "agent/sources.h"
#include "config/config.h"
#include "core/store/store.h"

namespace insight::agent {

// One thread a source: a slow one delays no other. Samples older than window and baseline need are
// dropped. A source that fails is logged once, and again when it answers.
class Sampler {
  public:
    Sampler(store::Store& store, Sources& sources, const base::Clock& clock,
            config::Pipeline settings);
    ~Sampler();
    Sampler(const Sampler&) = delete;
    Sampler& operator=(const Sampler&) = delete;

    void start();
    void stop();

  private:
    void sample(OpenSource& open);
    bool pause();  // false when stopping

    store::Store& store_;
    Sources& sources_;
    const base::Clock& clock_;
    config::Pipeline settings_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace insight::agent
