#include "analysis/databases/fault.h"

#include "analysis/databases/users.h"
#include "analysis/entity.h"

namespace insight::analysis::databases {

void add_fault(Context& context, const Row& at, Fault fault) {
    Finding finding;
    finding.clue.kind = std::move(fault.kind);
    finding.clue.entity = entity_of(at);
    finding.clue.statement = fault.statement;
    finding.clue.strength = std::min(1.0, 0.4 + 0.6 * fault.harm);
    finding.clue.evidence = fault.evidence;
    if (fault.onset != 0) finding.clue.onset = fault.onset;
    finding.brief = std::move(fault.brief);
    finding.aspect = fault.aspect;
    finding.harm = fault.harm;
    Mechanism mechanism;
    mechanism.cause_class = std::move(fault.cause_class);
    mechanism.level = fault.level;
    mechanism.statement = std::move(fault.statement);
    // what does not hurt yet explains nobody's pain
    mechanism.directness = fault.harm;
    mechanism.overturned_by = std::move(fault.overturned_by);
    mechanism.recommendations = std::move(fault.recommendations);
    // Below this nobody feels it yet, and nobody is named as hurt.
    if (fault.harm >= 0.5) add_users(context, mechanism);
    finding.mechanism = std::move(mechanism);
    context.findings.push_back(std::move(finding));
}

}  // namespace insight::analysis::databases
