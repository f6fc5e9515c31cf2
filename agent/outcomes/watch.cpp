#include "agent/outcomes/watch.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "core/store/documents.h"
#include "core/store/outbox.h"

namespace insight::outcomes {
namespace {

using base::Status;

// One collection for what is awaited and one for what is over, so that a look reads only the first.
constexpr const char* kOpen = "outcomes.open";
constexpr const char* kOver = "outcomes.over";
constexpr const char* kPullRequests = "pull_request";
constexpr int kMost = 500;

bool known(store::Documents& documents, const std::string& key) {
    return documents.document(kOpen, key).has_value() || documents.document(kOver, key).has_value();
}

// A document of its own for each stage; whoever reads it meanwhile sees the one or the other.
Status keep(store::Documents& documents, const Outcome& outcome, Nanos now) {
    const char* collection = outcome.over ? kOver : kOpen;
    const auto old = documents.document(collection, outcome.key);
    const auto put =
        documents.put({collection, outcome.key, old ? old->version : 0, now, to_json(outcome)});
    if (!put) return base::fail(put.error());
    // Written to the one before it is dropped from the other: a crash in between leaves both, and
    // the next look mends it.
    return outcome.over ? documents.drop(kOpen, outcome.key) : Status{};
}

base::Result<Culprit> blamed(store::Store& store, const std::string& incident) {
    const auto text = store.report(incident);
    if (!text) return base::fail(text.error());
    const auto report = base::parse_json(*text, "the report of " + incident);
    if (!report) return base::fail(report.error());
    return culprit_of(*report);
}

std::string for_the_ticket(const Outcome& outcome) {
    switch (outcome.stage) {
        case Stage::Watched:
            return fmt::format("{} is in place; whether it helps is watched on the alert.",
                               outcome.what);
        case Stage::Held:
            return fmt::format("{} has held: {}.", outcome.what, outcome.note);
        case Stage::Recurred:
            return fmt::format("{} did not help: {}.", outcome.what, outcome.note);
        case Stage::Unproven:
            return fmt::format("Whether {} helped is not known: {}.", outcome.what, outcome.note);
        default:
            return {};
    }
}

}  // namespace

OutcomeWatch::OutcomeWatch(store::Store& store, const base::Clock& clock, Settings settings,
                           Surroundings surroundings)
    : store_(store),
      clock_(clock),
      settings_(settings),
      surroundings_(std::move(surroundings)),
      book_(store, clock) {}

OutcomeWatch::~OutcomeWatch() {
    stop();
}

void OutcomeWatch::start() {
    thread_ = std::thread([this] { work(); });
}

void OutcomeWatch::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    bell_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void OutcomeWatch::work() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        lock.unlock();
        if (const Status done = look(); !done)
            spdlog::error("outcomes of fixes could not be looked at, next try soon: {}",
                          done.error().text());
        lock.lock();
        bell_.wait_for(lock, std::chrono::nanoseconds(settings_.pace()),
                       [this] { return stopping_; });
    }
}

Status OutcomeWatch::look() {
    if (Status done = discover(); !done) return done;
    store::DocumentQuery query;
    query.collection = kOpen;
    query.limit = kMost;
    const auto open = store_.documents().documents(query);
    if (!open) return base::fail(open.error());
    Status first_failure;
    for (const store::Document& document : *open) {
        Outcome outcome = outcome_from_json(document.body);
        // One that cannot be looked at must not hold up the others.
        if (Status done = step(outcome); !done && first_failure) first_failure = done;
    }
    return first_failure;
}

