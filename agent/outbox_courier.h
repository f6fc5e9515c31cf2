// Carries parcels of the outbox to whoever sends them: claims what is due, hands it over, writes
// down what came of it, and tries again later where that makes sense.
//
// One thread a channel, so that a slow receiver holds up nobody else. Delivery is at least once: a
// courier that dies between the sending and the note sends again, and the sender must know a repeat
// by the parcel's key or by what note() kept.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "core/base/time.h"
#include "core/store/outbox.h"

namespace insight::agent {

// What came of one attempt.
struct Delivery {
    enum class Outcome { Sent, Refused, Later };

    Outcome outcome = Outcome::Later;
    base::Json answer;      // what the other side said
    std::string note;       // why it was refused or must wait, one sentence
    base::Nanos delay = 0;  // Later: how long the other side asked to wait; 0: the courier decides

    static Delivery sent(base::Json answer = {}) {
        return {Outcome::Sent, std::move(answer), {}, 0};
    }
    static Delivery refused(std::string why, base::Json answer = {}) {
        return {Outcome::Refused, std::move(answer), std::move(why), 0};
    }
    static Delivery later(std::string why, base::Nanos delay = 0) {
        return {Outcome::Later, {}, std::move(why), delay};
    }
    // What may pass by itself (Unavailable, Timeout, Conflict) is tried later, the rest is refused.
    static Delivery failed(const base::Error& error);
};

// Called on the channel's thread, one parcel at a time. It must end well before the lease does.
class Sender {
  public:
    virtual ~Sender() = default;
    // `note` keeps what was learned before the end, so that a second attempt does not do it twice.
    virtual Delivery deliver(const store::Parcel& parcel,
                             const std::function<base::Status(const base::Json&)>& note) = 0;
};

struct Channel {
    std::string name;
    Sender& sender;  // outlives the courier
    base::Nanos lease = 5 * base::kMinute;
    int most_attempts = 12;  // about two hours with the delays below; then it is refused
    base::Nanos first_delay = 5 * base::kSecond;  // doubles with every attempt …
    base::Nanos most_delay = 15 * base::kMinute;  // … up to this
};

class OutboxCourier {
  public:
    OutboxCourier(store::Outbox& outbox, const base::Clock& clock, std::vector<Channel> channels);
    ~OutboxCourier();  // stops
    OutboxCourier(const OutboxCourier&) = delete;
    OutboxCourier& operator=(const OutboxCourier&) = delete;

    void start();
    void stop();  // finishes what runs
    void ring();  // something was posted or released: look now. Threads: any.

    // Tries everything that is due in all channels, on the caller's thread: for commands and tests.
    // Gives the number of attempts. Errors: of the store.
    base::Result<int> run_due();

  private:
    void work(const Channel& channel);
    // False: nothing was due.
    base::Result<bool> step(const Channel& channel);
    [[nodiscard]] base::Nanos delay(const Channel& channel, const store::Parcel& parcel,
                                    const Delivery& delivery) const;

    store::Outbox& outbox_;
    const base::Clock& clock_;
    const std::vector<Channel> channels_;
    std::mutex mutex_;
    std::condition_variable bell_;
    std::uint64_t rings_ = 0;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace insight::agent
