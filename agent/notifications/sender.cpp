#include "agent/notifications/sender.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "agent/notifications/approval.h"
#include "agent/tickets/settings.h"
#include "core/base/crypto.h"
#include "core/base/text.h"
#include "core/store/audit.h"
#include "core/store/documents.h"

namespace insight::notifications {
namespace {

using agent::Delivery;
using base::Json;
using base::Nanos;

constexpr const char* kTold = "notifications.told";

bool urgent(const NamedChannel& channel, const std::string& severity) {
    return tickets::reaches(severity, channel.urgent_severity);
}

}  // namespace

store::Parcel parcel_of(const NamedChannel& channel, const tickets::Ticket& ticket, Nanos now) {
    store::Parcel parcel;
    parcel.channel = kNotificationChannel;
    // One parcel a revision: the outbox takes each key once, so a restart tells nobody twice.
    parcel.key = fmt::format("{}/{}/{}", channel.name, ticket.id, ticket.revision);
    for (const tickets::Link& link : ticket.links)
        if (link.kind == "incident") parcel.incident = link.target;
    parcel.body = {{"channel", channel.name}, {"ticket", ticket.id}, {"revision", ticket.revision}};
    if (!urgent(channel, ticket.severity)) parcel.due_at = channel.quiet.until(now);
    return parcel;
}

store::Parcel parcel_of(const NamedChannel& channel, const store::Parcel& held) {
    store::Parcel parcel;
    parcel.channel = kNotificationChannel;
    parcel.key = fmt::format("{}/approval/{}", channel.name,
                             base::shorten(held.channel + "/" + held.key, 300));
    parcel.incident = held.incident;
    std::string title = base::text_at(held.body, "title");
    if (title.empty()) title = held.channel + " " + held.key;
    parcel.body = {
        {"channel", channel.name},
        {"held", {{"channel", held.channel}, {"key", held.key}, {"digest", digest_of(held.body)}}},
        {"title", base::shorten(title, 300)},
        {"summary", base::shorten(base::text_at(held.body, "summary"), 2000)}};
    return parcel;
}

NotificationSender::NotificationSender(store::Store& store, tickets::Book& book,
                                       const base::Clock& clock, std::vector<NamedChannel> channels,
                                       std::string pages, base::Border border,
                                       base::Secret approval_key)
    : store_(store),
      book_(book),
      clock_(clock),
      channels_(std::move(channels)),
      pages_(std::move(pages)),
      border_(std::move(border)),
      approval_key_(std::move(approval_key)) {}

// What a channel was told of a ticket.
struct NotificationSender::Told {
    std::int64_t version = 0;  // of the document
    Json handle;
    std::int64_t revision = 0;
    std::string digest;
    bool tried = false;  // a first message may have got through, whoever tried it

