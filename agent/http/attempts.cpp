#include "agent/http/attempts.h"

namespace insight::http {
namespace {

constexpr std::size_t kMaxPeers = 4096;
constexpr std::size_t kMaxHeld = 64;
// in a minute, for typing errors and for a dashboard with an old token
constexpr int kFree = 5;
constexpr std::chrono::milliseconds kFirstDelay{100};
constexpr std::chrono::milliseconds kLongestDelay{2000};

}  // namespace

std::chrono::milliseconds Attempts::failed(const std::string& peer, Time now) {
    const std::lock_guard lock(mutex_);
    // An attacker with many addresses may clear the counts, but each address begins with five free
    // tries anyway; what must not happen is that the map grows.
    if (counts_.size() >= kMaxPeers && !counts_.contains(peer)) counts_.clear();
    Count& count = counts_[peer];
    if (now - count.since > std::chrono::minutes(1)) count = {0, now};
    if (++count.failures <= kFree) return {};
    std::erase_if(held_until_, [now](Time until) { return until <= now; });
    // Held answers hold connections: with more of them the delay itself would be the attack.
    if (held_until_.size() >= kMaxHeld) return {};
    const int doublings = std::min(count.failures - kFree - 1, 5);
    const auto delay = std::min(kFirstDelay * (1 << doublings), kLongestDelay);
    held_until_.push_back(now + delay);
    return delay;
}

}  // namespace insight::http
