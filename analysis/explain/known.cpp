#include "analysis/explain/known.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "analysis/command.h"
#include "core/base/text.h"

namespace insight::analysis::explain {
namespace {

constexpr std::size_t kLongestPiece = 80;

// Objects that commands can name, what runs before what only leads there.
constexpr std::array<std::string_view, 6> kKinds{"Deployment", "StatefulSet", "DaemonSet",
                                                 "Pod",        "Node",        "ConfigMap"};

}  // namespace

model::Nanos Known::onset() const {
    return cause_.onset.value_or(sight_.incident.window.start);
}

bool Known::has_source(std::string_view family) const {
    const auto& coverage = sight_.signals.coverage;
    return std::any_of(coverage.begin(), coverage.end(), [&](const model::CoverageRow& row) {
        return row.source == family || row.source.starts_with(std::string(family) + "/");
    });
}

const base::Json* Known::cited(std::string_view kind) const {
    for (const std::string& id : cause_.evidence)
        if (const model::Evidence* evidence = book_.find(id);
            evidence != nullptr && base::text_at(evidence->content, "kind") == kind)
            return &evidence->content;
    return nullptr;
}

std::string Known::expression() const {
    const base::Json* series = cited("series");
    if (series == nullptr) return {};
    model::Labels labels;
    for (const auto& [key, value] : base::object_at(*series, "labels").items())
        if (value.is_string()) labels.emplace(key, value.get<std::string>());
    const std::string name = base::text_at(*series, "name");
    if (name.empty()) return {};
    if (auto made = command::of_histogram(sight_.signals, name, labels, command::selector))
        return *made;
    const std::string selected = command::selector(name, labels);
    return base::flag_at(*series, "rate") ? "rate(" + selected + "[5m])" : selected;
}

std::string Known::trace() const {
    const base::Json* rows = cited("rows");
    if (rows == nullptr) return {};
    const base::Json& ids = base::array_at(base::object_at(*rows, "facts"), "exampleTraces");
    return !ids.empty() && ids.front().is_string() ? ids.front().get<std::string>() : std::string();
}

std::string Known::line() const {
    const base::Json* logs = cited("logs");
    if (logs == nullptr) return {};
    const base::Json& lines = base::array_at(*logs, "lines");
    if (lines.empty()) return {};
    const std::string body = base::one_line(base::text_at(lines.front(), "body"));
    // Values mostly hold digits or stand in quotes: what is between them is the line's own text.
    std::string_view best;
    for (std::size_t from = 0; from < body.size();) {
        const std::size_t end =
            std::min(body.find_first_of("0123456789\"'`=[]{}", from), body.size());
        const std::string_view piece = std::string_view(body).substr(from, end - from);
        if (piece.size() > best.size()) best = piece;
        from = end + 1;
    }
    while (!best.empty() && best.front() == ' ') best.remove_prefix(1);
    best = best.substr(0, std::min(best.size(), kLongestPiece));
    while (!best.empty() && best.back() == ' ') best.remove_suffix(1);
    return std::string(best);
}

std::optional<Workload> Known::workload(const std::string& name) const {
    if (name.empty()) return std::nullopt;
    std::optional<Workload> found;
    std::size_t rank = kKinds.size();
    for (const base::Json& object : sight_.signals.resources) {
        const base::Json& metadata = base::object_at(object, "metadata");
        if (base::text_at(metadata, "name") != name) continue;
        const std::string kind = base::text_at(object, "kind");
        const auto it = std::find(kKinds.begin(), kKinds.end(), kind);
        std::string space = base::text_at(metadata, "namespace");
        const auto at = static_cast<std::size_t>(it - kKinds.begin());
        const bool better = at < rank || (at == rank && it != kKinds.end() && found &&
                                          found->space != sight_.incident.scope.space &&
                                          space == sight_.incident.scope.space);
        if (!better) continue;
        rank = at;
        found = Workload{base::lower(kind), std::move(space), name};
    }
    return found;
}

std::optional<Workload> Known::place() const {
    if (finding_ != nullptr && !finding_->pod.empty()) {
        if (auto pod = workload(finding_->pod)) return pod;
        // Spans and logs name pods of clusters that were not collected themselves.
        return Workload{"pod", sight_.incident.scope.space, finding_->pod};
    }
    return workload(cause_.entity.name);
}

}  // namespace insight::analysis::explain
