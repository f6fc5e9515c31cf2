#include "agent/fixes/patch_record.h"

#include <spdlog/spdlog.h>

#include "core/store/snapshot.h"

namespace insight::fixes {
namespace {

namespace reasoning = agent::reasoning;
using base::Json;

constexpr const char* kCollection = "fixes.exchanges";
constexpr int kMost = 200;  // lines that join a snapshot

}  // namespace

std::optional<reasoning::Exchange> PatchRecord::answered(const std::string& prompt_digest) const {
    const auto kept = documents_.document(kCollection, incident_ + "/" + prompt_digest);
    if (!kept) return std::nullopt;
    reasoning::Exchange exchange = reasoning::exchange_from_json(kept->body);
    return exchange.answer ? std::optional(std::move(exchange)) : std::nullopt;
}

base::Status PatchRecord::keep(const std::string& prompt_digest,
                               const reasoning::Exchange& exchange) {
    store::Document document{kCollection, incident_ + "/" + prompt_digest, 0, clock_.now(),
                             to_json(exchange)};
    document.body["kind"] = "patch";
    document.body["prompt"] = prompt_digest;
    // A failure that was kept gives way to an answer.
    if (const auto known = documents_.document(kCollection, document.key))
        document.version = known->version;
    const auto written = documents_.put(document);
    return written ? base::Status{} : base::fail(written.error());
}

reasoning::Exchange RememberingPartner::ask(const llm::Prompt& prompt) {
    const std::string digest = reasoning::digest_of(prompt);
    if (auto known = record_.answered(digest)) return std::move(*known);
    reasoning::Exchange exchange = partner_.ask(prompt);
    // The patch is worth more than its record: the audit chain has the exchange, too.
    if (const auto kept = record_.keep(digest, exchange); !kept)
        spdlog::error("an exchange about a patch is not kept: {}", kept.error().text());
    return exchange;
}

base::Result<std::string> with_patch_exchanges(store::Documents& documents,
                                               const std::string& incident, std::string bytes) {
    const auto kept = documents.documents({kCollection, incident + "/", "", kMost});
    if (!kept) return base::fail(kept.error());
    if (kept->empty()) return bytes;
    auto snapshot = store::unpack_snapshot(bytes);
    if (!snapshot) return base::fail(snapshot.error());
    for (const store::Document& one : *kept) snapshot->exchanges.push_back(one.body);
    return store::pack_snapshot(*snapshot);
}

}  // namespace insight::fixes
