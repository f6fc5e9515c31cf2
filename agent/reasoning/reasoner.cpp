#include "agent/reasoning/reasoner.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "agent/reasoning/brief.h"
#include "agent/reasoning/names.h"
#include "agent/reasoning/need.h"
#include "agent/reasoning/planted_orders.h"
#include "agent/reasoning/tools/recorded_tool.h"
#include "agent/reasoning/verdict.h"

namespace insight::agent::reasoning {
namespace {

using base::Json;

// of the evidence and report in the opening; everything else is one look away
constexpr std::size_t kBriefBytes = 12'000;
constexpr std::size_t kMostNotOffered = 10;  // sentences about tools that a model did not get

// The opening leaves most of what a model reads to the investigation.
std::size_t brief_bytes(std::int64_t context) {
    // Bytes out of a number of tokens: with three to four bytes a token this is about a fifteenth
    // of the window.
    const auto share = static_cast<std::size_t>(std::max<std::int64_t>(context, 8'000)) / 4;
    return std::min(kBriefBytes, share);
}

std::int64_t context_of(const Partner& partner, const Settings& settings) {
    const std::int64_t reads = partner.context_tokens();
    if (settings.context_tokens == 0) return reads;
    return reads == 0 ? settings.context_tokens : std::min(reads, settings.context_tokens);
}

// Servers are as many as the configuration has, and a report has one page.
void bound(std::vector<std::string>& not_offered) {
    if (not_offered.size() <= kMostNotOffered) return;
    const std::size_t more = not_offered.size() - kMostNotOffered;
    not_offered.resize(kMostNotOffered);
    not_offered.push_back(fmt::format("{} more reasons why tools were not offered", more));
}

// Only what the report has can be cited in it.
void keep_known(std::vector<std::string>& ids, const model::Report& report) {
    std::erase_if(ids, [&](const std::string& id) { return find_evidence(report, id) == nullptr; });
}

struct Run {
    const store::Snapshot& snapshot;
    const LogStream& logs;
    const Settings& settings;
    Tools outside;
    std::vector<std::string> not_offered;  // of them, for the report
    Recording& recording;
    bool replay = false;
    bool with_report = true;
};

void investigate(Run run, Partner& partner, base::Deadline deadline, const Watch& watch,
                 model::Report& report) {
    model::Reasoning reasoning;
    reasoning.currency = run.settings.budget.currency;
    reasoning.cut = std::move(run.not_offered);
    const Case of{run.snapshot, run.logs, report};
    const std::int64_t context = context_of(partner, run.settings);
    Shelf shelf(report);
    Memory memory;
    Tools tools = make_tools(of, shelf);
    for (auto& tool : run.outside) tools.push_back(std::move(tool));
    Toolbox toolbox(of, shelf, std::move(tools), memory, run.settings, run.recording, context,
                    run.replay);
    std::string opening = brief(of, run.settings, brief_bytes(context), memory, run.with_report);
    tell_orders(report, reasoning);
    Investigation investigation(partner, toolbox, memory, run.settings, deadline,
                                std::move(opening), watch);
    const std::optional<ModelAnswer> answer = investigation.run(reasoning);
    reasoning.hypotheses = memory.hypotheses();
    // The report changes as a whole or not at all: an exception in between leaves the engine's.
    model::Report changed = report;
    if (answer)
        apply_answer(*answer, shelf, {known_names(of), known_kinds(of), report.incident.scope},
                     changed, reasoning);
    for (model::Hypothesis& hypothesis : reasoning.hypotheses)
        keep_known(hypothesis.evidence, changed);
    for (model::Look& look : reasoning.looks)
        if (find_evidence(changed, look.evidence) == nullptr) look.evidence.clear();
    for (model::PlantedOrder& order : reasoning.planted)
        if (find_evidence(changed, order.evidence) == nullptr) order.evidence.clear();
    changed.reasoning = std::move(reasoning);
    report = std::move(changed);
}

// Our own defects end here: an incident needs its report more than this stage.
template <typename Function>
void guarded(model::Report& report, Function function) {
    std::string what;
    try {
        function();
        return;
    } catch (const std::exception& error) {
        what = error.what();
    } catch (...) {
        what = "unknown";
    }
    spdlog::error("{}: the reasoning stage failed: {}", report.incident.id, what);
    report.reasoning.emplace();
    report.reasoning->ended = code(Ended::Broken);
    report.reasoning->note = sentence(Ended::Broken);
}

void skip(model::Report& report, const Settings& settings, Ended why) {
    report.reasoning.emplace();
    report.reasoning->ended = code(why);
    report.reasoning->note = sentence(why);
    report.reasoning->currency = settings.budget.currency;
}

}  // namespace

std::vector<Json> reason(const store::Snapshot& snapshot, const LogStream& logs,
                         const Settings& settings, const Surroundings& around,
                         const base::Clock& clock, model::Report& report) {
    Recording recording;
    if (!settings.enabled || around.tiers.empty()) return {};
    guarded(report, [&] {
        if (const auto why = needless(snapshot, report)) {
            recording.run({{"skipped", code(*why)}, {"settings", to_json(settings)}});
            return skip(report, settings, *why);
        }
        Ledger ledger(around.documents, settings.budget, report.incident.id, clock);
        LivePartner partner(around.tiers, ledger, around.border, around.audit, report.incident.id,
                            recording);
        Run run{snapshot, logs, settings, {}, {}, recording};
        run.with_report = around.start_from_report;
        if (around.outside) run.outside = around.outside(run.not_offered);
        bound(run.not_offered);
        std::set<std::string> strangers;
        for (const auto& tool : run.outside) strangers.insert(tool->face().name);
        // Before the runbooks join, which are ours: calls of them may have their values restored.
        partner.strangers(std::move(strangers));
        if (around.runbooks) run.outside.push_back(runbook_tool(report, around.runbooks));
        Json faces = Json::array();
        for (const auto& tool : run.outside) faces.push_back(face_json(tool->face()));
        recording.run({{"settings", to_json(settings)},
                       {"models", partner.models()},
                       {"context", partner.context_tokens()},
                       {"tools", std::move(faces)},
                       {"notOffered", run.not_offered}});
        investigate(std::move(run), partner,
                    base::Deadline::after(std::chrono::nanoseconds(settings.timeout)), around.watch,
                    report);
    });
    return recording.lines();
}

void reason_again(const store::Snapshot& snapshot, const LogStream& logs, model::Report& report) {
    Recording recording(snapshot.exchanges);
    const Json* run = recording.run();
    if (run == nullptr) return;
    guarded(report, [&] {
        const Settings settings = settings_from_json(base::object_at(*run, "settings"));
        if (const std::string skipped = base::text_at(*run, "skipped"); !skipped.empty())
            return skip(report, settings, ended_from(skipped));
        RecordedPartner partner(recording);
        std::vector<std::string> not_offered;
        for (const Json& one : base::array_at(*run, "notOffered"))
            if (one.is_string()) not_offered.push_back(one.get<std::string>());
        investigate({snapshot, logs, settings, recorded_tools(*run), std::move(not_offered),
                     recording, true},
                    partner,
                    // A replay ends where the recording ended, however slow this machine is.
                    base::Deadline::never(), {}, report);
    });
}

}  // namespace insight::agent::reasoning
