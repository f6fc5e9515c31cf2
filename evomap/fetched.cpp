#include "evomap/fetched.h"

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "evomap/canonical.h"

namespace insight::evomap {
namespace {

constexpr double kForeignTrust = 0.6;  // what evolver 1.29.8 leaves of a foreign confidence
constexpr std::size_t kLongestFetchedText = 2000;
// bounds on what strangers make us keep and show
constexpr std::size_t kMostItems = 20;

// What hubs put beside an asset's own fields.
// Taken off again before the id is checked: the author hashed the asset without them.
constexpr std::array<std::string_view, 32> kAdded{"status",
                                                  "asset_type",
                                                  "bundle_id",
                                                  "callable",
                                                  "payload_ready",
                                                  "bundle_capsule",
                                                  "bundle_events",
                                                  "reputation_score",
                                                  "gdi_score",
                                                  "gdi_score_mean",
                                                  "success_rate",
                                                  "reuse_count",
                                                  "ranking_score",
                                                  "credit_cost",
                                                  "source_node_id",
                                                  "fetched_at",
                                                  "receipt",
                                                  "hub_receipt",
                                                  "already_purchased",
                                                  "search_score",
                                                  "match_score",
                                                  "similarity",
                                                  "similarity_score",
                                                  "search_rank",
                                                  "match_rank",
                                                  "rank",
                                                  "score",
                                                  "relevance",
                                                  "relevance_score",
                                                  "match_reason",
                                                  "created_at",
                                                  "payload_backfill_reason"};

std::string tidy(const Json& object, std::string_view key) {
    return base::shorten(base::clean_utf8(base::text_at(object, key)), kLongestFetchedText);
}

std::vector<std::string> texts_at(const Json& object, std::string_view key) {
    std::vector<std::string> out;
    for (const Json& one : base::array_at(object, key))
        if (one.is_string() && out.size() < kMostItems)
            out.push_back(
                base::shorten(base::one_line(base::clean_utf8(one.get<std::string>())), 300));
    return out;
}

const Json& unwrapped(const Json& row) {
    const Json& inner = base::object_at(row, "payload");
    const bool bare = !base::text_at(row, "type").empty();
    return !bare && inner.contains("type") && inner.contains("asset_id") ? inner : row;
}

// The asset as its author hashed it, where that can be found again.
bool find_original(Json& asset) {
    if (verifies(asset)) return true;
    Json stripped = asset;
    for (const std::string_view key : kAdded) stripped.erase(std::string(key));
    if (verifies(stripped)) {
        asset = std::move(stripped);
        return true;
    }
    // Hubs put a confidence on Genes, which have none of their own.
    if (base::text_at(stripped, "type") != "Gene") return false;
    stripped.erase("confidence");
    if (!verifies(stripped)) return false;
    asset = std::move(stripped);
    return true;
}

Fetched read_row(const Json& row) {
    Fetched out;
    out.asset = unwrapped(row);
    out.status = tidy(row, "status");
    out.source_node = tidy(row, "source_node_id");
    if (out.source_node.empty()) out.source_node = tidy(out.asset, "source_node_id");
    // The id may well fit: it was computed by the hub over words that it made up.
    const bool backfilled =
        row.contains("payload_backfill_reason") || out.asset.contains("payload_backfill_reason");
    out.verified = find_original(out.asset) && !backfilled;
    if (backfilled)
        out.doubt = "the hub has put words into it that its author did not write";
    else if (!out.verified)
        out.doubt = "its id does not belong to its content";
    out.asset_id = tidy(out.asset, "asset_id");
    out.type = tidy(out.asset, "type");
    if (out.type.empty()) out.type = tidy(row, "asset_type");
    out.summary = base::one_line(tidy(out.asset, "summary"));
    out.content = tidy(out.asset, "content");
    out.signals = texts_at(out.asset, out.type == "Gene" ? "signals_match" : "trigger");
    out.strategy = texts_at(out.asset, "strategy");
    out.outcome = base::text_at(base::object_at(out.asset, "outcome"), "status");
    if (out.outcome != "success" && out.outcome != "failed") out.outcome.clear();
    // Somebody else's certainty is about somebody else's systems.
    // Nothing follows from it here but the order of hints.
    out.confidence = kForeignTrust * std::clamp(base::number_at(out.asset, "confidence"), 0.0, 1.0);
    out.streak = static_cast<int>(
        std::clamp<std::int64_t>(base::integer_at(out.asset, "success_streak"), 0, 1'000'000));
    return out;
}

}  // namespace

std::vector<Fetched> read_rows(const Json& payload, std::size_t limit) {
    std::vector<Fetched> out;
    for (const char* key : {"results", "assets"})
        for (const Json& row : base::array_at(payload, key))
            if (row.is_object() && out.size() < limit) out.push_back(read_row(row));
    return out;
}

Json to_json(const Fetched& fetched) {
    return {{"assetId", fetched.asset_id},
            {"type", fetched.type},
            {"summary", fetched.summary},
            {"content", fetched.content},
            {"signals", fetched.signals},
            {"strategy", fetched.strategy},
            {"outcome", fetched.outcome},
            {"confidence", fetched.confidence},
            {"streak", fetched.streak},
            {"status", fetched.status},
            {"sourceNode", fetched.source_node},
            {"verified", fetched.verified},
            {"doubt", fetched.doubt}};
}

}  // namespace insight::evomap
