#include "agent/pipeline.h"

#include "agent/runbooks/fitting.h"
#include "agent/spelling.h"
#include "agent/version.h"
#include "agent/window.h"
#include "analysis/claims.h"
#include "analysis/explain/explain.h"
#include "analysis/history/similar.h"

namespace insight::agent {

store::Snapshot record(model::Incident incident, Sources& sources, const config::Pipeline& settings,
                       base::Nanos now) {
    incident.window = plan_window(incident, settings, now);
    model::Signals signals = sources.collect(
        incident, base::Deadline::after(std::chrono::nanoseconds(settings.collect_timeout)));
    incident.service = spelled_as_known(incident.service, signals);
    return {std::move(incident), std::move(signals), {}, {}, {}};
}

Analysis analyse_with_workings(const Recorded& recorded) {
    const model::Incident& incident = recorded.snapshot.incident;
    const model::Signals& signals = recorded.snapshot.signals;

    const analysis::Topology topology = analysis::topology_of(signals);
    const analysis::Sight sight{incident, signals, recorded.logs, topology};
    analysis::Detection detection = analysis::detect(sight);
    analysis::Ranking ranking = analysis::rank(sight, detection);
    analysis::explain_causes(sight, detection, ranking);
    analysis::Judgement judgement = analysis::judge(incident, signals, detection, ranking);
    model::Impact impact = analysis::assess_impact(sight, detection, ranking, judgement);
    model::Report report = analysis::compose(incident, signals, std::move(detection), ranking,
                                             std::move(judgement), std::move(impact));
    // After everything that states something, before what only points elsewhere.
    analysis::check_claims(report);
    report.similar = analysis::history::similar_incidents(report, recorded.snapshot.history);
    runbooks::recommend_runbooks(runbooks::runbooks_of(recorded.snapshot), report);

    report.version = kVersion;
    // What the candidates point to went into the report.
    for (analysis::ranking::Candidate& candidate : ranking.candidates) candidate.finding = nullptr;
    return {std::move(report), std::move(ranking)};
}

model::Report analyse(const Recorded& recorded) {
    return analyse_with_workings(recorded).report;
}

model::Report analyse(const store::Snapshot& snapshot) {
    return analyse(looked_at(snapshot));
}

}  // namespace insight::agent
