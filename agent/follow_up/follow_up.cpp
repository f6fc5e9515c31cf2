#include "agent/follow_up/follow_up.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "core/store/documents.h"

namespace insight::agent {
namespace {

using base::Json;
using base::Status;
using model::IncidentState;

// a look at counters; the tables are read when one of them has moved
constexpr std::chrono::seconds kPoll{1};
// half a minute: for whatever another process wrote that no counter of ours shows
constexpr int kMostQuietPolls = 30;
constexpr const char* kSeen = "followup.seen";
constexpr int kNewest = 200;
constexpr std::size_t kRemembered = 10'000;

constexpr std::string_view kFiring = "firing";
constexpr std::string_view kGone = "gone";

// Changes whenever something happened to the incident that a ticket should know.
std::string stamp_of(const store::IncidentRow& row) {
    return fmt::format("{}/{}/{}/{}/{}/{}", static_cast<int>(row.incident.state), row.verdict,
                       row.confidence, row.summary, row.incident.alerts.size(),
                       row.incident.resolved_at == 0 ? kFiring : kGone);
}

// ".../acme/shop/pull/7" as "acme/shop#7"
std::string pull_request_name(const std::string& url) {
    const std::size_t at = url.rfind("/pull/");
    if (at == std::string::npos) return url;
    const std::size_t repository = url.rfind('/', at - 1);
    const std::size_t owner =
        repository == std::string::npos ? repository : url.rfind('/', repository - 1);
    if (owner == std::string::npos) return url;
    return url.substr(owner + 1, at - owner - 1) + "#" + url.substr(at + 6);
}

// The id of the capsule in a bundle, wherever the bundle keeps its assets.
std::string capsule_in(const Json& value, int depth = 0) {
    if (depth > 6 || !value.is_structured()) return {};
    if (value.is_object() && base::text_at(value, "type") == "Capsule")
        return base::text_at(value, "asset_id");
    for (const Json& part : value)
        if (std::string found = capsule_in(part, depth + 1); !found.empty()) return found;
    return {};
}

// What a sent parcel of another room has made, as a link.
std::optional<tickets::Link> result_of(const store::Parcel& parcel) {
    tickets::Link link;
    if (parcel.channel == "pull_request") {
        link.kind = "pull_request";
        link.url = base::text_at(parcel.answer, "url");
        if (!link.url.starts_with("http")) return std::nullopt;
        link.target = pull_request_name(link.url);
    } else {
        link.kind = "capsule";
        link.target = capsule_in(parcel.body);
    }
    if (link.target.empty() || link.target.size() > 300) return std::nullopt;
    return link;
}

Json failed_report(const store::IncidentRow& row) {
    Json incident = to_json(row.incident);
    if (!row.incident.alerts.empty()) incident["alert"] = to_json(row.incident.alerts.front());
    return {{"incident", std::move(incident)},
            {"verdict", "failed"},
            {"summary", "No report could be made of this incident: see the service's log."},
            // Nobody knows how bad it is; "info" would let it drown.
            {"impact", {{"severity", "warning"}}}};
}

}  // namespace

FollowUp::FollowUp(store::Store& store, const base::Clock& clock, tickets::Book& book,
                   const std::vector<tickets::NamedTracker>& trackers,
                   const notifications::NotificationSender& notifications,
                   std::function<void()> posted)
    : store_(store),
      clock_(clock),
      book_(book),
      trackers_(trackers),
      notifications_(notifications),
      posted_(std::move(posted)) {}

FollowUp::~FollowUp() {
    stop();
}

void FollowUp::start() {
    thread_ = std::thread([this] { work(); });
}

void FollowUp::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    bell_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void FollowUp::ring() {
    {
        const std::lock_guard lock(mutex_);
        rung_ = true;
    }
    bell_.notify_all();
}

void FollowUp::work() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        rung_ = false;
        lock.unlock();
        if (anything_new())
            if (const Status looked = look(); !looked)
                spdlog::error(
                    "what follows a report could not be done, next try within half a minute: {}",
                    looked.error().text());
        lock.lock();
        bell_.wait_for(lock, kPoll, [this] { return stopping_ || rung_; });
    }
}

// Our own writes are counted by the store, which costs one more look that finds nothing; those of
// another process (the command line) show in the ticket that was changed last.
bool FollowUp::anything_new() {
    const std::int64_t commits = store_.counters().commits;
    tickets::Wish wish;
    wish.limit = 1;
    std::string newest;
    if (const auto last = book_.tickets(wish); last && !last->empty())
        newest = fmt::format("{}/{}", last->front().id, last->front().revision);
    const bool due = ++quiet_polls_ >= kMostQuietPolls;
    if (commits == commits_ && newest == newest_ && !due) return false;
    commits_ = commits;
    newest_ = std::move(newest);
    quiet_polls_ = 0;
    return true;
}

Status FollowUp::look() {
    any_posted_ = false;
    Status done = incidents();
    for (const char* channel : {"pull_request", "evomap"})
        if (done) done = results(channel);
    if (done) done = tickets();
    if (done) done = approvals();
    if (any_posted_ && posted_) posted_();
    return done;
}

