#include "agent/chat/report_words.h"
#include "agent/report/postmortem.h"

namespace insight::agent::chat::parts {

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
        // As recommend_runbooks() words them: a report has no list of runbooks of its own.
        if (text_at(one, "statement").starts_with("Runbook "))
            out += "- " + md_statement(one, "statement") + "\n";
    return out.empty() ? "No runbook is written for this: docs/runbooks.md says how one is found.\n"
                       : out;
}

std::string ahead(const Json& report) {
    const Json& health = object_at(report, "health");
    if (health.empty()) return what(report);
    std::string out = fmt::format("**Health {} of 100.** {}\n", base::integer_at(health, "score"),
                                  md_prose(line_at(report, "summary")));
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

}  // namespace insight::agent::chat::parts
