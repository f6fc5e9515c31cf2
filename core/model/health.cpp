#include "core/model/health.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace insight::model {
namespace {

using base::ErrorKind;
using base::fail;

constexpr std::array<std::pair<HealthArea, std::string_view>, 12> kAreas{
    {{HealthArea::Memory, "memory"},
     {HealthArea::Disk, "disk"},
     {HealthArea::Connections, "connections"},
     {HealthArea::Load, "load"},
     {HealthArea::Errors, "errors"},
     {HealthArea::Latency, "latency"},
     {HealthArea::Queues, "queues"},
     {HealthArea::Replication, "replication"},
     {HealthArea::Maintenance, "maintenance"},
     {HealthArea::Certificates, "certificates"},
     {HealthArea::Quota, "quota"},
     {HealthArea::State, "state"}}};

Json time_or_null(Nanos time) {
    return time == 0 ? Json(nullptr) : Json(base::format_rfc3339(time));
}

Json entity_json(const Entity& entity) {
    return {{"kind", entity.kind}, {"name", entity.name}};
}

// Twelve significant digits: the same text on every machine.
double trimmed(double value) {
    return std::strtod(fmt::format("{:.12g}", value).c_str(), nullptr);
}

Json growth_json(const Growth& growth) {
    return {{"level", trimmed(growth.level)},
            {"perHour", trimmed(growth.per_hour)},
            {"unit", growth.unit},
            {"pValue", trimmed(growth.p_value)},
            {"seen",
             {{"start", base::format_rfc3339(growth.seen.start)},
              {"end", base::format_rfc3339(growth.seen.end)}}}};
}

Json exhaustion_json(const Exhaustion& exhaustion) {
    return {{"limit", trimmed(exhaustion.limit)},
            {"limitFrom", exhaustion.limit_from},
            {"at", base::format_rfc3339(exhaustion.at)},
            {"earliest", base::format_rfc3339(exhaustion.earliest)},
            {"latest", time_or_null(exhaustion.latest.value_or(0))}};
}

Json finding_json(const HealthFinding& finding) {
    return {
        {"id", finding.id},
        {"area", name(finding.area)},
        {"severity", name(finding.severity)},
        {"entity", entity_json(finding.entity)},
        {"subject", finding.subject},
        {"statement", finding.statement},
        {"evidence", finding.evidence},
        {"growth", finding.growth ? growth_json(*finding.growth) : Json(nullptr)},
        {"exhaustion", finding.exhaustion ? exhaustion_json(*finding.exhaustion) : Json(nullptr)},
        {"advice", {{"statement", finding.advice.statement}, {"command", finding.advice.command}}},
        {"new", finding.fresh},
        {"firstSeen", time_or_null(finding.first_seen.value_or(0))},
        {"suppression", finding.suppression ? to_json(*finding.suppression) : Json(nullptr)}};
}

// `*` matches any run of characters; everything else itself.
// Goes back to the last star only, without recursion: patterns come from people and may be long.
bool like(std::string_view pattern, std::string_view text) {
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

Severity severity_from(std::string_view text) {
    for (const Severity severity : {Severity::Critical, Severity::Warning, Severity::Info})
        if (name(severity) == text) return severity;
    return Severity::None;
}

HealthFinding finding_from(const Json& value) {
    HealthFinding out;
    out.id = base::text_at(value, "id");
    out.area = health_area_from(base::text_at(value, "area")).value_or(HealthArea::State);
    out.severity = severity_from(base::text_at(value, "severity"));
    const Json& entity = base::object_at(value, "entity");
    out.entity = {base::text_at(entity, "kind"), base::text_at(entity, "name")};
    out.subject = base::text_at(value, "subject");
    out.statement = base::text_at(value, "statement");
    // How much it grew and when it ends is not read: the new scan computes that anew.
    const auto seen = base::parse_rfc3339(base::text_at(value, "firstSeen"));
    if (seen) out.first_seen = *seen;
    return out;
}

}  // namespace

std::string_view name(HealthArea area) {
    for (const auto& [known, text] : kAreas)
        if (known == area) return text;
    return "state";
}

std::optional<HealthArea> health_area_from(std::string_view text) {
    for (const auto& [area, known] : kAreas)
        if (known == text) return area;
    return std::nullopt;
}

Json to_json(const Suppression& suppression) {
    Json out{{"id", suppression.id},
             {"owner", suppression.owner},
             {"reason", suppression.reason},
             {"expires", base::format_rfc3339(suppression.expires_at)},
             {"createdAt", time_or_null(suppression.created_at)},
             {"configured", suppression.configured}};
    for (const auto& [key, text] :
         {std::pair<const char*, const std::string&>{"finding", suppression.finding},
          {"area", suppression.area},
          {"entity", suppression.entity},
          {"subject", suppression.subject}})
        if (!text.empty()) out[key] = text;
    return out;
}

Json to_json(const Health& health) {
    Json areas = Json::array();
    for (const HealthScore& area : health.areas)
        areas.push_back(
            {{"area", name(area.area)}, {"score", area.score}, {"findings", area.findings}});
    Json out{{"score", health.score},
             {"severity", name(health.severity)},
             {"schedule", health.schedule.empty() ? Json(nullptr) : Json(health.schedule)},
             {"dueAt", time_or_null(health.due_at)},
             {"previous", health.previous.empty() ? Json(nullptr) : Json(health.previous)},
             {"examined", health.examined},
             {"areas", std::move(areas)},
             {"findings", Json::array()},
             {"suppressed", Json::array()},
             {"gone", Json::array()}};
    for (const HealthFinding& one : health.findings) out["findings"].push_back(finding_json(one));
    for (const HealthFinding& one : health.suppressed)
        out["suppressed"].push_back(finding_json(one));
    for (const GoneFinding& gone : health.gone)
        out["gone"].push_back(
            {{"id", gone.id}, {"entity", entity_json(gone.entity)}, {"statement", gone.statement}});
    return out;
}

base::Result<Health> health_from_json(const Json& value) {
    if (!value.is_object() || !value.contains("findings"))
        return fail(ErrorKind::Invalid, "the stored scan has no findings: it is not a scan");
    Health out;
    out.score = static_cast<int>(base::integer_at(value, "score"));
    out.severity = severity_from(base::text_at(value, "severity"));
    out.schedule = base::text_at(value, "schedule");
    for (const Json& finding : base::array_at(value, "findings"))
        out.findings.push_back(finding_from(finding));
    for (const Json& finding : base::array_at(value, "suppressed"))
        out.suppressed.push_back(finding_from(finding));
    return out;
}

base::Result<Suppression> suppression_from_json(const Json& value) {
    if (!value.is_object())
        return fail(ErrorKind::Invalid,
                    R"(a suppression must be an object with owner, reason, expires and a matcher)");
    Suppression out;
    std::string expires;
    const std::array<std::pair<std::string_view, std::string*>, 7> known{{{"finding", &out.finding},
                                                                          {"area", &out.area},
                                                                          {"entity", &out.entity},
                                                                          {"subject", &out.subject},
                                                                          {"owner", &out.owner},
                                                                          {"reason", &out.reason},
                                                                          {"expires", &expires}}};
    for (const auto& [key, item] : value.items()) {
        const auto found = std::find_if(known.begin(), known.end(),
                                        [&, k = &key](const auto& one) { return one.first == *k; });
        if (found == known.end())
            return fail(ErrorKind::Invalid,
                        "a suppression has finding, area, entity, subject, owner, reason and "
                        "expires, and no other key");
        if (item.is_null()) continue;
        if (!item.is_string() || item.get_ref<const std::string&>().size() > 512)
            return fail(ErrorKind::Invalid,
                        fmt::format("{} must be text of at most 512 bytes", found->first));
        *found->second = item.get<std::string>();
    }
    if (out.owner.empty() || out.reason.empty())
        return fail(ErrorKind::Invalid, "a suppression needs an owner and a reason");
    if (out.finding.empty() && out.area.empty() && out.entity.empty() && out.subject.empty())
        return fail(ErrorKind::Invalid,
                    "a suppression must name a finding, an area, an entity or a subject");
    if (!out.area.empty() && !health_area_from(out.area))
        return fail(ErrorKind::Invalid,
                    "area must be one of memory, disk, connections, load, "
                    "errors, latency, queues, replication, maintenance, "
                    "certificates, quota, state");
    if (expires.empty())
        return fail(ErrorKind::Invalid, "a suppression needs an end: expires is a time (RFC 3339)");
    const auto time = base::parse_rfc3339(expires);
    if (!time) return fail(ErrorKind::Invalid, "expires: " + time.error().message);
    out.expires_at = *time;
    return out;
}

bool covers(const Suppression& suppression, const HealthFinding& finding, Nanos now) {
    if (now >= suppression.expires_at) return false;
    const auto fits = [](const std::string& pattern, std::string_view text) {
        return pattern.empty() || like(pattern, text);
    };
    return (suppression.finding.empty() || suppression.finding == finding.id) &&
           (suppression.area.empty() || suppression.area == name(finding.area)) &&
           fits(suppression.entity, finding.entity.name) &&
           fits(suppression.subject, finding.subject);
}

}  // namespace insight::model
