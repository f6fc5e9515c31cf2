// Reads the copies of tickets in a running service, on a thread of its own: a tracker that hangs
// must not hold up what we have to say.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "agent/tickets/listener.h"

namespace insight::agent {

class Listening {
  public:
    // `heard` is called after a ticket was changed by what somebody did elsewhere. Everything given
    // must outlive it.
    Listening(store::Store& store, tickets::Book& book,
              const std::vector<tickets::NamedTracker>& trackers, const base::Clock& clock,
              base::Nanos every, std::function<void()> heard);
    ~Listening();  // stops
    Listening(const Listening&) = delete;
    Listening& operator=(const Listening&) = delete;

    void start();
    void stop();  // finishes the call that runs

  private:
    void work();

    tickets::TrackerListener listener_;
    const base::Nanos every_;
    std::function<void()> heard_;
    std::mutex mutex_;
    std::condition_variable bell_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace insight::agent
