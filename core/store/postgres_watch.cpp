#include "core/store/postgres_watch.h"

#include <sys/socket.h>

#include <algorithm>

namespace insight::store {
namespace {

constexpr std::chrono::milliseconds kLook{1000};

}  // namespace

PostgresWatch::~PostgresWatch() {
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
    }
    over_.notify_one();
    thread_.join();
}

void PostgresWatch::loop() {
    std::unique_lock lock(mutex_);
    while (!ended_) {
        over_.wait_for(lock, std::min(kLook, longest_));
        const auto now = std::chrono::steady_clock::now();
        for (const Call* call : calls_)
            if (call->until_ <= now) ::shutdown(call->socket_, SHUT_RDWR);
    }
}

PostgresWatch::Call::Call(PostgresWatch& watch, int socket)
    : watch_(watch), socket_(socket), until_(std::chrono::steady_clock::now() + watch.longest_) {
    const std::lock_guard lock(watch_.mutex_);
    place_ = watch_.calls_.insert(watch_.calls_.end(), this);
}

PostgresWatch::Call::~Call() {
    const std::lock_guard lock(watch_.mutex_);
    watch_.calls_.erase(place_);
}

}  // namespace insight::store
