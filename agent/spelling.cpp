#include "agent/spelling.h"

#include "analysis/entity.h"
#include "core/base/text.h"

namespace insight::agent {

std::string spelled_as_known(const std::string& name, const model::Signals& signals) {
    if (name.empty()) return name;
    const std::string wanted = base::lower(name);
    std::string other;
    const auto is_it = [&](const std::string& known) {
        if (other.empty() && base::lower(known) == wanted) other = known;
        return known == name;
    };
    for (const model::Series& series : signals.metrics)
        if (is_it(analysis::entity_of(series.labels).name)) return name;
    for (const model::LogRecord& record : signals.logs)
        if (is_it(analysis::entity_of(record.attributes).name)) return name;
    for (const model::Span& span : signals.spans)
        if (is_it(analysis::entity_of(span.attributes).name)) return name;
    for (const model::Edge& edge : signals.topology)
        if (is_it(edge.from) || is_it(edge.to)) return name;
    for (const model::Change& change : signals.changes)
        if (is_it(change.entity)) return name;
    for (const model::DatabaseRow& row : signals.databases)
        if (is_it(row.instance)) return name;
    for (const base::Json& object : signals.resources)
        if (is_it(base::text_at(base::object_at(object, "metadata"), "name"))) return name;
    return other.empty() ? name : other;
}

}  // namespace insight::agent
