// Error lines of a service, counted by the store of the logs: exact however many there are, and
// with what tells them from the service's other lines (documentation: significant terms).
#include <fmt/format.h>

#include <cmath>
#include <set>

#include "analysis/databases/rules.h"
#include "analysis/databases/words.h"
#include "core/base/text.h"

namespace insight::analysis::databases {
namespace {

using base::Json;

constexpr double kFew = 10;       // error lines that may be chance
constexpr double kLineSurge = 3;  // times as many as expected
constexpr double kMostOf = 0.6;   // share of error lines that has to carry a value
constexpr double kTwice = 1.5;    // times its usual share

struct Lines {
    double incident = 0, baseline = 0, expected = 0;
};

Lines lines_of(const RowList& rows) {
    Lines out;
    for (const Row* row : rows) {
        out.incident += number(*row, "incident_lines");
        out.baseline += number(*row, "baseline_lines");
        if (number(*row, "baseline_s") > 0)
            out.expected += number(*row, "baseline_lines") * number(*row, "incident_s") /
                            number(*row, "baseline_s");
    }
    return out;
}

// -log10 of the chance of so many lines where `expected` come by themselves: the large-deviation
// bound of a Poisson count (Chernoff).
double surprise_of(double lines, double expected) {
    // A service that never wrote an error line gets one for nothing.
    const double usual = std::max(expected, 1.0);
    if (lines <= usual) return 0;
    return std::min(30.0, (lines * std::log(lines / usual) - (lines - usual)) / std::log(10.0));
}

// The attribute that most error lines share and other lines do not.
const Row* special(const RowList& rows) {
    const Row* out = nullptr;
    for (const Row* row : rows) {
        const double share = number(*row, "share");
        // Words of messages are counted in a sample of the lines: their shares are not exact.
        if (base::flag_at(row->row, "word") || share < kMostOf ||
            share < kTwice * number(*row, "usual_share"))
            continue;
        if (out == nullptr || number(*row, "score") > number(*out, "score")) out = row;
    }
    return out;
}

}  // namespace

void error_lines(Context& context) {
    const RowList errors =
        where(context.instance.standing("log_counts", "server"), "severity", "error");
    const RowList marks = context.instance.standing("significant", "server");
    std::set<std::string> services;
    for (const Row* row : errors)
        if (!text(*row, "service").empty()) services.insert(text(*row, "service"));
    for (const std::string& service : services) {
        const RowList rows = where(errors, "service", service);
        const Lines lines = lines_of(rows);
        if (lines.incident < kFew || lines.incident < kLineSurge * lines.expected) continue;
        const double surprise = surprise_of(lines.incident, lines.expected);
        const std::string usual = fmt::format("{:.0f}", lines.expected);
        const std::string found = fmt::format("{:.0f}", lines.incident);
        std::vector<std::string> evidence{
            context.evidence.add_rows("error lines of " + service, rows,
                                      {"service", "severity", "incident_lines", "baseline_lines",
                                       "incident_s", "baseline_s", "indices"},
                                      {{"lines", found}, {"expected", usual}})};
        std::string statement = fmt::format(
            "{} wrote {} error lines in the incident; {} would be usual", service, found, usual);
        if (const Row* mark = special(where(marks, "service", service))) {
            evidence.push_back(context.evidence.add_rows(
                "what tells error lines of " + service, {mark},
                {"field", "value", "lines", "of_lines", "share", "usual_share"}));
            statement += fmt::format("; {} of them have {} {}, of all its lines {}",
                                     percent(number(*mark, "share")), text(*mark, "field"),
                                     text(*mark, "value"), percent(number(*mark, "usual_share")));
        }
        Finding finding;
        finding.clue.kind = "error_lines";
        finding.clue.entity = {"service", service};
        finding.clue.statement = statement + ".";
        finding.clue.strength = std::min(1.0, 0.4 + surprise / 30);
        finding.clue.evidence = evidence;
        finding.brief = fmt::format("{} writes more error lines.", service);
        finding.aspect = Aspect::Errors;
        finding.view = View::Served;
        finding.harm = 0.6;
        finding.surprise = surprise;
        finding.magnitude = std::log(lines.incident / std::max(lines.expected, 1.0));
        context.findings.push_back(std::move(finding));
    }
}

}  // namespace insight::analysis::databases
