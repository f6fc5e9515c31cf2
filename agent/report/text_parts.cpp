#include "agent/report/text_parts.h"

#include <fmt/format.h>

#include "agent/report/coverage.h"
#include "agent/report/facts.h"
#include "agent/report/layout.h"
#include "agent/report/network.h"
#include "agent/report/text_cite.h"

namespace insight::report {
namespace {

using base::Json;

constexpr std::size_t kMaxSectionLines = 20;  // of one section

void and_more_lines(Sheet& sheet, std::size_t count, std::size_t limit = kMaxSectionLines) {
    if (count > limit) sheet.text(fmt::format("and {} more", count - limit), kIndent, Ink::Dim);
}

// "checkout: ", where the statement itself does not say whose it is.
std::string whose(const Json& clue) {
    const std::string name = line_at(base::object_at(clue, "entity"), "name", 200);
    const std::string own = name.substr(name.rfind('/') + 1);
    const bool said = line_at(clue, "statement").find(own) != std::string::npos;
    return said ? std::string() : name + ": ";
}

}  // namespace

void to_collect(Sheet& sheet, const Json& report) {
    const Json& list = base::array_at(report, "toCollect");
    if (list.empty()) return;
    sheet.heading("Collect next");
    for (const Json& item : list) sheet.item("-", scalar_line(item, 1000), kIndent);
}

void recommendations(Sheet& sheet, const Json& report) {
    const Json& list = base::array_at(report, "recommendations");
    if (list.empty()) return;
    sheet.heading("Do next");
    for (std::size_t i = 0; i < list.size(); ++i) {
        const bool changes = base::flag_at(list[i], "changesSomething");
        sheet.item(fmt::format("{}.", i + 1),
                   with_ids(list[i], "statement") + (changes ? "" : " (only looks)"), kIndent);
        sheet.command(block_at(list[i], "command", 4000), kIndent + 3);
    }
}

void similar(Sheet& sheet, const Json& report) {
    const Json& list = base::array_at(report, "similar");
    if (list.empty()) return;
    sheet.heading("Looked the same before");
    for (const Json& item : list) {
        sheet.text(similar_line(item), kIndent);
        if (const std::string shared = shared_line(item); !shared.empty())
            sheet.text(shared, kIndent + 2, Ink::Dim);
    }
}

void network(Sheet& sheet, const Json& report) {
    const std::vector<std::string> lines = network_lines(report);
    if (lines.empty()) return;
    sheet.heading("The network");
    for (const std::string& line : lines) sheet.text(line, kIndent);
}

void impact(Sheet& sheet, const Json& report) {
    const Json& impact = base::object_at(report, "impact");
    const std::string statement = line_at(impact, "statement");
    const Json& services = base::array_at(impact, "services");
    if (statement.empty() && services.empty()) return;
    sheet.heading("Impact");
    if (!statement.empty()) sheet.text(statement, kIndent);
    if (const Json& users = base::object_at(impact, "users"); !users.empty())
        sheet.text(with_ids(users, "statement"), kIndent);
    for (const Json& service : services)
        sheet.text(entity_name(service) + ": " + with_ids(service, "symptom"), kIndent);
}

void clues(Sheet& sheet, const Json& report) {
    const Json& list = base::array_at(report, "clues");
    if (list.empty()) return;
    sheet.heading("What is unusual");
    for (std::size_t i = 0; i < list.size() && i < kMaxSectionLines; ++i) {
        const bool current = base::flag_at(list[i], "current", true);
        sheet.labelled(
            clock_at(list[i], "onset"),
            (current ? "" : "(recovered) ") + whose(list[i]) + with_ids(list[i], "statement"), 14,
            current ? Ink::Plain : Ink::Dim);
    }
    and_more_lines(sheet, list.size());
}

void timeline(Sheet& sheet, const Json& report) {
    const Json& list = base::array_at(report, "timeline");
    if (list.empty()) return;
    sheet.heading("Timeline (UTC)");
    for (std::size_t i = 0; i < list.size() && i < kMaxSectionLines; ++i)
        sheet.labelled(clock_at(list[i], "time") + "  " + words(base::text_at(list[i], "kind")),
                       with_ids(list[i], "statement"), 24);
    and_more_lines(sheet, list.size());
}

void coverage(Sheet& sheet, const Json& report) {
    if (base::array_at(report, "coverage").empty()) return;
    const Coverage answers = coverage_of(report);
    sheet.heading("Coverage: " + coverage_words(answers));
    for (std::size_t i = 0; i < answers.others.size() && i < kMaxSectionLines; ++i) {
        const Json& row = *answers.others[i];
        const std::string note = line_at(row, "note", 400);
        sheet.text(fmt::format("{}: {}{}{}", line_at(row, "source", 100), answer_words(row),
                               note.empty() ? "" : "; ", note),
                   kIndent, Ink::Yellow);
    }
    and_more_lines(sheet, answers.others.size());
}

void evidence(Sheet& sheet, const Json& report) {
    constexpr std::size_t kMost = 40;
    const auto list = evidence_in_order(report);
    if (!list.empty()) sheet.heading("Evidence");
    for (std::size_t i = 0; i < list.size() && i < kMost; ++i) {
        const Json& block = *list[i].second;
        sheet.labelled(list[i].first,
                       line_at(block, "title", 200) + " \u00b7 " + line_at(block, "source", 100),
                       8);
    }
    and_more_lines(sheet, list.size(), kMost);
    const Json& claims = base::object_at(report, "claims");
    std::string foot;
    if (const auto checked = base::integer_at(claims, "checked"); checked > 0)
        foot = fmt::format("{} of {} checked claims are proven", base::integer_at(claims, "proven"),
                           checked);
    if (const auto removed = base::integer_at(claims, "removed"); removed > 0)
        foot += fmt::format(", {} removed", removed);
    if (const std::string version = line_at(report, "version", 40); !version.empty())
        foot += (foot.empty() ? "" : " \u00b7 ") + ("devops-insight " + version);
    if (foot.empty()) return;
    sheet.blank();
    sheet.text(foot, 0, Ink::Dim);
}

}  // namespace insight::report