Status FollowUp::incidents() {
    const auto rows = store_.incidents({kNewest, ""});
    if (!rows) return base::fail(rows.error());
    Status first_failure;
    // Oldest first: an incident that comes again must find the ticket of the first time.
    for (auto row = rows->rbegin(); row != rows->rend(); ++row) {
        // An incident that is looked at again keeps the verdict of the last look.
        if (row->incident.state == IncidentState::Open && row->verdict.empty()) continue;
        const std::string stamp = stamp_of(*row);
        std::string& seen = seen_[row->incident.id];
        if (seen == stamp) continue;
        if (seen.empty()) {  // an earlier run may have done it
            const auto kept = store_.documents().document(kSeen, row->incident.id);
            if (kept) seen = base::text_at(kept->body, "stamp");
            if (seen == stamp) continue;
        }
        Status done = incident(*row);
        if (done)
            seen = stamp;
        else if (first_failure)
            first_failure = done;  // the others are not to blame: they are looked at all the same
    }
    if (seen_.size() > kRemembered) seen_.clear();
    return first_failure;
}

Status FollowUp::incident(const store::IncidentRow& row) {
    const std::string& id = row.incident.id;
    Json report;
    if (row.verdict.empty()) {
        report = failed_report(row);
    } else {
        const auto text = store_.report(id);
        if (!text) return base::fail(text.error());
        auto parsed = base::parse_json(*text, "the report of " + id);
        if (!parsed) return base::fail(parsed.error());
        report = std::move(*parsed);
    }
    const auto entry = book_.record(report, "service");
    if (!entry) return base::fail(entry.error());
    if (!row.incident.alerts.empty()) {
        if (row.incident.resolved_at != 0)
            if (const auto gone = book_.alerts_gone(id, row.incident.resolved_at); !gone)
                return base::fail(gone.error());
        // An alert that had gone fires again within the same incident.
        const bool had_gone = seen_[id].ends_with(kGone);
        if (row.incident.resolved_at == 0 && had_gone)
            if (const auto back = book_.alerts_back(id); !back) return base::fail(back.error());
    }
    // Written last: a crash before it does all of this again, and none of it twice (tickets and
    // parcels have fixed keys).
    const auto known = store_.documents().document(kSeen, id);
    const auto kept = store_.documents().put(
        {kSeen, id, known ? known->version : 0, clock_.now(), {{"stamp", stamp_of(row)}}});
    return kept ? Status{} : base::fail(kept.error());
}

Status FollowUp::post(const store::Parcel& parcel) {
    const auto fresh = store_.outbox().post(parcel);
    if (!fresh) return base::fail(fresh.error());
    any_posted_ = any_posted_ || *fresh;
    return {};
}

Status FollowUp::tickets() {
    if (trackers_.empty() && notifications_.channels().empty()) return {};
    tickets::Wish all;
    all.limit = kNewest;
    const auto newest = book_.tickets(all);
    if (!newest) return base::fail(newest.error());
    for (const tickets::Ticket& ticket : *newest) {
        std::int64_t& known = known_tickets_[ticket.id];
        if (known >= ticket.revision) continue;
        for (const tickets::NamedTracker& tracker : trackers_)
            if (tickets::reaches(ticket.severity, tracker.least_severity))
                if (auto done = post(tickets::parcel_of(tracker.name, ticket)); !done) return done;
        for (const notifications::NamedChannel& channel : notifications_.channels())
            if (ticket.kind == "incident" &&
                tickets::reaches(ticket.severity, channel.least_severity))
                if (auto done = post(notifications::parcel_of(channel, ticket, clock_.now()));
                    !done)
                    return done;
        known = ticket.revision;
    }
    if (known_tickets_.size() > kRemembered) known_tickets_.clear();
    return {};
}

Status FollowUp::link(const store::Parcel& parcel, const tickets::Link& link) {
    const auto ticket = book_.of_incident(parcel.incident);
    if (!ticket) return base::fail(ticket.error());
    if (!*ticket) return {};  // there may be one later
    const auto linked = book_.link((*ticket)->id, "service", link);
    if (linked) linked_.insert(parcel.channel + "/" + parcel.key);
    return linked ? Status{} : base::fail(linked.error());
}

Status FollowUp::results(const std::string& channel) {
    const auto sent = store_.outbox().parcels({channel, "", store::ParcelState::Sent, kNewest});
    if (!sent) return base::fail(sent.error());
    for (const store::Parcel& parcel : *sent) {
        if (linked_.contains(channel + "/" + parcel.key)) continue;
        const auto result = result_of(parcel);
        if (!result) continue;
        // A ticket that can take no more links must not hold up the others.
        if (const Status done = link(parcel, *result); !done)
            spdlog::warn("{} is not linked to a ticket: {}", result->target, done.error().text());
    }
    if (linked_.size() > kRemembered) linked_.clear();
    return {};
}

Status FollowUp::approvals() {
    if (!notifications_.can_ask()) return {};
    const auto held = store_.outbox().parcels({"", "", store::ParcelState::Held, kNewest});
    if (!held) return base::fail(held.error());
    for (const store::Parcel& parcel : *held) {
        const std::string name = parcel.channel + "/" + parcel.key;
        if (asked_.contains(name)) continue;
        for (const notifications::NamedChannel& channel : notifications_.channels())
            if (channel.approvals)
                if (auto done = post(notifications::parcel_of(channel, parcel)); !done) return done;
        asked_.insert(name);
    }
    if (asked_.size() > kRemembered) asked_.clear();
    return {};
}

}  // namespace insight::agent
