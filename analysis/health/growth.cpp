#include "analysis/health/growth.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/entity.h"
#include "analysis/health/certificates.h"
#include "analysis/health/database_series.h"
#include "analysis/health/exhaustion.h"
#include "analysis/health/limits.h"
#include "analysis/health/quota_use.h"
#include "analysis/health/wording.h"
#include "analysis/metrics/shape.h"
#include "core/base/text.h"

namespace insight::analysis::health {
namespace {

using base::kHour;
using model::HealthFinding;
using model::Nanos;

constexpr double kFalseShare = 0.01;  // of the findings, by chance
constexpr double kLeastShare = 0.2;   // growth along the window without a known end, of the level
constexpr Nanos kSoon = 24 * kHour;
constexpr Nanos kThisWeek = 7 * 24 * kHour;
constexpr std::size_t kMostOfEntity = 3;  // of one area
constexpr std::size_t kMost = 200;

struct Found {
    HealthFinding finding;
    Subject subject;
    const model::Series* series = nullptr;
    Course course;
    double p_value = 0;
};

double trimmed(double value) {
    return std::strtod(fmt::format("{:.12g}", value).c_str(), nullptr);
}

std::string subject_text(const model::Series& series) {
    const std::string detail = detail_of(series.labels);
    return base::shorten(series.name, 200) + (detail.empty() ? "" : " {" + detail + "}");
}

model::Severity severity_of(const HealthFinding& finding, Nanos now) {
    if (!finding.exhaustion) return model::Severity::Info;
    const Nanos ahead = finding.exhaustion->at - now;
    if (ahead <= kSoon) return model::Severity::Critical;
    return ahead <= kThisWeek ? model::Severity::Warning : model::Severity::Info;
}

std::vector<model::Point> between(const std::vector<model::Point>& points,
                                  const model::Window& window) {
    std::vector<model::Point> out;
    for (const model::Point& point : points)
        if (point.time >= window.baseline_start && point.time <= window.end) out.push_back(point);
    return out;
}

class Search {
  public:
    Search(const model::Incident& incident, const Limits& limits)
        : incident_(incident), limits_(limits), now_(incident.window.end) {}

    std::optional<Found> look(const model::Series& series, const Subject& subject) const {
        Found out;
        out.subject = subject;
        out.series = &series;
        out.finding.area = subject.area;
        out.finding.subject = subject_text(series);
        const bool told = subject.way == Way::Expires ? expiry(series, out) : growth(series, out);
        if (!told) return std::nullopt;
        out.finding.severity = severity_of(out.finding, now_);
        return out;
    }

  private:
    // What names its own end is no estimate: its p-value stays 0, and keep_true() lets it pass.
    bool expiry(const model::Series& series, Found& out) const {
        const auto end = expiry_of(series, incident_.window);
        if (!end || end->at - now_ > kExpiresSoon) return false;
        out.course = course_of(between(series.points, incident_.window));
        out.finding.exhaustion = *end;
        return true;
    }

    bool growth(const model::Series& series, Found& out) const {
        model::Series read = series;
        read.points = between(series.points, incident_.window);
        // A gauge that only grows looks like a counter; here the name knows better.
        if (out.subject.stock && read.type == model::SeriesType::Unknown)
            read.type = model::SeriesType::Gauge;
        const metrics::Shape shape = metrics::shape_of(read);
        out.course = course_of(shape.points);
        const auto trend = find_trend(out.course, {.upward = out.subject.way == Way::Up});
        if (!trend) return false;
        out.p_value = trend->p_value;
        out.finding.growth = model::Growth{trend->level,
                                           trend->per_second * 3600,
                                           shape.unit,
                                           trend->p_value,
                                           {trend->since, trend->until}};
        const auto limit = shape.rate ? std::nullopt : limits_.of(series, out.subject);
        const auto end =
            limit ? find_exhaustion(*trend, limit->value) : std::optional<Exhaustion>{};
        if (limit && (!end || end->at - now_ > kHorizon)) return false;
        if (!limit)
            return std::abs(trend->growth) >= kLeastShare * std::abs(trend->level - trend->growth);
        out.finding.exhaustion =
            model::Exhaustion{limit->value, limit->from, std::max(end->at, now_),
                              std::max(end->earliest, now_), end->latest};
        return true;
    }

