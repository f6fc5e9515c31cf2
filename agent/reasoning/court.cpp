#include "agent/reasoning/court.h"

#include <algorithm>

#include "agent/reasoning/proof.h"
#include "agent/reasoning/same_name.h"
#include "agent/reasoning/shown.h"
#include "core/base/text.h"

namespace insight::agent::reasoning {

using model::Proof;

Heard Court::hear(const std::vector<ClaimedStatement>& claims, const std::string& entity,
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
        // Counted whatever comes of it: a report says of how many statements it kept how many.
        ++report_.claims.checked;
        Finding finding;
        if (!text.empty() && !cited.empty()) finding = prove(text, cited, names_);
        // Nothing of it stands anywhere: shown as unproven it would still be read and believed. A
        // contradicted one stays, because it tells against its cause.
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

void Court::keep_evidence(const std::vector<std::string>& ids) {
    for (const std::string& id : ids)
        if (model::find_evidence(report_, id) == nullptr)
            if (const model::Evidence* evidence = shelf_.find(id))
                report_.evidence.push_back(*evidence);
}

void Court::count(const model::AddedStatement& added, const std::vector<std::string>& known,
                  Heard& out) {
    switch (added.proof) {
        case Proof::Proven:
            ++reasoning_.proven;
            ++report_.claims.proven;
            // What only repeats the evidence that the cause was ranked by proves it no second time.
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

// A proven statement about something else proves nothing against this entity.
bool Court::speaks_of(const model::AddedStatement& added, const std::string& entity) const {
    const std::string wanted = base::lower(entity);
    if (reasoning::speaks_of(base::lower(added.statement), wanted)) return true;
    return std::any_of(added.evidence.begin(), added.evidence.end(), [&](const std::string& id) {
        const model::Evidence* evidence = shelf_.find(id);
        return evidence != nullptr &&
               reasoning::speaks_of(base::lower(evidence->title + " " + evidence->query), wanted);
    });
}

}  // namespace insight::agent::reasoning
