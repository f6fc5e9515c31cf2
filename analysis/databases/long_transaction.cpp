#include "analysis/databases/long_transaction.h"

#include <algorithm>

#include "analysis/entity.h"

namespace insight::analysis::databases {

void add_long_transaction(Context& context, const Row& at, LongTransaction transaction) {
    Finding finding;
    finding.clue.kind = "long_transaction";
    finding.clue.entity = entity_of(at);
    finding.clue.statement = transaction.statement;
    finding.clue.strength = std::min(0.8, 0.3 + transaction.age / 7200);
    finding.clue.onset = at.time - base::from_seconds(transaction.age);
    finding.clue.evidence = {transaction.evidence};
    finding.brief = std::move(transaction.brief);
    finding.aspect = Aspect::Waiting;
    finding.harm = 0.3;
    Mechanism mechanism;
    mechanism.cause_class = "long_transaction";
    mechanism.level = model::Level::Code;
    mechanism.statement = std::move(transaction.statement);
    mechanism.directness = 0.3;
    mechanism.overturned_by = {
        "If the alert's quantity does not improve after the transaction ends, it was not the "
        "cause.",
        std::move(transaction.command)};
    finding.mechanism = std::move(mechanism);
    context.findings.push_back(std::move(finding));
}

}  // namespace insight::analysis::databases
