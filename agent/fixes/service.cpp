#include "agent/fixes/service.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "agent/known_secrets/learn.h"
#include "agent/privacy.h"

namespace insight::fixes {
namespace {

// incidents that are looked at every two seconds; older ones were when they were new
constexpr int kNewest = 50;
constexpr std::size_t kRemembered = 5'000;
constexpr std::chrono::seconds kPoll{2};

}  // namespace

base::Result<std::unique_ptr<Service>> Service::open(const config::Config& config,
                                                     store::Store& store, github::Client* github,
                                                     const base::Clock& clock,
                                                     base::Secret border_key,
                                                     const agent::ReasonStage* models) {
    auto settings = settings_from(config.block(kBlock.name));
    if (!settings) return base::fail(settings.error());
    if (!settings->enabled) return std::unique_ptr<Service>();
    if (github == nullptr)
        return base::fail(base::ErrorKind::Invalid,
                          "fixes.enabled needs the block github: a credential and repositories");
    if (settings->model_patches && (models == nullptr || models->tiers().empty()))
        return base::fail(
            base::ErrorKind::Invalid,
            "fixes.modelPatches needs a language model: add the block llm, or turn it "
            "off");
    return std::unique_ptr<Service>(new Service(
        config, store, *github, clock, std::move(border_key), models, std::move(*settings)));
}

Service::Service(const config::Config& config, store::Store& store, github::Client& github,
                 const base::Clock& clock, base::Secret border_key,
                 const agent::ReasonStage* models, Settings settings)
    : store_(store),
      github_(github),
      clock_(clock),
      border_(agent::privacy_rules(config), border_key) {
    if (settings.model_patches && models != nullptr)
        author_ = std::make_unique<PatchAuthor>(*models, store, clock, std::move(border_key));
    const Repositories repositories = [this](const github::RepositoryName& name) {
        return repository(name);
    };
    std::string pages = config.server.external_url;
    while (pages.ends_with('/')) pages.pop_back();
    DeskParts parts{store,
                    clock,
                    repositories,
                    std::move(settings),
                    github.settings().repositories,
                    std::move(pages),
                    [this](std::string_view text) {
                        const std::lock_guard lock(border_mutex_);
                        return border_.hide(text);
                    },
                    author_.get(),
                    [this](const store::Snapshot& snapshot) {
                        const std::lock_guard lock(border_mutex_);
                        agent::learn_secrets(border_, snapshot);
                    }};
    desk_ = std::make_unique<Desk>(std::move(parts));
    sender_ = std::make_unique<PullRequestSender>(
        repositories, &store.audit(), clock, [this](const Plan& plan) {
            if (auto asked = ask_again(store_, plan, clock_); !asked)
                spdlog::error("{}: a new plan could not be asked for: {}", plan.incident,
                              asked.error().text());
        });
    agent::Channel planning{.name = kPlanChannel, .sender = *desk_};
    // A model may take its time: nobody else must plan the same meanwhile.
    if (author_) planning.lease += author_->longest();
    courier_ = std::make_unique<agent::OutboxCourier>(
        store.outbox(), clock,
        std::vector<agent::Channel>{planning, {.name = kPullRequestChannel, .sender = *sender_}});
}

Service::~Service() {
    stop();
}

base::Result<std::shared_ptr<github::Repository>> Service::repository(
    const github::RepositoryName& name) {
    const std::lock_guard lock(repositories_mutex_);
    auto& one = repositories_[name];
    if (!one) one = github_.repository(name);
    return one;
}

base::Status Service::look() {
    const auto rows = store_.incidents({kNewest, ""});
    if (!rows) return base::fail(rows.error());
    for (const store::IncidentRow& row : *rows) {
        if (row.incident.state != model::IncidentState::Reported ||
            // A scan has findings and no cause; a guess is no reason to change a repository.
            row.incident.origin == model::Origin::Scan || row.verdict == "not_enough_evidence")
            continue;
        // A cheap sign that the report is another one; it is only read then.
        const std::string said = fmt::format("{} {} {}", row.verdict, row.confidence, row.summary);
        std::string& known = seen_[row.incident.id];
        if (known == said) continue;
        const auto report = store_.report(row.incident.id);
        if (!report) return base::fail(report.error());
        if (auto asked = ask_for_fix(store_, row.incident.id, *report, clock_); !asked)
            return asked;
        known = said;
    }
    // Forgetting costs a look at reports that were asked about already; the outbox takes none
    // twice.
    if (seen_.size() > kRemembered) seen_.clear();
    return {};
}

base::Result<int> Service::run_due() {
    if (auto looked = look(); !looked) return base::fail(looked.error());
    return courier_->run_due();
}

void Service::start() {
    courier_->start();
    thread_ = std::thread([this] { work(); });
}

void Service::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    bell_.notify_all();
    if (thread_.joinable()) thread_.join();
    courier_->stop();
}

void Service::ring() {
    {
        const std::lock_guard lock(mutex_);
        rung_ = true;
    }
    bell_.notify_all();
    courier_->ring();
}

void Service::work() {
    while (true) {
        if (auto looked = look(); !looked)
            spdlog::error("fixes: reports could not be looked at: {}", looked.error().text());
        courier_->ring();
        std::unique_lock lock(mutex_);
        bell_.wait_for(lock, kPoll, [this] { return stopping_ || rung_; });
        rung_ = false;
        if (stopping_) return;
    }
}

}  // namespace insight::fixes
