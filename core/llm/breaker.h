// A circuit breaker: a model that keeps failing is left alone for a while, so that whoever asks
// gets the fallback at once instead of waiting for another time-out. Threads: safe.
#pragma once

#include <mutex>

#include "core/base/time.h"

namespace insight::llm {

class Breaker {
  public:
    static constexpr int kFailures = 5;  // in a row open it
    static constexpr base::Nanos kRest = 30 * base::kSecond;
    static constexpr base::Nanos kMostRest = 5 * base::kMinute;

    // 0: go ahead. Otherwise how long it stays open. After a rest one caller may try; the others
    // wait for how it went.
    // Whoever gets 0 must say afterwards how it went: succeeded(), failed() or undecided().
    base::Nanos blocked(base::Nanos now);
    void succeeded();
    void failed(base::Nanos now);
    // The call ended without telling anything of the server's health (a refused key).
    void undecided();
    // The server asked everybody to wait (Retry-After).
    void rest(base::Nanos now, base::Nanos length);

  private:
    std::mutex mutex_;
    int failures_ = 0;
    base::Nanos open_until_ = 0;
    bool probing_ = false;
    base::Nanos probe_since_ = 0;
};

}  // namespace insight::llm