// Pull requests that were opened for a fix since the last look. Those for missing rules mend no
// incident.
Status OutcomeWatch::discover() {
    const auto sent = store_.outbox().parcels({kPullRequests, "", store::ParcelState::Sent, kMost});
    if (!sent) return base::fail(sent.error());
    for (const store::Parcel& parcel : *sent) {
        if (base::text_at(parcel.body, "role") != "fix") continue;
        if (known(store_.documents(), parcel.key)) continue;
        // Kept now, because a later investigation of the incident writes its report anew.
        const auto culprit = blamed(store_, parcel.incident);
        // The report cannot be read just now; the parcel stays, and so does the question.
        if (!culprit) continue;
        Outcome fresh;
        fresh.key = parcel.key;
        fresh.incident = parcel.incident;
        fresh.number = static_cast<int>(base::integer_at(parcel.answer, "number"));
        fresh.what = fmt::format("pull request {}#{}", base::text_at(parcel.body, "repository"),
                                 fresh.number);
        fresh.plan = parcel.body;
        fresh.culprit = *culprit;
        if (Status done = keep(store_.documents(), fresh, clock_.now()); !done) return done;
    }
    return {};
}

Status OutcomeWatch::step(Outcome& outcome) {
    const Nanos now = clock_.now();
    // Before anything else is learned: who is told of a failure must have heard of the success.
    if (!outcome.told && outcome.stage > Stage::Watched) return tell(outcome);
    if (now < outcome.look_at) return {};
    const Outcome before = outcome;
    outcome.look_at = now + settings_.pace();
    if (outcome.stage == Stage::Proposed) {
        step_proposed(outcome);
        return settle(before, std::move(outcome));
    }
    const auto row = store_.incident(outcome.incident);
    if (!row) return base::fail(row.error());
    Status done =
        outcome.stage == Stage::Held ? step_held(outcome, *row) : step_watched(outcome, *row);
    if (!done) return done;
    return settle(before, std::move(outcome));
}

// The stage is on disk before anybody hears of it: a crash in between tells it again, not never.
Status OutcomeWatch::settle(const Outcome& before, Outcome outcome) {
    const bool moved = outcome.stage != before.stage;
    if (moved) {
        outcome.told = outcome.over = outcome.stage == Stage::Dropped;
        outcome.look_at = 0;
        spdlog::info("{}: {} is {}{}{}", outcome.incident, outcome.what, name(outcome.stage),
                     outcome.note.empty() ? "" : ": ", outcome.note);
    }
    if (Status done = keep(store_.documents(), outcome, clock_.now()); !done || !moved) return done;
    if (outcome.stage > Stage::Watched && !outcome.told) return tell(outcome);
    say(outcome);
    return {};
}

Status OutcomeWatch::tell(Outcome& outcome) {
    const bool learned = outcome.stage == Stage::Held || outcome.stage == Stage::Recurred;
    if (learned && surroundings_.tell)
        if (Status done = surroundings_.tell(outcome); !done) return done;
    say(outcome);
    outcome.told = true;
    // What held is watched on: it may still come back within `watchFor`.
    outcome.over = outcome.stage != Stage::Held;
    return keep(store_.documents(), outcome, clock_.now());
}

// A ticket that can take no more must not have the network told again and again.
void OutcomeWatch::say(const Outcome& outcome) {
    const std::string text = for_the_ticket(outcome);
    const auto ticket = book_.of_incident(outcome.incident);
    if (text.empty() || !ticket || !*ticket) return;
    if (const auto said = book_.comment((*ticket)->id, "service", text); !said)
        spdlog::warn("{}: the ticket does not say what came of {}: {}", outcome.incident,
                     outcome.what, said.error().text());
}

Status applied_by_hand(store::Store& store, const std::string& incident, const std::string& what,
                       Nanos now) {
    const auto culprit = blamed(store, incident);
    if (!culprit) return base::fail(culprit.error());
    Outcome outcome;
    outcome.key = incident + ":by-hand";
    outcome.incident = incident;
    outcome.stage = Stage::Watched;
    outcome.what = what;
    // When the person says so: what they did before cannot be told from what passed by itself.
    outcome.culprit = *culprit;
    outcome.applied_at = now;
    return keep(store.documents(), outcome, now);
}

}  // namespace insight::outcomes
