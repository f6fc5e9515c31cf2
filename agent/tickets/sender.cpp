#include "agent/tickets/sender.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "core/store/audit.h"
#include "core/store/documents.h"

namespace insight::tickets {
namespace {

using agent::Delivery;
using base::Json;

// What we changed is seen once more, so that what differs later was done by somebody else. Without
// an answer the next look takes what it finds for ours.
void see(Tracker& tracker, const Ticket& ticket, Copy& copy) {
    copy.status.clear();
    copy.mark.stamp.clear();
    const auto seen = tracker.read(copy.remote, ticket, copy.mark);
    if (!seen || !*seen) return;
    copy.status = (*seen)->status;
    copy.assignee = (*seen)->assignee;
}

}  // namespace

store::Parcel parcel_of(const std::string& tracker, const Ticket& ticket) {
    store::Parcel parcel;
    parcel.channel = kTicketChannel;
    parcel.key = fmt::format("{}/{}/{}", tracker, ticket.id, ticket.revision);
    parcel.incident = ticket.first_link("incident");
    parcel.body = {{"tracker", tracker}, {"ticket", ticket.id}, {"revision", ticket.revision}};
    return parcel;
}

TicketSender::TicketSender(store::Store& store, Book& book, std::vector<NamedTracker> trackers,
                           std::string pages, base::Border border)
    : store_(store),
      book_(book),
      trackers_(std::move(trackers)),
      pages_(std::move(pages)),
      border_(std::move(border)) {}

base::Status TicketSender::keep(Copy& copy) {
    return keep_copy(store_.documents(), copy);
}

Delivery TicketSender::bring(NamedTracker& named, const Ticket& ticket, Copy& copy) {
    Tracker& tracker = *named.tracker;
    for (const Link& link : ticket.links)
        if (link.kind == "incident") secrets_.learn(link.target, border_);
    const Sheet sheet = sheet_of(ticket, pages_, border_);
    const std::string digest = digest_of(sheet);
    if (copy.remote.key.empty()) {
        std::optional<Remote> found;
        const bool again = std::exchange(copy.tried, true);
        if (!again)
            if (auto kept = keep(copy); !kept) return Delivery::failed(kept.error());
        if (again) {  // an earlier attempt may have made it and not heard so
            auto looked = tracker.find(ticket);
            if (!looked) return looked.error();
            found = std::move(*looked);
        }
        if (found) {
            copy.remote = *found;
        } else {
            auto made = tracker.create(ticket, sheet);
            if (!made) return made.error();
            copy.remote = std::move(*made);
            copy.sheet = digest;
        }
        // Whatever the first status of its workflow is called: a new issue is open.
        copy.state = name(State::Open);
        copy.told = ticket.revision;
        if (auto kept = keep(copy); !kept) return Delivery::failed(kept.error());
    }
    if (copy.sheet != digest) {
        if (auto done = tracker.update(copy.remote, ticket, sheet); !done) return done.error();
        copy.sheet = digest;
        if (auto kept = keep(copy); !kept) return Delivery::failed(kept.error());
    }
    // Each step is kept before the next one: an attempt that breaks off is taken up where it ended,
    // and says nothing twice.
    if (const Blocks news = news_of(ticket, copy.told, border_, named.name); !news.empty()) {
        if (auto done = tracker.comment(copy.remote, ticket, news); !done) return done.error();
        copy.told = ticket.revision;
        if (auto kept = keep(copy); !kept) return Delivery::failed(kept.error());
    }
    Json answer{{"key", copy.remote.key}, {"url", copy.remote.url}};
    const bool first_sight = copy.status.empty();
    const bool moves = copy.state != name(ticket.state);
    if (copy.state != name(ticket.state)) {
        auto moved = tracker.move(copy.remote, ticket);
        if (!moved) return moved.error();
        if (!moved->empty()) answer["note"] = *moved;
        copy.state = name(ticket.state);
    }
    copy.told = copy.revision = ticket.revision;
    if (first_sight || moves) see(tracker, ticket, copy);
    if (auto kept = keep(copy); !kept) return Delivery::failed(kept.error());
    store::AuditEntry entry;
    entry.actor = "service";
    entry.action = "ticket.copied";
    entry.incident = ticket.first_link("incident");
    entry.detail = {{"tracker", named.name},
                    {"issue", copy.remote.key},
                    {"ticket", ticket.id},
                    {"revision", ticket.revision}};
    if (const auto kept = store_.audit().append(std::move(entry)); !kept)
        spdlog::error("{}: the audit chain has no entry of its copy: {}", ticket.id,
                      kept.error().text());
    const Link issue{"issue", named.name + ":" + copy.remote.key, copy.remote.url};
    if (auto linked = book_.link(ticket.id, "service", issue); !linked)
        return Delivery::failed(linked.error());
    return Delivery::sent(std::move(answer));
}

Delivery TicketSender::deliver(const store::Parcel& parcel,
                               const std::function<base::Status(const Json&)>&) {
    const std::string name = base::text_at(parcel.body, "tracker");
    NamedTracker* tracker = nullptr;
    for (NamedTracker& one : trackers_)
        if (one.name == name) tracker = &one;
    if (tracker == nullptr)
        return Delivery::refused(fmt::format("the configuration has no tracker {} any more", name));
    const auto ticket = book_.ticket(base::text_at(parcel.body, "ticket"));
    if (!ticket) return Delivery::failed(ticket.error());
    auto known = read_copy(store_.documents(), copy_key(name, ticket->id));
    if (!known) return Delivery::failed(known.error());
    Copy& copy = *known;
    if (copy.gone)
        return Delivery::refused(
            fmt::format("{} was deleted in {}: the ticket goes on here", copy.remote.key, name));
    if (copy.revision >= ticket->revision)
        return Delivery::sent({{"key", copy.remote.key}, {"note", "was up to date"}});
    return bring(*tracker, *ticket, copy);
}

}  // namespace insight::tickets
