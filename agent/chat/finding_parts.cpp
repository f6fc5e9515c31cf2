#include "agent/chat/report_words.h"
#include "core/base/text.h"

namespace insight::agent::chat::parts {
namespace {

constexpr double kLikely = 0.05;  // what is less so stands among the rivals

// The named entity among what was ruled out or was unusual.
std::string about(const Json& report, const std::string& subject) {
    std::string out;
    // People write names in any letters, their systems in one.
    const std::string wanted = base::lower(subject);
    const auto is_it = [&](const Json& holder) {
        return !subject.empty() &&
               base::lower(text_at(object_at(holder, "entity"), "name")).find(wanted) !=
                   std::string::npos;
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

}  // namespace

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
    std::string out = head(report) + "\n\n" + md_prose(line_at(report, "summary")) + "\n";
    // What to collect next is only a question where something is missing.
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
                                               : md_prose(line_at(report, "summary"));
    out += "\n";
    if (const std::string impact = line_at(object_at(report, "impact"), "statement");
        !impact.empty())
        out += "\n" + md_escape(impact) + "\n";
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
        // Causes come most probable first.
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
    std::string alert;
    if (const std::string opened = when(incident, "openedAt"); !opened.empty())
        alert = fmt::format("The incident was opened at {}", opened);
    if (const std::string state = report::alert_state(incident); !state.empty())
        alert += (alert.empty() ? "The alert is " : "; the alert is ") + md_escape(state);
    if (!alert.empty()) out += "\n" + alert + ".\n";
    std::size_t current = 0;
    std::size_t recovered = 0;
    for (const Json& clue : array_at(report, "clues"))
        ++(base::flag_at(clue, "current", true) ? current : recovered);
    out += fmt::format(
        "\nAt the end of the window {} of what is unusual was still so, {} had recovered.\n",
        current, recovered);
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
        out += "\nIt is wrong if: " + md_prose(statement) + "\n";
    if (const std::string command = report::block_at(wrong, "command", 4000); !command.empty())
        out += "\n" + md_block(command, "sh");
    return out;
}

std::string impact(const Json& report) {
    const Json& impact = object_at(report, "impact");
    std::string out = md_prose(line_at(impact, "statement"));
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

}  // namespace insight::agent::chat::parts
