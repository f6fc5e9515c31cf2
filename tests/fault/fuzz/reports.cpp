// Lines of one file of a snapshot, read and taken through the whole analysis.
#include "analysis/claims.h"
#include "analysis/explain/explain.h"
#include "analysis/health/scan.h"
#include "analysis/history/similar.h"
#include "analysis/logs/log_digest.h"
#include "analysis/stages.h"
#include "tests/fault/fuzz/holds.h"
#include "tests/fault/fuzz/targets.h"

namespace insight::fuzz {
namespace {

constexpr std::size_t kMostLines = 500;

template <class Take>
void for_lines(std::string_view bytes, Take take) {
    std::size_t count = 0;
    for (std::size_t from = 0; from < bytes.size() && count < kMostLines; ++count) {
        const std::size_t end = std::min(bytes.find('\n', from), bytes.size());
        if (auto value = base::parse_json(bytes.substr(from, end - from), "it"))
            take(std::move(*value));
        from = end + 1;
    }
}

template <class Item>
void keep(base::Result<Item> read, std::vector<Item>& into) {
    if (read) into.push_back(std::move(*read));
}

void must_hold(const model::Report& report) {
    for (const model::Cause& cause : report.causes) {
        must(std::isfinite(cause.probability) && cause.probability >= 0 && cause.probability <= 1,
             "a probability is one");
        must(!cause.overturned_by.statement.empty() && !cause.overturned_by.command.empty(),
             "every cause can be overturned");
        must(cause.overturned_by.command.find('\n') == std::string::npos, "a command is one line");
        for (const std::string& id : cause.evidence)
            must(model::find_evidence(report, id) != nullptr, "what is cited is there");
    }
    must(report.confidence >= 0 && report.confidence <= 1, "confidence is a probability");
    const std::string text = base::dump_json(model::to_json(report));
    must(base::parse_json(text, "the report").has_value(), "a report can be read again");
}

// As agent/pipeline does, without what the agent adds.
void analyse(store::Snapshot in, model::Origin origin) {
    in.incident.origin = origin;
    in.signals.normalise();
    const analysis::Topology topology = analysis::topology_of(in.signals);
    const analysis::logs::LogDigest digest(in.incident.window);
    const analysis::Sight sight{in.incident, in.signals, digest, topology};
    analysis::Detection detection = analysis::detect(sight);
    analysis::Ranking ranking = analysis::rank(sight, detection);
    analysis::explain_causes(sight, detection, ranking);
    analysis::Judgement judgement = analysis::judge(in.incident, in.signals, detection, ranking);
    model::Impact impact = analysis::assess_impact(sight, detection, ranking, judgement);
    model::Report report =
        analysis::compose(in.incident, in.signals, std::move(detection), std::move(ranking),
                          std::move(judgement), std::move(impact));
    analysis::check_claims(report);
    must_hold(report);
    static_cast<void>(analysis::history::past_of(report));
    if (origin != model::Origin::Scan) return;
    const model::Health health = analysis::health::scan(report, in.signals, {});
    must(health.score >= 0 && health.score <= 100, "a score is one");
    for (const model::HealthFinding& finding : health.findings)
        if (finding.exhaustion) {
            const model::Exhaustion& end = *finding.exhaustion;
            must(end.earliest <= end.at && (!end.latest || end.at <= *end.latest),
                 "an interval holds its own middle");
        }
    must(model::health_from_json(model::to_json(health)).has_value(), "a scan can be read again");
}

}  // namespace

void spans(std::string_view bytes) {
    store::Snapshot in = window();
    for_lines(bytes,
              [&](const base::Json& line) { keep(model::span_from_json(line), in.signals.spans); });
    analyse(std::move(in), model::Origin::Question);
}

void changes(std::string_view bytes) {
    store::Snapshot in = window();
    for_lines(bytes, [&](const base::Json& line) {
        keep(model::change_from_json(line), in.signals.changes);
        keep(model::span_from_json(line), in.signals.spans);
    });
    analyse(std::move(in), model::Origin::Question);
}

void objects(std::string_view bytes) {
    store::Snapshot in = window();
    for_lines(bytes, [&](base::Json line) {
        const bool event = line.is_object() && line.contains("involvedObject");
        (event ? in.signals.events : in.signals.resources).push_back(std::move(line));
    });
    analyse(in, model::Origin::Question);
    analyse(std::move(in), model::Origin::Scan);
}

void rows(std::string_view bytes) {
    store::Snapshot in = window();
    for_lines(bytes, [&](const base::Json& line) {
        keep(model::database_row_from_json(line), in.signals.databases);
    });
    analyse(std::move(in), model::Origin::Scan);
}

void series(std::string_view bytes) {
    store::Snapshot in = window();
    for_lines(bytes, [&](const base::Json& line) {
        keep(model::series_from_json(line), in.signals.metrics);
    });
    analyse(std::move(in), model::Origin::Scan);
}

}  // namespace insight::fuzz
