#include "agent/chat/chat.h"

#include <fmt/format.h>

#include <thread>

#include "agent/chat/finder.h"
#include "agent/chat/found_evidence.h"
#include "agent/question.h"
#include "agent/report/facts.h"
#include "agent/report/markdown_text.h"
#include "agent/scan_request.h"
#include "core/base/text.h"

namespace insight::agent::chat {
namespace {

using base::ErrorKind;
using base::Json;
using report::md_code;
using report::md_escape;

constexpr std::chrono::milliseconds kPoll{200};
constexpr base::Nanos kFresh = 30 * base::kMinute;  // an answer about "now" may be so old
// a health scan looks at trends of hours and days, so it stays true longer
constexpr base::Nanos kFreshScan = 12 * base::kHour;
constexpr base::Nanos kAny = 30 * 24 * base::kHour;
constexpr std::size_t kPiece = 512;  // bytes of a token event of the engine's answer

std::string interval_text(const model::Interval& interval) {
    return report::date_and_clock(interval.start) + " to " + report::date_and_clock(interval.end);
}

Answer plainly(std::string text) {
    Answer out;
    out.text = std::move(text);
    return out;
}

}  // namespace

// One question on its way to its answer.
struct Chat::Turn {
    const Asked& asked;
    Question question;
    Conversation conversation;
    base::Deadline deadline;
    const Listener& listener;
    bool heard = true;

