#include "evomap/ledger.h"

#include "evomap/change_document.h"

namespace insight::evomap {
namespace {

constexpr const char* kLedgerCollection = "evomap.ledger";

LedgerRow row_from(const store::Document& document) {
    const Json& body = document.body;
    LedgerRow out;
    out.key = document.key;
    out.incident = base::text_at(body, "incident");
    out.kind = base::text_at(body, "kind");
    out.seed_gene = base::object_at(body, "seedGene");
    out.seed_capsule = base::object_at(body, "seedCapsule");
    out.gene_id = base::text_at(body, "geneId");
    out.capsule_id = base::text_at(body, "capsuleId");
    out.event_id = base::text_at(body, "eventId");
    out.bundle_id = base::text_at(body, "bundleId");
    out.state = base::text_at(body, "state");
    out.reason = base::text_at(body, "reason");
    out.duplicate = base::flag_at(body, "duplicate");
    out.decided_at = base::integer_at(body, "decidedAt");
    out.promotion = base::text_at(body, "promotion");
    out.quality = base::number_at(body, "quality");
    return out;
}

}  // namespace

Json to_json(const LedgerRow& row) {
    return {{"key", row.key},
            {"incident", row.incident},
            {"kind", row.kind},
            {"seedGene", row.seed_gene},
            {"seedCapsule", row.seed_capsule},
            {"geneId", row.gene_id},
            {"capsuleId", row.capsule_id},
            {"eventId", row.event_id},
            {"bundleId", row.bundle_id},
            {"state", row.state},
            {"reason", row.reason},
            {"duplicate", row.duplicate},
            {"decidedAt", row.decided_at},
            {"promotion", row.promotion},
            {"quality", row.quality}};
}

base::Result<LedgerRow> Ledger::row(const std::string& key) const {
    const auto document = documents_.document(kLedgerCollection, key);
    if (!document) return base::fail(document.error());
    return row_from(*document);
}

base::Result<std::vector<LedgerRow>> Ledger::rows(int limit) const {
    store::DocumentQuery query;
    query.collection = kLedgerCollection;
    query.limit = limit;
    query.newest_first = true;
    const auto documents = documents_.documents(query);
    if (!documents) return base::fail(documents.error());
    std::vector<LedgerRow> out;
    for (const store::Document& document : *documents) out.push_back(row_from(document));
    return out;
}

base::Status Ledger::put(const LedgerRow& row) {
    return change(row.key, [&](LedgerRow& stored) { stored = row; });
}

base::Status Ledger::change(const std::string& key, const std::function<void(LedgerRow&)>& edit) {
    return change_document(documents_, kLedgerCollection, key, [&](store::Document& next) {
        LedgerRow row = row_from(next);
        edit(row);
        row.key = key;
        next.body = to_json(row);
    });
}

}  // namespace insight::evomap
