#include "agent/chat/model_talker.h"

#include <fmt/format.h>

#include "agent/chat/found_evidence.h"
#include "agent/chat/said_by_model.h"
#include "agent/chat/stored_report.h"
#include "agent/chat/talk.h"
#include "agent/known_secrets/learn.h"
#include "agent/reasoning/bounded.h"
#include "agent/reasoning/fence.h"
#include "agent/reasoning/names.h"
#include "agent/reasoning/need.h"
#include "agent/reasoning/tools/tools.h"
#include "core/base/text.h"

namespace insight::agent::chat {
namespace {

using base::Json;

constexpr std::size_t kRemembered = 4;  // exchanges before this one
// of the report in the opening; the rest is a look away (read_evidence)
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

}  // namespace

// What earlier answers of the conversation cite can be cited again.
void ModelTalker::add_found_before(const Conversation& conversation, model::Report& known) const {
    std::set<std::string> added;
    for (const Exchange& exchange : conversation.exchanges) {
        if (exchange.incident != known.incident.id) continue;
        for (const Citation& citation : exchange.citations) {
            if (!added.insert(citation.id).second) continue;
            if (const auto found = found_evidence(*voice_.found, known.incident.id, citation.id))
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
        if (const auto kept = keep_evidence(*voice_.found, incident, *evidence); !kept)
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
    const auto window = voice_.windows(known.incident.id);
    if (!window)
        return why = "The recorded window cannot be read; this is the engine's answer.",
               std::nullopt;
    const store::Snapshot& snapshot = *window->snapshot;
    if (reasoning::nothing_recorded(snapshot))
        return why = fmt::format("{} This is the engine's answer.",
                                 reasoning::sentence(reasoning::Ended::NothingRecorded)),
               std::nullopt;
    const reasoning::Case of{snapshot, window->logs, known};
    reasoning::Shelf shelf(known);
    reasoning::Memory memory;
    // Kept by nobody: a chat is not replayed, but the partner writes one.
    reasoning::Recording recording;
    reasoning::Ledger ledger(voice_.accounts, voice_.settings.budget, known.incident.id, clock_);
    base::Border border(voice_.rules, voice_.border_key);
    // Before the first prompt: a secret that stands bare in the report may have its name only in a
    // log line.
    learn_secrets(border, snapshot, window->logs);
    reasoning::LivePartner partner(voice_.tiers, ledger, &border, voice_.audit, known.incident.id,
                                   recording);
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
