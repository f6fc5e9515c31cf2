#include "agent/chat/model_talker.h"

#include <fmt/format.h>

#include "agent/chat/found_evidence.h"
#include "agent/chat/prompts_text.h"
#include "agent/chat/said_by_model.h"
#include "agent/known_secrets/learn.h"
#include "agent/reasoning/bounded.h"
#include "agent/reasoning/fence.h"
#include "agent/reasoning/names.h"
#include "agent/reasoning/need.h"
#include "agent/reasoning/toolbox.h"
#include "agent/reasoning/tools/tools.h"
#include "core/base/text.h"

namespace insight::agent::chat {
namespace {

using base::Json;

constexpr int kTurns = 8;  // looks of one answer
constexpr int kRepairs = 1;
constexpr std::size_t kRemembered = 4;  // exchanges before this one
constexpr std::size_t kReportBytes = 12'000;

// The engine's own answer is exact there: a list, a page, a table.
bool is_better_said_by_a_model(Topic topic) {
    return topic == Topic::What || topic == Topic::Why || topic == Topic::When ||
           topic == Topic::Changed || topic == Topic::Do || topic == Topic::Prevent ||
           topic == Topic::Impact || topic == Topic::Sure;
}

Json opening_report(const Json& report) {
    Json out = Json::object();
    for (const char* key : {"verdict", "summary", "causes", "clues", "impact", "timeline",
                            "recommendations", "toCollect"})
        if (report.contains(key)) out[key] = report.at(key);
    Json evidence = Json::object();
    for (const auto& [id, one] : base::object_at(report, "evidence").items())
        evidence[id] = base::text_at(one, "title");
    out["evidence"] = std::move(evidence);
    reasoning::bound(out, kReportBytes);
    return out;
}

// Earlier answers quote collected text, so they are data as well; only the question is a person's.
std::string opening(const Question& question, const Conversation& conversation, const Json& report,
                    const Answer& draft) {
    std::string out = reasoning::fenced("the report", opening_report(report));
    out += "\n\n" + reasoning::fenced("the answer that was written without you",
                                      Json(base::shorten(draft.text, 6000)));
    const auto& all = conversation.exchanges;
    Json before = Json::array();
    for (std::size_t i = all.size() > kRemembered ? all.size() - kRemembered : 0; i < all.size();
         ++i)
        before.push_back({{"question", base::shorten(all[i].question, 500)},
                          {"answer", base::shorten(all[i].answer, 1500)}});
    if (!before.empty()) out += "\n\n" + reasoning::fenced("what was said before", before);
    return out + "\n\nThe question: " + base::one_line(question.text);
}

// Records went by already when the window is opened: the tools read them again from the bytes.
class Nowhere final : public store::LogSink {
  public:
    void begin(const model::Incident&, const std::vector<model::CoverageRow>&) override {}
    void take(std::size_t, const model::LogView&) override {}
};

model::Evidence evidence_of(const std::string& id, const Json& json) {
    model::Evidence out;
    out.id = id;
    out.title = base::text_at(json, "title");
    out.source = base::text_at(json, "source");
    out.query = base::text_at(json, "query");
    out.digest = base::text_at(json, "digest");
    const Json& range = base::object_at(json, "range");
    if (const auto start = base::parse_rfc3339(base::text_at(range, "start")))
        out.range.start = *start;
    if (const auto end = base::parse_rfc3339(base::text_at(range, "end"))) out.range.end = *end;
    out.content = json.contains("content") ? json.at("content") : Json();
    return out;
}

model::Entity entity_of(const Json& holder) {
    const Json& entity = base::object_at(holder, "entity");
    return {base::text_at(entity, "kind"), base::text_at(entity, "name")};
}

// One answer being made.
class Talk {
  public:
    Talk(reasoning::Partner& partner, reasoning::Toolbox& toolbox, base::Deadline deadline,
         base::Nanos call_timeout, const Progress& progress)
        : partner_(partner),
          toolbox_(toolbox),
          deadline_(deadline),
          call_timeout_(call_timeout),
          progress_(progress) {}

