// The answer: clues, causes, impact and the evidence every statement cites.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/model/incident.h"
#include "core/model/signals.h"

namespace insight::model {

// What can be at fault. kind: service, workload, pod, container, node, database, cache, queue,
// external.
struct Entity {
    std::string kind;
    std::string name;
    auto operator<=>(const Entity&) const = default;
};

// A cited slice of signals. `content` is what a person sees when she opens it and what claims are
// checked against; its "kind" says how to draw it:
//   series: {kind, name, labels, unit, points:[[unix_seconds,value]…], baseline:{median,low,high},
//            onset?: unix_seconds, end?: unix_seconds}
//   rows:   {kind, columns:[…], rows:[[…]…]}
//   change: {kind, time, changeKind, entity, author, summary, before, after, diff, ref}
//   alert:  {kind, alert}
//   logs:   {kind, lines:[{time, severity, body}…]}
struct Evidence {
    std::string id;  // "E1", "E2", … in the order of first mention
    std::string title;
    std::string source;  // the coverage source it came from
    Scope scope;
    Interval range;
    std::string query;
    std::string digest;  // SHA-256 of the canonical JSON of content
    Json content;
};

struct Clue {
    std::string kind;  // metric_shift, blocking, saturation, eviction, …
    Entity entity;
    std::string statement;
    double strength = 0;  // 0 to 1
    std::optional<Nanos> onset;
    bool current = true;  // still true at the end of the window; false: recovered
    std::vector<std::string> evidence;
};

struct Objection {
    std::string statement;
    std::vector<std::string> evidence;
};

struct Rival {
    Entity entity;
    std::string cause_class;
    double probability = 0;
    std::string ruled_out_by;  // the reason it ranks lower
    std::vector<std::string> evidence;
};

struct Observation {
    std::string statement;
    std::string command;  // read-only; what a person types to make the observation
};

// What a look into the cited evidence says of a statement.
enum class Proof { Proven, Unproven, Contradicted };

// A statement that a language model added to a cause. Only a proven one is a fact; the others are
// shown as what they are, with what the evidence does not say.
struct AddedStatement {
    std::string statement;
    std::vector<std::string> evidence;
    Proof proof = Proof::Unproven;
    std::vector<std::string> missing;
};

enum class Level { Code, Config, Infrastructure, Dependency };

struct Cause {
    Entity entity;
    Level level = Level::Infrastructure;
    std::string
        cause_class;  // lock_contention, connection_exhaustion, cache_eviction, missing_index, …
    double probability = 0;
    std::string statement;
    std::optional<Nanos> onset;
    std::vector<std::string> evidence;
    std::vector<Objection> against;
    std::vector<Rival> rivals;
    Observation overturned_by;
    std::vector<std::string> reasons;  // how the score came about, one line a factor
    std::vector<AddedStatement> statements;
    bool added = false;  // found by a language model, not by the engine
};

struct AffectedService {
    Entity entity;
    std::string symptom;
    std::vector<std::string> evidence;
};

enum class Severity { None, Info, Warning, Critical };

// How many of the people behind the requests felt it. They are counted, never kept.
struct UserImpact {
    bool known = false;         // false: no signal tells users apart; the statement says so
    std::string statement;      // one sentence
    std::string counted_by;     // the attribute that tells users apart, e.g. enduser.id
    std::int64_t seen = 0;      // distinct ones since trouble began
    std::int64_t affected = 0;  // of those: with a request that failed or was far too slow
    double usual = 0;           // share of the baseline's users that were affected in the same way
    bool estimated = false;     // too many to count one by one: within about 2 %
    std::vector<std::string> evidence;
};

struct Impact {
    Severity severity = Severity::None;
    std::string urgency;  // now, soon, later, none
    std::string statement;
    std::vector<AffectedService> services;
    std::optional<UserImpact> users{};  // nothing: nobody was affected by anything
};

struct TimelineEntry {
    Nanos time = 0;
    std::string kind;  // alert, change, onset, recovery
    std::string statement;
    std::vector<std::string> evidence;
};

struct Recommendation {
    std::string statement;
    std::string command;             // may be empty
    bool changes_something = false;  // false: only looks
    std::vector<std::string> evidence;
};

// A past incident that looked the same.
struct SimilarIncident {
    std::string incident;  // its id
    std::string title;
    Nanos opened_at = 0;
    double similarity = 0;            // 0 to 1
    std::vector<std::string> shared;  // what says most, for people
    std::string cause_class;          // what was found then
    Entity cause_entity;
};

// A line of a change that can explain clues, for whoever reviews it.
struct SuspectLine {
    std::string file;       // empty: the change does not say
    std::int64_t line = 0;  // in the file after the change, of a removed line before it; 0: unknown
    bool removed = false;
    std::string text;                   // what stands there, shortened
    std::string statement;              // what it does, and what can follow
    std::string suggestion;             // what to do about it, one sentence
    std::vector<std::string> evidence;  // the change, then the clues it can explain
};

// A change that may be to blame, reviewed against the clues, whether or not it became a cause.
struct SuspectChange {
    std::string kind;  // as Change
    std::string ref;
    std::string summary;
    std::string author;
    Entity entity;              // whose behaviour it changed; the name may be empty
    Nanos time = 0;             // of the change itself
    std::optional<Nanos> live;  // none: it was not live before the end of the window
    // Of the suspicion that listed changes and "none of them" share. It weighs changes against each
    // other and is not calibrated, as the probability of a cause is.
    double share = 0;
    std::vector<std::string> reasons;   // what speaks for it, strongest first
    std::vector<std::string> against;   // what speaks against it
    std::vector<SuspectLine> lines;     // what explains most first
    std::vector<std::string> evidence;  // the change, and the deploy that carried it
};

// Claim check: numbers, names and times of the statements, looked up in the evidence they cite.
struct ClaimCount {
    std::int64_t checked = 0;
    std::int64_t proven = 0;
    std::int64_t removed = 0;  // statements that were taken out because something was not found
};

struct Hypothesis {
    std::string statement;
    std::string state;  // open, supported, refuted
    std::vector<std::string> evidence;
};

struct Look {
    std::string tool;
    std::string arguments;  // JSON, shortened
    std::string evidence;   // the id of what came back; empty: nothing did
};

// An order that somebody planted in collected text.
struct PlantedOrder {
    std::string source;    // what it stood in: a coverage source, a tool, an evidence id
    std::string kind;      // of the detector
    std::string excerpt;   // shortened
    std::string evidence;  // empty: not cited
};

struct TokenCount {
    std::int64_t input = 0;   // fresh ones
    std::int64_t cached = 0;  // read from the provider's cache
    std::int64_t cache_write = 0;
    std::int64_t output = 0;
};

// What a language model was asked, what it cost and how it ended. No times of the wall clock: a
// replay gives the same.
struct Reasoning {
    std::string ended;  // reason code, listed in agent/reasoning/reason.h
    std::string note;   // the same for people, one sentence
    std::string model;  // the one that answered last, as its provider names it; empty: none did
    std::int64_t iterations = 0;
    std::int64_t calls = 0;   // of models, failed ones too
    std::int64_t failed = 0;  // of those
    std::int64_t tool_calls = 0;
    std::int64_t repeats = 0;      // tool calls that could bring nothing new, not made again
    std::int64_t compactions = 0;  // of the transcript
    TokenCount tokens;
    double cost = 0;  // in `currency`, by the configured prices
    std::string currency;
    std::int64_t proven = 0;
    std::int64_t unproven = 0;  // shown, and marked
    std::int64_t contradicted = 0;
    std::int64_t removed = 0;      // not shown: no evidence cited, or nothing of it there
    std::vector<std::string> cut;  // what was left out or not done, one sentence each
    std::vector<Hypothesis> hypotheses;
    std::vector<Look> looks;
    std::vector<PlantedOrder> planted;
};

enum class Verdict { Cause, Several, NotEnoughEvidence, NothingWrong };

struct Report {
    Incident incident;
    Verdict verdict = Verdict::NotEnoughEvidence;
    double confidence = 0;  // that the verdict, and the first cause where there is one, is right
    std::string summary;    // one sentence
    std::vector<Cause> causes;  // most probable first
    std::vector<Clue> clues;    // current ones first, by strength
    Impact impact;
    std::vector<TimelineEntry> timeline;  // ascending in time
    std::vector<CoverageRow> coverage;
    std::vector<Recommendation> recommendations;
    std::vector<std::string> to_collect;   // for not_enough_evidence: what to collect next
    std::vector<SimilarIncident> similar;  // most similar first
    std::vector<SuspectChange> changes;    // most suspicious first, at most 8
    std::vector<Evidence> evidence;        // by number
    ClaimCount claims;
    std::optional<Reasoning> reasoning;  // none: no language model is configured
    std::string version;                 // of the product that wrote it
};

std::string_view name(Level level);
std::string_view name(Severity severity);
std::string_view name(Verdict verdict);
std::string_view name(Proof proof);

// The public shape (docs/report.schema.json). Times are RFC 3339; evidence is an object by id.
Json to_json(const Report& report);

// nullptr when the report has no such evidence
const Evidence* find_evidence(const Report& report, std::string_view id);

}  // namespace insight::model
