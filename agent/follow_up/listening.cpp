#include "agent/follow_up/listening.h"

#include <spdlog/spdlog.h>

namespace insight::agent {
namespace {

// How often is looked which copies are due; each of them is read far less often.
constexpr base::Nanos kLook = 15 * base::kSecond;

}  // namespace

Listening::Listening(store::Store& store, tickets::Book& book,
                     const std::vector<tickets::NamedTracker>& trackers, const base::Clock& clock,
                     base::Nanos every, std::function<void()> heard)
    : listener_(store, book, trackers, clock, {.every = every}),
      every_(every),
      heard_(std::move(heard)) {}

Listening::~Listening() {
    stop();
}

void Listening::start() {
    thread_ = std::thread([this] { work(); });
}

void Listening::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    bell_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void Listening::work() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        lock.unlock();
        const auto changed = listener_.look();
        if (!changed)
            spdlog::error("trackers could not be read back, next try soon: {}",
                          changed.error().text());
        else if (*changed > 0 && heard_)
            heard_();
        lock.lock();
        bell_.wait_for(lock, std::chrono::nanoseconds(std::min(kLook, every_)),
                       [this] { return stopping_; });
    }
}

}  // namespace insight::agent
