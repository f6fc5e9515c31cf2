#include "agent/report/markdown.h"

#include <fmt/format.h>

#include "agent/report/changes.h"
#include "agent/report/coverage.h"
#include "agent/report/facts.h"
#include "agent/report/health.h"
#include "agent/report/layout.h"
#include "agent/report/markdown_evidence.h"
#include "agent/report/markdown_text.h"
#include "agent/report/network.h"
#include "agent/report/reasoning.h"

namespace insight::report {
namespace {

using base::Json;

void head_as_markdown(std::string& out, const Json& report) {
    const Json& incident = base::object_at(report, "incident");
    out += "# " + md_escape(incident_title(incident)) + "\n\n";
    const Headline top = headline(report);
    out += fmt::format("**{}**, {}", md_escape(top.words), md_escape(top.aside));
    if (const std::string impact = impact_words(report); !impact.empty())
        out += " \u00b7 " + md_escape(impact);
    out += "\n\n" + md_prose(line_at(report, "summary")) + "\n";
    std::string facts;
    if (const std::string id = line_at(incident, "id", 64); !id.empty()) facts = md_code(id);
    if (const auto opened = time_at(incident, "openedAt"))
        facts += " \u00b7 opened " + date_and_clock(*opened);
    if (const std::string state = alert_state(incident); !state.empty())
        facts += " \u00b7 " + md_escape(state);
    if (!facts.empty()) out += "\n" + facts + "\n";
}

void bullet(std::string& out, std::string_view label, const std::string& text) {
    if (!text.empty()) out += fmt::format("- **{}**: {}\n", label, text);
}

void cause_as_markdown(std::string& out, const Json& cause, std::size_t number, bool sure) {
    out +=
        fmt::format("\n## {} {}: {} ({}, {})\n\n", sure ? "Cause" : "Possible cause", number,
                    md_escape(words(base::text_at(cause, "class"))), md_escape(entity_name(cause)),
                    md_escape(words(base::text_at(cause, "level"))),
                    percent(base::number_at(cause, "probability")));
    out += md_statement(cause, "statement") + "\n";
    std::string list = added_statements_markdown(cause);
    for (const Json& objection : base::array_at(cause, "against"))
        bullet(list, "Against", md_statement(objection, "statement"));
    for (const Json& rival : base::array_at(cause, "rivals"))
        bullet(list, "Less likely",
               fmt::format("{} {}, {}: {}", percent(base::number_at(rival, "probability")),
                           md_escape(words(base::text_at(rival, "class"))),
                           md_escape(entity_name(rival)), md_statement(rival, "ruledOutBy")));
    const Json& overturn = base::object_at(cause, "overturnedBy");
    bullet(list, "Wrong if", md_prose(line_at(overturn, "statement")));
    if (!list.empty()) out += "\n" + list;
    if (const std::string command = block_at(overturn, "command", 4000); !command.empty())
        out += "\n" + md_block(command, "sh");
}

void recommendations(std::string& out, const Json& report) {
    const Json& list = base::array_at(report, "recommendations");
    if (list.empty()) return;
    out += "\n## Do next\n";
    for (std::size_t i = 0; i < list.size(); ++i) {
        // Not a list: a fenced block inside one could be left by its own indentation.
        out += fmt::format("\n**{}.** {}{}\n", i + 1, md_statement(list[i], "statement"),
                           base::flag_at(list[i], "changesSomething") ? "" : " *(only looks)*");
        if (const std::string command = block_at(list[i], "command", 4000); !command.empty())
            out += "\n" + md_block(command, "sh");
    }
}

void impact_as_markdown(std::string& out, const Json& report) {
    const Json& impact = base::object_at(report, "impact");
    const std::string statement = line_at(impact, "statement");
    const Json& services = base::array_at(impact, "services");
    if (statement.empty() && services.empty()) return;
    out += "\n## Impact\n\n" + md_escape(statement) + "\n";
    if (const std::string users = md_statement(base::object_at(impact, "users"), "statement");
        !users.empty())
        out += "\n" + users + "\n";
    if (!services.empty()) out += "\n";
    for (const Json& service : services)
        out += fmt::format("- {}: {}\n", md_escape(entity_name(service)),
                           md_statement(service, "symptom"));
}

void to_collect(std::string& out, const Json& report) {
    const Json& list = base::array_at(report, "toCollect");
    if (list.empty()) return;
    out += "\n## Collect next\n\n";
    for (const Json& item : list) out += "- " + md_escape(scalar_line(item, 1000)) + "\n";
}

void clues(std::string& out, const Json& report) {
    const Json& list = base::array_at(report, "clues");
    if (list.empty()) return;
    out += "\n## What is unusual\n\n";
    for (const Json& clue : list) {
        const std::string onset = clock_at(clue, "onset");
        out += fmt::format("- {}{}{}\n", onset.empty() ? "" : onset + " ",
                           md_statement(clue, "statement"),
                           base::flag_at(clue, "current", true) ? "" : " *(recovered)*");
    }
}

void similar(std::string& out, const Json& report) {
    const Json& list = base::array_at(report, "similar");
    if (list.empty()) return;
    out += "\n## Looked the same before\n\n";
    for (const Json& item : list) {
        out += "- " + md_escape(similar_line(item)) + "\n";
        if (const std::string shared = shared_line(item); !shared.empty())
            out += "  " + md_escape(shared) + "\n";
    }
}

void network(std::string& out, const Json& report) {
    const std::vector<std::string> lines = network_lines(report);
    if (lines.empty()) return;
    out += "\n## The network\n\n";
    for (const std::string& line : lines) out += "- " + md_escape(line) + "\n";
}

void timeline_as_markdown(std::string& out, const Json& report) {
    const Json& list = base::array_at(report, "timeline");
    if (list.empty()) return;
    out += "\n## Timeline\n\n| time (UTC) | kind | what |\n|---|---|---|\n";
    for (const Json& entry : list)
        out += fmt::format("| {} | {} | {} |\n", clock_at(entry, "time"),
                           md_escape(words(base::text_at(entry, "kind"))),
                           md_statement(entry, "statement"));
}

void coverage(std::string& out, const Json& report) {
    const Json& list = base::array_at(report, "coverage");
    if (list.empty()) return;
    out += "\n## Coverage\n\n| source | outcome | records | note |\n|---|---|---|---|\n";
    for (const Json& row : list)
        out += fmt::format("| {} | {} | {} | {} |\n", md_escape(line_at(row, "source", 100)),
                           md_escape(answer_words(row)), base::integer_at(row, "count"),
                           md_escape(line_at(row, "note", 400)));
}

}  // namespace

std::string to_markdown(const Json& report) {
    std::string out;
    head_as_markdown(out, report);
    out += health_markdown(report);
    // In the order in which somebody acts: what to collect, what it was, what to do, whom it hit;
    // the proof comes last.
    to_collect(out, report);
    const Json& causes = base::array_at(report, "causes");
    // Where the evidence does not carry a verdict, causes are named as what they are: possible.
    const bool sure = base::text_at(report, "verdict") != "not_enough_evidence";
    for (std::size_t i = 0; i < causes.size(); ++i) cause_as_markdown(out, causes[i], i + 1, sure);
    recommendations(out, report);
    impact_as_markdown(out, report);
    clues(out, report);
    out += changes_markdown(report);
    similar(out, report);
    network(out, report);
    timeline_as_markdown(out, report);
    out += reasoning_markdown(report);
    coverage(out, report);
    markdown_evidence(out, report);
    return out;
}

}  // namespace insight::report
