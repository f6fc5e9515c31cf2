#include "agent/report/postmortem.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "agent/report/coverage.h"
#include "agent/report/facts.h"
#include "agent/report/markdown_text.h"
#include "core/base/time.h"

namespace insight::report {
namespace {

using base::Json;
using base::Nanos;

constexpr std::size_t kMostItems = 10;
constexpr std::size_t kMostTimeline = 40;

struct Measure {
    std::string_view cause_class;
    std::string_view sentence;  // {} is the entity
};

// What a class of causes teaches, whatever the product that was hit.
constexpr std::array kMeasures{
    Measure{"missing_index",
            "Review schema changes of {} with the plans of its frequent statements "
            "before they are rolled out."},
    Measure{"lock_contention",
            "Set lock_timeout and idle_in_transaction_session_timeout for the "
            "users of {}, and alert on the age of transactions."},
    Measure{"connection_exhaustion",
            "Put a bounded pool in front of {} and alert at 80 % of its "
            "connections."},
    Measure{"cache_eviction",
            "Give {} a memory limit that fits its working set and alert on "
            "evictions before the hit rate falls."},
    Measure{"memory_exhausted",
            "Set requests and limits of {} from its measured use and alert "
            "before the limit."},
    Measure{"out_of_memory",
            "Set requests and limits of {} from its measured use and alert before the "
            "limit."},
    Measure{"disk_full", "Alert on the days until the disk of {} is full, not on the share used."},
    Measure{"slow_statement",
            "Keep the plans and times of the frequent statements of {} and alert "
            "when one of them changes."},
    Measure{"long_transaction",
            "Alert on the age of transactions of {} and end those nobody waits "
            "for."},
    Measure{"replication_lag",
            "Alert on the lag of the replicas of {} in seconds, and keep readers "
            "away from one that is behind."},
    Measure{"thread_pool_exhaustion",
            "Bound the queue in front of {} and shed load before its "
            "threads are gone."}};

constexpr std::string_view kAfterChange =
    "Roll changes of {} out in steps, with an automatic stop on its error rate and latency.";

struct Moments {
    std::optional<Nanos> began;    // the first onset
    std::optional<Nanos> noticed;  // the alert
    std::optional<Nanos> over;
};

Moments moments_of(const Json& report) {
    Moments out;
    const Json& incident = base::object_at(report, "incident");
    for (const Json& entry : base::array_at(report, "timeline"))
        if (base::text_at(entry, "kind") == "onset" && !out.began)
            out.began = time_at(entry, "time");
    // The first cause's own onset is nearer to the truth than the first of all onsets, which may be
    // another thing's.
    for (const Json& cause : base::array_at(report, "causes")) {
        if (const auto onset = time_at(cause, "onset")) out.began = onset;
        break;
    }
    out.noticed = time_at(base::object_at(incident, "alert"), "startsAt");
    out.over = time_at(incident, "resolvedAt");
    return out;
}

std::string length_line(std::string_view what, std::optional<Nanos> from, std::optional<Nanos> to) {
    if (!from || !to || *to < *from) return {};
    return fmt::format("- {}: {}\n", what, base::format_duration(*to - *from));
}

std::string timeline_section(const Json& report, const Json& ticket) {
    struct Row {
        Nanos time;
        std::string text;
    };
    std::vector<Row> rows;
    for (const Json& entry : base::array_at(report, "timeline"))
        if (const auto time = time_at(entry, "time"))
            rows.push_back({*time, md_escape(words(base::text_at(entry, "kind"))) + ": " +
                                       md_statement(entry, "statement")});
    for (const Json& event : base::array_at(ticket, "history"))
        if (const auto time = time_at(event, "time"))
            rows.push_back(
                {*time, md_escape(fmt::format("ticket {}: {}", words(base::text_at(event, "kind")),
                                              line_at(event, "text", 300)))});
    std::stable_sort(rows.begin(), rows.end(),
                     [](const Row& left, const Row& right) { return left.time < right.time; });
    std::string out = "| time | what |\n|---|---|\n";
    const std::size_t shown = std::min(rows.size(), kMostTimeline);
    for (std::size_t i = 0; i < shown; ++i)
        out += fmt::format("| {} | {} |\n", date_and_clock(rows[i].time), rows[i].text);
    if (shown < rows.size()) out += fmt::format("\n{} more in the report.\n", rows.size() - shown);
    return rows.empty() ? "Nothing is known of the course of events.\n" : out;
}

std::string impact_section(const Json& report) {
    const Json& impact = base::object_at(report, "impact");
    std::string out = md_statement(impact, "statement");
    const std::string severity = impact_words(report);
    if (!severity.empty()) out = fmt::format("Severity: {}. {}", md_escape(severity), out);
    out += "\n\n";
    if (const std::string users = md_statement(base::object_at(impact, "users"), "statement");
        !users.empty())
        out += users + "\n\n";
    for (const Json& one : base::array_at(impact, "services"))
        out += fmt::format("- {}: {}\n", md_escape(entity_name(one)), md_statement(one, "symptom"));
    return out;
}

std::string cause_section(const Json& report) {
    std::string out;
    const std::string verdict = base::text_at(report, "verdict");
    for (const Json& one : base::array_at(report, "causes")) {
        out +=
            fmt::format("{} ({}, {}, {} likely)\n\n", md_statement(one, "statement"),
                        md_escape(entity_name(one)), md_escape(words(base::text_at(one, "class"))),
                        percent(base::number_at(one, "probability")));
        // Only where several causes are found together are the others more than rivals.
        if (verdict != "several") break;
    }
    if (out.empty() || (verdict != "cause" && verdict != "several"))
        out = fmt::format("{}. {}\n\n", md_escape(verdict_words(verdict)),
                          md_statement(report, "summary"));
    return out;
}

// Only what the report proves; praise that nobody can check helps nobody.
std::vector<std::string> went_well(const Json& report, const Moments& moments) {
    std::vector<std::string> out;
    if (moments.began && moments.noticed && *moments.noticed >= *moments.began &&
        *moments.noticed - *moments.began <= 5 * base::kMinute)
        out.push_back(fmt::format("The alert fired {} after it began.",
                                  base::format_duration(*moments.noticed - *moments.began)));
    if (base::number_at(report, "confidence") >= 0.8 && base::text_at(report, "verdict") == "cause")
        out.push_back(fmt::format("The cause was found without a person, with {} confidence.",
                                  percent(base::number_at(report, "confidence"))));
    const Coverage answers = coverage_of(report);
    if (answers.asked > 0 && answers.whole.size() == answers.asked)
        out.push_back(fmt::format("All {} questions to the sources were answered.", answers.asked));
    if (!base::array_at(report, "similar").empty())
        out.emplace_back("An earlier incident of the same kind was on record.");
    if (moments.noticed && moments.over && *moments.over > *moments.noticed)
        out.push_back(fmt::format("The alert was over {} after it fired.",
                                  base::format_duration(*moments.over - *moments.noticed)));
    return out;
}

}  // namespace

std::vector<std::string> prevention_items(const Json& report) {
    std::vector<std::string> items;
    const auto add = [&](std::string item) {
        if (item.empty() || items.size() == kMostItems) return;
        if (std::find(items.begin(), items.end(), item) == items.end())
            items.push_back(std::move(item));
    };
    const std::string verdict = base::text_at(report, "verdict");
    for (const Json& cause : base::array_at(report, "causes")) {
        for (const Measure& measure : kMeasures)
            if (measure.cause_class == base::text_at(cause, "class"))
                add(fmt::format(fmt::runtime(measure.sentence), entity_name(cause)));
        if (base::text_at(cause, "class").starts_with("change_"))
            add(fmt::format(fmt::runtime(kAfterChange), entity_name(cause)));
        if (verdict != "several") break;
    }
    for (const Json& one : base::array_at(report, "recommendations"))
        add(line_at(one, "statement", 500));
    for (const Json& row : base::array_at(report, "coverage")) {
        const std::string outcome = base::text_at(row, "outcome");
        if (outcome == "denied" || outcome == "timed_out" || outcome == "failed")
            add(fmt::format("See to it that {} can be asked in an incident: it {} this time.",
                            line_at(row, "source", 100),
                            outcome == "denied"      ? "refused"
                            : outcome == "timed_out" ? "was too slow"
                                                     : "failed"));
    }
    for (const Json& one : base::array_at(report, "toCollect"))
        add("Collect from now on: " + scalar_line(one, 300));
    return items;
}

std::string postmortem(const Json& report, const Json& ticket,
                       const std::vector<std::string>& prevention) {
    const Json& incident = base::object_at(report, "incident");
    const Moments moments = moments_of(report);
    const std::string title =
        ticket.is_object() ? line_at(ticket, "title", 200) : incident_title(incident);
    std::string out =
        fmt::format("# Post-mortem: {}\n\n{}\n\n- Incident: {}\n", md_escape(title),
                    md_statement(report, "summary"), md_escape(line_at(incident, "id")));
    if (ticket.is_object())
        out += fmt::format("- Ticket: {}, {}\n", md_escape(line_at(ticket, "id")),
                           md_escape(line_at(ticket, "state")));
    if (moments.began) out += "- Began: " + date_and_clock(*moments.began) + "\n";
    if (moments.noticed) out += "- Alert: " + date_and_clock(*moments.noticed) + "\n";
    out += moments.over ? "- Over: " + date_and_clock(*moments.over) + "\n" : "- Not over yet\n";
    out += length_line("From the beginning to the alert", moments.began, moments.noticed);
    out += length_line("From the alert to its end", moments.noticed, moments.over);
    out += "\n## Timeline\n\n" + timeline_section(report, ticket);
    out += "\n## Impact\n\n" + impact_section(report);
    out += "\n## Cause\n\n" + cause_section(report);
    out += "## What went well\n\n";
    const std::vector<std::string> well = went_well(report, moments);
    for (const std::string& line : well) out += "- " + md_escape(line) + "\n";
    if (well.empty()) out += "Nothing that the report could show; add what you saw.\n";
    out += "\n## Prevention\n\n";
    // Computed again: tickets are matched to them by their place, so both must come from the same
    // report.
    const std::vector<std::string> items = prevention_items(report);
    for (std::size_t i = 0; i < items.size(); ++i) {
        const std::string known = i < prevention.size() ? prevention[i] : "";
        out += fmt::format("- [ ] {}{}\n", md_escape(items[i]),
                           known.empty() ? "" : fmt::format(" ({})", md_escape(known)));
    }
    if (items.empty()) out += "Nothing follows from the report; add what you decided.\n";
    return out;
}

}  // namespace insight::report
