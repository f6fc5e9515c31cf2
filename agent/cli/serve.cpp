#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <csignal>

#include "agent/chat/settings.h"
#include "agent/cli/chat_parts.h"
#include "agent/cli/commands.h"
#include "agent/cli/github_parts.h"
#include "agent/cli/outcome_parts.h"
#include "agent/cli/output.h"
#include "agent/cli/wait.h"
#include "agent/cli/wiring.h"
#include "agent/follow_up/outgoing.h"
#include "agent/http/server.h"
#include "agent/outreach/kept_key.h"
#include "agent/publishing/publishing.h"
#include "agent/runbooks/folder.h"
#include "agent/sampler.h"
#include "agent/scan.h"
#include "agent/scheduler.h"
#include "agent/version.h"
#include "agent/workers.h"
#include "core/base/log.h"

namespace insight::cli {

Exit serve(const Options& options) {
    const Interruption interruption;  // before any thread starts: they inherit what it blocks
    const auto config = load_config(options.config);
    if (!config) return complain(config.error());
    if (auto log = base::set_up_log(config->log_level); !log) return complain(log.error());
    for (const std::string& warning : config->warnings) spdlog::warn("{}", warning);
    auto plans = agent::plans_of(config->schedules);
    if (!plans) return complain(plans.error());
    auto suppressions = agent::suppressions_of(*config);
    if (!suppressions) return complain(suppressions.error());
    auto parts = wire(*config, true);
    if (!parts) return complain(parts.error());

    agent::Workers workers(*(*parts)->store, *(*parts)->sources, (*parts)->clock, config->pipeline,
                           std::move(*suppressions));
    // Kept, never made up: with a key of its own each start would give the same value another
    // token, and what was written before could not be read back.
    const auto border_key = outreach::kept_key(*(*parts)->store, "border");
    if (!border_key) return complain(border_key.error());
    const auto reasoner = agent::ReasonStage::open(*config, *(*parts)->transport, (*parts)->clock,
                                                   (*parts)->store.get(), *border_key);
    if (!reasoner) return complain(reasoner.error());
    workers.reason_with(**reasoner);
    agent::runbooks::Folder runbooks(config->block("runbooks").own.text("folder"));
    for (const std::string& remark : runbooks.current().remarks) spdlog::warn("{}", remark);
    workers.offer_runbooks([&runbooks] { return runbooks.recorded(); });
    const auto zone = agent::chat::zone_from(config->block(agent::chat::kBlock.name));
    if (!zone) return complain(zone.error());
    ChatParts chat({.store = *(*parts)->store,
                    .windows = agent::chat::windows_in(*(*parts)->store),
                    .books = (*parts)->store.get(),
                    .stage = **reasoner,
                    .border_key = *border_key,
                    .zone = *zone,
                    .review = reviews(*config, **parts)},
                   (*parts)->clock);
    agent::Scheduler scheduler(*(*parts)->store, (*parts)->clock, std::move(*plans));
    agent::Sampler sampler(*(*parts)->store, *(*parts)->sources, (*parts)->clock, config->pipeline);
    auto outgoing =
        agent::Outgoing::open(*config, *(*parts)->store, *(*parts)->transport, (*parts)->clock);
    if (!outgoing) return complain(outgoing.error());
    const auto network = evomap::settings_from(config->block("evomap"));
    if (!network) return complain(network.error());
    std::unique_ptr<agent::Publishing> publishing;
    if (network->enabled) {
        auto opened = agent::Publishing::open(*network, *(*parts)->store, *(*parts)->transport,
                                              (*parts)->clock);
        if (!opened) return complain(opened.error());
        publishing = std::move(*opened);
        workers.attend(publishing->around());
    }
    const auto outcomes = open_outcomes(*config, **parts, publishing.get());
    auto fixing = open_fixes(*config, **parts, **reasoner);
    if (!fixing) return complain(fixing.error());
    auto server = http::Server::start(config->server, {.store = *(*parts)->store,
                                                       .clock = (*parts)->clock,
                                                       .version = std::string(agent::kVersion),
                                                       .chat = &chat.chat,
                                                       .review = reviews(*config, **parts),
                                                       .approved = [&] {
                                                           if (*fixing) (*fixing)->ring();
                                                       }});
    if (!server) return complain(server.error());
    // Threads start last, when everything they may call stands, and what was opened cannot fail any
    // more. The server listens already; what it takes in waits in the store.
    sampler.start();
    workers.start();
    scheduler.start();
    (*outgoing)->start();
    if (publishing) publishing->start();
    outcomes->start();
    if (*fixing) (*fixing)->start();
    spdlog::info("devops-insight {} listens on {}:{}, {} sources, store {}", agent::kVersion,
                 config->server.address, (*server)->port(), (*parts)->sources->all().size(),
                 config->store);

    interruption.wait();
    spdlog::info("stopping: no new requests, running investigations are finished");
    // In the order of the way: nothing new comes in, nothing new is opened, what runs is finished,
    // what it wrote is carried out. Whoever is called by a worker stops after the workers.
    (*server)->stop();
    scheduler.stop();
    sampler.stop();
    workers.stop();
    (*outgoing)->stop();
    outcomes->stop();
    if (publishing) publishing->stop();
    if (*fixing) (*fixing)->stop();
    return Exit::Done;
}

}  // namespace insight::cli
