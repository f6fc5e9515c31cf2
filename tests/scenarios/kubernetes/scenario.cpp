#include "tests/scenarios/kubernetes/scenario.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "analysis/claims.h"
#include "analysis/kubernetes/selector.h"
#include "analysis/kubernetes/state.h"
#include "core/base/json.h"
#include "core/base/time.h"
#include "core/model/objects.h"
#include "tests/tree.h"

namespace insight::test {
namespace {

namespace fs = std::filesystem;
using analysis::Detection;
using analysis::Finding;

constexpr const char* kNow = "2026-04-15T10:30:00Z";

model::Nanos now_of(const Json& json) {
    return base::parse_rfc3339(base::text_at(json, "now", kNow)).value();
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

double directness(const Finding& finding) {
    return finding.mechanism ? finding.mechanism->directness : 0;
}

bool fits(const Finding& finding, const Json& wanted) {
    const auto same = [&](const char* key, const std::string& value) {
        return !wanted.contains(key) || wanted[key] == value;
    };
    if (!same("kind", finding.clue.kind) || !same("entity", finding.clue.entity.name) ||
        !same("entityKind", finding.clue.entity.kind) || !same("pod", finding.pod))
        return false;
    for (const Json& part : base::array_at(wanted, "says"))
        if (!has(finding.clue.statement, part)) return false;
    if (finding.clue.current != base::flag_at(wanted, "current", true)) return false;
    if (wanted.contains("mechanism") && wanted["mechanism"] != finding.mechanism.has_value())
        return false;
    if (wanted.contains("level") &&
        (!finding.mechanism || model::name(finding.mechanism->level) != wanted["level"]))
        return false;
    if (wanted.contains("command") &&
        (!finding.mechanism || !has(finding.mechanism->overturned_by.command, wanted["command"])))
        return false;
    if (wanted.contains("hurts")) {
        if (!finding.mechanism) return false;
        const auto& hurts = finding.mechanism->hurts;
        return std::any_of(hurts.begin(), hurts.end(),
                           [&](const auto& hurt) { return hurt.entity.name == wanted["hurts"]; });
    }
    return true;
}

// Every wanted one with a finding of its own: the ones that ask for most choose first.
std::vector<std::string> match(const Scenario& scenario, const Detection& detection) {
    std::vector<std::string> faults;
    std::vector<Json> wanted = base::array_at(scenario.json, "expect").get<std::vector<Json>>();
    std::stable_sort(wanted.begin(), wanted.end(), [](const Json& a, const Json& b) {
        return a.dump().size() > b.dump().size();
    });
    std::vector<bool> taken(detection.findings.size(), false);
    for (const Json& one : wanted) {
        bool found = false;
        for (std::size_t i = 0; i < taken.size() && !found; ++i)
            if (!taken[i] && fits(detection.findings[i], one)) found = taken[i] = true;
        if (!found) faults.push_back("not found: " + one.dump());
    }
    const Json& others = base::array_at(scenario.json, "others");
    for (std::size_t i = 0; i < taken.size(); ++i)
        if (!taken[i] && std::find(others.begin(), others.end(), detection.findings[i].clue.kind) ==
                             others.end())
            faults.push_back("not expected: " + shown(detection.findings[i]));
    return faults;
}

}  // namespace

std::string Scenario::title() const {
    return fmt::format("{}: {}{}", file, base::text_at(json, "name"),
                       json.contains("caseId") ? " (" + base::text_at(json, "caseId") + ")" : "");
}

model::Incident Scenario::incident() const {
    model::Incident incident;
    incident.id = "inc-0123456789abcdef";
    incident.origin =
        base::text_at(json, "origin") == "scan" ? model::Origin::Scan : model::Origin::Alert;
    incident.scope.space = base::text_at(base::object_at(json, "scope"), "namespace");
    const model::Nanos now = now_of(json);
    incident.window = {now - 15 * base::kMinute, now, now - 75 * base::kMinute,
                       now - 15 * base::kMinute};
    return incident;
}

model::Signals Scenario::signals() const {
    model::Signals signals;
    const auto take = [this](const Json& from, std::vector<Json>& into) {
        if (const auto taken = model::add_objects(from, into); !taken)
            throw std::runtime_error(title() + ": " + taken.error().message);
    };
    for (const Json& object : base::array_at(json, "objects")) take(object, signals.resources);
    for (const Json& event : base::array_at(json, "events")) take(event, signals.events);
    for (const Json& row : base::array_at(json, "coverage")) {
        const auto coverage = model::coverage_row_from_json(row);
        if (!coverage) throw std::runtime_error(title() + ": " + coverage.error().message);
        signals.coverage.push_back(*coverage);
    }
    if (const Json& fill = base::object_at(json, "fill"); !fill.empty())
        signals.resources.at(fill.at("object"))["data"][fill.at("key").get<std::string>()] =
            std::string(fill.at("bytes").get<std::size_t>(), 'x');
    const std::string selector = base::text_at(base::object_at(json, "scope"), "labelSelector");
    if (!selector.empty())
        signals.resources =
            analysis::kubernetes::objects_matching(signals.resources, selector).value();
    return signals;
}

std::vector<Scenario> scenarios() {
    std::vector<fs::path> paths;
    for (const auto& entry :
         fs::recursive_directory_iterator(tree() / "tests/scenarios/kubernetes"))
        if (entry.path().extension() == ".json") paths.push_back(entry.path());
    std::sort(paths.begin(), paths.end());
    std::vector<Scenario> out;
    for (const fs::path& path : paths) {
        std::ifstream file(path);
        std::stringstream text;
        text << file.rdbuf();
        const std::string name = fs::relative(path, tree() / "tests/scenarios/kubernetes");
        const Json all = base::parse_json(text.str(), name).value();
        for (const Json& json : all) out.push_back({name, json});
    }
    return out;
}

Detection detect(const model::Incident& incident, const model::Signals& signals) {
    Detection detection(incident.scope);
    analysis::kubernetes::find_states(incident, signals, detection);
    return detection;
}

std::vector<std::string> faults_of(const Scenario& scenario, const Detection& detection) {
    std::vector<std::string> faults = match(scenario, detection);
    const auto most = [&](const std::string& kind) {
        double value = -1;
        for (const Finding& finding : detection.findings)
            if (finding.clue.kind == kind) value = std::max(value, directness(finding));
        return value;
    };
    for (const Json& pair : base::array_at(scenario.json, "above"))
        if (most(pair[0]) <= most(pair[1])) faults.push_back("does not rank above: " + pair.dump());
    if (scenario.json.contains("first")) {
        const auto first = std::max_element(
            detection.findings.begin(), detection.findings.end(),
            [](const Finding& a, const Finding& b) { return directness(a) < directness(b); });
        if (first == detection.findings.end() || first->clue.entity.name != scenario.json["first"])
            faults.push_back("does not come first: " + scenario.json["first"].dump());
    }
    return faults;
}

std::vector<std::string> faults_of_form(const Detection& detection) {
    std::vector<std::string> faults;
    for (const Finding& finding : detection.findings) {
        std::vector<const model::Evidence*> cited;
        for (const std::string& id : finding.clue.evidence)
            cited.push_back(detection.evidence.find(id));
        if (cited.empty() || std::find(cited.begin(), cited.end(), nullptr) != cited.end())
            faults.push_back("no evidence: " + shown(finding));
        for (const std::string& statement : {finding.clue.statement, finding.brief})
            for (const std::string& part : analysis::unproven_parts(statement, cited))
                faults.push_back(fmt::format("unproven {}: {}", part, shown(finding)));
        if (!finding.mechanism) continue;
        const std::string& command = finding.mechanism->overturned_by.command;
        const bool reads =
            command.starts_with("kubectl get ") || command.starts_with("kubectl describe ") ||
            command.starts_with("kubectl logs ") || command.starts_with("kubectl rollout status ");
        if (!reads || finding.mechanism->overturned_by.statement.empty())
            faults.push_back("nothing to overturn it with: " + shown(finding));
        if (finding.mechanism->recommendations.empty())
            faults.push_back("no recommendation: " + shown(finding));
        for (const model::Recommendation& recommendation : finding.mechanism->recommendations)
            if (!recommendation.command.empty() && !recommendation.command.starts_with("kubectl "))
                faults.push_back("no command: " + recommendation.command);
    }
    return faults;
}

std::string shown(const Finding& finding) {
    return fmt::format("{} at {} {} (directness {:.2f}, {}): {}", finding.clue.kind,
                       finding.clue.entity.kind, finding.clue.entity.name, directness(finding),
                       finding.clue.current ? "current" : "recovered", finding.clue.statement);
}

}  // namespace insight::test
