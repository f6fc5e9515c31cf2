#include "agent/notifications/settings.h"

#include <array>

#include "agent/notifications/mail.h"
#include "agent/notifications/opsgenie.h"
#include "agent/notifications/pagerduty.h"
#include "agent/notifications/slack.h"
#include "agent/notifications/teams.h"
#include "agent/notifications/webhook.h"
#include "config/fill.h"
#include "core/net/authorization.h"

namespace insight::notifications {
namespace {

using config::Field;
using config::FieldType;

constexpr std::array<std::string_view, 3> kSeverities{"info", "warning", "critical"};
constexpr std::array<std::string_view, 7> kKinds{"slack",    "slack-webhook", "teams",  "pagerduty",
                                                 "opsgenie", "mail",          "webhook"};
constexpr std::array<std::string_view, 3> kSecurities{"starttls", "tls", "none"};

constexpr std::array kChannelFields{
    Field{"kind", FieldType::Text, "",
          "slack (bot), slack-webhook, teams, pagerduty, opsgenie, mail or webhook", true},
    Field{"minSeverity", FieldType::Text, "info", "only what is at least as severe"},
    Field{"quietHours", FieldType::Text, "", "every day's hours without messages: 22:00-07:00"},
    Field{"timeZone", FieldType::Text, "", "of the quiet hours: Europe/Berlin; by default UTC"},
    Field{"urgentSeverity", FieldType::Text, "critical", "what is as severe ignores quiet hours"},
    Field{"rateLimit", FieldType::Count, "60", "most messages and changes an hour; 0: any number"},
    Field{"approvals", FieldType::Flag, "false", "links that approve or refuse are sent here, too"},
    Field{"url", FieldType::Url, "", "where it is, when not at the vendor's usual address"},
    Field{"secretUrl", FieldType::Secret, "",
          "the URL of an incoming webhook, which is a password"},
    Field{"token", FieldType::Secret, "",
          "bot token (Slack), routing key (PagerDuty), API key (Opsgenie), bearer token (webhook)"},
    Field{"channel", FieldType::Text, "", "Slack's channel, by id or name"},
    Field{"host", FieldType::Text, "", "the mail server"},
    Field{"port", FieldType::Count, "587", "of the mail server"},
    Field{"security", FieldType::Text, "starttls", "of the mail server: starttls, tls or none"},
    Field{"user", FieldType::Text, "", "log-in at the mail server"},
    Field{"password", FieldType::Secret, "", "log-in at the mail server"},
    Field{"from", FieldType::Text, "", "sender of mails"},
    Field{"to", FieldType::TextList, "", "recipients of mails"},
    Field{"template", FieldType::Text, "", "body of a webhook, with {{placeholders}}"},
    Field{"contentType", FieldType::Text, "application/json", "of that body"},
    Field{"secret", FieldType::Secret, "", "key that signs a webhook's bodies"},
    outreach::kHeaders,
    outreach::kCaFile};
constexpr std::array kChannelLimits{config::Limit{"kind", 0, 0, kKinds},
                                    config::Limit{"minSeverity", 0, 0, kSeverities},
                                    config::Limit{"urgentSeverity", 0, 0, kSeverities},
                                    config::Limit{"security", 0, 0, kSecurities},
                                    config::Limit{"rateLimit", 0, 100'000},
                                    config::Limit{"port", 1, 65'535}};
constexpr std::array kLists{
    config::BlockList{"channels", "Who is told.", kChannelFields, kChannelLimits}};

constexpr std::array kSecurityNames{
    config::Named<net::MailSecurity>{"starttls", net::MailSecurity::StartTls},
    config::Named<net::MailSecurity>{"tls", net::MailSecurity::Tls},
    config::Named<net::MailSecurity>{"none", net::MailSecurity::None}};

struct Making : outreach::Listed {
    net::Transport& transport;
    net::MailTransport& mail;
    const base::Clock& clock;
};

base::Result<outreach::Party> party_of(const Making& making, const char* usual) {
    std::string url = making.item.secret("secretUrl").reveal();
    if (url.empty()) url = making.item.text("url");
    if (url.empty()) url = usual;
    if (url.empty()) return making.wrong("secretUrl or url is missing: say where it is");
    return making.party(url, making.transport, making.clock);
}

base::Result<std::unique_ptr<Channel>> mail_of(const Making& making) {
    MailSettings settings;
    net::MailServer& server = settings.server;
    config::fill(making.item, {{"host", server.host},
                               {"port", server.port},
                               {"user", server.user},
                               {"password", server.password},
                               {"caFile", server.tls.ca_file},
                               {"from", settings.from},
                               {"to", settings.to}});
    server.security = config::chosen(making.item, "security", kSecurityNames);
    if (server.host.empty()) return making.wrong("host is missing: the mail server");
    if (!net::is_mail_address(settings.from)) return making.wrong("from must be name@host");
    if (settings.to.empty()) return making.wrong("to is missing: who gets the mail");
    for (const std::string& one : settings.to)
        if (!net::is_mail_address(one)) return making.wrong("every `to` must be name@host");
    return std::make_unique<MailChannel>(std::move(settings), making.mail, making.clock);
}

base::Result<std::unique_ptr<Channel>> webhook_of(const Making& making, outreach::Party party) {
    auto settings = making.webhook();
    if (!settings) return base::fail(settings.error());
    party.authorize(net::bearer(making.item.secret("token")));
    return std::make_unique<WebhookChannel>(std::move(party), std::move(*settings));
}

base::Result<std::unique_ptr<Channel>> channel_of(const Making& making) {
    const config::Instance& item = making.item;
    const std::string kind = item.text("kind");
    if (kind == "mail") return mail_of(making);
    auto party = party_of(making, kind == "slack"       ? "https://slack.com/api"
                                  : kind == "pagerduty" ? "https://events.pagerduty.com"
                                  : kind == "opsgenie"  ? "https://api.opsgenie.com"
                                                        : "");
    if (!party) return base::fail(party.error());
    if (kind == "webhook") return webhook_of(making, std::move(*party));
    if (kind == "slack-webhook") return std::make_unique<SlackWebhook>(std::move(*party));
    if (kind == "teams") return std::make_unique<Teams>(std::move(*party));
    // From here on kinds that cannot do without one.
    const base::Secret token = item.secret("token");
    if (token.empty()) return making.wrong("token is missing: {env: NAME} or {file: PATH}");
    if (kind == "pagerduty")
        return std::make_unique<PagerDuty>(std::move(*party), token, "devops-insight");
    if (kind == "opsgenie") {
        party->authorize(base::Secret("GenieKey " + token.reveal()));
        return std::make_unique<Opsgenie>(std::move(*party));
    }
    if (item.text("channel").empty())
        return making.wrong("channel is missing: C0123456789 or #ops");
    party->authorize(net::bearer(token));
    return std::make_unique<SlackBot>(std::move(*party), item.text("channel"));
}

}  // namespace

const config::Block kNotificationsBlock{
    .name = "notifications",
    .purpose = "Who is told of an incident, where, when and how often.",
    .lists = kLists};

base::Result<std::vector<NamedChannel>> channels_of(const config::BlockSettings& block,
                                                    net::Transport& transport,
                                                    net::MailTransport& mail,
                                                    const base::Clock& clock) {
    std::vector<NamedChannel> channels;
    for (const config::Instance& item : block.list("channels")) {
        const Making making{{"notifications.channels", item}, transport, mail, clock};
        auto channel = channel_of(making);
        if (!channel) return base::fail(channel.error());
        auto quiet = QuietHours::parse(item.text("quietHours"), item.text("timeZone"));
        if (!quiet) return making.wrong(quiet.error().message);
        NamedChannel named;
        named.name = item.name();
        int rate = 0;
        config::fill(item, {{"minSeverity", named.least_severity},
                            {"urgentSeverity", named.urgent_severity},
                            {"approvals", named.approvals},
                            {"rateLimit", rate}});
        named.quiet = std::move(*quiet);
        named.limit = RateLimit(rate);
        named.channel = std::move(*channel);
        channels.push_back(std::move(named));
    }
    return channels;
}

}  // namespace insight::notifications