    [[nodiscard]] Json body() const {
        return {{"handle", handle}, {"revision", revision}, {"digest", digest}, {"tried", tried}};
    }
};

std::optional<Delivery> NotificationSender::not_now(NamedChannel& channel,
                                                    const std::string& severity) {
    const Nanos now = clock_.now();
    if (!urgent(channel, severity))
        if (const Nanos end = channel.quiet.until(now); end != 0)
            return Delivery::later("it is within the quiet hours of " + channel.name, end - now);
    if (const Nanos wait = channel.limit.take(now); wait != 0)
        return Delivery::later(
            fmt::format("{} has had its messages of this hour (rateLimit)", channel.name), wait);
    return std::nullopt;
}

void NotificationSender::audit(const char* action, const NamedChannel& channel,
                               const Message& message) {
    store::AuditEntry entry;
    entry.time = clock_.now();
    entry.actor = "service";
    entry.action = action;
    entry.incident = message.incident;
    entry.detail = {{"channel", channel.name}, {"id", message.id}, {"revision", message.revision}};
    if (const auto kept = store_.audit().append(std::move(entry)); !kept)
        spdlog::error("{}: the audit chain has no entry of a message: {}", message.id,
                      kept.error().text());
}

Delivery NotificationSender::tell(NamedChannel& channel, const tickets::Ticket& ticket) {
    const std::string key = channel.name + "/" + ticket.id;
    Told told;
    const auto known = store_.documents().document(kTold, key);
    if (!known && known.error().kind != base::ErrorKind::NotFound)
        return Delivery::failed(known.error());
    if (known) {
        told.version = known->version;
        told.handle = known->body.value("handle", Json());
        told.revision = base::integer_at(known->body, "revision");
        told.digest = base::text_at(known->body, "digest");
        told.tried = base::flag_at(known->body, "tried");
    }
    // Parcels of earlier revisions that waited (quiet hours, rate) find that a later one has said
    // it all.
    if (told.revision >= ticket.revision) return Delivery::sent({{"note", "was told already"}});
    const bool changeable = channel.channel->updates();
    for (const tickets::Link& link : ticket.links)
        if (link.kind == "incident") secrets_.learn(link.target, border_);
    const Message message = message_of(ticket, told.revision, !changeable, pages_, border_);
    const std::string digest = digest_of(message);
    const bool first = told.revision == 0;
    const bool worth =
        first ? !message.over() : !message.news.empty() || (changeable && digest != told.digest);
    if (!worth && first)
        return Delivery::sent({{"note", "was over before anybody had to hear of it"}});
    const auto keep = [&]() -> base::Status {
        const auto version = store_.documents().put({kTold, key, told.version, 0, told.body()});
        if (!version) return base::fail(version.error());
        told.version = *version;
        return {};
    };
    if (worth) {
        if (auto wait = not_now(channel, ticket.severity)) return *wait;
        // Noted before the first attempt: when its answer is lost, the next one asks the channel
        // whether the message is there, instead of saying it twice.
        const bool again = std::exchange(told.tried, true);
        if (!again)
            if (auto kept = keep(); !kept) return Delivery::failed(kept.error());
        auto said = channel.channel->say(message, told.handle, first && again);
        if (!said) return said.error();
        told.handle = std::move(*said);
        audit("notification.sent", channel, message);
    }
    told.revision = ticket.revision;
    told.digest = digest;
    if (auto kept = keep(); !kept) return Delivery::failed(kept.error());
    return Delivery::sent(told.handle);
}

Delivery NotificationSender::ask(NamedChannel& channel, const store::Parcel& parcel) {
    const Json& held = base::object_at(parcel.body, "held");
    const Approval approval{base::text_at(held, "channel"), base::text_at(held, "key"),
                            base::text_at(held, "digest"), clock_.now() + kApprovalLasts};
    Request request;
    // One thing that waits, one message: a channel joins messages of one id.
    request.id = fmt::format("approval-{}-{}", approval.channel,
                             base::sha256_hex(approval.key + "\n" + approval.digest).substr(0, 12));
    request.incident = parcel.incident;
    request.title = base::text_at(parcel.body, "title");
    request.summary = base::text_at(parcel.body, "summary");
    request.link = pages_ + "/approve/" + sign(approval, approval_key_);
    // An approval wakes nobody, but it counts as more than information.
    if (auto wait = not_now(channel, "warning")) return *wait;
    secrets_.learn(parcel.incident, border_);
    Message message = message_of(request, border_);
    message.time = clock_.now();
    auto said = channel.channel->say(message, nullptr, false);
    if (!said) return said.error();
    audit("approval.asked", channel, message);
    return Delivery::sent(*said);
}

Delivery NotificationSender::deliver(const store::Parcel& parcel,
                                     const std::function<base::Status(const Json&)>&) {
    const std::string name = base::text_at(parcel.body, "channel");
    NamedChannel* channel = nullptr;
    for (NamedChannel& one : channels_)
        if (one.name == name) channel = &one;
    if (channel == nullptr)
        return Delivery::refused(fmt::format("the configuration has no channel {} any more", name));
    if (parcel.body.contains("held")) return ask(*channel, parcel);
    const auto ticket = book_.ticket(base::text_at(parcel.body, "ticket"));
    if (!ticket) return Delivery::failed(ticket.error());
    return tell(*channel, *ticket);
}

}  // namespace insight::notifications
