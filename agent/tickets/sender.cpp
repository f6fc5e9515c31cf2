#include "agent/tickets/sender.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "core/store/audit.h"
#include "core/store/documents.h"

namespace insight::tickets {
namespace {

using agent::Delivery;
using base::Json;

constexpr const char* kCopies = "tickets.copy";

}  // namespace

store::Parcel parcel_of(const std::string& tracker, const Ticket& ticket) {
    store::Parcel parcel;
    parcel.channel = kTicketChannel;
    parcel.key = fmt::format("{}/{}/{}", tracker, ticket.id, ticket.revision);
    parcel.incident = ticket.first_link("incident");
    parcel.body = {{"tracker", tracker}, {"ticket", ticket.id}, {"revision", ticket.revision}};
    return parcel;
}

// What a tracker has of a ticket. Written after each step that must not be done twice.
struct TicketSender::Copy {
    std::string key;           // of the document
    std::int64_t version = 0;  // of the document
    Remote remote;
    std::string sheet;          // digest
    std::string state;          // the ticket's that it was brought into
    std::int64_t told = 0;      // revision up to which comments were made
    std::int64_t revision = 0;  // everything of it is there
    bool tried = false;         // it may have been made, whoever tried it

    [[nodiscard]] Json body() const {
        return {{"key", remote.key}, {"url", remote.url},    {"sheet", sheet}, {"state", state},
                {"told", told},      {"revision", revision}, {"tried", tried}};
    }
};

TicketSender::TicketSender(store::Store& store, Book& book, std::vector<NamedTracker> trackers,
                           std::string pages, base::Border border)
    : store_(store),
      book_(book),
      trackers_(std::move(trackers)),
      pages_(std::move(pages)),
      border_(std::move(border)) {}

base::Status TicketSender::keep(Copy& copy) {
    const auto version = store_.documents().put({kCopies, copy.key, copy.version, 0, copy.body()});
    if (!version) return base::fail(version.error());
    copy.version = *version;
    return {};
}

Delivery TicketSender::bring(NamedTracker& named, const Ticket& ticket, Copy& copy) {
    Tracker& tracker = *named.tracker;
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
        copy.state = name(State::Open);
        copy.told = ticket.revision;
        if (auto kept = keep(copy); !kept) return Delivery::failed(kept.error());
    }
    if (copy.sheet != digest) {
        if (auto done = tracker.update(copy.remote, ticket, sheet); !done) return done.error();
        copy.sheet = digest;
        if (auto kept = keep(copy); !kept) return Delivery::failed(kept.error());
    }
    if (const Blocks news = news_of(ticket, copy.told, border_); !news.empty()) {
        if (auto done = tracker.comment(copy.remote, ticket, news); !done) return done.error();
        copy.told = ticket.revision;
        if (auto kept = keep(copy); !kept) return Delivery::failed(kept.error());
    }
    Json answer{{"key", copy.remote.key}, {"url", copy.remote.url}};
    if (copy.state != name(ticket.state)) {
        auto moved = tracker.move(copy.remote, ticket);
        if (!moved) return moved.error();
        if (!moved->empty()) answer["note"] = *moved;
        copy.state = name(ticket.state);
    }
    copy.told = copy.revision = ticket.revision;
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
    Copy copy;
    copy.key = name + "/" + ticket->id;
    const auto known = store_.documents().document(kCopies, copy.key);
    if (!known && known.error().kind != base::ErrorKind::NotFound)
        return Delivery::failed(known.error());
    if (known) {
        copy.version = known->version;
        copy.remote = {base::text_at(known->body, "key"), base::text_at(known->body, "url")};
        copy.sheet = base::text_at(known->body, "sheet");
        copy.state = base::text_at(known->body, "state");
        copy.told = base::integer_at(known->body, "told");
        copy.revision = base::integer_at(known->body, "revision");
        copy.tried = base::flag_at(known->body, "tried");
    }
    if (copy.revision >= ticket->revision)
        return Delivery::sent({{"key", copy.remote.key}, {"note", "was up to date"}});
    return bring(*tracker, *ticket, copy);
}

}  // namespace insight::tickets
