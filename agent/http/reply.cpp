#include "agent/http/reply.h"

namespace insight::http {

void Link::answer(std::function<Response()> make) {
    const std::lock_guard lock(mutex_);
    if (to_ == nullptr) return;
    to_->answer(std::move(make));
    to_.reset();
}

bool Link::stream(Response head, std::shared_ptr<EventStream> events) {
    const std::lock_guard lock(mutex_);
    if (to_ == nullptr) return false;
    to_->stream(std::move(head), std::move(events));
    to_.reset();
    return true;
}

void Link::cut() {
    const std::lock_guard lock(mutex_);
    to_.reset();
}

struct Reply::Guard {
    std::shared_ptr<Link> link;
    Limits limits;

    Guard(std::shared_ptr<Link> to, const Limits& given) : link(std::move(to)), limits(given) {}
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;
    // The last copy of a Reply that nobody answered with: an empty answer makes a 500, so that no
    // connection waits for a handler that has lost its way.
    ~Guard() { link->answer(nullptr); }
};

Reply::Reply(std::shared_ptr<Link> link, const Limits& limits)
    : guard_(std::make_shared<Guard>(std::move(link), limits)) {}

void Reply::send(Response response) const {
    send([kept = std::move(response)]() mutable { return std::move(kept); });
}

void Reply::send(std::function<Response()> make) const {
    guard_->link->answer(std::move(make));
}

std::shared_ptr<EventStream> Reply::stream(Response head) const {
    auto events = std::make_shared<EventStream>(guard_->limits);
    stream(std::move(head), events);
    return events;
}

void Reply::stream(Response head, std::shared_ptr<EventStream> events) const {
    if (!guard_->link->stream(std::move(head), events)) events->detach();
}

}  // namespace insight::http
