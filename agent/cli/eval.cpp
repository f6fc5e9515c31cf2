#include <fmt/format.h>

#include <algorithm>

#include "agent/cli/commands.h"
#include "agent/cli/files.h"
#include "agent/cli/output.h"
#include "agent/evaluation/summary.h"

namespace insight::cli {
namespace {

constexpr std::size_t kMaxLabels = 64U << 20;

std::string told(const evaluation::Outcome& outcome) {
    if (!outcome.skipped.empty()) return "left out: " + outcome.skipped;
    if (!outcome.failed.empty()) return "failed: " + outcome.failed;
    const std::optional<double> rank = outcome.rank();
    return fmt::format("{}, {}, {:.3f} s", name(outcome.verdict),
                       rank ? fmt::format("rank {}", *rank) : "not among the causes",
                       outcome.read_seconds + outcome.engine_seconds);
}

Exit print_scores(const evaluation::Evaluation& evaluation, const Options& options) {
    const std::string text = options.format == Format::Json
                                 ? base::dump_json(evaluation::to_json(evaluation), 1)
                                 : evaluation::to_text(evaluation);
    if (options.output.empty()) {
        print(text);
    } else if (auto written = write_text(options.output, text); !written) {
        return complain(written.error());
    }
    const auto failed =
        std::find_if(evaluation.outcomes.begin(), evaluation.outcomes.end(),
                     [](const evaluation::Outcome& outcome) { return !outcome.failed.empty(); });
    if (failed == evaluation.outcomes.end()) return Exit::Done;
    return complain({base::ErrorKind::Unavailable,
                     fmt::format("not every snapshot could be read; the first was {}: {}",
                                 failed->label.snapshot, failed->failed)});
}

}  // namespace

Exit eval(const Options& options) {
    if (options.format != Format::Text && options.format != Format::Json)
        return complain({base::ErrorKind::Invalid, "eval prints text or json"});
    const auto text = read_text(options.labels, kMaxLabels);
    if (!text) return complain(text.error());
    const auto cases = evaluation::read_labels(*text, options.labels);
    if (!cases) return complain(cases.error());
    evaluation::Plan plan;
    plan.folder = options.path;
    plan.onset = *evaluation::onset_mode(options.onset);
    plan.jobs = options.jobs;
    plan.disguised = options.disguised;
    if (plan.onset != evaluation::OnsetMode::Detected &&
        std::none_of(cases->begin(), cases->end(),
                     [](const evaluation::LabelledCase& one) { return one.onset.has_value(); }))
        return complain({base::ErrorKind::Invalid,
                         fmt::format("{} has no onset for any case: only --onset detected can be "
                                     "scored",
                                     options.labels)});
    // Called with one outcome at a time, whatever the number of jobs.
    plan.progress = [&](std::size_t done, const evaluation::Outcome& outcome) {
        progress(fmt::format("{}/{} {}: {}", done, cases->size(), outcome.label.snapshot,
                             told(outcome)));
    };
    std::string features;
    if (!options.features.empty())
        plan.workings = [&](const evaluation::LabelledCase& label, const evaluation::Pods& pods,
                            const agent::Analysis& analysis) {
            features += base::dump_json(evaluation::features_of(label, pods, analysis)) + "\n";
        };
    const evaluation::Evaluation evaluation = evaluation::evaluate(*cases, plan);
    if (!options.features.empty())
        if (auto written = write_text(options.features, features); !written)
            return complain(written.error());
    return print_scores(evaluation, options);
}

}  // namespace insight::cli
