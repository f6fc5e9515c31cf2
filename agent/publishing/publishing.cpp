#include "agent/publishing/publishing.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "agent/publishing/signals.h"
#include "evomap/quality.h"

namespace insight::agent {
namespace {

constexpr std::size_t kMostHints = 5;
constexpr std::size_t kMostQuestions = 64;
constexpr int kAttempts = 1000;  // a hub that is away for days loses nothing
constexpr base::Nanos kLongestDelay = base::kHour;
constexpr base::Nanos kLookAfter = 6 * base::kHour;  // how often the state of our assets is asked
constexpr int kLookedAfter = 50;

}  // namespace

base::Result<std::unique_ptr<Publishing>> Publishing::open(const evomap::Settings& settings,
                                                           store::Store& store,
                                                           net::Transport& transport,
                                                           const base::Clock& clock) {
    auto node = evomap::Node::open(settings, transport, clock);
    if (!node) return base::fail(node.error());
    return std::unique_ptr<Publishing>(new Publishing(settings, store, clock, std::move(*node)));
}

Publishing::Publishing(evomap::Settings settings, store::Store& store, const base::Clock& clock,
                       std::unique_ptr<evomap::Node> node)
    : settings_(std::move(settings)),
      store_(store),
      clock_(clock),
      node_(std::move(node)),
      ledger_(store.documents()),
      genes_(store.documents()),
      publisher_(*node_, ledger_, genes_, clock) {
    courier_ = std::make_unique<OutboxCourier>(store.outbox(), clock,
                                               std::vector<Channel>{{.name = evomap::kChannel,
                                                                     .sender = *this,
                                                                     .most_attempts = kAttempts,
                                                                     .most_delay = kLongestDelay}});
}

Publishing::~Publishing() {
    stop();
}

Around Publishing::around() {
    return {.before = [this](const model::Incident& incident) { look_up(incident); },
            .written = [this](Json& report) { annotate(report); },
            .stored = [this](const Json& report) { return post(report); }};
}

void Publishing::start() {
    if (!settings_.enabled || thread_.joinable()) return;
    courier_->start();
    thread_ = std::thread([this] { live(); });
}

void Publishing::stop() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
    courier_->stop();
}

void Publishing::live() {
    base::Nanos due = clock_.now();
    // A minute after the start, when the node has said hello.
    base::Nanos look_after = clock_.now() + base::kMinute;
    while (true) {
        Question question;
        {
            std::unique_lock lock(mutex_);
            // At least once a minute, so that a clock that was set does not go unnoticed.
            const base::Nanos pause =
                settings_.enable_heartbeat
                    ? std::clamp<base::Nanos>(due - clock_.now(), 0, base::kMinute)
                    : base::kMinute;
            changed_.wait_for(lock, std::chrono::nanoseconds(pause),
                              [this] { return stopping_ || !questions_.empty(); });
            if (stopping_) return;
            if (!questions_.empty()) {
                question = std::move(questions_.front());
                questions_.pop_front();
            }
        }
        // On this thread and not on a worker's: no investigation waits for the network.
        if (!question.incident.empty()) ask(question.incident, question.signals);
        if (settings_.enable_heartbeat && clock_.now() >= due) due = node_->beat();
        if (clock_.now() >= look_after) {
            look_after = clock_.now() + kLookAfter;
            if (const auto asked = evomap::refresh_promotions(*node_, ledger_, kLookedAfter);
                !asked)
                spdlog::warn("evomap: the state of what was published could not be asked: {}",
                             asked.error().text());
        }
        // A clock that was set back must not silence the node for long.
        due = std::min(due, clock_.now() + 25 * base::kHour);
    }
}

void Publishing::look_up(const model::Incident& incident) {
    if (!settings_.enabled || !settings_.search) return;
    auto signals = signals_of_alert(model::to_json(incident));
    if (signals.empty()) return;
    {
        const std::scoped_lock lock(mutex_);
        // An alert storm asks about the same few things; what is beyond is dropped, not kept for
        // later.
        if (questions_.size() >= kMostQuestions) return;
        questions_.push_back({incident.id, std::move(signals)});
    }
    changed_.notify_all();
}

void Publishing::ask(const std::string& incident, const std::vector<std::string>& signals) {
    const auto found = evomap::seek(*node_, signals, kMostHints);
    if (!found) {
        spdlog::warn("{}: the EvoMap network could not be asked: {}", incident,
                     found.error().text());
        return;
    }
    Json hints = Json::array();
    for (const evomap::Fetched& one : *found) hints.push_back(to_json(one));
    store::Document document;
    document.collection = kSeen;
    document.key = incident;
    if (const auto old = store_.documents().document(kSeen, incident)) document = *old;
    document.body = {{"signals", signals}, {"hints", std::move(hints)}, {"askedAt", clock_.now()}};
    if (const auto kept = store_.documents().put(document); !kept)
        spdlog::warn("{}: {}", incident, kept.error().text());
}

}  // namespace insight::agent
