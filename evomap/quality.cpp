#include "evomap/quality.h"

#include "core/base/text.h"

namespace insight::evomap {
namespace {

tl::unexpected<base::Error> not_told(const Answer& answer) {
    return base::fail(answer.kind == AnswerKind::Absent ? base::ErrorKind::NotFound
                                                        : base::ErrorKind::Unavailable,
                      answer.sentence);
}

}  // namespace

base::Result<Standing> standing(Node& node) {
    const Answer answer = node.get("/a2a/nodes/" + node.record().node_id);
    if (!answer.ok()) return not_told(answer);
    const Json& told = answer.payload();
    return Standing{base::number_at(told, "reputation_score"),
                    base::integer_at(told, "total_published"),
                    base::integer_at(told, "total_promoted")};
}

base::Result<int> refresh_promotions(Node& node, Ledger& ledger, int limit) {
    const auto rows = ledger.rows(limit);
    if (!rows) return base::fail(rows.error());
    int asked = 0;
    for (const LedgerRow& row : *rows) {
        if (row.state != "published" && row.state != "candidate") continue;
        const Answer answer = node.get("/a2a/assets/" + row.capsule_id);
        // The first that cannot be asked ends it: the next would meet the same hub.
        if (!answer.ok() && answer.kind != AnswerKind::Absent) return not_told(answer);
        ++asked;
        const Json& told = answer.payload();
        const auto kept = ledger.change(row.key, [&](LedgerRow& kept_row) {
            kept_row.promotion = answer.ok() ? base::shorten(base::text_at(told, "status"), 40)
                                             : "not shown by the hub";
            kept_row.quality =
                base::number_at(told, "gdi_score", base::number_at(told, "gdi_score_mean"));
        });
        if (!kept) return base::fail(kept.error());
    }
    return asked;
}

}  // namespace insight::evomap
