#include "agent/http/attempts.h"

namespace insight::http {
namespace {

constexpr std::size_t kMaxPeers = 4096;
constexpr std::size_t kMaxHeld = 64;
constexpr int kFree = 5;
constexpr std::chrono::milliseconds kFirstDelay{100};
constexpr std::chrono::milliseconds kLongestDelay{2000};

}  // namespace

std::chrono::milliseconds Attempts::failed(const std::string& peer, Time now) {
    const std::lock_guard lock(mutex_);
    if (counts_.size() >= kMaxPeers && !counts_.contains(peer)) counts_.clear();
    Count& count = counts_[peer];
    if (now - count.since > std::chrono::minutes(1)) count = {0, now};
    if (++count.failures <= kFree) return {};
    std::erase_if(held_until_, [now](Time until) { return until <= now; });
    if (held_until_.size() >= kMaxHeld) return {};
    const int doublings = std::min(count.failures - kFree - 1, 5);
    const auto delay = std::min(kFirstDelay * (1 << doublings), kLongestDelay);
    held_until_.push_back(now + delay);
    return delay;
}

}  // namespace insight::http
