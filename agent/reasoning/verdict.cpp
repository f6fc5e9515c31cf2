#include "agent/reasoning/verdict.h"

#include <fmt/format.h>

#include <cmath>

#include "agent/reasoning/bounded.h"
#include "agent/reasoning/proof.h"
#include "analysis/ranking/weights.h"
#include "core/base/text.h"

namespace insight::agent::reasoning {
namespace {

using model::Proof;

constexpr double kForProof = 0.4;  // log-odds; a modest witness: e^0.4 is about 1.5
constexpr int kMostProofs = 2;     // what many statements say is mostly one thing
constexpr double kAgainst = 0.5;
constexpr int kMostAgainst = 3;
constexpr double kShareOfUnexplained = 0.5;
constexpr std::size_t kMostCauses = 6;
constexpr double kEnough = 0.5;  // as the engine's judgement: below, a first cause is a guess

std::string lower(std::string text) {
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 128)
            c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

double logit(double p) {
    return std::log(p / (1 - p));
}

struct Heard {
    std::vector<model::AddedStatement> statements;
    int fresh_proofs = 0;  // proven with evidence that the cause had not cited
    int contradicted = 0;
    bool names_entity = false;
};

class Court {
  public:
    Court(const Shelf& shelf, const std::set<std::string>& names, model::Report& report,
          model::Reasoning& reasoning)
        : shelf_(shelf), names_(names), report_(report), reasoning_(reasoning) {}

    Heard hear(const std::vector<ClaimedStatement>& claims, const std::string& entity,
               const std::vector<std::string>& known) {
        Heard out;
        for (const ClaimedStatement& claim : claims) {
            const std::string text = shown_statement(claim.text);
            std::vector<const model::Evidence*> cited;
            model::AddedStatement added;
            for (const std::string& id : claim.evidence)
                if (const model::Evidence* evidence = shelf_.find(id);
                    evidence != nullptr && std::find(added.evidence.begin(), added.evidence.end(),
                                                     id) == added.evidence.end()) {
                    cited.push_back(evidence);
                    added.evidence.push_back(id);
                }
            ++report_.claims.checked;
            Finding finding;
            if (!text.empty() && !cited.empty()) finding = prove(text, cited, names_);
            if (!finding.anything && finding.proof != Proof::Contradicted) {
                ++reasoning_.removed;
                ++report_.claims.removed;
                continue;
            }
            added.statement = text;
            added.proof = finding.proof;
            added.missing = std::move(finding.missing);
            count(added, known, out);
            out.names_entity =
                out.names_entity || (added.proof == Proof::Proven && speaks_of(added, entity));
            keep_evidence(added.evidence);
            out.statements.push_back(std::move(added));
        }
        return out;
    }

    // Evidence of the investigation goes into the report only when somebody cites it.
    void keep_evidence(const std::vector<std::string>& ids) {
        for (const std::string& id : ids)
            if (model::find_evidence(report_, id) == nullptr)
                if (const model::Evidence* evidence = shelf_.find(id))
                    report_.evidence.push_back(*evidence);
    }

  private:
    void count(const model::AddedStatement& added, const std::vector<std::string>& known,
               Heard& out) {
        switch (added.proof) {
            case Proof::Proven:
                ++reasoning_.proven;
                ++report_.claims.proven;
                for (const std::string& id : added.evidence)
                    if (std::find(known.begin(), known.end(), id) == known.end()) {
                        ++out.fresh_proofs;
                        break;
                    }
                break;
            case Proof::Unproven:
                ++reasoning_.unproven;
                break;
            case Proof::Contradicted:
                ++reasoning_.contradicted;
                ++out.contradicted;
                break;
        }
    }

    [[nodiscard]] bool speaks_of(const model::AddedStatement& added,
                                 const std::string& entity) const {
        const std::string wanted = lower(entity);
        if (lower(added.statement).find(wanted) != std::string::npos) return true;
        return std::any_of(added.evidence.begin(), added.evidence.end(),
                           [&](const std::string& id) {
                               const model::Evidence* evidence = shelf_.find(id);
                               return evidence != nullptr &&
                                      lower(evidence->title + " " + evidence->query).find(wanted) !=
                                          std::string::npos;
                           });
    }

