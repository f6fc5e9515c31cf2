#include "analysis/health/quota_use.h"

#include <fmt/format.h>

#include <cmath>
#include <map>

#include "analysis/command.h"
#include "analysis/kubernetes/quantity.h"
#include "core/base/text.h"

namespace insight::analysis::health {
namespace {

using model::HealthFinding;

constexpr double kNearlyFull = 0.9;
constexpr double kFull = 0.999;

struct Use {
    double used = -1;
    double hard = -1;
};
using Uses = std::map<std::string, Use>;  // by "space/quota/resource"

std::string label(const model::Labels& labels, const char* key) {
    const auto it = labels.find(key);
    return it == labels.end() ? std::string() : it->second;
}

// kube-state-metrics tells used and hard in one metric, apart by the label `type`.
bool of_kube_state(const model::Series& series) {
    return series.name == "kube_resourcequota";
}

void read_series(const model::Signals& signals, const model::Window& window, Uses& into) {
    for (const model::Series& series : signals.metrics) {
        const std::string key = quota_of(series);
        if (key.empty()) continue;
        const bool hard = of_kube_state(series) ? label(series.labels, "type") == "hard"
                                                : series.name.ends_with("hard_limit");
        for (auto it = series.points.rbegin(); it != series.points.rend(); ++it) {
            if (it->time > window.end || it->time < window.start || !std::isfinite(it->value))
                continue;
            (hard ? into[key].hard : into[key].used) = it->value;
            break;
        }
    }
}

// Objects are the present state itself.
void read_objects(const model::Signals& signals, Uses& into) {
    for (const base::Json& object : signals.resources) {
        if (base::text_at(object, "kind") != "ResourceQuota") continue;
        const base::Json& metadata = base::object_at(object, "metadata");
        const base::Json& status = base::object_at(object, "status");
        const base::Json& used = base::object_at(status, "used");
        const std::string prefix =
            base::text_at(metadata, "namespace") + "/" + base::text_at(metadata, "name") + "/";
        for (const auto& [resource, most] : base::object_at(status, "hard").items()) {
            const auto hard = kubernetes::quantity_of(most);
            const auto now = kubernetes::quantity_of(kubernetes::at(used, resource));
            if (hard && now) into[prefix + resource] = {*now, *hard};
        }
    }
}

HealthFinding finding_of(const std::string& key, const Use& use, const model::Window& window,
                         EvidenceBook& book) {
    // A resource may hold slashes of its own: "requests.nvidia.com/gpu".
    const std::size_t second = key.find('/', key.find('/') + 1);
    const std::string quota = kubernetes::plain(key.substr(0, second));
    const std::string resource = kubernetes::plain(key.substr(second + 1));
    const double share = use.used / use.hard;
    // Downwards, so that what is not used up is not told as 100 %.
    const double percent = std::floor(share * 1000) / 10;
    HealthFinding out;
    out.area = model::HealthArea::Quota;
    // Many teams run at their quota on purpose, so that a full one is no alarm by itself.
    out.severity = share >= kFull ? model::Severity::Warning : model::Severity::Info;
    out.entity = {"resourcequota", "resourcequota/" + quota};
    out.subject = resource;
    out.statement = share >= kFull
                        ? fmt::format("Quota `{}` is used up: {:.12g} of {:.12g} `{}`.", quota,
                                      use.used, use.hard, resource)
                        : fmt::format("Quota `{}` is used for {:.1f} %: {:.12g} of {:.12g} `{}`.",
                                      quota, percent, use.used, use.hard, resource);
    model::Evidence evidence;
    evidence.title = fmt::format("{} of quota {}", resource, quota);
    evidence.source = "kubernetes";
    evidence.range = {window.start, window.end};
    evidence.content = {
        {"kind", "rows"},
        {"columns", {"quota", "resource", "used", "hard", "usedPercent"}},
        {"rows", base::Json::array({{quota, resource, use.used, use.hard, percent}})}};
    out.evidence = {book.add(std::move(evidence))};
    out.advice.statement = "Raise the quota or use less before new pods are refused.";
    out.advice.command = fmt::format(
        "kubectl describe resourcequota -n {} {}", command::word(key.substr(0, key.find('/'))),
        command::word(key.substr(key.find('/') + 1, second - key.find('/') - 1)));
    return out;
}

}  // namespace

std::string quota_of(const model::Series& series) {
    const bool ours = series.name.starts_with("k8s.resource_quota.");
    if (!ours && !of_kube_state(series)) return {};
    // Where target and metric both have a label, Prometheus moves that of the metric there
    // (honor_labels: false), and `namespace` says where the exporter runs.
    std::string space = label(series.labels, "exported_namespace");
    if (space.empty()) space = label(series.labels, "namespace");
    const std::string quota =
        label(series.labels, ours ? "k8s.resourcequota.name" : "resourcequota");
    const std::string resource = label(series.labels, "resource");
    if (space.empty() || quota.empty() || resource.empty()) return {};
    return space + "/" + quota + "/" + resource;
}

std::vector<HealthFinding> quota_findings(const model::Incident& incident,
                                          const model::Signals& signals,
                                          const std::set<std::string>& told, EvidenceBook& book) {
    Uses uses;
    read_series(signals, incident.window, uses);
    read_objects(signals, uses);
    std::vector<HealthFinding> out;
    for (const auto& [key, use] : uses)
        if (use.hard > 0 && use.used >= kNearlyFull * use.hard && !told.contains(key))
            out.push_back(finding_of(key, use, incident.window, book));
    return out;
}

}  // namespace insight::analysis::health
