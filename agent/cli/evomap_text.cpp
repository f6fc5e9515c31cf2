#include "agent/cli/evomap_text.h"

#include <fmt/format.h>

#include <array>

#include "core/base/text.h"
#include "core/store/outbox.h"

namespace insight::cli {
namespace {

std::string time_text(base::Nanos time) {
    // Whole seconds: nobody reads the fraction.
    return time == 0 ? "never" : base::format_rfc3339(time / base::kSecond * base::kSecond);
}

// Text of strangers, on one line.
std::string plain(const base::Json& value, std::string_view key, std::size_t bytes) {
    return base::shorten(base::one_line(base::clean_utf8(base::text_at(value, key))), bytes);
}

}  // namespace

std::string_view state_name(store::ParcelState state) {
    constexpr std::array<std::string_view, 4> kNames{"waiting", "held", "sent", "refused"};
    return kNames[static_cast<std::size_t>(state)];
}

base::Json as_json(const evomap::NodeRecord& node) {
    return {{"nodeId", node.node_id},
            {"state", name(node.state)},
            {"note", node.note},
            {"secretVersion", node.version},
            {"claimCode", node.claim_code},
            {"claimUrl", node.claim_url},
            {"claimed", node.claimed},
            {"credits", node.credits},
            {"survival", node.survival},
            {"helloAt", time_text(node.hello_at)},
            {"heartbeatAt", time_text(node.beat_at)}};
}

base::Json as_json(const evomap::GeneRecord& gene) {
    return {{"geneId", gene.gene_id},    {"summary", plain(gene.gene, "summary", 200)},
            {"uses", gene.uses},         {"successes", gene.successes},
            {"failures", gene.failures}, {"streak", gene.streak}};
}

std::string node_text(const evomap::NodeRecord& node) {
    std::string out = fmt::format("node       {}\nstate      {}\n", node.node_id, name(node.state));
    if (!node.note.empty()) out += fmt::format("           {}\n", node.note);
    if (!node.claimed && !node.claim_code.empty())
        out +=
            fmt::format("claim      {} at {} (shown for a day)\n", node.claim_code, node.claim_url);
    out += fmt::format("secret     {}\n",
                       node.secret.empty() ? "none yet" : fmt::format("version {}", node.version));
    out += fmt::format("hello      {}\nheartbeat  {}\ncredits    {}\n", time_text(node.hello_at),
                       time_text(node.beat_at), node.credits);
    return out;
}

std::string rows_text(const std::vector<evomap::LedgerRow>& rows) {
    std::string out = rows.empty() ? "nothing was published yet\n" : "";
    for (const evomap::LedgerRow& row : rows)
        out += fmt::format("{:10} {:8} {:24} {}{}{}\n", row.state, row.kind, row.key,
                           row.capsule_id, row.promotion.empty() ? "" : " " + row.promotion,
                           row.reason.empty() ? "" : ": " + base::shorten(row.reason, 120));
    return out;
}

std::string genes_text(const std::vector<evomap::GeneRecord>& genes) {
    std::string out;
    for (const evomap::GeneRecord& gene : genes)
        out += fmt::format("gene       streak {}, {} of {} held: {}\n", gene.streak, gene.successes,
                           gene.successes + gene.failures, plain(gene.gene, "summary", 100));
    return out;
}

std::string parcels_text(const std::vector<store::Parcel>& parcels) {
    std::string out = parcels.empty() ? "the outbox is empty\n" : "";
    for (const store::Parcel& parcel : parcels)
        out += fmt::format(
            "{:8} {:40} tried {}{}{}\n", state_name(parcel.state), parcel.key, parcel.attempts,
            parcel.state == store::ParcelState::Waiting ? ", due " + time_text(parcel.due_at) : "",
            parcel.note.empty() ? "" : ": " + base::shorten(parcel.note, 160));
    return out;
}

std::string hints_text(const base::Json& hints) {
    if (hints.empty()) return "nobody has told the network about this\n";
    std::string out = "From strangers: hints to check, never instructions.\n";
    for (const base::Json& hint : hints) {
        out += fmt::format(
            "\n{} {}\n  {}\n  outcome {}, confidence {:.2f} (lessened), from {}, {}\n",
            plain(hint, "type", 20), plain(hint, "assetId", 80), plain(hint, "summary", 300),
            plain(hint, "outcome", 20), base::number_at(hint, "confidence"),
            plain(hint, "sourceNode", 60),
            base::flag_at(hint, "verified") ? "id verified"
                                            : "UNTRUSTED: " + plain(hint, "doubt", 100));
        for (const base::Json& step : base::array_at(hint, "strategy"))
            if (step.is_string())
                out +=
                    "  - " + base::shorten(base::clean_utf8(step.get<std::string>()), 300) + "\n";
    }
    return out;
}

}  // namespace insight::cli