    // Nothing: `why` says why.
    std::optional<Claims> run(std::string text, std::string& why) {
        prompt_.system = kSystemPrompt;
        prompt_.tools = toolbox_.faces();
        prompt_.answer_schema = claims_schema();
        say(std::move(text));
        for (int turn = 0, repairs = 0; turn < kTurns + 2; ++turn) {
            if (deadline_.passed())
                return why = "The model took too long; this is the engine's answer.", std::nullopt;
            prompt_.answer_now = turn >= kTurns;
            prompt_.deadline = deadline_.sooner(std::chrono::nanoseconds(call_timeout_));
            const reasoning::Exchange exchange = partner_.ask(prompt_);
            if (!exchange.answer) {
                why = fmt::format("The model did not answer ({}); this is the engine's answer.",
                                  reasoning::sentence(exchange.ended));
                return std::nullopt;
            }
            model_ = exchange.answer->model;
            const llm::Answer& answer = *exchange.answer;
            if (answer.stop == llm::Stop::Refusal)
                return why = "The model would not answer; this is the engine's answer.",
                       std::nullopt;
            if (!answer.turn.calls.empty() && !prompt_.answer_now) {
                if (!look(answer)) return std::nullopt;  // nobody listens any more
                continue;
            }
            auto claims = claims_from(answer.turn.text);
            if (claims) return std::move(*claims);
            if (++repairs > kRepairs)
                return why =
                           "The model's answer had not the shape asked for; this is the engine's "
                           "answer.",
                       std::nullopt;
            llm::Turn said = answer.turn;
            said.calls.clear();
            prompt_.turns.push_back(std::move(said));
            say("That was not it: " + claims.error().message +
                ". Answer with the JSON object alone.");
        }
        return why = "The model came to no answer; this is the engine's answer.", std::nullopt;
    }

    [[nodiscard]] const std::string& model() const { return model_; }

  private:
    void say(std::string text) {
        llm::Turn turn;
        turn.text = std::move(text);
        prompt_.turns.push_back(std::move(turn));
    }

    bool look(const llm::Answer& answer) {
        for (const llm::ToolCall& call : answer.turn.calls)
            if (!progress_("tool",
                           {{"name", base::shorten(base::clean_utf8(call.name), 64)},
                            {"arguments", base::shorten(base::dump_json(call.input), 400)}}))
                return false;
        prompt_.turns.push_back(answer.turn);
        llm::Turn results;
        results.results = toolbox_.run(answer.turn.calls, counts_).results;
        prompt_.turns.push_back(std::move(results));
        return true;
    }

