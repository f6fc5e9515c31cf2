#include "agent/fixes/monitoring.h"

#include <fmt/format.h>

#include "agent/fixes/words.h"
#include "analysis/monitoring/files.h"
#include "analysis/monitoring/threshold.h"
#include "core/base/text.h"
#include "github/edits/unified_diff.h"
#include "github/edits/yaml_tree.h"

namespace insight::fixes {
namespace {

using analysis::monitoring::Decision;
using analysis::monitoring::Lack;
using base::ErrorKind;
using base::Json;

constexpr std::chrono::minutes kMonitoringTime{2};
// each is a request to GitHub
constexpr std::size_t kMostRuleFiles = 60;

std::string in_folder(const std::string& folder, const std::string& name) {
    return folder.empty() ? name : folder + "/" + name;
}

std::vector<NewFile> files_for(const std::vector<Decision>& decisions, const std::string& incident,
                               const std::string& folder) {
    std::vector<NewFile> files;
    const std::string stem = branch_for(incident, "fix").substr(12);
    const auto add = [&](const std::string& name, std::string content) {
        if (!content.empty()) files.push_back({in_folder(folder, name), std::move(content)});
    };
    add("insight-" + stem + ".rules.yaml",
        analysis::monitoring::prometheus_rules(decisions, incident));
    add("insight-" + stem + ".alarm-settings.yml",
        analysis::monitoring::skywalking_alarms(decisions));
    for (const Decision& one : decisions)
        if (one.scrape)
            add("service-monitor-" + one.scrape->service + ".yaml",
                analysis::monitoring::service_monitor(one));
    return files;
}

// Where the noisy alert is declared: groups[].rules[alert=NAME].for, in the YAML files of the
// repository that are called like rules.
std::optional<FileValue> quieter(const Decision& decision, github::Repository& repository,
                                 const std::string& ref, base::Deadline deadline) {
    const auto tree = repository.tree(ref, deadline);
    if (!tree) return std::nullopt;
    std::size_t fetched = 0;
    for (const github::TreeEntry& entry : tree->items) {
        const bool yaml = entry.path.ends_with(".yaml") || entry.path.ends_with(".yml");
        const bool rules = entry.path.find("rule") != std::string::npos ||
                           entry.path.find("alert") != std::string::npos;
        if (!yaml || !rules || ++fetched > kMostRuleFiles) continue;
        const auto file = repository.contents(entry.path, ref, deadline);
        const auto documents = file && !file->binary
                                   ? github::edits::read_yaml(file->content)
                                   : base::Result<std::vector<github::edits::YamlNode>>(
                                         base::fail(ErrorKind::NotFound, "no file"));
        if (!documents || documents->size() != 1) continue;
        // A plain file of rules, or a PrometheusRule.
        for (const std::string& prefix : {std::string(), std::string("spec.")}) {
            for (std::size_t group = 0; group < 50; ++group) {
                const std::string rule = fmt::format("{}groups[{}].rules[alert=\"{}\"]", prefix,
                                                     group, decision.subject);
                const auto path = github::edits::parse_value_path(rule);
                if (!path) return std::nullopt;
                const auto found = github::edits::follow(documents->front(), *path);
                // The last two steps are the list of rules and the rule: a path that ends before
                // them has no such group.
                if (found.steps + 2 < path->size()) break;  // no such group
                if (found.steps != path->size()) continue;
                const auto now = base::parse_duration(found.node->text_at("for"));
                // It waits as long already: there is nothing to do.
                if (now && *now >= decision.hold) return std::nullopt;
                FileValue value;
                value.file = entry.path;
                value.change.path = rule + ".for";
                value.change.value = analysis::monitoring::prometheus_duration(decision.hold);
                value.change.may_add = true;
                return value;
            }
        }
    }
    return std::nullopt;
}

// Whoever bounded a change bounded what is reviewed at once.
bool one_change(const Plan& fix, const Plan& rules, const github::edits::PatchRules& most) {
    const auto patches = github::edits::read_diff(fix.diff + rules.diff);
    if (!patches) return false;
    std::size_t lines = 0;
    for (const github::edits::FilePatch& one : *patches) lines += one.changed_lines();
    return fix.files.size() + rules.files.size() <= most.most_files && lines <= most.most_lines;
}

std::string reasons_of(const std::vector<Decision>& decisions) {
    std::string out;
    for (const Decision& one : decisions)
        out += fmt::format("{}{} {} ({}): {}", out.empty() ? "" : "; ", name(one.lack),
                           name(one.kind), one.subject, one.reason);
    return out;
}

}  // namespace

base::Status plan_monitoring(const Json& report, const store::Snapshot& snapshot,
                             const DeskParts& parts, std::vector<Plan>& plans) {
    const auto decisions = analysis::monitoring::decide(report, snapshot.signals);
    if (decisions.empty()) return {};
    Fix fix;
    fix.kind = FixKind::Files;
    if (!parts.settings.monitoring_repository.empty())
        fix.repository = *github::parse_name(parts.settings.monitoring_repository);
    else if (!plans.empty())
        fix.repository = plans.front().repository;
    else
        return {};
    const std::string incident = base::text_at(base::object_at(report, "incident"), "id");
    fix.files = files_for(decisions, incident, parts.settings.monitoring_folder);
    fix.reason = base::shorten(reasons_of(decisions), 2000);
    for (const Decision& one : decisions)
        fix.evidence.insert(fix.evidence.end(), one.evidence.begin(), one.evidence.end());

    const auto repository = parts.repositories(fix.repository);
    if (!repository) return base::fail(repository.error());
    const auto deadline = base::Deadline::after(kMonitoringTime);
    // An alert that is too eager is changed where it is declared.
    for (const Decision& one : decisions)
        if (one.lack == Lack::Noisy)
            if (auto value = quieter(one, **repository, "", deadline))
                fix.values.push_back(std::move(*value));
    if (fix.files.empty() && fix.values.empty()) return {};
    if (fix.files.empty()) fix.kind = FixKind::Value;
    Plan* together = parts.settings.monitoring == Monitoring::Together && !plans.empty() &&
                             plans.front().repository == fix.repository
                         ? &plans.front()
                         : nullptr;
    const Planner planner(parts.repositories, parts.settings);
    auto plan = planner.plan(fix, {incident, "monitoring", report, parts.external_url, parts.hide},
                             deadline);
    // The rules are there already.
    if (!plan && plan.error().kind == ErrorKind::Invalid &&
        plan.error().message.starts_with("there is nothing to do"))
        return {};
    if (!plan) return base::fail(plan.error());
    if (together == nullptr || !one_change(*together, *plan, parts.settings.rules)) {
        plans.push_back(std::move(*plan));
        return {};
    }
    for (PlannedFile& file : plan->files) together->files.push_back(std::move(file));
    together->diff += plan->diff;
    const std::string also = "\n## Monitoring\n\n" + harmless(fix.reason, 2000) + "\n";
    const std::size_t risk = together->body.find("\n## Risk\n");
    together->body.insert(risk == std::string::npos ? together->body.size() : risk,
                          parts.hide ? parts.hide(also) : also);
    return {};
}

}  // namespace insight::fixes
