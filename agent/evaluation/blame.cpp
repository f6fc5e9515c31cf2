#include "agent/evaluation/blame.h"

#include <algorithm>
#include <cctype>
#include <set>

namespace insight::evaluation {
namespace {

bool is_suffix(std::string_view text, std::size_t shortest, std::size_t longest) {
    return text.size() >= shortest && text.size() <= longest &&
           std::all_of(text.begin(), text.end(), [](unsigned char c) {
               return std::islower(c) != 0 || std::isdigit(c) != 0;
           });
}

// "orders-6c9f7d5b8-x2x4z" → "orders", as a Deployment's ReplicaSet names its pods.
std::string owner_in_name(const std::string& pod) {
    const std::size_t last = pod.rfind('-');
    if (last == std::string::npos || last == 0 || !is_suffix(pod.substr(last + 1), 5, 5)) return {};
    const std::size_t hash = pod.rfind('-', last - 1);
    if (hash == std::string::npos || hash == 0) return {};
    const std::string middle = pod.substr(hash + 1, last - hash - 1);
    const bool hashed = std::any_of(middle.begin(), middle.end(),
                                    [](unsigned char c) { return std::isdigit(c) != 0; });
    // A word without a digit ("orders-cache-abcde") is rather a part of the name than a hash.
    return hashed && is_suffix(middle, 5, 10) ? pod.substr(0, hash) : std::string();
}

void learn_from(const model::Labels& labels, Pods& pods) {
    const auto pod = labels.find("k8s.pod.name");
    const auto service = labels.find("service.name");
    if (pod != labels.end() && service != labels.end()) pods.learn(pod->second, service->second);
}

std::string change_cited(const model::Report& report, const model::Cause& cause) {
    for (const std::string& id : cause.evidence) {
        const model::Evidence* evidence = model::find_evidence(report, id);
        if (evidence != nullptr && base::text_at(evidence->content, "kind") == "change")
            return base::text_at(evidence->content, "ref");
    }
    return {};
}

}  // namespace

// The first to say so counts: labels that contradict each other are left to it.
void Pods::learn(const std::string& pod, const std::string& service) {
    if (!pod.empty() && !service.empty()) service_of_.try_emplace(pod, service);
}

void Pods::learn(const model::Signals& signals) {
    for (const model::Series& series : signals.metrics) learn_from(series.labels, *this);
    for (const model::Span& span : signals.spans) learn_from(span.attributes, *this);
    for (const model::LogRecord& record : signals.logs) learn_from(record.attributes, *this);
}

std::string Pods::service_of(const std::string& name) const {
    const auto it = service_of_.find(name);
    if (it != service_of_.end()) return it->second;
    const std::string owner = owner_in_name(name);
    return owner.empty() ? name : owner;
}

std::vector<Blamed> blamed_in(const model::Report& report) {
    std::vector<Blamed> out;
    for (const model::Cause& cause : report.causes)
        out.push_back({cause.entity.name, change_cited(report, cause), cause.probability, false});
    std::stable_sort(out.begin(), out.end(), [](const Blamed& a, const Blamed& b) {
        return a.probability > b.probability;
    });
    return out;
}

// Labels name services, the engine may name two pods of one: only the first takes a place.
std::vector<Blamed> at_services(const std::vector<Blamed>& blamed, const Pods& pods) {
    std::vector<Blamed> out;
    std::set<std::string> seen;
    for (const Blamed& one : blamed)
        if (seen.insert(pods.service_of(one.entity)).second) out.push_back(one);
    return out;
}

std::vector<Blamed> at_changes(const std::vector<Blamed>& blamed) {
    std::vector<Blamed> out;
    std::set<std::pair<std::string, std::string>> seen;
    for (const Blamed& one : blamed)
        // Causes that cite no change are answers of their own, one an entity; those that cite the
        // same one are one answer.
        if (seen.emplace(one.change, one.change.empty() ? one.entity : "").second)
            out.push_back(one);
    return out;
}

void judge_entities(const LabelledCase& label, const Pods& pods, std::vector<Blamed>& answers) {
    for (Blamed& answer : answers)
        answer.right =
            std::any_of(label.causes.begin(), label.causes.end(), [&](const LabelledCause& cause) {
                const std::string& named = cause.service.empty() ? cause.pod : cause.service;
                if (named.empty()) return false;
                return answer.entity == cause.service || answer.entity == cause.pod ||
                       pods.service_of(answer.entity) == pods.service_of(named);
            });
}

void judge_changes(const LabelledCase& label, std::vector<Blamed>& answers) {
    for (Blamed& answer : answers)
        answer.right =
            !answer.change.empty() &&
            std::any_of(label.causes.begin(), label.causes.end(),
                        [&](const LabelledCause& cause) { return cause.change == answer.change; });
}

}  // namespace insight::evaluation
