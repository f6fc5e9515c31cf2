#include "analysis/health/certificates.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "analysis/command.h"
#include "analysis/health/subject.h"
#include "analysis/health/wording.h"
#include "analysis/kubernetes/names.h"
#include "core/base/text.h"

namespace insight::analysis::health {
namespace {

using base::kHour;
using model::HealthFinding;
using model::Nanos;

// A moment lies behind 2001 and before 2255; less than that is what is left.
constexpr double kFirstMoment = 1e9;
constexpr double kLastMoment = 9e9;
constexpr Nanos kRenewalTakes = kHour;  // orders and challenges need some time

const model::Point* last_point(const model::Series& series, const model::Window& window) {
    for (auto it = series.points.rbegin(); it != series.points.rend(); ++it)
        if (it->time >= window.baseline_start && it->time <= window.end && std::isfinite(it->value))
            return &*it;
    return nullptr;
}

// A day and a week, as for all that ends: docs/health-scans.md.
HealthFinding finding_at(model::Exhaustion end, Nanos now) {
    HealthFinding out;
    out.area = model::HealthArea::Certificates;
    const Nanos left = end.at - now;
    out.severity = left <= 24 * kHour       ? model::Severity::Critical
                   : left <= 7 * 24 * kHour ? model::Severity::Warning
                                            : model::Severity::Info;
    out.exhaustion = std::move(end);
    return out;
}

std::string cite(HealthFinding& finding, base::Json row, const model::Window& window,
                 std::string source, EvidenceBook& book) {
    const model::Exhaustion& end = *finding.exhaustion;
    model::Evidence evidence;
    evidence.title = finding.subject;
    evidence.source = std::move(source);
    evidence.range = {window.baseline_start, window.end};
    base::Json columns = base::Json::array();
    base::Json cells = base::Json::array();
    for (auto& [key, value] : row.items()) {
        columns.push_back(key);
        cells.push_back(std::move(value));
    }
    base::Json facts{{"entity", finding.entity.name},
                     {"at", moment(end.at)},
                     {"ahead", ahead(end.at - window.end)},
                     {"earliest", moment(end.earliest)}};
    if (end.latest) facts["latest"] = moment(*end.latest);
    evidence.content = {{"kind", "rows"},
                        {"columns", std::move(columns)},
                        {"rows", base::Json::array({std::move(cells)})},
                        {"facts", std::move(facts)}};
    return book.add(std::move(evidence));
}

std::string expires(const model::Exhaustion& end, Nanos now) {
    return end.at <= now ? fmt::format("has expired at {}", moment(end.at))
                         : fmt::format("expires {}, at {}", ahead(end.at - now), moment(end.at));
}

std::optional<HealthFinding> issued(const kubernetes::Object& object,
                                    const model::Incident& incident, EvidenceBook& book) {
    const Nanos now = incident.window.end;
    const auto end = kubernetes::time_at(object.status(), "notAfter");
    if (!end || *end - now > kExpiresSoon) return std::nullopt;
    const auto renewal = kubernetes::time_at(object.status(), "renewalTime");
    const base::Json& ready = kubernetes::condition(object, "Ready");
    const bool failing = kubernetes::text(ready, "status") == "False";
    // It ends soon, but its renewal is not due: that is how short-lived ones live.
    if (renewal && *renewal + kRenewalTakes > now && !failing) return std::nullopt;
    HealthFinding out =
        finding_at({base::to_seconds(*end), "the certificate itself", *end, *end, *end}, now);
    out.entity = kubernetes::Names::entity_of("Certificate", object.name);
    out.subject = "notAfter of Certificate " + kubernetes::path_of(object);
    out.statement = fmt::format("Certificate `{}` {}", kubernetes::path_of(object),
                                expires(*out.exhaustion, now));
    if (renewal && *renewal + kRenewalTakes <= now)
        out.statement += fmt::format("; it should have been renewed at {}", moment(*renewal));
    out.statement += ".";
    base::Json row{{"certificate", kubernetes::path_of(object)},
                   {"notAfter", kubernetes::plain(kubernetes::text(object.status(), "notAfter"))},
                   {"Ready", kubernetes::plain(kubernetes::text(ready, "status"))},
                   {"message", kubernetes::plain(kubernetes::text(ready, "message"))}};
    if (renewal) row["renewal"] = moment(*renewal);
    out.evidence = {cite(out, std::move(row), incident.window, "kubernetes", book)};
    out.advice.statement = "Read why it is not renewed: its requests, orders and challenges.";
    out.advice.command = kubernetes::describe_command(object);
    return out;
}

// One histogram of the API server, its buckets by their upper bound in seconds.
struct Histogram {
    model::Labels labels;
    std::map<double, double> counted;  // in the window, up to this bound
};

double counted_in(const model::Series& series, const model::Window& window) {
    double sum = 0;
    const model::Point* before = nullptr;
    for (const model::Point& point : series.points) {
        if (point.time > window.end || !std::isfinite(point.value)) continue;
        // A counter that fell began anew.
        if (point.time >= window.start && before != nullptr)
            sum += point.value >= before->value ? point.value - before->value : point.value;
        before = &point;
    }
    return sum;
}

std::vector<Histogram> histograms_of(const model::Signals& signals, const model::Window& window) {
    std::map<model::Labels, Histogram> found;
    for (const model::Series& series : signals.metrics) {
        if (series.name != "apiserver_client_certificate_expiration_seconds_bucket") continue;
        model::Labels labels = series.labels;
        const auto bound = labels.find("le");
        if (bound == labels.end()) continue;
        const double seconds =
            bound->second == "+Inf" ? HUGE_VAL : std::strtod(bound->second.c_str(), nullptr);
        labels.erase(bound);
        Histogram& histogram = found[labels];
        histogram.labels = labels;
        histogram.counted[seconds] += counted_in(series, window);
    }
    std::vector<Histogram> out;
    for (auto& [labels, histogram] : found) out.push_back(std::move(histogram));
    return out;
}

// The first bucket with a request in it: some client's certificate has that much left, no more.
std::optional<HealthFinding> seen_by_server(const Histogram& histogram,
                                            const model::Incident& incident, EvidenceBook& book) {
    const Nanos now = incident.window.end;
    double below = 0;
    for (const auto& [bound, counted] : histogram.counted) {
        if (counted <= 0) {
            below = bound;
            continue;
        }
        if (!std::isfinite(bound) || base::from_seconds(below) >= kExpiresSoon) return std::nullopt;
        // Counted at some moment of the window, with this much left at that moment.
        const Nanos earliest = incident.window.start + base::from_seconds(below);
        const Nanos latest = now + base::from_seconds(bound);
        HealthFinding out = finding_at({base::to_seconds(earliest), "the buckets it was counted in",
                                        earliest, earliest, latest},
                                       now);
        const auto server = histogram.labels.find("instance");
        out.entity = {"external", "clients of the API server"};
        out.subject = "apiserver_client_certificate_expiration_seconds" +
                      (server == histogram.labels.end() ? "" : " of " + server->second);
        out.statement = fmt::format(
            "A certificate that a client of the API server uses expires between {} and {}.",
            moment(earliest), moment(latest));
        base::Json row{{"requests", counted}, {"leastSeconds", below}, {"mostSeconds", bound}};
        out.evidence = {cite(out, std::move(row), incident.window, "metrics", book)};
        out.advice.statement =
            "Find the client: kubeconfig files, kubelets and controllers hold such certificates.";
        out.advice.command = "kubeadm certs check-expiration";
        return out;
    }
    return std::nullopt;
}

}  // namespace

std::optional<model::Exhaustion> expiry_of(const model::Series& series,
                                           const model::Window& window) {
    const model::Point* last = last_point(series, window);
    if (last == nullptr || last->value >= kLastMoment) return std::nullopt;
    model::Exhaustion end;
    end.limit_from = "the certificate itself";
    if (last->value >= kFirstMoment) {
        end.at = base::from_seconds(last->value);
    } else {
        // Zero and less stand for "none" in gauges of moments, and for "over" in those of what is
        // left; only names tell.
        const std::string words = words_of(series.name);
        const bool left = words.find("_expires_in_") != std::string::npos ||
                          words.find("_until_") != std::string::npos ||
                          words.find("_ttl_") != std::string::npos ||
                          words.find("_cert_expiry_seconds_") != std::string::npos;
        if (!left) return std::nullopt;
        const double unit = words.find("_days_") != std::string::npos    ? 86400
                            : words.find("_hours_") != std::string::npos ? 3600
                                                                         : 1;
        end.at = last->time + base::from_seconds(last->value * unit);
    }
    end.limit = base::to_seconds(end.at);
    end.earliest = end.at;
    end.latest = end.at;
    return end;
}

std::set<std::string> known_certificates(const model::Signals& signals) {
    std::set<std::string> out;
    for (const base::Json& object : signals.resources)
        if (base::text_at(object, "kind") == "Certificate") {
            const base::Json& metadata = base::object_at(object, "metadata");
            out.insert(base::text_at(metadata, "namespace") + "/" +
                       base::text_at(metadata, "name"));
        }
    return out;
}

bool is_about(const model::Series& series, const std::set<std::string>& certificates) {
    if (!series.name.starts_with("certmanager_")) return false;
    const auto name = series.labels.find("name");
    if (name == series.labels.end()) return false;
    // Prometheus renames a label that the scrape brings along already.
    for (const char* key : {"exported_namespace", "namespace"})
        if (const auto space = series.labels.find(key);
            space != series.labels.end() &&
            certificates.contains(space->second + "/" + name->second))
            return true;
    return false;
}

std::vector<HealthFinding> certificate_findings(const model::Incident& incident,
                                                const model::Signals& signals, EvidenceBook& book) {
    std::vector<HealthFinding> out;
    const kubernetes::Cluster cluster(signals.resources, signals.events, signals.coverage,
                                      incident.scope);
    for (const kubernetes::Object* object : cluster.all("Certificate"))
        if (auto finding = issued(*object, incident, book)) out.push_back(std::move(*finding));
    for (const Histogram& histogram : histograms_of(signals, incident.window))
        if (auto finding = seen_by_server(histogram, incident, book))
            out.push_back(std::move(*finding));
    return out;
}

}  // namespace insight::analysis::health
