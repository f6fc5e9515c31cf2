#include "agent/report/text.h"

#include <fmt/format.h>

#include "agent/report/changes.h"
#include "agent/report/facts.h"
#include "agent/report/health.h"
#include "agent/report/layout.h"
#include "agent/report/reasoning.h"
#include "agent/report/text_parts.h"

namespace insight::report {
namespace {

using base::Json;

Ink verdict_ink(const std::string& verdict) {
    if (verdict == "nothing_wrong") return Ink::Green;
    return verdict == "not_enough_evidence" ? Ink::Yellow : Ink::Red;
}

void head_as_text(Sheet& sheet, const Json& report) {
    const Json& incident = base::object_at(report, "incident");
    sheet.text(incident_title(incident), 0, Ink::Bold);
    std::string facts = line_at(incident, "id", 64);
    const auto add = [&](const std::string& fact) {
        if (!fact.empty()) facts += (facts.empty() ? "" : " \u00b7 ") + fact;
    };
    if (const auto opened = time_at(incident, "openedAt")) add("opened " + date_and_clock(*opened));
    add(alert_state(incident));
    const std::string cluster = line_at(base::object_at(incident, "scope"), "cluster", 100);
    if (!cluster.empty()) add("cluster " + cluster);
    if (!facts.empty()) sheet.text(facts, 0, Ink::Dim);
}

void verdict_as_text(Sheet& sheet, const Json& report) {
    const Headline top = headline(report);
    std::string line = top.words;
    for (char& c : line) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    const std::string impact = impact_words(report);
    sheet.blank();
    const Ink ink = verdict_ink(top.style);
    const bool fits = display_width(line + top.aside + impact) + 6 <= sheet.width();
    sheet.raw(sheet.paint(line, ink) + "   " + sheet.paint(top.aside, Ink::Bold) +
              (impact.empty() || !fits ? "" : "   " + sheet.paint(impact, ink)));
    if (!fits) sheet.text(impact, 0, ink);
    sheet.text(line_at(report, "summary"), 0);
}

}  // namespace

std::string to_text(const Json& report, const TextStyle& style) {
    Sheet sheet(style);
    head_as_text(sheet, report);
    verdict_as_text(sheet, report);
    health(sheet, report);
    // What would settle an open question comes before guesses.
    to_collect(sheet, report);
    causes(sheet, report);
    recommendations(sheet, report);
    impact(sheet, report);
    clues(sheet, report);
    changes(sheet, report);
    similar(sheet, report);
    network(sheet, report);
    timeline(sheet, report);
    reasoning(sheet, report);
    coverage(sheet, report);
    evidence(sheet, report);
    return sheet.take();
}

}  // namespace insight::report
