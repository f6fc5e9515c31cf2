#include "core/llm/breaker.h"

#include <algorithm>

namespace insight::llm {

base::Nanos Breaker::blocked(base::Nanos now) {
    const std::lock_guard lock(mutex_);
    // A clock set back must not keep it open for longer than it ever could be.
    if (open_until_ - now > kMostRest) open_until_ = now + kMostRest;
    if (now < open_until_) return open_until_ - now;
    if (failures_ < kFailures) return 0;
    // Half open. A probe that never came back is taken for lost.
    if (probing_ && now >= probe_since_ && now - probe_since_ < kMostRest) return kRest;
    probing_ = true;
    probe_since_ = now;
    return 0;
}

void Breaker::succeeded() {
    const std::lock_guard lock(mutex_);
    failures_ = 0;
    open_until_ = 0;
    probing_ = false;
}

void Breaker::failed(base::Nanos now) {
    const std::lock_guard lock(mutex_);
    probing_ = false;
    if (++failures_ >= kFailures) open_until_ = std::max(open_until_, now + kRest);
}

void Breaker::undecided() {
    const std::lock_guard lock(mutex_);
    probing_ = false;
}

void Breaker::rest(base::Nanos now, base::Nanos length) {
    const std::lock_guard lock(mutex_);
    open_until_ = std::max(open_until_, now + std::clamp<base::Nanos>(length, 0, kMostRest));
}

}  // namespace insight::llm
