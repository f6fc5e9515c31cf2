#include "agent/evaluation/evaluate.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <filesystem>
#include <mutex>

#include "agent/evaluation/disguise.h"
#include "core/base/side_by_side.h"

namespace insight::evaluation {
namespace {

namespace fs = std::filesystem;
using SteadyClock = std::chrono::steady_clock;

// Some years, and neither whole days nor whole hours.
constexpr base::Nanos kShift = 123'456'789 * base::kSecond;

double seconds_since(SteadyClock::time_point start) {
    return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

double peak_megabytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    // Linux counts in KiB; of the whole run, for a peak has no parts.
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

std::string path_of(const std::string& folder, const std::string& name) {
    std::string path = folder + "/" + name;
    std::error_code ignored;
    // Labels name snapshots without saying how they are packed.
    if (!fs::exists(path, ignored) && fs::exists(path + ".tar.zst", ignored))
        return path + ".tar.zst";
    return path;
}

class Run {
  public:
    Run(const std::vector<LabelledCase>& cases, const Plan& plan) : cases_(cases), plan_(plan) {
        outcomes_.resize(cases.size());
    }

    std::vector<Outcome> all() {
        const auto jobs = static_cast<std::size_t>(std::max(1, plan_.jobs));
        base::side_by_side(cases_.size(), jobs, [this](std::size_t index) { work(index); });
        return std::move(outcomes_);
    }

  private:
    void work(std::size_t index) {
        outcomes_[index] = one(index);
        const std::scoped_lock lock(mutex_);
        ++done_;
        if (plan_.progress) plan_.progress(done_, outcomes_[index]);
    }

    Outcome one(std::size_t index) {
        const LabelledCase& label = cases_[index];
        if (plan_.onset != OnsetMode::Detected && !label.onset) {
            Outcome skipped = without_report(cases_, index);
            skipped.skipped = "its label has no onset";
            return skipped;
        }
        const auto started = SteadyClock::now();
        std::vector<LabelledCase> known{label};
        const std::string path = path_of(plan_.folder, label.snapshot);
        const auto recorded = plan_.disguised
                                  ? open_disguised(path, known.front())
                                  : agent::open_recorded(path, [&](model::Incident& incident) {
                                        tell_onset(plan_.onset, label, incident);
                                    });
        const double read_seconds = seconds_since(started);
        if (!recorded) {
            // A snapshot that cannot be read counts as a wrong answer: leaving it out would flatter
            // the score.
            Outcome failed = without_report(cases_, index);
            failed.failed = recorded.error().text();
            return failed;
        }
        const auto analysing = SteadyClock::now();
        const agent::Analysis analysis = agent::analyse_with_workings(*recorded);
        const double engine_seconds = seconds_since(analysing);
        Pods pods;
        pods.learn(recorded->snapshot.signals);
        Outcome outcome = plan_.disguised ? judge(known, 0, pods, analysis.report)
                                          : judge(cases_, index, pods, analysis.report);
        outcome.read_seconds = read_seconds;
        outcome.engine_seconds = engine_seconds;
        if (plan_.workings) {
            const std::scoped_lock lock(mutex_);
            plan_.workings(label, pods, analysis);
        }
        return outcome;
    }

    // Everything is kept here: log bodies are renamed, too. So is the label.
    base::Result<agent::Recorded> open_disguised(const std::string& path, LabelledCase& label) {
        auto snapshot = store::read_snapshot(path);
        if (!snapshot) return base::fail(snapshot.error());
        tell_onset(plan_.onset, label, snapshot->incident);
        const Disguise disguise(*snapshot, kShift);
        disguise.apply(*snapshot);
        for (LabelledCause& cause : label.causes) {
            cause.service = disguise.renamed(cause.service);
            cause.pod = disguise.renamed(cause.pod);
        }
        return agent::looked_at(std::move(*snapshot));
    }

    const std::vector<LabelledCase>& cases_;
    const Plan& plan_;
    std::vector<Outcome> outcomes_;
    std::mutex mutex_;  // for done_ and the callbacks
    std::size_t done_ = 0;
};

}  // namespace

Evaluation evaluate(const std::vector<LabelledCase>& cases, const Plan& plan) {
    Evaluation out;
    out.onset = plan.onset;
    out.outcomes = Run(cases, plan).all();
    out.peak_megabytes = peak_megabytes();
    return out;
}

}  // namespace insight::evaluation