    const Shelf& shelf_;
    const std::set<std::string>& names_;
    model::Report& report_;
    model::Reasoning& reasoning_;
};

model::Level level_of(const std::string& word) {
    for (const model::Level level : {model::Level::Code, model::Level::Config,
                                     model::Level::Infrastructure, model::Level::Dependency})
        if (word == model::name(level)) return level;
    return model::Level::Infrastructure;
}

model::Cause* cause_of(model::Report& report, const ClaimedCause& claimed) {
    model::Cause* same_entity = nullptr;
    int at_entity = 0;
    for (model::Cause& cause : report.causes) {
        if (cause.added || lower(cause.entity.name) != lower(claimed.entity.name)) continue;
        if (cause.cause_class == claimed.cause_class) return &cause;
        if (at_entity++ == 0) same_entity = &cause;
    }
    // Other words for the same thing: the engine's classes are not known to the model by heart.
    return at_entity == 1 ? same_entity : nullptr;
}

double moved(double probability, const Heard& heard, int objections) {
    const double most = analysis::ranking::weights().most;
    const double p = std::clamp(probability, 0.001, 0.999);
    const double odds = logit(p) + kForProof * std::min(heard.fresh_proofs, kMostProofs) -
                        kAgainst * std::min(heard.contradicted + objections, kMostAgainst);
    const double out = 1 / (1 + std::exp(-odds));
    return std::min(out, std::max(most, std::min(probability, 1.0)));
}

// The engine calibrates each cause by itself (several may be right), so what it leaves is what its
// best one leaves.
double left_by(const std::vector<model::Cause>& causes) {
    double most = 0;
    for (const model::Cause& cause : causes) most = std::max(most, cause.probability);
    return 1 - most;
}

void add_objections(model::Cause& cause, const Heard& against) {
    for (const model::AddedStatement& added : against.statements)
        if (added.proof == Proof::Proven)
            cause.against.push_back({added.statement, added.evidence});
}

void extend(model::Cause& cause, Heard heard, const Heard& against) {
    const double before = cause.probability;
    cause.probability = moved(before, heard, against.fresh_proofs);
    add_objections(cause, against);
    for (model::AddedStatement& added : heard.statements)
        cause.statements.push_back(std::move(added));
    if (std::abs(cause.probability - before) >= 0.0005)
        cause.reasons.push_back(fmt::format(
            "model: {} proven statement(s) with new evidence, {} contradicted, {} objection(s): "
            "{:.0f} % instead of {:.0f} %",
            heard.fresh_proofs, heard.contradicted, against.fresh_proofs, cause.probability * 100,
            before * 100));
}

std::optional<model::Cause> new_cause(const ClaimedCause& claimed, Heard heard,
                                      const Heard& against, double unexplained) {
    if (!heard.names_entity) return std::nullopt;
    model::Cause cause;
    cause.entity = claimed.entity;
    cause.level = level_of(claimed.level);
    cause.cause_class = claimed.cause_class;
    cause.added = true;
    for (const model::AddedStatement& added : heard.statements) {
        if (added.proof != Proof::Proven) continue;
        if (cause.statement.size() + added.statement.size() < 500)
            cause.statement += (cause.statement.empty() ? "" : " ") + added.statement;
        for (const std::string& id : added.evidence)
            if (std::find(cause.evidence.begin(), cause.evidence.end(), id) == cause.evidence.end())
                cause.evidence.push_back(id);
    }
    const double start = unexplained * kShareOfUnexplained;
    cause.probability = std::min(unexplained, moved(start, heard, against.fresh_proofs));
    cause.reasons = {fmt::format(
        "found by the model: half of the {:.0f} % that the engine left unexplained, moved by {} "
        "proven, {} contradicted statement(s) and {} objection(s)",
        unexplained * 100, heard.fresh_proofs, heard.contradicted, against.fresh_proofs)};
    cause.overturned_by.statement =
        fmt::format("If {} was as usual before and after the onset, this is not the cause.",
                    claimed.entity.name);
    add_objections(cause, against);
    cause.statements = std::move(heard.statements);
    return cause;
}

// As the engine's judgement: what did not answer may hide a rival.
double trust_in(const std::vector<model::CoverageRow>& coverage) {
    double asked = 0, whole = 0;
    for (const model::CoverageRow& row : coverage) {
        if (!row.asked) continue;
        ++asked;
        whole += row.outcome == model::Outcome::Answered || row.outcome == model::Outcome::Empty ||
                         row.outcome == model::Outcome::Truncated
                     ? 1
                     : 0;
    }
    return 0.5 + 0.5 * (asked == 0 ? 0 : whole / asked);
}

void judge_again(model::Report& report, const model::Cause& first_before, double before) {
    if (report.causes.empty() || report.verdict == model::Verdict::NothingWrong) return;
    const model::Cause& first = report.causes.front();
    const bool same = first.entity == first_before.entity &&
                      first.cause_class == first_before.cause_class &&
                      std::abs(first.probability - before) < 1e-9;
    if (same) return;
    const double trust = trust_in(report.coverage);
    if (first.probability >= kEnough) {
        report.verdict = model::Verdict::Cause;
        report.confidence = first.probability * trust;
        report.summary = first.statement;
    } else if (report.verdict == model::Verdict::Cause) {
        report.verdict = model::Verdict::NotEnoughEvidence;
        report.confidence = first.probability * (2 * trust - 1);
        report.summary = "Something is wrong, but the evidence does not carry a cause.";
    } else if (report.verdict == model::Verdict::Several && report.causes.size() > 1) {
        report.confidence = std::min(1.0, first.probability + report.causes[1].probability) * trust;
    } else {
        report.confidence = first.probability * (2 * trust - 1);
    }
}

}  // namespace

void apply_answer(const ModelAnswer& answer, const Shelf& shelf, const std::set<std::string>& names,
                  model::Report& report, model::Reasoning& reasoning) {
    Court court(shelf, names, report, reasoning);
    const model::Cause first = report.causes.empty() ? model::Cause{} : report.causes.front();
    double unexplained = left_by(report.causes);
    for (const ClaimedCause& claimed : answer.causes) {
        if (!names.contains(lower(claimed.entity.name))) {
            const auto lost =
                static_cast<std::int64_t>(claimed.statements.size() + claimed.against.size());
            reasoning.removed += lost;
            report.claims.checked += lost;
            report.claims.removed += lost;
            reasoning.cut.push_back(
                fmt::format("a cause at '{}' was left out: no source knows that entity",
                            base::shorten(claimed.entity.name, 80)));
            continue;
        }
        model::Cause* known = cause_of(report, claimed);
        Heard heard = court.hear(claimed.statements, claimed.entity.name,
                                 known == nullptr ? std::vector<std::string>{} : known->evidence);
        const Heard against = court.hear(claimed.against, claimed.entity.name, {});
        if (known != nullptr) {
            extend(*known, std::move(heard), against);
            continue;
        }
        auto added = report.causes.size() < kMostCauses
                         ? new_cause(claimed, std::move(heard), against, unexplained)
                         : std::nullopt;
        if (!added) {
            reasoning.cut.push_back(fmt::format(
                "the model's suspicion of {} ({}) has no proven statement: it is no cause of this "
                "report",
                base::shorten(claimed.entity.name, 80), claimed.cause_class));
            reasoning.hypotheses.push_back(
                {fmt::format("{} at {}", claimed.cause_class, claimed.entity.name), "open", {}});
            continue;
        }
        unexplained = std::max(0.0, unexplained - added->probability);
        report.causes.push_back(std::move(*added));
    }
    std::stable_sort(report.causes.begin(), report.causes.end(),
                     [](const model::Cause& left, const model::Cause& right) {
                         return left.probability > right.probability;
                     });
    judge_again(report, first, first.probability);
    for (const ProposedAction& action : answer.actions) {
        ProposedAction kept = action;
        std::erase_if(kept.evidence,
                      [&](const std::string& id) { return shelf.find(id) == nullptr; });
        auto proposed = recommendation_of(kept, names, report.incident.scope);
        if (!proposed) {
            reasoning.cut.push_back("a proposal was left out: " + proposed.error().message);
            continue;
        }
        court.keep_evidence(proposed->evidence);
        report.recommendations.push_back(std::move(*proposed));
    }
    if (report.verdict == model::Verdict::NotEnoughEvidence)
        for (const std::string& missing : answer.missing)
            report.to_collect.push_back("the model asks for: " + missing);
}

}  // namespace insight::agent::reasoning
