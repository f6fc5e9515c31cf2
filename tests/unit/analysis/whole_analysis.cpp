#include "tests/unit/analysis/whole_analysis.h"

#include "analysis/claims.h"
#include "analysis/logs/log_digest.h"
#include "analysis/stages.h"
#include "tests/unit/analysis/builders.h"

namespace insight::analysis::test {

model::Report report_on(model::Signals signals, const model::Incident& about) {
    if (signals.coverage.empty()) signals.coverage.push_back(answered("postgresql/orders-db"));
    signals.normalise();
    const Topology topology = topology_of(signals);
    const logs::LogDigest digest = logs::digest_of(signals.logs, about.window, signals.coverage);
    const Sight sight{about, signals, digest, topology};
    Detection detection = detect(sight);
    Ranking ranking = rank(sight, detection);
    Judgement judgement = judge(about, signals, detection, ranking);
    model::Impact impact = assess_impact(about, signals, detection, ranking, judgement);
    model::Report report = compose(about, signals, std::move(detection), std::move(ranking),
                                   std::move(judgement), std::move(impact));
    check_claims(report);
    return report;
}

model::Report report_on(model::Signals signals) {
    return report_on(std::move(signals), incident());
}

std::string first_class(const model::Report& report) {
    return report.causes.empty() ? "none" : report.causes.front().cause_class;
}

}  // namespace insight::analysis::test
