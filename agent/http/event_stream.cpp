#include "agent/http/event_stream.h"

namespace insight::http {

std::string event_bytes(std::string_view name, std::string_view data) {
    std::string bytes = "event: ";
    bytes.append(name).append("\n");
    // A carriage return would end a line for the reader as well, so both become line ends here.
    std::size_t start = 0;
    while (start <= data.size()) {
        const std::size_t end = std::min(data.find_first_of("\r\n", start), data.size());
        bytes.append("data: ").append(data.substr(start, end - start)).append("\n");
        start = end + 1;
    }
    return bytes.append("\n");
}

bool EventStream::push(const std::string& bytes) {
    const std::lock_guard lock(mutex_);
    if (closed_ || cut_ || detached_) return false;
    if (events_ >= limits_.stream_events || queued_.size() + bytes.size() > limits_.stream_bytes) {
        // One event larger than the whole queue is let through when nothing waits before it.
        // A reader that does not keep up is cut off, not skipped: its browser connects again and
        // gets the state anew, where a gap would never be noticed.
        if (events_ > 0) cut_ = true;
    }
    const bool first = events_ == 0;
    if (!cut_) {
        queued_ += bytes;
        ++events_;
    }
    if ((first || cut_) && wake_) wake_();
    return !cut_;
}

void EventStream::close() {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    closed_ = true;
    if (wake_) wake_();
}

bool EventStream::ended() const {
    const std::lock_guard lock(mutex_);
    return closed_ || cut_ || detached_;
}

void EventStream::attach(std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
    if (wake_ && (events_ > 0 || closed_)) wake_();
}

void EventStream::detach() {
    const std::lock_guard lock(mutex_);
    wake_ = nullptr;
    detached_ = true;
    queued_.clear();
}

EventStream::Batch EventStream::take() {
    const std::lock_guard lock(mutex_);
    Batch batch{std::move(queued_), closed_, cut_};
    queued_.clear();
    events_ = 0;
    return batch;
}

}  // namespace insight::http