    const model::Incident& incident_;
    const Limits& limits_;
    Nanos now_;
};

// Keeps the most significant findings as long as chance explains only few of them (Benjamini and
// Hochberg, 1995).
void keep_true(std::vector<Found>& found, std::int64_t examined) {
    std::stable_sort(found.begin(), found.end(),
                     [](const Found& a, const Found& b) { return a.p_value < b.p_value; });
    std::size_t keep = 0;
    for (std::size_t i = 0; i < found.size(); ++i)
        if (found[i].p_value * static_cast<double>(examined) <=
            kFalseShare * static_cast<double>(i + 1))
            keep = i + 1;
    found.resize(keep);
}

Nanos ends(const HealthFinding& finding) {
    return finding.exhaustion ? finding.exhaustion->at : INT64_MAX;
}

std::string add_evidence(const Found& found, Nanos now, EvidenceBook& evidence) {
    const HealthFinding& finding = found.finding;
    base::Json points = base::Json::array();
    for (std::size_t i = 0; i < found.course.size(); ++i)
        points.push_back({trimmed(base::to_seconds(found.course.origin) + found.course.time[i]),
                          trimmed(found.course.value[i])});
    base::Json facts{{"entity", finding.entity.name}, {"subject", finding.subject}};
    std::string unit = found.series->unit;
    if (finding.growth) {
        unit = finding.growth->unit;
        facts["level"] = trimmed(finding.growth->level);
        facts["perHour"] = trimmed(finding.growth->per_hour);
        facts["perDay"] = trimmed(finding.growth->per_hour * 24);
        facts["pValue"] = trimmed(finding.growth->p_value);
        facts["shown"] = {base::format_quantity(finding.growth->level, unit),
                          pace(*finding.growth)};
    }
    if (finding.exhaustion) {
        const model::Exhaustion& end = *finding.exhaustion;
        facts["limit"] = trimmed(end.limit);
        facts["limitFrom"] = end.limit_from;
        facts["limitShown"] = base::format_quantity(end.limit, unit);
        facts["ahead"] = ahead(end.at - now);
        facts["at"] = moment(end.at);
        facts["earliest"] = moment(end.earliest);
        if (end.latest) facts["latest"] = moment(*end.latest);
    }
    model::Evidence item;
    item.title = finding.subject;
    item.source = "metrics";
    item.range = {found.course.origin + base::from_seconds(found.course.time.front()),
                  found.course.origin};
    item.query = found.series->name;
    item.content = {
        {"kind", "series"}, {"name", found.series->name},  {"labels", found.series->labels},
        {"unit", unit},     {"points", std::move(points)}, {"facts", std::move(facts)}};
    return evidence.add(std::move(item));
}

}  // namespace

Grown find_growth(const model::Incident& incident, const model::Signals& signals,
                  EvidenceBook& evidence) {
    std::vector<model::Series> all = signals.metrics;
    std::vector<model::Series> rows = series_of(signals.databases);
    std::move(rows.begin(), rows.end(), std::back_inserter(all));
    const Limits limits(all);
    const auto kinds = kinds_of(signals.databases);
    const Search search(incident, limits);
    const std::set<std::string> certificates = known_certificates(signals);
    Grown out;
    std::vector<Found> found;
    for (const model::Series& series : all) {
        const auto subject = subject_of(series.name);
        if (!subject || is_about(series, certificates)) continue;
        ++out.examined;
        out.looked_at.insert(subject->area);
        auto one = search.look(series, *subject);
        if (!one) continue;
        one->finding.entity = entity_of(series.labels, series.name, kinds);
        // Who exports the numbers of a quota says nothing about whose they are.
        if (const std::string quota = quota_of(series); !quota.empty())
            one->finding.entity = {
                "resourcequota",
                "resourcequota/" + quota.substr(0, quota.find('/', quota.find('/') + 1))};
        found.push_back(std::move(*one));
    }
    keep_true(found, out.examined);
    std::stable_sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
        if (a.finding.severity != b.finding.severity)
            return a.finding.severity > b.finding.severity;
        return ends(a.finding) < ends(b.finding);
    });
    std::map<std::pair<model::Entity, model::HealthArea>, std::size_t> count;
    for (Found& one : found) {
        HealthFinding& finding = one.finding;
        if (out.findings.size() >= kMost || ++count[{finding.entity, finding.area}] > kMostOfEntity)
            continue;
        finding.id = id_of(finding);
        finding.evidence = {add_evidence(one, incident.window.end, evidence)};
        finding.statement = statement_of(finding, one.subject, incident.window.end);
        finding.advice = advice_for(finding);
        if (const std::string quota = quota_of(*one.series); !quota.empty())
            out.quotas.insert(quota);
        out.findings.push_back(std::move(finding));
    }
    return out;
}

}  // namespace insight::analysis::health
