// What reports and alerts do to tickets: opened, changed, refreshed, reopened.
#include "agent/tickets/book.h"
#include "agent/tickets/severity.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/base/crypto.h"
#include "core/base/text.h"

namespace insight::tickets {
namespace {

using base::ErrorKind;
using base::Json;

// What the alert itself said counts, too: whoever wrote the rule knows the business.
std::string severity_of(const Json& incident, const Finding& finding) {
    std::size_t most = std::max<std::size_t>(rank(finding.severity), 1);
    const auto consider = [&](const Json& alert) {
        const std::string label = base::text_at(base::object_at(alert, "labels"), "severity");
        // "page" and "error" are usual in rules of others; both get somebody up.
        most = std::max(most, label == "page" || label == "error" ? 3 : rank(label));
    };
    consider(base::object_at(incident, "alert"));
    for (const Json& alert : base::array_at(incident, "alerts")) consider(alert);
    return std::string(kSeverities.at(most));
}

std::string title_of(const Json& incident, const Finding& finding) {
    std::string title =
        base::text_at(base::object_at(base::object_at(incident, "alert"), "labels"), "alertname");
    if (title.empty()) title = base::text_at(incident, "question");
    if (title.empty()) title = "Health scan";
    if (const std::string cause = cause_text(finding); !cause.empty()) title += ": " + cause;
    return base::shorten(base::one_line(base::clean_utf8(title)), kLongestTitle);
}

std::string ticket_id(const std::string& incident) {
    // Made from the incident, never drawn: two replicas that open at once meet at one key, and one
    // of them loses.
    return "tkt-" + (incident.starts_with("inc-") ? incident.substr(4)
                                                  : base::sha256_hex(incident).substr(0, 16));
}

// The new finding in place of the old one. Gives whether anything is new.
bool take(Ticket& ticket, const Json& incident, Finding finding, Nanos now,
          const std::string& actor) {
    const std::vector<std::string> changed = differences(ticket.finding, finding);
    const bool same = changed.empty() && ticket.finding.evidence == finding.evidence &&
                      ticket.finding.summary == finding.summary;
    if (same) return false;
    ticket.last_seen_at = now;
    ticket.severity = severity_of(incident, finding);
    ticket.title = title_of(incident, finding);
    // Only another finding is news; other evidence or words for the same are kept without telling
    // anybody.
    if (!changed.empty())
        note(ticket, now, "finding", actor, fmt::format("{}", fmt::join(changed, " ")));
    ticket.finding = std::move(finding);
    if (ticket.finding.verdict == "nothing_wrong" && !ticket.proposed && !ticket.done()) {
        ticket.proposed = Proposal{now, "A new look found nothing wrong."};
        note(ticket, now, "proposed", actor,
             "Resolution is proposed: a new look found nothing wrong.");
    }
    return true;
}

// Work goes on: whatever was proposed or declared is withdrawn. Gives whether anything changed.
bool go_on(Ticket& ticket, Nanos now, const std::string& actor, const std::string& why) {
    const bool back = ticket.state == State::Resolved || ticket.state == State::Mitigated;
    if (!back && !ticket.proposed) return false;
    if (back)
        note(ticket, now, "reopened", actor, fmt::format("{} It was {}.", why, name(ticket.state)));
    else
        note(ticket, now, "withdrawn", actor,
             fmt::format("{} The proposed resolution is withdrawn.", why));
    if (back) ticket.state = State::Investigating;
    ticket.proposed.reset();
    return true;
}

base::Result<Entry> entry_of(base::Result<Ticket> ticket, Step step) {
    if (!ticket) return base::fail(ticket.error());
    return Entry{step, std::move(*ticket)};
}

}  // namespace

// The latest ticket of this identity, while it may still be reopened.
base::Result<std::optional<Ticket>> Book::recurring(const std::string& identity) {
    const auto id = pointed(kTicketsByIdentity, identity);
    if (!id) return base::fail(id.error());
    if (!*id) return std::optional<Ticket>();
    auto found = ticket(**id);
    if (!found && found.error().kind == ErrorKind::NotFound) return std::optional<Ticket>();
    if (!found) return base::fail(found.error());
    // Closed is a person's last word: what comes after it is a ticket of its own.
    const bool stale = clock_.now() - found->updated_at > rules_.reopen_within;
    if (found->state == State::Closed || stale) return std::optional<Ticket>();
    return std::optional<Ticket>(std::move(*found));
}

base::Result<Entry> Book::open(const Json& report, const Finding& finding,
                               const std::string& actor) {
    const Json& incident = base::object_at(report, "incident");
    const std::string incident_id = base::text_at(incident, "id");
    const Nanos now = clock_.now();
    Ticket ticket;
    ticket.id = ticket_id(incident_id);
    ticket.kind = "incident";
    ticket.title = title_of(incident, finding);
    ticket.severity = severity_of(incident, finding);
    ticket.identity = identity_of(incident, finding);
    ticket.finding = finding;
    ticket.links.push_back({"incident", incident_id, ""});
    ticket.opened_at = ticket.last_seen_at = now;
    note(ticket, now, "opened", actor, base::one_line(finding.summary));
    auto written = write(ticket);
    const bool fresh = written.has_value();
    if (!fresh && written.error().kind == ErrorKind::Conflict)
        written = this->ticket(ticket.id);  // an earlier run ended before it could point to it
    if (!written) return base::fail(written.error());
    if (fresh) audit(*written, actor, 0);
    // The ticket first, then what leads to it: a run that ends in between is made good by the next
    // one (Conflict above), while a pointer to nothing would be an error for ever.
    if (auto pointing = point(kTicketsByIncident, incident_id, ticket.id); !pointing)
        return base::fail(pointing.error());
    if (auto pointing = point(kTicketsByIdentity, ticket.identity, ticket.id); !pointing)
        return base::fail(pointing.error());
    return Entry{Step::Opened, std::move(*written)};
}

base::Result<Entry> Book::record(const Json& report, const std::string& actor, bool asked) {
    const Json& incident = base::object_at(report, "incident");
    const std::string id = base::text_at(incident, "id");
    const Finding finding = finding_of(report);
    const auto known = of_incident(id);
    if (!known) return base::fail(known.error());
    if (*known) {
        Step step = Step::None;
        return entry_of(change((*known)->id, actor,
                               [&](Ticket& ticket) -> base::Result<bool> {
                                   // Read inside the change, which may run again when somebody else
                                   // has written meanwhile.
                                   const bool told = ticket.finding.digest != finding.digest;
                                   if (!take(ticket, incident, finding, clock_.now(), actor))
                                       return false;
                                   step = told ? Step::Changed : Step::Refreshed;
                                   return true;
                               }),
                        Step::None)
            .map([&](Entry entry) {
                entry.step = step;
                return entry;
            });
    }
    const std::string origin = base::text_at(incident, "origin");
    const bool wanted =
        std::find(rules_.origins.begin(), rules_.origins.end(), origin) != rules_.origins.end() &&
        finding.verdict != "nothing_wrong" &&
        rank(severity_of(incident, finding)) >= rank(rules_.least_severity);
    if (!wanted && !asked) return Entry{};
    const auto before = recurring(identity_of(incident, finding));
    if (!before) return base::fail(before.error());
    if (!*before) return open(report, finding, actor);
    auto reopened = change((*before)->id, actor, [&](Ticket& ticket) -> base::Result<bool> {
        const Link link{"incident", id, ""};
        if (std::find(ticket.links.begin(), ticket.links.end(), link) != ticket.links.end())
            return false;
        const Nanos now = clock_.now();
        if (ticket.links.size() < kMostLinks) ticket.links.push_back(link);
        ++ticket.recurrences;
        const std::string why = fmt::format("It has come again ({}).", id);
        if (!go_on(ticket, now, actor, why)) note(ticket, now, "recurred", actor, why);
        take(ticket, incident, finding, now, actor);
        return true;
    });
    if (!reopened) return base::fail(reopened.error());
    if (auto pointing = point(kTicketsByIncident, id, reopened->id); !pointing)
        return base::fail(pointing.error());
    return Entry{Step::Reopened, std::move(*reopened)};
}

base::Result<Entry> Book::alerts_gone(const std::string& incident, Nanos since) {
    const auto known = of_incident(incident);
    if (!known) return base::fail(known.error());
    if (!*known) return Entry{};
    Step step = Step::None;
    auto changed = change((*known)->id, "service", [&](Ticket& ticket) -> base::Result<bool> {
        // Only the latest of its incidents speaks for the present.
        std::string latest;
        for (const Link& link : ticket.links)
            if (link.kind == "incident") latest = link.target;
        if (latest != incident || ticket.proposed || ticket.done()) return false;
        const Nanos now = clock_.now();
        ticket.proposed =
            Proposal{now, fmt::format("No alert of {} fires any more since {}.", incident,
                                      base::format_rfc3339(since / base::kSecond * base::kSecond))};
        note(ticket, now, "proposed", "service", "Resolution is proposed: " + ticket.proposed->why);
        step = Step::Changed;
        return true;
    });
    return entry_of(std::move(changed), step);
}

base::Result<Entry> Book::alerts_back(const std::string& incident) {
    const auto known = of_incident(incident);
    if (!known) return base::fail(known.error());
    if (!*known) return Entry{};
    Step step = Step::None;
    auto changed = change((*known)->id, "service", [&](Ticket& ticket) -> base::Result<bool> {
        if (!go_on(ticket, clock_.now(), "service",
                   fmt::format("An alert of {} fires again.", incident)))
            return false;
        step = Step::Reopened;
        return true;
    });
    return entry_of(std::move(changed), step);
}

}  // namespace insight::tickets
