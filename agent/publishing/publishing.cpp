#include "agent/publishing/publishing.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/store/audit.h"
#include "evomap/envelope.h"
#include "evomap/gate.h"
#include "evomap/quality.h"
#include "evomap/redaction.h"
#include "evomap/strategy.h"
#include "evomap/validation.h"

namespace insight::agent {
namespace {

using Outcome = Decision::Outcome;

constexpr const char* kSeen = "evomap.seen";
constexpr std::size_t kMostHints = 5;
constexpr std::size_t kMostQuestions = 64;
constexpr int kAttempts = 1000;  // a hub that is away for days loses nothing
constexpr base::Nanos kLongestDelay = base::kHour;
constexpr base::Nanos kLookAfter = 6 * base::kHour;  // how often the state of our assets is asked
constexpr int kLookedAfter = 50;

std::string incident_of(const Json& report) {
    return base::text_at(base::object_at(report, "incident"), "id");
}

bool goes_out(const Decision& decision) {
    return decision.outcome == Outcome::Queued || decision.outcome == Outcome::Held;
}

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
    base::Nanos look_after = clock_.now() + base::kMinute;
    while (true) {
        Question question;
        {
            std::unique_lock lock(mutex_);
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

Draft Publishing::draft(const Json& report, const Lesson& lesson, std::string key,
                        Decision decision) {
    Draft out{std::move(decision), std::move(key), lesson.kind, lesson.gene, lesson.capsule, {}};
    evomap::Redaction redaction(names_in(report), settings_.words);
    redaction.learn(report);
    const evomap::SeedGene gene = redaction.hide(lesson.gene);
    const evomap::SeedCapsule capsule = redaction.hide(lesson.capsule);
    evomap::WireOptions options;
    options.trace = redaction.hide(lesson.trace);
    options.diffs = settings_.publish_diffs;
    options.validation = settings_.validation;
    if (options.validation.empty() && node_->record().validation == 1)
        options.validation = evomap::plain_commands();
    const auto known =
        genes_.match(evomap::wire_category(gene.category), evomap::tidy_signals(gene.signals),
                     evomap::strategy_steps(gene.strategy));
    if (known && *known) options.reused_gene = (*known)->gene;
    options.success_streak = (known && *known ? (*known)->streak : 0) + 1;
    auto bundle = evomap::to_wire(gene, capsule, options);
    if (!bundle) {
        out.decision = {Outcome::Withheld, bundle.error().text()};
        return out;
    }
    out.bundle = std::move(*bundle);
    const auto findings = evomap::check_bundle(out.bundle.assets());
    if (!findings.empty())
        out.decision = {Outcome::Withheld,
                        "the check before publishing found: " + evomap::in_words(findings)};
    return out;
}

std::vector<Draft> Publishing::drafts(const Json& report, bool asked) {
    std::vector<Draft> out;
    const std::string created = evomap::javascript_time(clock_.now());
    if (!report.contains("health")) {
        Decision decision = decide(report, settings_, asked);
        const bool has_cause = !base::array_at(report, "causes").empty();
        if (decision.outcome == Outcome::Off) return out;
        if (!goes_out(decision) && !has_cause)
            out.push_back({std::move(decision), incident_of(report), "cause", {}, {}, {}});
        else
            out.push_back(draft(report, lesson_of(report, created), incident_of(report),
                                std::move(decision)));
        return out;
    }
    // A finding keeps its id from scan to scan, so that it is told once.
    for (const Json& finding : base::array_at(base::object_at(report, "health"), "findings")) {
        Decision decision = decide_warning(report, finding, settings_);
        if (asked && decision.outcome == Outcome::Withheld &&
            decision.why.find("autoPublish") != std::string::npos)
            decision = {Outcome::Queued, "a person asked for it"};
        if (goes_out(decision) || (asked && decision.outcome == Outcome::Withheld))
            out.push_back(draft(report, warning_of(report, finding, created),
                                base::text_at(finding, "id"), std::move(decision)));
    }
    return out;
}

void Publishing::annotate(Json& report) {
    if (!settings_.enabled) return;
    Json publications = Json::array();
    for (const Draft& draft : drafts(report, false))
        publications.push_back({{"kind", draft.kind},
                                {"state", name(draft.decision.outcome)},
                                {"why", draft.decision.why},
                                {"key", draft.key},
                                {"capsuleId", draft.bundle.capsule_id()}});
    Json told{{"publications", std::move(publications)}, {"seenBefore", Json::array()}};
    if (const auto seen = store_.documents().document(kSeen, incident_of(report)))
        told["seenBefore"] = base::array_at(seen->body, "hints");
    report["evomap"] = std::move(told);
}

base::Status Publishing::queue(const std::string& incident, const Draft& draft) {
    const bool held = draft.decision.outcome == Outcome::Held;
    store::Parcel parcel;
    parcel.channel = evomap::kChannel;
    parcel.key = draft.key;
    parcel.incident = incident;
    parcel.body = evomap::bundle_parcel(draft.bundle);
    parcel.state = held ? store::ParcelState::Held : store::ParcelState::Waiting;
    parcel.created_at = clock_.now();
    parcel.due_at = clock_.now();
    // The ledger first: a parcel without its row would be published and forgotten.
    auto row = ledger_.change(draft.key, [&](evomap::LedgerRow& stored) {
        if (!stored.state.empty()) return;  // told before
        stored.incident = incident;
        stored.kind = draft.kind;
        stored.seed_gene = evomap::to_json(draft.gene);
        stored.seed_capsule = evomap::to_json(draft.capsule);
        stored.gene_id = draft.bundle.gene_id();
        stored.capsule_id = draft.bundle.capsule_id();
        stored.event_id = draft.bundle.event_id();
        stored.state = held ? "held" : "queued";
    });
    if (!row) return row;
    const auto posted = store_.outbox().post(parcel);
    if (!posted) return base::fail(posted.error());
    if (*posted) courier_->ring();
    return {};
}

base::Status Publishing::post(const Json& report) {
    for (const Draft& draft : drafts(report, false))
        if (goes_out(draft.decision))
            if (auto done = queue(incident_of(report), draft); !done) return done;
    return {};
}

base::Status Publishing::publish(const Json& report) {
    std::string why = "there is nothing in the report that could be published";
    bool any = false;
    for (const Draft& draft : drafts(report, true)) {
        if (goes_out(draft.decision)) {
            if (auto done = queue(incident_of(report), draft); !done) return done;
            any = true;
        } else {
            why = draft.decision.why;
        }
    }
    if (any) return {};
    return base::fail(base::ErrorKind::Denied, "nothing was published: " + why);
}

base::Status Publishing::verified(const std::string& incident, const Remedy& remedy) {
    const auto text = store_.report(incident);
    if (!text) return base::fail(text.error());
    const auto report = base::parse_json(*text, "the stored report");
    if (!report) return base::fail(report.error());
    for (const std::string& asset : remedy.used_assets) {
        evomap::Redaction redaction(names_in(*report), settings_.words);
        redaction.learn(*report);
        const evomap::Experience experience{asset,
                                            {},
                                            remedy.success,
                                            base::number_at(*report, "confidence"),
                                            signals_of(*report),
                                            redaction.hide_prose(remedy.verification)};
        store::Parcel parcel;
        parcel.channel = evomap::kChannel;
        parcel.key = incident + ":experience:" + asset;
        parcel.incident = incident;
        parcel.body = evomap::experience_parcel(experience);
        parcel.created_at = parcel.due_at = clock_.now();
        if (const auto posted = store_.outbox().post(parcel); !posted)
            return base::fail(posted.error());
    }
    // Did the Gene hold with which the cause was found?
    if (const auto row = ledger_.row(incident); row && !remedy.success)
        if (auto told = genes_.outcome(row->gene_id, false); !told) return told;
    Decision decision = decide(*report, settings_, false);
    if (!remedy.success || !goes_out(decision)) {
        courier_->ring();
        return {};
    }
    const Draft fix =
        draft(*report, lesson_of(*report, remedy, evomap::javascript_time(clock_.now())),
              incident + ":fix", std::move(decision));
    if (!goes_out(fix.decision)) {
        spdlog::warn("{}: the fix is not published: {}", incident, fix.decision.why);
        return {};
    }
    return queue(incident, fix);
}

void Publishing::audit(const store::Parcel& parcel, const Delivery& delivery) {
    store::AuditEntry entry;
    entry.time = clock_.now();
    entry.actor = "service";
    entry.action = delivery.outcome == Delivery::Outcome::Sent ? "evomap.sent" : "evomap.refused";
    entry.incident = parcel.incident;
    entry.detail = {{"key", parcel.key},
                    {"kind", base::text_at(parcel.body, "kind")},
                    {"note", base::redact(delivery.note)}};
    if (const auto row = ledger_.row(parcel.key)) entry.detail["capsuleId"] = row->capsule_id;
    if (const auto kept = store_.audit().append(std::move(entry)); !kept)
        spdlog::error("evomap: {}", kept.error().text());
}

Delivery Publishing::deliver(const store::Parcel& parcel,
                             const std::function<base::Status(const Json&)>& note) {
    using Fate = evomap::Sending::Fate;
    evomap::Sending sending = publisher_.send(parcel, note);
    Delivery delivery = sending.fate == Fate::Sent ? Delivery::sent(std::move(sending.answer))
                        : sending.fate == Fate::Refused
                            ? Delivery::refused(sending.note, std::move(sending.answer))
                            : Delivery::later(sending.note, sending.wait);
    if (delivery.outcome != Delivery::Outcome::Later) audit(parcel, delivery);
    return delivery;
}

}  // namespace insight::agent
