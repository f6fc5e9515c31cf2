#include "agent/http/followers.h"

#include "agent/http/incident_json.h"
#include "core/base/crypto.h"

namespace insight::http {

// One thread reads for all: the state may be changed by another replica, which only the store
// tells.
Followers::Followers(store::Store& store, std::chrono::milliseconds interval, std::size_t most)
    : store_(store), interval_(interval), most_(most), thread_([this] { run(); }) {}

Followers::~Followers() {
    stop();
}

bool Followers::follow(const std::string& incident, std::shared_ptr<EventStream> events,
                       bool until_report) {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_ || count_ >= most_) return false;
        ++count_;
        arrived_.push_back({incident, std::move(events), until_report, {}, {}});
    }
    wake_.notify_one();
    return true;
}

bool Followers::full() const {
    const std::lock_guard lock(mutex_);
    return stopping_ || count_ >= most_;
}

std::size_t Followers::count() const {
    const std::lock_guard lock(mutex_);
    return count_;
}

void Followers::changed() {
    {
        const std::lock_guard lock(mutex_);
        changed_ = true;
    }
    wake_.notify_one();
}

void Followers::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void Followers::run() {
    std::vector<Follower> followers;
    while (true) {
        {
            std::unique_lock lock(mutex_);
            count_ = followers.size() + arrived_.size();
            const auto due = [this] { return stopping_ || changed_ || !arrived_.empty(); };
            if (followers.empty())
                wake_.wait(lock, due);
            else
                wake_.wait_for(lock, interval_, due);
            changed_ = false;
            std::move(arrived_.begin(), arrived_.end(), std::back_inserter(followers));
            arrived_.clear();
            if (stopping_) break;
        }
        tell(followers);
        std::erase_if(followers, [](const Follower& one) { return one.events->ended(); });
    }
    for (const Follower& follower : followers) follower.events->close();
}

void Followers::tell(std::vector<Follower>& followers) {
    // Many may follow the same incident: it is read once.
    std::map<std::string, base::Result<store::IncidentRow>> rows;
    for (Follower& follower : followers) {
        if (follower.events->ended()) continue;
        auto found = rows.find(follower.incident);
        if (found == rows.end())
            found = rows.emplace(follower.incident, store_.incident(follower.incident)).first;
        tell(follower, found->second);
    }
}

void Followers::tell(Follower& follower, const base::Result<store::IncidentRow>& row) {
    if (!row) {
        // A store that cannot be read just now may come back; an incident that is not there will
        // not.
        if (row.error().kind != base::ErrorKind::NotFound) return;
        follower.events->push(
            event_bytes("gone", base::dump_json({{"message", row.error().message}})));
        return follower.events->close();
    }
    const std::string state = base::dump_json(state_json(*row));
    // The first reading differs from nothing, so whoever follows gets the present state at once.
    if (state != follower.last_state) {
        follower.last_state = state;
        follower.events->push(event_bytes("state", state));
        if (row->incident.state == model::IncidentState::Reported) {
            const auto report = store_.report(follower.incident);
            const std::string digest = report ? base::sha256_hex(*report) : follower.last_report;
            // A later investigation writes another report of the same incident; the same one is not
            // sent twice.
            if (digest != follower.last_report) {
                follower.last_report = digest;
                follower.events->push(event_bytes("report", *report));
            }
        }
    }
    if (follower.until_report && row->incident.state != model::IncidentState::Open)
        follower.events->close();
}

}  // namespace insight::http
