// Clients that are not in use just now, each with its open connection. Threads: safe.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <string>

namespace insight::net {

// A client is taken by one call, used by it alone, and given back when its connection is still
// good.
template <typename Client>
class IdlePool {
  public:
    static constexpr std::size_t kMaxIdle = 32;

    // null when there is none
    std::unique_ptr<Client> take(const std::string& key) {
        const std::scoped_lock lock(mutex_);
        for (auto one = idle_.begin(); one != idle_.end(); ++one) {
            if (one->first != key) continue;
            std::unique_ptr<Client> client = std::move(one->second);
            idle_.erase(one);
            return client;
        }
        return nullptr;
    }

    // The one that has been idle for longest goes when there are too many.
    void give(std::string key, std::unique_ptr<Client> client) {
        std::unique_ptr<Client> dropped;  // destroyed outside of the lock
        const std::scoped_lock lock(mutex_);
        idle_.emplace_front(std::move(key), std::move(client));
        if (idle_.size() <= kMaxIdle) return;
        dropped = std::move(idle_.back().second);
        idle_.pop_back();
    }

  private:
    std::mutex mutex_;
    std::list<std::pair<std::string, std::unique_ptr<Client>>> idle_;
};

}  // namespace insight::net