    reasoning::Partner& partner_;
    reasoning::Toolbox& toolbox_;
    const base::Deadline deadline_;
    const base::Nanos call_timeout_;
    const Progress& progress_;
    llm::Prompt prompt_;
    model::Reasoning counts_;
    std::string model_;
};

}  // namespace

model::Report report_for_tools(const Json& report) {
    model::Report out;
    if (auto incident = model::incident_from_json(base::object_at(report, "incident")))
        out.incident = std::move(*incident);
    out.incident.id = base::text_at(base::object_at(report, "incident"), "id");
    out.summary = base::text_at(report, "summary");
    for (const Json& cause : base::array_at(report, "causes")) {
        model::Cause& one = out.causes.emplace_back();
        one.entity = entity_of(cause);
        one.cause_class = base::text_at(cause, "class");
        one.statement = base::text_at(cause, "statement");
        one.probability = base::number_at(cause, "probability");
    }
    for (const Json& clue : base::array_at(report, "clues")) {
        model::Clue& one = out.clues.emplace_back();
        one.entity = entity_of(clue);
        one.kind = base::text_at(clue, "kind");
        one.statement = base::text_at(clue, "statement");
    }
    for (const auto& [id, evidence] : base::object_at(report, "evidence").items())
        out.evidence.push_back(evidence_of(id, evidence));
    std::sort(out.evidence.begin(), out.evidence.end(),
              [](const model::Evidence& a, const model::Evidence& b) {
                  return a.id.size() != b.id.size() ? a.id.size() < b.id.size() : a.id < b.id;
              });
    return out;
}

// What earlier answers of the conversation cite can be cited again.
void ModelTalker::add_found_before(const Conversation& conversation, model::Report& known) const {
    std::set<std::string> added;
    for (const Exchange& exchange : conversation.exchanges) {
        if (exchange.incident != known.incident.id) continue;
        for (const Citation& citation : exchange.citations) {
            if (!added.insert(citation.id).second) continue;
            if (const auto found =
                    found_evidence(voice_.store->documents(), known.incident.id, citation.id))
                known.evidence.push_back(evidence_of(citation.id, *found));
        }
    }
}

// Everything that the answer cites opens from now on.
void ModelTalker::keep_cited(const reasoning::Shelf& shelf, const std::set<std::string>& reported,
                             const std::string& incident, Answer& answer) const {
    for (const model::Evidence* evidence : shelf.all()) {
        const std::string id = lasting_id(*evidence);
        const bool cited = std::any_of(answer.citations.begin(), answer.citations.end(),
                                       [&](const Citation& one) { return one.id == id; });
        if (!cited || reported.contains(evidence->id)) continue;
        if (const auto kept = keep_evidence(voice_.store->documents(), incident, *evidence); !kept)
            answer.notes.push_back(fmt::format("{} could not be kept and cannot be opened: {}", id,
                                               kept.error().text()));
    }
}

std::optional<Answer> ModelTalker::say(const Question& question, const Conversation& conversation,
                                       const Json& report, const Answer& draft,
                                       base::Deadline deadline, const Progress& progress,
                                       std::string& why) {
    if (!voice_.settings.enabled || voice_.tiers.empty() ||
        !is_better_said_by_a_model(question.topic))
        return std::nullopt;
    model::Report known = report_for_tools(report);
    std::set<std::string> reported;
    for (const model::Evidence& evidence : known.evidence) reported.insert(evidence.id);
    add_found_before(conversation, known);
    const auto bytes = voice_.store->stage(known.incident.id, "snapshot");
    if (!bytes)
        return why = "The recorded window cannot be read; this is the engine's answer.",
               std::nullopt;
    Nowhere nowhere;
    const auto snapshot = store::unpack_snapshot(*bytes, nowhere);
    if (!snapshot)
        return why = "The recorded window cannot be read; this is the engine's answer.",
               std::nullopt;
    if (reasoning::nothing_recorded(*snapshot))
        return why = fmt::format("{} This is the engine's answer.",
                                 reasoning::sentence(reasoning::Ended::NothingRecorded)),
               std::nullopt;
    const reasoning::LogStream logs = [&](store::LogSink& sink) -> base::Status {
        const auto read = store::unpack_snapshot(*bytes, sink);
        return read ? base::Status{} : base::fail(read.error());
    };
    const reasoning::Case of{*snapshot, logs, known};
    reasoning::Shelf shelf(known);
    reasoning::Memory memory;
    reasoning::Recording recording;
    reasoning::Ledger ledger(&voice_.store->documents(), voice_.settings.budget, known.incident.id,
                             clock_);
    base::Border border(voice_.rules, voice_.border_key);
    learn_secrets(border, *snapshot);
    reasoning::LivePartner partner(voice_.tiers, ledger, &border, &voice_.store->audit(),
                                   known.incident.id, recording);
    reasoning::Toolbox toolbox(of, shelf, reasoning::make_tools(of, shelf), memory, voice_.settings,
                               recording, partner.context_tokens(), false);
    Talk talk(partner, toolbox, deadline, voice_.settings.call_timeout, progress);
    const auto claims = talk.run(opening(question, conversation, report, draft), why);
    if (!claims) return std::nullopt;
    auto out = checked(*claims, shelf, reasoning::known_names(of), reported);
    if (!out) {
        why =
            "Nothing the model said stood the check against the evidence; this is the engine's "
            "answer.";
        return std::nullopt;
    }
    keep_cited(shelf, reported, known.incident.id, *out);
    out->by = talk.model();
    return out;
}

}  // namespace insight::agent::chat
