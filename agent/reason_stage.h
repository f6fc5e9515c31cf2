// The reasoning stage with what this process has: models, budgets, border, audit, MCP servers.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "agent/reasoning/reasoner.h"
#include "agent/recorded.h"
#include "config/config.h"
#include "core/llm/settings.h"
#include "core/mcp/client.h"
#include "core/net/transport.h"
#include "core/store/store.h"

namespace insight::agent {

// How the log records of a window are read once more. The path, and the bytes, must outlive it.
reasoning::LogStream logs_in(const std::string& path);
reasoning::LogStream logs_of(const std::string& packed);

// What was recorded of an earlier run, without any model: the other half of analyse().
void reason_again(const Recorded& recorded, const reasoning::LogStream& logs,
                  model::Report& report);

// Threads: safe.
class ReasonStage {
  public:
    // `store` may be null: budgets then hold for this process only, and nothing is audited. No
    // block `llm` and no key in the environment: a stage that is not configured. With an empty key
    // what is hidden gets other tokens in every run. Errors: Invalid.
    static base::Result<std::unique_ptr<ReasonStage>> open(const config::Config& config,
                                                           net::Transport& transport,
                                                           const base::Clock& clock,
                                                           store::Store* store,
                                                           base::Secret border_key = {});

    [[nodiscard]] bool configured() const { return settings_.enabled && !models_.empty(); }
    // What else talks to the same models within the same limits.
    [[nodiscard]] const reasoning::Settings& settings() const { return settings_; }
    [[nodiscard]] std::vector<reasoning::Tier> tiers() const;
    [[nodiscard]] const base::RedactionRules& rules() const { return rules_; }
    // For leases.
    [[nodiscard]] base::Nanos longest() const { return settings_.timeout + settings_.call_timeout; }

    // Changes the report and gives the lines for the snapshot's model.ndjson; see reasoner.h.
    std::vector<base::Json> run(const Recorded& recorded, const reasoning::LogStream& logs,
                                model::Report& report, const reasoning::Watch& watch = {});

  private:
    struct Opened {
        llm::Settings settings;  // with the prices of all
        std::unique_ptr<llm::Model> model;
    };
    ReasonStage(const base::Clock& clock, store::Store* store) : clock_(clock), store_(store) {}

    const base::Clock& clock_;
    store::Store* store_;
    reasoning::Settings settings_;
    std::vector<Opened> models_;  // the wanted one, then its fallbacks
    std::vector<std::shared_ptr<mcp::Client>> servers_;
    base::RedactionRules rules_;
    base::Secret border_key_;
};

}  // namespace insight::agent
