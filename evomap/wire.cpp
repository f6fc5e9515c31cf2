#include "evomap/wire.h"

#include <fmt/format.h>
#include <sys/utsname.h>

#include <algorithm>
#include <cmath>

#include "core/base/crypto.h"
#include "core/base/text.h"
#include "evomap/canonical.h"
#include "evomap/strategy.h"
#include "evomap/validation.h"

namespace insight::evomap {
namespace {

// Of the simple set of fields; it is hashed, so it is never changed on an asset that exists.
constexpr std::string_view kSchema = "1.6.0";
constexpr std::size_t kShortestText = 50;
constexpr std::size_t kShortestSummary = 20;
constexpr std::size_t kLongestSummary = 500;
constexpr std::size_t kFigures = 20;

// A name that the same content always gets. When it was written does not matter.
std::string slug(std::string_view kind, Json seed) {
    seed.erase("metadata");
    const std::string id = asset_id(seed).value_or("sha256:000000000000");
    return fmt::format("{}_{}", kind, id.substr(7, 12));
}

// Hubs count UTF-16 units, we cut bytes: cut until it fits, never inside a character.
std::string within(std::string text, std::size_t units) {
    while (utf16_length(text) > units)
        text = base::shorten(text, text.size() - (utf16_length(text) - units) - 3);
    return text;
}

std::string summary_of(const std::string& title, const std::string& body) {
    std::string out = base::one_line(title);
    if (utf16_length(out) < kShortestSummary)
        out += (out.empty() ? "" : ": ") + base::shorten(base::one_line(body), 200);
    return within(std::move(out), kLongestSummary);
}

// Numbers as the canonical text has them, so that both sides print the same.
std::string figure(const Json& value) {
    if (value.is_string()) return base::shorten(base::one_line(value.get<std::string>()), 100);
    return canonical(value).value_or("");
}

std::string content_of(const SeedCapsule& capsule) {
    const std::string& type = capsule.solution.type;
    std::string out = type.empty() ? "" : fmt::format("Solution type: {}\n", type);
    const auto line = [&](std::string_view label, const std::string& text) {
        if (!text.empty()) out.append(label).append(text).append("\n");
    };
    line("", capsule.body);
    line("", capsule.solution.description);
    line("Root cause: ", capsule.context.root_cause);
    line("Affected services: ",
         fmt::format("{}", fmt::join(capsule.context.affected_services, ", ")));
    std::size_t figures = 0;
    for (const auto& [name, value] : capsule.context.monitoring_data.items())
        if (figures++ < kFigures) line("", fmt::format("{}={}", name, figure(value)));
    if (!out.empty()) out.pop_back();
    return within(std::move(out), kLongestText);
}

bool changed_line(std::string_view line) {
    return (line.starts_with('+') && !line.starts_with("+++")) ||
           (line.starts_with('-') && !line.starts_with("---"));
}

template <typename Visit>
void each_line(std::string_view text, Visit visit) {
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        visit(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
}

struct Lines {
    int added = 0;
    int removed = 0;
    int kept = 0;
};

Lines count(std::string_view diff) {
    Lines lines;
    each_line(diff, [&](std::string_view line) {
        if (!changed_line(line))
            ++lines.kept;
        else
            ++(line.front() == '+' ? lines.added : lines.removed);
    });
    return lines;
}

// At least one of each: hubs take zero for "nothing was done".
Json blast_radius(const SeedCapsule& capsule) {
    int changed = 0;
    for (const SeedFile& file : capsule.solution.files) {
        const Lines lines = count(file.diff);
        changed += lines.added + lines.removed;
        if (file.diff.empty()) each_line(file.content, [&](std::string_view) { ++changed; });
    }
    // A seed counts what it likes, services for one: the larger number is the honest one.
    const int told = static_cast<int>(std::ceil(std::min(capsule.blast_radius, 1e6)));
    return {{"files", std::max({1, told, static_cast<int>(capsule.solution.files.size())})},
            {"lines", std::max(1, changed)}};
}

// What hubs take for a real diff: with git's heads and a place.
std::string diff_of(const SeedCapsule& capsule) {
    std::string out;
    for (const SeedFile& file : capsule.solution.files) {
        if (file.diff.empty()) continue;
        if (!file.diff.starts_with("diff --git"))
            out += fmt::format("diff --git a/{0} b/{0}\n--- a/{0}\n+++ b/{0}\n", file.path);
        if (file.diff.find("@@") == std::string::npos) {
            const Lines lines = count(file.diff);
            out += fmt::format("@@ -1,{} +1,{} @@\n", lines.removed + lines.kept,
                               lines.added + lines.kept);
        }
        out += file.diff;
        if (!out.ends_with('\n')) out += '\n';
    }
    return out;
}

// A diff that is too long is left out, not cut: half of it would apply to nothing.
void add_files(Json& asset, const SeedCapsule& capsule) {
    const std::string diff = diff_of(capsule);
    if (utf16_length(diff) >= kShortestText && utf16_length(diff) <= kLongestText) {
        asset["diff"] = diff;
        return;
    }
    std::string code;
    for (const SeedFile& file : capsule.solution.files) code += file.content;
    if (diff.empty() && utf16_length(code) >= kShortestText)
        asset["code_snippet"] = within(std::move(code), kLongestText);
}

Json trace_of(const std::vector<TraceStep>& trace) {
    Json out = Json::array();
    for (const TraceStep& step : trace)
        out.push_back({{"step", out.size() + 1},
                       {"stage", step.stage},
                       {"action", step.action},
                       {"result", step.result},
                       // What is told was done; a step that failed is no part of a trace.
                       {"exit", 0}});
    return out;
}

Json gene_of(const SeedGene& gene, const std::vector<std::string>& validation,
             const WireOptions& options) {
    // A Gene is used again byte for byte, else its id would change and its record be lost.
    if (options.reused_gene.is_object()) return options.reused_gene;
    Json out{{"type", "Gene"},
             {"schema_version", kSchema},
             {"category", wire_category(gene.category)},
             {"signals_match", tidy_signals(gene.signals)},
             {"summary", summary_of(gene.title, gene.body)},
             {"strategy", strategy_steps(gene.strategy)},
             {"constraints",
              {{"max_files", 20}, {"forbidden_paths", Json::array({".git", "node_modules"})}}},
             {"validation", validation}};
    // A confidence differs from case to case, a Gene must not: its name is that of its strategy.
    out["id"] = slug("gene", out);
    if (!gene.metadata.model_name.empty()) out["model_name"] = gene.metadata.model_name;
    if (options.keep_seed) out["x_seed"] = to_json(gene);
    return out;
}

Json capsule_of(const SeedCapsule& capsule, const std::vector<std::string>& validation,
                const WireOptions& options) {
    Json out{{"type", "Capsule"},
             {"schema_version", kSchema},
             {"id", slug("capsule", to_json(capsule))},
             {"trigger", tidy_signals(capsule.signals)},
             {"summary", summary_of(capsule.title, capsule.body)},
             {"content", content_of(capsule)},
             {"confidence", capsule.confidence},
             {"blast_radius", blast_radius(capsule)},
             // Only what was proven is published, so there is no other status.
             {"outcome", {{"status", "success"}, {"score", capsule.confidence}}},
             {"env_fingerprint", fingerprint()},
             {"validation", validation},
             {"source_type", options.reused_gene.is_object() ? "reused" : "generated"}};
    if (options.diffs) add_files(out, capsule);
    if (!options.trace.empty()) out["execution_trace"] = trace_of(options.trace);
    if (options.success_streak > 0) out["success_streak"] = options.success_streak;
    if (!capsule.metadata.model_name.empty()) out["model_name"] = capsule.metadata.model_name;
    if (options.keep_seed) out["x_seed"] = to_json(capsule);
    return out;
}

Json event_of(const Json& gene, const Json& capsule) {
    // Event, mutation and Capsule of one case are known by the same digits.
    const std::string tail = base::text_at(capsule, "id").substr(8);
    return {{"type", "EvolutionEvent"},
            {"schema_version", kSchema},
            {"id", "evt_" + tail},
            {"intent", gene["category"]},
            {"signals", capsule["trigger"]},
            {"mutation_id", "mut_" + tail},
            {"blast_radius", capsule["blast_radius"]},
            {"outcome", capsule["outcome"]},
            {"source_type", capsule["source_type"]}};
}

}  // namespace

base::Result<Bundle> to_wire(const SeedGene& gene, const SeedCapsule& capsule,
                             const WireOptions& options) {
    const std::vector<std::string> validation =
        options.validation.empty() ? usual_commands() : options.validation;
    Bundle out;
    out.gene = gene_of(gene, validation, options);
    out.capsule = capsule_of(capsule, validation, options);
    if (options.event) out.event = event_of(out.gene, out.capsule);
    if (auto done = seal(out); !done) return base::fail(done.error());
    return out;
}

SeedCapsule capsule_from_wire(const Json& capsule, std::string created_at) {
    SeedCapsule out;
    out.title = base::text_at(capsule, "summary");
    out.body = base::text_at(capsule, "content");
    for (const Json& signal : base::array_at(capsule, "trigger"))
        if (signal.is_string()) out.signals.push_back(signal.get<std::string>());
    out.confidence = std::clamp(base::number_at(capsule, "confidence"), 0.0, 1.0);
    out.blast_radius = base::number_at(base::object_at(capsule, "blast_radius"), "files");
    const std::string diff = base::text_at(capsule, "diff");
    out.solution.type = diff.empty() ? "investigation" : "code_change";
    if (!diff.empty()) out.solution.files.push_back({"", "", diff});
    out.metadata = {std::move(created_at), base::text_at(capsule, "model_name")};
    return out;
}

Json fingerprint() {
    utsname system{};
    uname(&system);
    const std::string_view machine = system.machine;
    const std::string_view arch = machine == "x86_64"    ? "x64"
                                  : machine == "aarch64" ? "arm64"
                                                         : machine;
    // In the words of Node.js (process.platform, process.arch).
    return {{"platform", "linux"}, {"arch", arch}};
}

std::string wire_category(const std::string& category) {
    return category == "regulatory" ? "optimize" : category;
}

}  // namespace insight::evomap
