// Who follows an incident: tells event streams when its state changes.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "agent/http/event_stream.h"
#include "core/store/store.h"

namespace insight::http {

// Events: "state" with {id, state, verdict, confidence, summary, alerts, resolvedAt}; "report" with
// the report when there is one; "gone" when the incident cannot be read any more.
//
// The store is asked for each followed incident every `interval`, because another process may be
// the one that investigates; changed() is the short way for this one. Without followers nothing is
// asked. Threads: safe.
class Followers {
  public:
    Followers(store::Store& store, std::chrono::milliseconds interval, std::size_t most);
    ~Followers();  // stops
    Followers(const Followers&) = delete;
    Followers& operator=(const Followers&) = delete;

    // The present state is sent first. `until_report`: the stream is closed after the first report
    // or failure. false: there are too many already.
    bool follow(const std::string& incident, std::shared_ptr<EventStream> events,
                bool until_report);
    [[nodiscard]] bool full() const;
    [[nodiscard]] std::size_t count() const;
    void changed();
    void stop();  // closes every stream

  private:
    struct Follower {
        std::string incident;
        std::shared_ptr<EventStream> events;
        bool until_report = false;
        std::string last_state;   // as it was sent
        std::string last_report;  // its digest
    };
    void run();
    void tell(std::vector<Follower>& followers);
    void tell(Follower& follower, const base::Result<store::IncidentRow>& row);

    store::Store& store_;
    const std::chrono::milliseconds interval_;
    const std::size_t most_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<Follower> arrived_;
    std::size_t count_ = 0;
    bool changed_ = false;
    bool stopping_ = false;
    std::thread thread_;  // last: it uses the rest
};

}  // namespace insight::http
