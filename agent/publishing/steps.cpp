#include "agent/publishing/steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/base/text.h"

namespace insight::agent {
namespace {

// What was done with a piece of evidence, once as advice and once as what happened.
struct Method {
    std::string advice;
    std::string done;
};

Method method_of(const Json& evidence) {
    const Json& content = base::object_at(evidence, "content");
    const std::string kind = base::text_at(content, "kind");
    const std::string system = system_of(evidence);
    if (kind == "change")
        return {fmt::format("Look for a {} change of the suspect shortly before the symptom began, "
                            "and compare what was there before with what is there now.",
                            base::text_at(content, "changeKind")),
                fmt::format("Compared the {} changes with the onset",
                            base::text_at(content, "changeKind"))};
    if (kind == "series")
        return {
            "Compare the figures of the suspect in the incident with their baseline, and note "
            "when they left their usual range.",
            "Compared a series with its baseline"};
    if (kind == "rows") {
        std::string view = base::text_at(evidence, "query");
        // Collectors name what they read of a database "view NAME".
        if (view.starts_with("view ")) view = view.substr(5);
        return {fmt::format("Read the {} of {} before and in the incident, and compare rates, not "
                            "totals.",
                            view.empty() ? "state" : view, system),
                fmt::format("Compared the {} of {} before and in the incident",
                            view.empty() ? "state" : view, system)};
    }
    if (kind == "logs")
        return {
            "Group the log lines of the suspect into templates and look for what is new or "
            "louder since the onset.",
            "Grouped log lines into templates"};
    if (kind == "alert")
        return {"Start from the alerting signal: when it began and what it measures.",
                "Read the alert"};
    return {fmt::format("Read what {} says about the suspect in the incident.", system),
            fmt::format("Read what {} says", system)};
}

}  // namespace

std::string system_of(const Json& evidence) {
    const std::string source = base::text_at(evidence, "source");
    return source.substr(0, source.find('/'));
}

Steps steps_of(const Json& report, const Json& cited) {
    Steps steps;
    std::set<std::string> seen;
    for (const Json& id : cited) {
        const Json& evidence = base::object_at(base::object_at(report, "evidence"),
                                               id.is_string() ? id.get<std::string>() : "");
        const Method method = method_of(evidence);
        // Ten series looked at in one way are one step of a strategy.
        if (!seen.insert(method.advice).second) continue;
        steps.strategy += method.advice + "\n";
        steps.trace.push_back({"build", method.done, base::text_at(evidence, "title")});
    }
    steps.strategy +=
        "Look up every number, name and time of the conclusion in the evidence it "
        "cites.\n";
    const Json& claims = base::object_at(report, "claims");
    steps.trace.push_back(
        {"validate", "Looked up every number, name and time of the statements in the evidence",
         fmt::format("{} of {} statements proven", base::integer_at(claims, "proven"),
                     base::integer_at(claims, "checked"))});
    return steps;
}

void add_rivals(Steps& steps, const Json& cause) {
    // Without rivals there was nothing to weigh, and a step that was not done is not claimed.
    const Json& rivals = base::array_at(cause, "rivals");
    if (rivals.empty()) return;
    steps.strategy +=
        "Weigh the other candidates by onset order and by whether their mechanism was "
        "observed; what another candidate brings about is no cause.\n";
    std::string ruled_out;
    for (const Json& rival : rivals)
        ruled_out += fmt::format("{}{}: {}", ruled_out.empty() ? "" : "; ",
                                 base::spaced(base::text_at(rival, "class")),
                                 base::text_at(rival, "ruledOutBy"));
    steps.trace.push_back({"validate", "Weighed the other candidates", ruled_out});
}

}  // namespace insight::agent
