// What was said about patches, kept beside the snapshot of its incident: planning again, after a
// crash or while GitHub was away, asks nobody twice, and who downloads the snapshot has it all.
#pragma once

#include "agent/reasoning/partner.h"
#include "core/store/documents.h"

namespace insight::fixes {

// Collection "fixes.exchanges": "INCIDENT/PROMPT-DIGEST" to a line of model.ndjson, whose kind is
// "patch" so that the replay of an investigation passes over it. Threads: one at a time.
class PatchRecord {
  public:
    PatchRecord(store::Documents& documents, const base::Clock& clock, std::string incident)
        : documents_(documents), clock_(clock), incident_(std::move(incident)) {}

    // Only what was answered: a failure may have passed.
    [[nodiscard]] std::optional<agent::reasoning::Exchange> answered(
        const std::string& prompt_digest) const;
    // Errors: of the documents.
    base::Status keep(const std::string& prompt_digest, const agent::reasoning::Exchange& exchange);

  private:
    store::Documents& documents_;
    const base::Clock& clock_;
    const std::string incident_;
};

// A partner that has answered before answers the same.
class RememberingPartner final : public agent::reasoning::Partner {
  public:
    RememberingPartner(agent::reasoning::Partner& partner, PatchRecord& record)
        : partner_(partner), record_(record) {}

    agent::reasoning::Exchange ask(const llm::Prompt& prompt) override;
    [[nodiscard]] std::int64_t context_tokens() const override { return partner_.context_tokens(); }
    [[nodiscard]] std::vector<std::string> models() const override { return partner_.models(); }
    bool out_of_time(const base::Deadline& deadline) override {
        return partner_.out_of_time(deadline);
    }

  private:
    agent::reasoning::Partner& partner_;
    PatchRecord& record_;
};

// The packed snapshot with the incident's exchanges about patches in its model.ndjson; the bytes as
// they are where there were none. Errors: of the documents and of the snapshot.
base::Result<std::string> with_patch_exchanges(store::Documents& documents,
                                               const std::string& incident, std::string bytes);

}  // namespace insight::fixes
