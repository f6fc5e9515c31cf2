#include "agent/pipeline.h"

#include "agent/version.h"
#include "agent/window.h"
#include "analysis/claims.h"

namespace insight::agent {

store::Snapshot record(model::Incident incident, Sources& sources, const config::Pipeline& settings,
                       base::Nanos now) {
    incident.window = plan_window(incident, settings, now);
    model::Signals signals = sources.collect(
        incident, base::Deadline::after(std::chrono::nanoseconds(settings.collect_timeout)));
    return {std::move(incident), std::move(signals), {}};
}

Analysis analyse_with_workings(const store::Snapshot& snapshot) {
    const model::Incident& incident = snapshot.incident;
    const model::Signals& signals = snapshot.signals;

    analysis::Detection detection = analysis::detect(incident, signals);
    const analysis::Topology topology = analysis::topology_of(signals);
    analysis::Ranking ranking = analysis::rank(incident, signals, topology, detection);
    analysis::Judgement judgement = analysis::judge(incident, signals, detection, ranking);
    model::Impact impact =
        analysis::assess_impact(incident, signals, detection, ranking, judgement);
    model::Report report = analysis::compose(incident, signals, std::move(detection), ranking,
                                             std::move(judgement), std::move(impact));
    analysis::check_claims(report);

    report.version = kVersion;
    // What the candidates point to went into the report.
    for (analysis::ranking::Candidate& candidate : ranking.candidates) candidate.finding = nullptr;
    return {std::move(report), std::move(ranking)};
}

model::Report analyse(const store::Snapshot& snapshot) {
    return analyse_with_workings(snapshot).report;
}

}  // namespace insight::agent
