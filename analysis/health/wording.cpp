#include "analysis/health/wording.h"

#include <fmt/format.h>

#include <cmath>

#include "core/base/crypto.h"
#include "core/base/text.h"

namespace insight::analysis::health {
namespace {

using base::kHour;
using model::HealthArea;

std::string_view noun(HealthArea area) {
    switch (area) {
        case HealthArea::Memory:
            return "Memory";
        case HealthArea::Disk:
            return "Disk use";
        case HealthArea::Connections:
            return "The number of connections or handles";
        case HealthArea::Load:
            return "Load";
        case HealthArea::Errors:
            return "The error rate";
        case HealthArea::Latency:
            return "Latency";
        case HealthArea::Queues:
            return "What waits in the queue";
        case HealthArea::Replication:
            return "Replication lag";
        case HealthArea::Maintenance:
            return "Maintenance debt";
        case HealthArea::Certificates:
            return "A certificate";
        case HealthArea::Quota:
            return "Quota use";
        case HealthArea::State:
            break;
    }
    return "It";
}

}  // namespace

std::string id_of(const model::HealthFinding& finding) {
    // Of what stays the same from scan to scan, never of levels or times.
    return "hf-" +
           base::sha256_hex(std::string(model::name(finding.area)) + "\n" + finding.entity.kind +
                            "\n" + finding.entity.name + "\n" + finding.subject)
               .substr(0, 12);
}

// In the unit that keeps the number readable.
std::string pace(const model::Growth& growth) {
    const double hour = std::abs(growth.per_hour);
    const bool slow = hour * 24 < std::abs(growth.level) * 0.5;
    return base::format_quantity(slow ? hour * 24 : hour, growth.unit) +
           (slow ? " a day" : " an hour");
}

std::string ahead(model::Nanos length) {
    if (length < base::kMinute) return "now";
    if (length < 48 * kHour) return "in about " + base::format_duration(length);
    return fmt::format("in about {} days", std::llround(base::to_seconds(length) / 86400));
}

std::string moment(model::Nanos time) {
    std::string text = base::format_rfc3339(time / base::kMinute * base::kMinute);
    text = text.substr(0, 16);
    text[10] = ' ';
    return text + " UTC";
}

std::string statement_of(const model::HealthFinding& finding, const Subject& subject,
                         model::Nanos now) {
    const std::string who =
        finding.entity.name.empty() ? "" : fmt::format(" of `{}`", finding.entity.name);
    const std::string what = fmt::format("`{}`", finding.subject);
    if (subject.way == Way::Expires) {
        const model::Exhaustion& end = *finding.exhaustion;
        if (end.at <= now)
            return fmt::format("A certificate{} has expired at {} ({}).", who, moment(end.at),
                               what);
        return fmt::format("A certificate{} expires {}, at {} ({}).", who, ahead(end.at - now),
                           moment(end.at), what);
    }
    const model::Growth& growth = *finding.growth;
    const bool left = subject.way == Way::Down;
    std::string out =
        fmt::format("{}{} {} by {} and is at {} ({}).", left ? "What is left" : noun(finding.area),
                    who, left ? "shrinks" : "grows", pace(growth),
                    base::format_quantity(growth.level, growth.unit), what);
    if (!finding.exhaustion) return out;
    const model::Exhaustion& end = *finding.exhaustion;
    const std::string limit =
        left ? "nothing is left"
             : "the limit of " + base::format_quantity(end.limit, growth.unit) + " is met";
    out +=
        fmt::format(" At this pace {} {}, around {}", limit, ahead(end.at - now), moment(end.at));
    out += end.latest ? fmt::format("; most likely between {} and {}.", moment(end.earliest),
                                    moment(*end.latest))
                      : fmt::format("; not before {}, perhaps never.", moment(end.earliest));
    return out;
}

model::Recommendation advice_for(const model::HealthFinding& finding) {
    model::Recommendation out;
    out.evidence = finding.evidence;
    switch (finding.area) {
        case HealthArea::Memory:
            out.statement = "Look for what is kept and never let go; a restart buys time only.";
            break;
        case HealthArea::Disk:
            out.statement = "Find what fills it before it is full: old logs, retention, bloat.";
            out.command = "du -xhd1 / 2>/dev/null | sort -h | tail";
            break;
        case HealthArea::Connections:
            out.statement = "Look for connections or handles that are opened and never closed.";
            break;
        case HealthArea::Replication:
            out.statement = "See whether the standby is slow or a slot holds back the log.";
            out.command =
                "SELECT slot_name, active, wal_status, pg_wal_lsn_diff(pg_current_wal_lsn(), "
                "restart_lsn) FROM pg_replication_slots";
            break;
        case HealthArea::Maintenance:
            out.statement = "See what keeps vacuum from cleaning: long transactions, dead slots.";
            out.command =
                "SELECT pid, age(backend_xmin), state, xact_start FROM pg_stat_activity WHERE "
                "backend_xmin IS NOT NULL ORDER BY 2 DESC LIMIT 5";
            break;
        case HealthArea::Certificates:
            out.statement = "Renew the certificate and see why it was not renewed by itself.";
            break;
        case HealthArea::Quota:
            out.statement = "Raise the quota or use less before new pods are refused.";
            out.command = "kubectl describe resourcequota";
            break;
        default:
            out.statement = "Compare with deploys and traffic of the same time.";
            break;
    }
    return out;
}

}  // namespace insight::analysis::health
