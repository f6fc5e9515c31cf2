#include "agent/spelling.h"

#include "analysis/entity.h"
#include "core/base/text.h"

namespace insight::agent {

Spelling::Spelling(std::string written)
    : written_(std::move(written)), lower_(base::lower(written_)) {}

bool Spelling::meet(std::string_view known) {
    if (known == written_) {
        met_ = true;
        other_.clear();
    } else if (!met_ && other_.empty() && base::lower(known) == lower_) {
        other_ = known;
    }
    return met_;
}

std::string spelled_as_known(const std::string& name, const model::Signals& signals) {
    if (name.empty()) return name;
    Spelling spelling(name);
    for (const model::Series& series : signals.metrics)
        if (spelling.meet(analysis::entity_of(series.labels).name)) return name;
    for (const model::LogRecord& record : signals.logs)
        if (spelling.meet(analysis::entity_of(record.attributes).name)) return name;
    for (const model::Span& span : signals.spans)
        if (spelling.meet(analysis::entity_of(span.attributes).name)) return name;
    for (const model::Edge& edge : signals.topology)
        if (spelling.meet(edge.from) || spelling.meet(edge.to)) return name;
    for (const model::Change& change : signals.changes)
        if (spelling.meet(change.entity)) return name;
    for (const model::DatabaseRow& row : signals.databases)
        if (spelling.meet(row.instance)) return name;
    for (const base::Json& object : signals.resources)
        if (spelling.meet(base::text_at(base::object_at(object, "metadata"), "name"))) return name;
    return spelling.best();
}

}  // namespace insight::agent
