#include "agent/reason_stage.h"

#include <array>

#include "agent/known_secrets/learn.h"
#include "agent/privacy.h"
#include "agent/reasoning/tools/mcp_tools.h"
#include "agent/runbooks/fitting.h"
#include "core/llm/block.h"

namespace insight::agent {
namespace {

// of one call of an MCP server's tool, while a model waits for it
constexpr base::Nanos kServerTimeout = 15 * base::kSecond;
// What the collectors read of an entry of mcpServers.
constexpr std::array<std::string_view, 4> kTheirs{"calls", "cluster", "namespace", "timeout"};

// Runbooks as they were recorded with the window.
reasoning::Runbooks runbooks_in(const Recorded& recorded) {
    auto shelf =
        std::make_shared<std::vector<runbooks::Runbook>>(runbooks::runbooks_of(recorded.snapshot));
    if (shelf->empty()) return {};
    return [shelf](const model::Report& report) {
        std::vector<reasoning::Runbook> out;
        for (const runbooks::Fit& fit : runbooks::runbooks_for(*shelf, report)) {
            std::string why;
            for (const std::string& reason : fit.reasons) why += (why.empty() ? "" : ", ") + reason;
            out.push_back({fit.runbook->file, fit.runbook->title, why,
                           std::string(runbooks::body_of(*fit.runbook))});
        }
        return out;
    };
}

}  // namespace

reasoning::LogStream logs_in(const std::string& path) {
    return [&path](store::LogSink& sink) -> base::Status {
        const auto read = store::read_snapshot(path, sink);
        return read ? base::Status{} : base::fail(read.error());
    };
}

reasoning::LogStream logs_of(const std::string& packed) {
    return [&packed](store::LogSink& sink) -> base::Status {
        const auto read = store::unpack_snapshot(packed, sink);
        return read ? base::Status{} : base::fail(read.error());
    };
}

void reason_again(const Recorded& recorded, const reasoning::LogStream& logs,
                  model::Report& report) {
    reasoning::reason_again(recorded.snapshot, logs, report);
}

base::Result<std::unique_ptr<ReasonStage>> ReasonStage::open(const config::Config& config,
                                                             net::Transport& transport,
                                                             const base::Clock& clock,
                                                             store::Store* store,
                                                             base::Secret border_key) {
    auto llm_settings = llm::settings_from(config.block(llm::kBlock.name));
    if (!llm_settings) return base::fail(llm_settings.error());
    std::unique_ptr<ReasonStage> out(new ReasonStage(clock, store));
    out->rules_ = privacy_rules(config);
    out->settings_ = reasoning::settings_from(config.block(reasoning::settings_block().name));
    if (llm_settings->none()) return out;
    // Each fallback is a tier of its own, so that a budget can choose it, too.
    std::vector<llm::Settings> tiers = std::move(llm_settings->fallbacks);
    llm_settings->fallbacks.clear();
    tiers.insert(tiers.begin(), *llm_settings);
    for (llm::Settings& settings : tiers) {
        // A fallback without prices of its own is another model of the same list.
        if (settings.prices.empty()) settings.prices = llm_settings->prices;
        auto model = llm::open(settings, transport, clock);
        if (!model) return base::fail(model.error());
        out->models_.push_back({std::move(settings), std::move(*model)});
    }
    for (const auto& [name, entry] : config.mcp_servers.items()) {
        auto endpoint = mcp::read_endpoint(name, entry, kTheirs);
        if (!endpoint) return base::fail(endpoint.error());
        out->servers_.push_back(std::make_shared<mcp::Client>(std::move(*endpoint), transport));
    }
    out->border_key_ = std::move(border_key);
    return out;
}

std::vector<reasoning::Tier> ReasonStage::tiers() const {
    std::vector<reasoning::Tier> out;
    for (const Opened& one : models_)
        out.push_back({one.model.get(), [&one](std::string_view name) {
                           return llm::price_of(one.settings, name);
                       }});
    return out;
}

std::vector<base::Json> ReasonStage::run(const Recorded& recorded, const reasoning::LogStream& logs,
                                         model::Report& report, const reasoning::Watch& watch) {
    if (!configured()) return {};
    base::Border border(rules_, border_key_);
    learn_secrets(border, recorded.snapshot, logs);
    reasoning::Surroundings around;
    around.tiers = tiers();
    if (store_ != nullptr) {
        around.documents = &store_->documents();
        around.audit = &store_->audit();
    }
    around.border = &border;
    around.runbooks = runbooks_in(recorded);
    around.watch = watch;
    // Asked for only where a model is: servers are not listed for nothing.
    around.outside = [this](std::vector<std::string>& left_out) {
        return reasoning::mcp_tools(servers_, kServerTimeout, left_out);
    };
    return reasoning::reason(recorded.snapshot, logs, settings_, around, clock_, report);
}

}  // namespace insight::agent