    void tell(std::string_view event, const Json& data) {
        if (listener && heard) heard = listener(event, data);
    }
};

base::Json to_json(const Said& said) {
    Json citations = Json::array();
    for (const Citation& citation : said.answer.citations) citations.push_back(to_json(citation));
    return {{"conversation", said.conversation},
            {"incident", said.incident.empty() ? Json(nullptr) : Json(said.incident)},
            {"topic", name(said.question.topic)},
            {"answer", said.answer.text},
            {"citations", std::move(citations)},
            {"by", said.answer.by},
            {"notes", said.answer.notes},
            {"complete", said.complete}};
}

Said Chat::said(const Turn& turn, const std::string& incident, Answer answer, bool complete) const {
    return {turn.conversation.id, incident, turn.question, std::move(answer), complete};
}

base::Result<Said> Chat::ask(const Asked& asked, base::Deadline deadline,
                             const Listener& listener) {
    const std::string text = base::clean_utf8(asked.question);
    if (base::one_line(text).empty())
        return base::fail(ErrorKind::Invalid,
                          "the question is empty: ask something like \"why is checkout slow?\"");
    if (text.size() > kLongestQuestion)
        return base::fail(
            ErrorKind::Invalid,
            fmt::format("the question is too long: at most {} bytes", kLongestQuestion));
    const auto zone = asked.time_zone.empty() ? zone_ : Zone::parse(asked.time_zone);
    if (!zone) return base::fail(zone.error());
    Turn turn{asked, understand(text, clock_.now(), *zone), {}, deadline, listener};
    if (asked.conversation.empty()) {
        turn.conversation.id = new_id(clock_.now());
        turn.conversation.opened_at = clock_.now();
    } else {
        auto loaded = load(store_.documents(), asked.conversation);
        if (!loaded) return base::fail(loaded.error());
        turn.conversation = std::move(*loaded);
    }
    auto out = answer(turn);
    if (!out) return out;
    // A model's words were checked before anybody sees them, so they come at once, too.
    for (std::size_t at = 0; at < out->answer.text.size() && turn.heard;) {
        std::size_t end = std::min(at + kPiece, out->answer.text.size());
        // never within a character
        while (end < out->answer.text.size() &&
               (static_cast<unsigned char>(out->answer.text[end]) & 0xc0U) == 0x80U)
            ++end;
        turn.tell("token", {{"text", out->answer.text.substr(at, end - at)}});
        at = end;
    }
    Exchange exchange{
        clock_.now(),  text,           out->answer.text,     std::string(name(turn.question.topic)),
        out->incident, out->answer.by, out->answer.citations};
    if (auto kept = keep(store_.documents(), turn.conversation, std::move(exchange)); !kept)
        return base::fail(kept.error());
    return out;
}

// From what names an incident outright to what only hints at one: an id of the request, an id in
// the words, a time, the incident that was spoken of, the latest that fits, a new investigation.
base::Result<Said> Chat::answer(Turn& turn) {
    const Question& question = turn.question;
    if (question.topic == Topic::Review) return review(turn);
    if (!turn.asked.incident.empty()) return of_incident(turn, turn.asked.incident);
    if (!question.incident.empty()) return of_incident(turn, question.incident);
    if (question.topic == Topic::Ahead) return ahead(turn);
    if (question.interval) return of_interval(turn);
    const std::string& known = turn.conversation.incident;
    // "and since when?" goes on about the incident that was spoken of.
    const bool follows = !known.empty() && question.subject.empty();
    if (follows) return of_incident(turn, known);
    if (!known.empty()) {  // a subject of the incident that is spoken of is no new question
        const auto text = store_.report(known);
        if (text && base::lower(*text).find(base::lower(question.subject)) != std::string::npos)
            return of_incident(turn, known);
    }
    // What was found half an hour ago says nothing of "now", but it does of "last week".
    const auto row =
        latest(store_, question.subject, clock_.now(), question.current ? kFresh : kAny);
    if (!row) return base::fail(row.error());
    if (*row) return of_incident(turn, (*row)->incident.id);
    if (turn.asked.may_investigate && !question.subject.empty()) {
        const auto subject = known_spelling(store_, question.subject);
        if (!subject) return base::fail(subject.error());
        const auto incident =
            question_incident({base::shorten(question.text, 2000), *subject, "", ""}, clock_.now());
        if (!incident) return base::fail(incident.error());
        return investigate(turn, *incident, false);
    }
    return said(
        turn, "",
        plainly(
            question.subject.empty()
                ? "No incident is known yet. Ask about something, like \"why is checkout slow?\", "
                  "and it is "
                  "investigated; or send alerts to /api/v1/alerts/alertmanager.\n"
                : fmt::format("Nothing is known of {} yet, and this conversation may not open an "
                              "investigation.\n",
                              md_escape(question.subject))));
}

base::Result<Said> Chat::of_incident(Turn& turn, const std::string& incident) {
    const auto row = store_.incident(incident);
    if (!row) return base::fail(row.error());
    auto report = wait_for_report(turn, incident);
    if (!report) return base::fail(report.error());
    if (!*report) {
        if (const auto now = store_.incident(incident);
            now && now->incident.state == model::IncidentState::Failed)
            return said(
                turn, incident,
                plainly("No report could be made of this incident: see the service's log.\n"));
        return said(turn, incident,
                    plainly(fmt::format("{} is still being investigated. Ask again in a moment.\n",
                                        md_code(incident))),
                    false);
    }
    if (const std::string& id = turn.question.evidence; id.starts_with('C'))
        if (auto found = found_evidence(store_.documents(), incident, id))
            (**report)["evidence"][id] = std::move(*found);
    Answer draft = answer_from(turn.question, **report);
    // The engine's answer is made first and always: a model may say it better, and when it does
    // not, the draft is there.
    if (talker_ != nullptr) {
        std::string why;
        const auto better = talker_->say(
            turn.question, turn.conversation, **report, draft, turn.deadline,
            [&](std::string_view event, const Json& data) {
                turn.tell(event, data);
                return turn.heard && !stopping_;
            },
            why);
        if (better) return said(turn, incident, *better);
        if (!why.empty()) draft.notes.push_back(why);
    }
    return said(turn, incident, std::move(draft));
}

base::Result<Said> Chat::of_interval(Turn& turn) {
    const model::Interval& interval = *turn.question.interval;
    auto rows = incidents_during(store_, interval);
    if (!rows) return base::fail(rows.error());
    if (!turn.question.subject.empty())
        std::erase_if(*rows,
                      [&](const auto& row) { return !concerns(row, turn.question.subject); });
    const store::IncidentRow* first = most_telling(*rows);
    if (first == nullptr) {
        std::string text = fmt::format("No incident is known from {}.\n", interval_text(interval));
        // "Nothing" alone would leave the asker to guess whether the time or the store is wrong.
        const auto last = latest(store_, "", clock_.now(), kAny);
        if (last && *last)
            text += fmt::format("\nThe last one was {} at {}: {}\n", md_code((*last)->incident.id),
                                report::date_and_clock((*last)->incident.opened_at),
                                md_escape(base::shorten(base::clean_utf8((*last)->summary), 400)));
        return said(turn, "", plainly(std::move(text)));
    }
    std::string list;
    if (rows->size() > 1) {
        list = fmt::format("{} incidents from {}; {} says most:\n\n", rows->size(),
                           interval_text(interval), md_code(first->incident.id));
        std::size_t count = 0;
        // The store gives the newest first; a course of events is told from its beginning.
        for (auto row = rows->rbegin(); row != rows->rend() && count < 20; ++row, ++count)
            list += fmt::format("- {} {} {}: {}\n", base::format_clock(row->incident.opened_at),
                                md_code(row->incident.id),
                                md_escape(base::shorten(title(row->incident), 120)),
                                md_escape(base::shorten(base::clean_utf8(row->summary), 200)));
        list += "\n";
    }
    auto out = of_incident(turn, first->incident.id);
    if (out) out->answer.text = base::shorten(list + out->answer.text, kLongestAnswer);
    return out;
}

base::Result<Said> Chat::ahead(Turn& turn) {
    const auto scans = store_.scans({});
    if (!scans) return base::fail(scans.error());
    // One that is under way is not waited for while an earlier one can answer.
    for (const store::ScanRow& scan : *scans)
        if (!scan.verdict.empty() && scan.opened_at > clock_.now() - kFreshScan)
            return of_incident(turn, scan.incident);
    if (!turn.asked.may_investigate)
        return said(turn, "",
                    plainly("There is no health scan of the last 12 hours, and this conversation "
                            "may not start one.\n"));
    const auto subject = known_spelling(store_, turn.question.subject);
    if (!subject) return base::fail(subject.error());
    const auto incident = scan_incident({.service = *subject}, clock_.now());
    if (!incident) return base::fail(incident.error());
    return investigate(turn, *incident, true);
}

base::Result<Said> Chat::review(Turn& turn) {
    if (!reviewer_)
        return said(
            turn, "",
            plainly("A pull request can be reviewed once its repository is configured: name "
                    "it in the block `github`, see docs/configuration.md. Nothing "
                    "was looked at.\n"));
    auto text = reviewer_(turn.question.text);
    if (!text &&
        (text.error().kind == ErrorKind::Invalid || text.error().kind == ErrorKind::NotFound))
        return said(turn, "", plainly(md_escape(text.error().text()) + "\n"));
    if (!text) return base::fail(text.error());
    return said(turn, "", plainly(std::move(*text)));
}

base::Result<Said> Chat::investigate(Turn& turn, const model::Incident& incident, bool scan) {
    if (scan) {
        if (auto opened = store_.open_scan(incident, {}); !opened)
            return base::fail(opened.error());
    } else if (auto opened = store_.open(incident, true); !opened) {
        return base::fail(opened.error());
    }
    turn.tell("state", {{"incident", incident.id}, {"state", "open"}});
    return of_incident(turn, incident.id);
}

base::Result<std::optional<Json>> Chat::wait_for_report(Turn& turn, const std::string& incident) {
    for (bool told = false;; told = true) {
        const auto text = store_.report(incident);
        if (text) {
            auto report = base::parse_json(*text, "the stored report");
            if (!report) return base::fail(report.error());
            return std::optional<Json>(std::move(*report));
        }
        if (text.error().kind != ErrorKind::NotFound) return base::fail(text.error());
        const auto row = store_.incident(incident);
        if (!row) return base::fail(row.error());
        if (row->incident.state == model::IncidentState::Failed || stopping_ || !turn.heard ||
            turn.deadline.passed())
            return std::optional<Json>{};
        if (!told) turn.tell("state", {{"incident", incident}, {"state", "investigating"}});
        // Another replica may be the one that investigates: the store is all that both share.
        std::this_thread::sleep_for(
            std::min(std::chrono::duration_cast<std::chrono::milliseconds>(kPoll),
                     turn.deadline.remaining_ms()));
    }
}

}  // namespace insight::agent::chat
