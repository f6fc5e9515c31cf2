#include "agent/tickets/listener.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace insight::tickets {
namespace {

constexpr int kMostListenedTo = 200;  // tickets whose copies are looked at
constexpr base::Nanos kAfterFailure = base::kMinute;

}  // namespace

base::Result<std::vector<TrackerListener::Due>> TrackerListener::due() {
    std::vector<Due> out;
    Wish newest;
    newest.limit = kMostListenedTo;
    const auto tickets = book_.tickets(newest);
    if (!tickets) return base::fail(tickets.error());
    const base::Nanos now = clock_.now();
    for (const Ticket& ticket : *tickets) {
        if (ticket.done() && now - ticket.updated_at > hearing_.done_for) continue;
        for (const NamedTracker& tracker : trackers_) {
            const auto silent = silent_until_.find(tracker.name);
            if (silent != silent_until_.end() && silent->second > now) continue;
            auto copy = read_copy(store_.documents(), copy_key(tracker.name, ticket.id));
            if (!copy) return base::fail(copy.error());
            // A copy that still misses something of ours is not read: what differs there need not
            // be anybody's doing.
            const bool whole = !copy->remote.key.empty() && copy->revision >= ticket.revision;
            if (!whole || copy->gone || copy->read_at + hearing_.every > now) continue;
            out.push_back({&tracker, ticket, std::move(*copy)});
        }
    }
    // The longest unread first, so that a bound on reads starves none.
    std::stable_sort(out.begin(), out.end(),
                     [](const Due& a, const Due& b) { return a.copy.read_at < b.copy.read_at; });
    if (out.size() > static_cast<std::size_t>(hearing_.most_reads))
        out.erase(out.begin() + hearing_.most_reads, out.end());
    return out;
}

base::Result<bool> TrackerListener::hear(Due& due) {
    const std::string& tracker = due.tracker->name;
    auto seen = due.tracker->tracker->read(due.copy.remote, due.ticket, due.copy.mark);
    due.copy.read_at = clock_.now();
    Heard heard;
    heard.tracker = tracker;
    if (!seen) {
        // Only "there is no such issue" is final; everything else passes, or is for doctor to say.
        const bool gone = seen.error().outcome == agent::Delivery::Outcome::Refused &&
                          (base::integer_at(seen.error().answer, "status") == 404 ||
                           base::integer_at(seen.error().answer, "status") == 410);
        if (!gone) {
            // The whole tracker rests: what fails for one issue fails for the next one, too.
            silent_until_[tracker] = due.copy.read_at + std::max(seen.error().delay, kAfterFailure);
            spdlog::warn("{} could not be read back from {}: {}", due.copy.remote.key, tracker,
                         seen.error().note);
            return false;
        }
        due.copy.gone = true;
        heard.gone = due.copy.remote.key;
    } else if (!*seen) {
        if (auto kept = keep_copy(store_.documents(), due.copy);
            !kept && kept.error().kind != base::ErrorKind::Conflict)
            return base::fail(kept.error());
        return false;
    } else {
        const Seen& now = **seen;
        // Without an earlier sight there is nothing to compare with: what stands there is taken for
        // what we brought.
        if (!due.copy.status.empty() && due.copy.status != now.status) {
            heard.status = now.status;
            heard.state = now.means;
        }
        if (!due.copy.status.empty() && due.copy.assignee != now.assignee)
            heard.assignee = now.assignee;
        for (const RemoteComment& one : now.comments) {
            heard.comments.push_back(
                {fmt::format("{}:{}", tracker, one.number), 0, one.author, one.text});
            due.copy.mark.last_comment = std::max(due.copy.mark.last_comment, one.number);
        }
        due.copy.mark.stamp = now.stamp;
        due.copy.status = now.status;
        due.copy.assignee = now.assignee;
    }
    // First the ticket, then the mark: what is read twice is known again by its number.
    const auto ticket = book_.hear(due.ticket.id, heard);
    if (!ticket) return base::fail(ticket.error());
    const bool changed = ticket->revision != due.ticket.revision;
    // The tracker is in that state already, and knows the words that came from it.
    due.copy.state = name(ticket->state);
    auto kept = keep_copy(store_.documents(), due.copy);
    if (!kept && kept.error().kind != base::ErrorKind::Conflict) return base::fail(kept.error());
    return changed;
}

base::Result<int> TrackerListener::look() {
    auto list = due();
    if (!list) return base::fail(list.error());
    int changed = 0;
    for (Due& one : *list) {
        if (const auto silent = silent_until_.find(one.tracker->name);
            silent != silent_until_.end() && silent->second > clock_.now())
            continue;
        const auto heard = hear(one);
        if (!heard) return base::fail(heard.error());
        if (*heard) ++changed;
    }
    return changed;
}

}  // namespace insight::tickets
