#include "agent/follow_up/outgoing.h"

#include "agent/notifications/approval.h"
#include "agent/outreach/kept_key.h"
#include "agent/privacy.h"

namespace insight::agent {
namespace {

// Rate limits and quiet hours count as attempts, too: whoever is told late is still told.
constexpr int kManyAttempts = 500;

}  // namespace

base::Result<std::unique_ptr<Outgoing>> Outgoing::open(const config::Config& config,
                                                       store::Store& store,
                                                       net::Transport& transport,
                                                       const base::Clock& clock) {
    const config::BlockSettings& block = config.block(tickets::kTicketsBlock.name);
    const auto border_key = outreach::kept_key(store, "border");
    if (!border_key) return base::fail(border_key.error());
    const auto approval_key = outreach::kept_key(store, notifications::kApprovalKey);
    if (!approval_key) return base::fail(approval_key.error());
    std::string pages = config.server.external_url;
    while (pages.ends_with('/')) pages.pop_back();

    std::unique_ptr<Outgoing> out(new Outgoing(store, clock, tickets::rules_of(block)));
    out->mail_ = net::make_mail_transport();
    auto trackers = tickets::trackers_of(block, transport, clock);
    if (!trackers) return base::fail(trackers.error());
    auto channels = notifications::channels_of(
        config.block(notifications::kNotificationsBlock.name), transport, *out->mail_, clock);
    if (!channels) return base::fail(channels.error());
    out->tickets_ =
        std::make_unique<tickets::TicketSender>(store, out->book_, std::move(*trackers), pages,
                                                base::Border(privacy_rules(config), *border_key));
    out->notifications_ = std::make_unique<notifications::NotificationSender>(
        store, out->book_, clock, std::move(*channels), pages,
        base::Border(privacy_rules(config), *border_key), *approval_key);
    Channel to_trackers{tickets::kTicketChannel, *out->tickets_};
    Channel to_people{notifications::kNotificationChannel, *out->notifications_};
    to_trackers.most_attempts = to_people.most_attempts = kManyAttempts;
    out->courier_ = std::make_unique<OutboxCourier>(store.outbox(), clock,
                                                    std::vector<Channel>{to_trackers, to_people});
    out->follow_up_ = std::make_unique<FollowUp>(
        store, clock, out->book_, out->tickets_->trackers(), *out->notifications_,
        [courier = out->courier_.get()] { courier->ring(); });
    const base::Nanos every = tickets::rules_of(block).read_every;
    if (!out->tickets_->trackers().empty() && every > 0)
        out->listening_ =
            std::make_unique<Listening>(store, out->book_, out->tickets_->trackers(), clock, every,
                                        [follow_up = out->follow_up_.get()] { follow_up->ring(); });
    return out;
}

void Outgoing::start() {
    courier_->start();
    follow_up_->start();
    if (listening_) listening_->start();
}

void Outgoing::stop() {
    if (listening_) listening_->stop();
    follow_up_->stop();
    courier_->stop();
}

}  // namespace insight::agent
