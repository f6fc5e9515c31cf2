#include "agent/reasoning/names.h"

#include "analysis/entity.h"
#include "core/base/json.h"
#include "core/base/text.h"

namespace insight::agent::reasoning {
namespace {

using base::Json;

constexpr std::size_t kMostNames = 50'000;

class Names {
  public:
    void add(std::string_view name) {
        // 253: the longest name that Kubernetes or DNS allow
        if (name.empty() || name.size() > 253 || names_.size() >= kMostNames) return;
        std::string out(name);
        for (char& c : out)
            if (static_cast<unsigned char>(c) < 128)
                c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        names_.insert(std::move(out));
    }
    void add(const model::Labels& labels) {
        for (const char* key : {"service.name", "service", "k8s.pod.name", "pod", "k8s.node.name",
                                "node", "k8s.container.name", "container", "k8s.deployment.name"})
            if (const auto found = labels.find(key); found != labels.end()) add(found->second);
        add(analysis::entity_of(labels).name);
    }
    std::set<std::string> take() { return std::move(names_); }

  private:
    std::set<std::string> names_;
};

}  // namespace

std::set<std::string> known_names(const Case& of) {
    Names names;
    const model::Report& report = of.report;
    for (const model::Cause& cause : report.causes) {
        names.add(cause.entity.name);
        for (const model::Rival& rival : cause.rivals) names.add(rival.entity.name);
    }
    for (const model::Clue& clue : report.clues) names.add(clue.entity.name);
    for (const model::AffectedService& service : report.impact.services)
        names.add(service.entity.name);
    for (const model::Alert& alert : report.incident.alerts) names.add(alert.labels);
    names.add(report.incident.service);
    const model::Signals& signals = of.snapshot.signals;
    for (const model::Series& series : signals.metrics) names.add(series.labels);
    for (const model::Span& span : signals.spans) names.add(span.attributes);
    for (const model::Edge& edge : signals.topology) {
        names.add(edge.from);
        names.add(edge.to);
    }
    for (const model::Change& change : signals.changes) names.add(change.entity);
    for (const model::DatabaseRow& row : signals.databases) names.add(row.instance);
    for (const Json& object : signals.resources)
        names.add(base::text_at(base::object_at(object, "metadata"), "name"));
    // Who wrote logs is known from what the engine shows of them.
    for (const model::Evidence& evidence : report.evidence)
        for (const Json& fact :
             base::array_at(base::object_at(evidence.content, "facts"), "services"))
            names.add(base::text_at(fact, "value"));
    return names.take();
}

namespace {

using Kinds = std::map<std::string, std::string>;

void add_kind(std::string_view kind, const std::string& name, Kinds& out) {
    if (name.empty() || out.size() >= kMostNames) return;
    if (kind == "pod")
        out.emplace(base::lower(name), kind);
    else
        out[base::lower(name)] = kind;
}

// Names that say themselves what they name: OpenTelemetry's, and those of kube-state-metrics.
void add_kinds(const model::Labels& labels, std::string_view metric, Kinds& out) {
    for (const std::string_view kind : {"deployment", "statefulset", "daemonset", "pod"}) {
        const std::string word(kind);
        if (const auto name = labels.find("k8s." + word + ".name"); name != labels.end())
            add_kind(kind, name->second, out);
        if (!metric.starts_with("kube_" + word + "_")) continue;
        if (const auto name = labels.find(word); name != labels.end())
            add_kind(kind, name->second, out);
    }
}

}  // namespace

std::map<std::string, std::string> known_kinds(const Case& of) {
    Kinds out;
    for (const model::Series& series : of.snapshot.signals.metrics)
        add_kinds(series.labels, series.name, out);
    for (const model::Span& span : of.snapshot.signals.spans) add_kinds(span.attributes, {}, out);
    for (const Json& object : of.snapshot.signals.resources) {
        const std::string kind = base::text_at(object, "kind");
        const std::string name = base::text_at(base::object_at(object, "metadata"), "name");
        if (kind == "Deployment" || kind == "StatefulSet" || kind == "DaemonSet" || kind == "Pod")
            add_kind(base::lower(kind), name, out);
    }
    return out;
}

}  // namespace insight::agent::reasoning
