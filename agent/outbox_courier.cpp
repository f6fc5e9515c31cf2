#include "agent/outbox_courier.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace insight::agent {
namespace {

// Another process may post, too, and delays end without a bell.
constexpr std::chrono::seconds kOutboxPoll{2};

}  // namespace

Delivery Delivery::failed(const base::Error& error) {
    switch (error.kind) {
        case base::ErrorKind::Unavailable:
        case base::ErrorKind::Timeout:
        // Somebody wrote at the same time: the next attempt sees what they wrote.
        case base::ErrorKind::Conflict:
            return later(error.text());
        default:
            return refused(error.text());
    }
}

OutboxCourier::OutboxCourier(store::Outbox& outbox, const base::Clock& clock,
                             std::vector<Channel> channels)
    : outbox_(outbox), clock_(clock), channels_(std::move(channels)) {}

OutboxCourier::~OutboxCourier() {
    stop();
}

void OutboxCourier::start() {
    for (const Channel& channel : channels_)
        threads_.emplace_back([this, &channel] { work(channel); });
}

void OutboxCourier::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    bell_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
}

void OutboxCourier::ring() {
    {
        const std::lock_guard lock(mutex_);
        ++rings_;
    }
    bell_.notify_all();
}

void OutboxCourier::work(const Channel& channel) {
    std::uint64_t heard = 0;
    while (true) {
        {
            const std::lock_guard lock(mutex_);
            if (stopping_) return;
            heard = rings_;
        }
        const auto found = step(channel);
        if (!found) spdlog::error("the outbox ({}): {}", channel.name, found.error().text());
        // While there is work there is no rest; parcels that failed are due later and do not come
        // up again.
        if (found && *found) continue;
        std::unique_lock lock(mutex_);
        bell_.wait_for(lock, kOutboxPoll, [&] { return stopping_ || rings_ != heard; });
    }
}

base::Result<int> OutboxCourier::run_due() {
    int attempts = 0;
    for (const Channel& channel : channels_)
        while (true) {
            const auto found = step(channel);
            if (!found) return base::fail(found.error());
            if (!*found) break;
            ++attempts;
        }
    return attempts;
}

base::Nanos OutboxCourier::delay(const Channel& channel, const store::Parcel& parcel,
                                 const Delivery& delivery) const {
    // The shift stays small: 2^10 times the first delay is beyond any sensible bound.
    const auto doubled = channel.first_delay << std::clamp(parcel.attempts - 1, 0, 10);
    // What the other side asked for (Retry-After) counts even beyond our own bound.
    return std::max(delivery.delay, std::min(doubled, channel.most_delay));
}

base::Result<bool> OutboxCourier::step(const Channel& channel) {
    const auto claimed = outbox_.claim(channel.name, clock_.now(), channel.lease);
    if (!claimed) return base::fail(claimed.error());
    if (!*claimed) return false;
    const store::Parcel& parcel = **claimed;
    const Delivery delivery = channel.sender.deliver(
        parcel, [&](const base::Json& answer) { return outbox_.note_progress(parcel, answer); });
    base::Status kept;
    if (delivery.outcome == Delivery::Outcome::Sent) {
        kept = outbox_.sent(parcel, delivery.answer);
    } else if (delivery.outcome == Delivery::Outcome::Refused) {
        spdlog::warn("{} {} is refused: {}", channel.name, parcel.key, delivery.note);
        kept = outbox_.refused(parcel, delivery.note, delivery.answer);
    } else if (parcel.attempts >= channel.most_attempts) {
        const std::string why = fmt::format("given up after {} attempts; the last one: {}",
                                            parcel.attempts, delivery.note);
        spdlog::error("{} {}: {}", channel.name, parcel.key, why);
        kept = outbox_.refused(parcel, why, delivery.answer);
    } else {
        const base::Nanos wait = delay(channel, parcel, delivery);
        spdlog::warn("{} {}: attempt {} failed, next in {}: {}", channel.name, parcel.key,
                     parcel.attempts, base::format_duration(wait), delivery.note);
        kept = outbox_.retry(parcel, delivery.note, clock_.now() + wait);
    }
    // Somebody else holds it now: what they write counts.
    if (!kept && kept.error().kind != base::ErrorKind::Conflict) return base::fail(kept.error());
    return true;
}

}  // namespace insight::agent
