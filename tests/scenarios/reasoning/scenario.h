// One scenario: a recorded window, a scripted model, and what has to come of it. Text files, see
// README.md.
#pragma once

#include <string>

#include "agent/reasoning/reasoner.h"
#include "tests/scenarios/reasoning/scripted_model.h"

namespace insight::agent::reasoning::test {

// Documents in memory, with versions as the store keeps them; may be told to fail.
class MemoryDocuments final : public store::Documents {
  public:
    base::Result<store::Document> document(const std::string& collection,
                                           const std::string& key) override;
    base::Result<std::vector<store::Document>> documents(
        const store::DocumentQuery& query) override;
    base::Result<std::int64_t> put(const store::Document& document) override;
    base::Status drop(const std::string& collection, const std::string& key) override;

    bool broken = false;

  private:
    std::mutex mutex_;
    std::map<std::string, store::Document> kept_;
};

class MemoryAudit final : public store::Audit {
  public:
    base::Result<std::vector<store::AuditEntry>> entries(std::int64_t number, int limit) override;
    base::Result<std::int64_t> verify() override;

    std::vector<store::AuditEntry> all;

  protected:
    base::Result<store::AuditEntry> keep(store::AuditEntry entry) override;
};

// A window of windows/, its log records held in memory.
struct Window {
    store::Snapshot snapshot;
    LogStream logs;
    model::Report report;  // the engine's
};
const Window& window_of(const std::string& name);

// What one run of a scenario left.
struct Outcome {
    model::Report engine;  // before
    model::Report report;  // after
    std::vector<base::Json> lines;
    std::vector<llm::Prompt> prompts;  // of all models, as they read them
    std::int64_t prompt_tokens = 0;    // of all prompts
    std::vector<store::AuditEntry> audit;
    base::Json spent;  // the incident's account
};
Outcome run(const base::Json& scenario);

// The report that a replay of what was recorded gives.
model::Report replayed(const base::Json& scenario, const Outcome& outcome);

}  // namespace insight::agent::reasoning::test
