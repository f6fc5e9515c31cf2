#include "evomap/genes.h"

#include <algorithm>
#include <set>

#include "evomap/change_document.h"
#include "evomap/strategy.h"

namespace insight::evomap {
namespace {

constexpr const char* kGeneCollection = "evomap.genes";
constexpr double kEnough = 0.5;  // of all signals of both

std::vector<std::string> texts_in(const Json& list) {
    std::vector<std::string> out;
    for (const Json& one : list)
        if (one.is_string()) out.push_back(one.get<std::string>());
    return out;
}

// Jaccard's index.
double overlap(const std::vector<std::string>& left, const std::vector<std::string>& right) {
    const std::set<std::string> a(left.begin(), left.end());
    const std::set<std::string> b(right.begin(), right.end());
    std::vector<std::string> both;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
    const std::size_t all = a.size() + b.size() - both.size();
    return all == 0 ? 0 : static_cast<double>(both.size()) / static_cast<double>(all);
}

GeneRecord gene_record_from(const store::Document& document) {
    const auto number = [&](const char* key) {
        return static_cast<int>(base::integer_at(document.body, key));
    };
    return {document.key,       base::object_at(document.body, "gene"),
            number("uses"),     number("successes"),
            number("failures"), number("streak")};
}

}  // namespace

base::Result<std::optional<GeneRecord>> Genes::match(
    const std::string& category, const std::vector<std::string>& signals,
    const std::vector<std::string>& strategy) const {
    // Compared one by one: a node has some dozen Genes, and an index over signals would need
    // its own upkeep.
    auto known = all();
    if (!known) return base::fail(known.error());
    for (GeneRecord& record : *known)
        if (base::text_at(record.gene, "category") == category &&
            // Words alone: another comma makes no other strategy. Signals may differ by half, for
            // no two cases show the same.
            same_strategy(texts_in(base::array_at(record.gene, "strategy")), strategy) &&
            overlap(texts_in(base::array_at(record.gene, "signals_match")), signals) >= kEnough)
            return std::optional(std::move(record));
    return std::optional<GeneRecord>();
}

template <typename Edit>
base::Status Genes::change(const std::string& gene_id, const Edit& edit) {
    return change_document(documents_, kGeneCollection, gene_id, [&](store::Document& next) {
        GeneRecord record = gene_record_from(next);
        edit(record);
        next.body = {{"gene", record.gene},
                     {"uses", record.uses},
                     {"successes", record.successes},
                     {"failures", record.failures},
                     {"streak", record.streak}};
    });
}

base::Status Genes::used(const Json& gene) {
    return change(base::text_at(gene, "asset_id"), [&](GeneRecord& record) {
        record.gene = gene;
        ++record.uses;
    });
}

base::Status Genes::outcome(const std::string& gene_id, bool success) {
    return change(gene_id, [&](GeneRecord& record) {
        ++(success ? record.successes : record.failures);
        // One failure ends it, as at the hubs: a streak is what holds now.
        record.streak = success ? record.streak + 1 : 0;
    });
}

base::Result<std::vector<GeneRecord>> Genes::all() const {
    store::DocumentQuery query;
    query.collection = kGeneCollection;
    query.limit = 1000;
    const auto documents = documents_.documents(query);
    if (!documents) return base::fail(documents.error());
    std::vector<GeneRecord> out;
    for (const store::Document& document : *documents) out.push_back(gene_record_from(document));
    std::stable_sort(out.begin(), out.end(), [](const GeneRecord& left, const GeneRecord& right) {
        return left.streak > right.streak;
    });
    return out;
}

}  // namespace insight::evomap
