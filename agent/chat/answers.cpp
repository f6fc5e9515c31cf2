#include "agent/chat/answers.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <set>

#include "agent/chat/evidence_text.h"
#include "agent/report/facts.h"
#include "agent/report/markdown_text.h"
#include "agent/report/postmortem.h"
#include "core/base/text.h"

namespace insight::agent::chat {
namespace {

using base::array_at;
using base::Json;
using base::number_at;
using base::object_at;
using base::text_at;
using report::entity_name;
using report::line_at;
using report::md_block;
using report::md_code;
using report::md_escape;
using report::md_statement;
using report::words;

constexpr std::size_t kMostItems = 12;
constexpr double kLikely = 0.05;  // what is less so stands among the rivals

bool is_found(const Json& report) {
    const std::string verdict = text_at(report, "verdict");
    return verdict == "cause" || verdict == "several";
}

std::string when(const Json& object, std::string_view key) {
    const auto time = report::time_at(object, key);
    return time ? report::date_and_clock(*time) : std::string();
}

std::string head(const Json& report) {
    return fmt::format("**{}** ({} sure)",
                       md_escape(report::verdict_words(text_at(report, "verdict"))),
                       report::percent(number_at(report, "confidence")));
}

// What keeps an answer honest when nothing was found.
std::string without_cause(const Json& report) {
    const std::string verdict = text_at(report, "verdict");
    std::string out = head(report) + "\n\n" + md_escape(line_at(report, "summary")) + "\n";
    if (verdict != "not_enough_evidence") return out;
    const Json& list = array_at(report, "toCollect");
    if (!list.empty()) out += "\nCollect next:\n\n";
    for (const Json& item : list) out += "- " + md_escape(report::scalar_line(item, 400)) + "\n";
    return out;
}

std::string cause_line(const Json& cause) {
    return fmt::format("{} at {}, {}", md_escape(words(text_at(cause, "class"))),
                       md_escape(entity_name(cause)),
                       report::percent(number_at(cause, "probability")));
}

std::string what(const Json& report) {
    std::string out = head(report) + "\n\n";
    const Json& causes = array_at(report, "causes");
    out += is_found(report) && !causes.empty() ? md_statement(causes[0], "statement")
                                               : md_escape(line_at(report, "summary"));
    out += "\n";
    if (const std::string impact = line_at(object_at(report, "impact"), "statement");
        !impact.empty())
        out += "\n" + md_escape(impact) + "\n";
    return out;
}

// The named entity among what was ruled out or was unusual.
std::string about(const Json& report, const std::string& subject) {
    std::string out;
    const auto is_it = [&](const Json& holder) {
        return !subject.empty() &&
               text_at(object_at(holder, "entity"), "name").find(subject) != std::string::npos;
    };
    for (const Json& cause : array_at(report, "causes"))
        for (const Json& rival : array_at(cause, "rivals"))
            if (is_it(rival) && out.size() < 2000)
                out += fmt::format(
                    "- {} at {} ({}): {}\n", md_escape(words(text_at(rival, "class"))),
                    md_escape(entity_name(rival)), report::percent(number_at(rival, "probability")),
                    md_statement(rival, "ruledOutBy"));
    for (const Json& clue : array_at(report, "clues"))
        if (is_it(clue) && out.size() < 2000)
            out += fmt::format("- {}{}\n", md_statement(clue, "statement"),
                               base::flag_at(clue, "current", true) ? "" : " (recovered)");
    return out;
}

std::string why(const Question& question, const Json& report) {
    const Json& causes = array_at(report, "causes");
    const std::string seen = about(report, question.subject);
    const std::string at_subject =
        seen.empty() ? "" : fmt::format("\nAt {}:\n\n{}", md_escape(question.subject), seen);
    if (!is_found(report) || causes.empty()) return without_cause(report) + at_subject;
    std::string out = head(report) + "\n";
    for (std::size_t i = 0; i < causes.size() && i < 3; ++i) {
        if (i > 0 && number_at(causes[i], "probability") < kLikely) break;
        out += fmt::format("\n{}{}: {}\n", i == 0 ? "" : "Also possible, ", cause_line(causes[i]),
                           md_statement(causes[i], "statement"));
        for (const Json& objection : array_at(causes[i], "against"))
            out += "\nAgainst it: " + md_statement(objection, "statement") + "\n";
    }
    const Json& rivals = array_at(causes[0], "rivals");
    if (!rivals.empty()) out += "\nLess likely:\n\n";
    for (std::size_t i = 0; i < rivals.size() && i < 3; ++i)
        out +=
            fmt::format("- {}: {}\n", cause_line(rivals[i]), md_statement(rivals[i], "ruledOutBy"));
    return out + at_subject;
}

std::string since(const Json& report) {
    std::string out;
    const Json& incident = object_at(report, "incident");
    const Json& causes = array_at(report, "causes");
    if (is_found(report) && !causes.empty())
        if (const std::string onset = when(causes[0], "onset"); !onset.empty())
            out += fmt::format("{} began at **{}**.\n", cause_line(causes[0]), onset);
    if (const std::string opened = when(incident, "openedAt"); !opened.empty())
        out += fmt::format("\nThe incident was opened at {}", opened);
    if (const std::string state = report::alert_state(incident); !state.empty())
        out += "; the alert is " + md_escape(state);
    out += ".\n";
    std::size_t current = 0;
    std::size_t recovered = 0;
    for (const Json& clue : array_at(report, "clues"))
        ++(base::flag_at(clue, "current", true) ? current : recovered);
    out += fmt::format(
        "\nAt the end of the window {} of what is unusual was still so, {} had recovered.\n",
        current, recovered);
    return out;
}

std::string changed(const Json& report) {
    std::string out;
    std::size_t count = 0;
    for (const Json& entry : array_at(report, "timeline"))
        if (text_at(entry, "kind") == "change" && count++ < kMostItems)
            out += fmt::format("- {} {}\n", when(entry, "time"), md_statement(entry, "statement"));
    if (count > kMostItems) out += fmt::format("- and {} more\n", count - kMostItems);
    if (!out.empty()) return "Changed in the window, oldest first:\n\n" + out;
    out = "No change is known in the window.";
    std::string seen;
    for (const Json& row : array_at(report, "coverage"))
        if (text_at(row, "outcome") == "answered" || text_at(row, "outcome") == "empty")
            seen += (seen.empty() ? "" : ", ") + md_code(line_at(row, "source", 80));
    return out + (seen.empty() ? " No source answered that could tell of one.\n"
                               : " Sources that answered: " + seen + ".\n");
}

std::string to_do(const Json& report) {
    const Json& list = array_at(report, "recommendations");
    std::string out;
    for (std::size_t i = 0; i < list.size() && i < kMostItems; ++i) {
        out += fmt::format("{}**{}.** {}{}\n", i == 0 ? "" : "\n", i + 1,
                           md_statement(list[i], "statement"),
                           base::flag_at(list[i], "changesSomething") ? " *(changes something)*"
                                                                      : " *(only looks)*");
        if (const std::string command = report::block_at(list[i], "command", 4000);
            !command.empty())
            out += "\n" + md_block(command, "sh");
    }
    return out.empty() ? "The report recommends nothing.\n\n" + without_cause(report) : out;
}

std::string prevention(const Json& report) {
    std::string out;
    for (const std::string& item : report::prevention_items(report))
        out += "- " + md_escape(item) + "\n";
    return out.empty() ? "Nothing was found that would keep it from coming again.\n"
                       : "To keep it from coming again:\n\n" + out;
}

std::string timeline(const Json& report) {
    std::string out = "| time (UTC) | kind | what |\n|---|---|---|\n";
    const Json& list = array_at(report, "timeline");
    for (const Json& entry : list)
        out +=
            fmt::format("| {} | {} | {} |\n", report::clock_at(entry, "time"),
                        md_escape(words(text_at(entry, "kind"))), md_statement(entry, "statement"));
    return list.empty() ? "The report has no timeline.\n" : out;
}

std::string impact(const Json& report) {
    const Json& impact = object_at(report, "impact");
    std::string out = md_escape(line_at(impact, "statement"));
    if (const std::string words = report::impact_words(report); !words.empty())
        out = fmt::format("**{}**. {}", md_escape(words), out);
    out += "\n";
    if (const std::string users = md_statement(object_at(impact, "users"), "statement");
        !users.empty())
        out += "\n" + users + "\n";
    const Json& services = array_at(impact, "services");
    if (!services.empty()) out += "\n";
    for (std::size_t i = 0; i < services.size() && i < kMostItems; ++i)
        out += fmt::format("- {}: {}\n", md_escape(entity_name(services[i])),
                           md_statement(services[i], "symptom"));
    return out;
}

std::string sure(const Json& report) {
    std::string out = head(report) + "\n";
    const Json& claims = object_at(report, "claims");
    out += fmt::format(
        "\n{} of {} claims of the report stand in the evidence they cite; {} were taken out.\n",
        base::integer_at(claims, "proven"), base::integer_at(claims, "checked"),
        base::integer_at(claims, "removed"));
    const Json& causes = array_at(report, "causes");
    if (causes.empty()) return out;
    const Json& reasons = array_at(causes[0], "reasons");
    if (!reasons.empty()) out += "\nWhat speaks for " + cause_line(causes[0]) + ":\n\n";
    for (std::size_t i = 0; i < reasons.size() && i < kMostItems; ++i)
        out += "- " + md_escape(report::scalar_line(reasons[i], 300)) + "\n";
    for (const Json& objection : array_at(causes[0], "against"))
        out += "\nAgainst it: " + md_statement(objection, "statement") + "\n";
    const Json& wrong = object_at(causes[0], "overturnedBy");
    if (const std::string statement = line_at(wrong, "statement"); !statement.empty())
        out += "\nIt is wrong if: " + md_escape(statement) + "\n";
    if (const std::string command = report::block_at(wrong, "command", 4000); !command.empty())
        out += "\n" + md_block(command, "sh");
    return out;
}

std::string coverage(const Json& report) {
    std::string out;
    for (const Json& row : array_at(report, "coverage")) {
        const std::string note = line_at(row, "note", 300);
        out +=
            fmt::format("- {}: {}, {} records{}\n", md_code(line_at(row, "source", 100)),
                        md_escape(report::outcome_words(text_at(row, "outcome"))),
                        base::integer_at(row, "count"), note.empty() ? "" : "; " + md_escape(note));
    }
    return out.empty() ? "No source was asked.\n" : "What was asked and what came of it:\n\n" + out;
}

std::string similar(const Json& report) {
    std::string out;
    for (const Json& item : array_at(report, "similar")) {
        out += "- " + md_escape(report::similar_line(item)) + "\n";
        if (const std::string shared = report::shared_line(item); !shared.empty())
            out += "  " + md_escape(shared) + "\n";
    }
    return out.empty() ? "No past incident looked like this one.\n"
                       : "Looked the same before:\n\n" + out;
}

std::string runbook(const Json& report) {
    std::string out;
    for (const Json& one : array_at(report, "recommendations"))
        if (text_at(one, "statement").starts_with("Runbook "))
            out += "- " + md_statement(one, "statement") + "\n";
    return out.empty() ? "No runbook is written for this: docs/runbooks.md says how one is found.\n"
                       : out;
}

std::string ahead(const Json& report) {
    const Json& health = object_at(report, "health");
    if (health.empty()) return what(report);
    std::string out = fmt::format("**Health {} of 100.** {}\n", base::integer_at(health, "score"),
                                  md_escape(line_at(report, "summary")));
    const Json& findings = array_at(health, "findings");
    if (findings.empty()) {
        out += fmt::format("\n{} series were examined; none grows towards a limit.\n",
                           base::integer_at(health, "examined"));
        return out;
    }
    out += "\n";
    for (std::size_t i = 0; i < findings.size() && i < kMostItems; ++i)
        out += fmt::format("- **{}**: {}\n", md_escape(line_at(findings[i], "severity", 20)),
                           md_statement(findings[i], "statement"));
    if (findings.size() > kMostItems)
        out += fmt::format("- and {} more\n", findings.size() - kMostItems);
    return out;
}

std::string text_for(const Question& question, const Json& report) {
    switch (question.topic) {
        case Topic::What:
            return what(report);
        case Topic::Why:
            return why(question, report);
        case Topic::When:
            return since(report);
        case Topic::Changed:
            return changed(report);
        case Topic::Do:
            return to_do(report);
        case Topic::Prevent:
            return prevention(report);
        case Topic::Evidence:
            return evidence_text(report, question.evidence);
        case Topic::Timeline:
            return timeline(report);
        case Topic::Postmortem:
            return report::postmortem(report, nullptr, {});
        case Topic::Impact:
            return impact(report);
        case Topic::Sure:
            return sure(report);
        case Topic::Coverage:
            return coverage(report);
        case Topic::Similar:
            return similar(report);
        case Topic::Runbook:
            return runbook(report);
        case Topic::Ahead:
            return ahead(report);
        case Topic::Review:
            return {};
    }
    return {};
}

}  // namespace

std::vector<Citation> citations_of(const std::string& text, const Json& report) {
    static const re2::RE2 kId(R"(\bE([0-9]{1,4})\b)");
    std::vector<Citation> out;
    std::set<std::string> seen;
    re2::StringPiece rest(text);
    std::string number;
    while (re2::RE2::FindAndConsume(&rest, kId, &number)) {
        const std::string id = "E" + number;
        if (!seen.insert(id).second) continue;
        const Json* evidence = report::find_evidence(report, id);
        if (evidence != nullptr)
            out.push_back(
                {id, line_at(*evidence, "title", 200), line_at(*evidence, "source", 100)});
    }
    return out;
}

Answer answer_from(const Question& question, const Json& report) {
    Answer out;
    out.text = base::shorten(text_for(question, report), kLongestAnswer);
    out.citations = citations_of(out.text, report);
    return out;
}

}  // namespace insight::agent::chat
