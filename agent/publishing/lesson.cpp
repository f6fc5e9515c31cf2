#include "agent/publishing/lesson.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "agent/publishing/decision.h"

namespace insight::agent {
namespace {

using evomap::TraceStep;

constexpr const char* kOurselves = "devops-insight";
constexpr std::size_t kFigures = 8;

std::string words_of(std::string text) {
    std::replace(text.begin(), text.end(), '_', ' ');
    return text;
}

std::string sentence_start(std::string text) {
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
        text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

// "postgresql" of "postgresql/orders-db"
std::string system_of(const Json& evidence) {
    const std::string source = base::text_at(evidence, "source");
    return source.substr(0, source.find('/'));
}

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

struct Plan {
    std::string strategy;
    std::vector<TraceStep> trace;
};

// The steps that led to a statement with this evidence, each kind of step once.
Plan plan_of(const Json& report, const Json& cited) {
    Plan plan;
    std::set<std::string> seen;
    for (const Json& id : cited) {
        const Json& evidence = base::object_at(base::object_at(report, "evidence"),
                                               id.is_string() ? id.get<std::string>() : "");
        const Method method = method_of(evidence);
        if (!seen.insert(method.advice).second) continue;
        plan.strategy += method.advice + "\n";
        plan.trace.push_back({"build", method.done, base::text_at(evidence, "title")});
    }
    plan.strategy +=
        "Look up every number, name and time of the conclusion in the evidence it "
        "cites.\n";
    const Json& claims = base::object_at(report, "claims");
    plan.trace.push_back(
        {"validate", "Looked up every number, name and time of the statements in the evidence",
         fmt::format("{} of {} statements proven", base::integer_at(claims, "proven"),
                     base::integer_at(claims, "checked"))});
    return plan;
}

void add_rivals(Plan& plan, const Json& cause) {
    const Json& rivals = base::array_at(cause, "rivals");
    if (rivals.empty()) return;
    plan.strategy +=
        "Weigh the other candidates by onset order and by whether their mechanism was "
        "observed; what another candidate brings about is no cause.\n";
    std::string ruled_out;
    for (const Json& rival : rivals)
        ruled_out += fmt::format("{}{}: {}", ruled_out.empty() ? "" : "; ",
                                 words_of(base::text_at(rival, "class")),
                                 base::text_at(rival, "ruledOutBy"));
    plan.trace.push_back({"validate", "Weighed the other candidates", ruled_out});
}

// "now" and "before" of the series that the statement cites, under the metric's own name.
Json figures_of(const Json& report, const Json& cited) {
    Json out = Json::object();
    for (const Json& id : cited) {
        const Json& evidence = base::object_at(base::object_at(report, "evidence"),
                                               id.is_string() ? id.get<std::string>() : "");
        const Json& content = base::object_at(evidence, "content");
        const std::string name = base::text_at(content, "name");
        const Json& facts = base::object_at(content, "facts");
        for (const char* key : {"before", "now"})
            if (!name.empty() && facts.contains(key) && out.size() < kFigures)
                out[name + "." + key] = facts[key];
    }
    return out;
}

std::string model_of(const Json& report) {
    const std::string model = base::text_at(base::object_at(report, "reasoning"), "model");
    return model.empty() ? kOurselves : model;
}

std::vector<std::string> affected(const Json& report) {
    std::vector<std::string> out;
    for (const Json& one : base::array_at(base::object_at(report, "impact"), "services"))
        out.push_back(base::text_at(base::object_at(one, "entity"), "name"));
    return out;
}

// Columns whose cells are words of the database itself.
bool telling_column(const std::string& column) {
    static const std::set<std::string> kColumns{
        "state",  "wait_event", "wait_event_type", "type", "kind", "mode",  "phase",
        "reason", "status",     "severity",        "unit", "view", "level", "command",
        "cmd",    "time"};
    return kColumns.contains(column);
}

void add_names(evomap::Names& names, const Json& value, const std::string& kind);

void add_rows(evomap::Names& names, const Json& content) {
    const Json& columns = base::array_at(content, "columns");
    for (const Json& row : base::array_at(content, "rows")) {
        if (!row.is_array()) continue;
        for (std::size_t i = 0; i < row.size() && i < columns.size(); ++i)
            if (row[i].is_string() && columns[i].is_string() &&
                !telling_column(columns[i].get<std::string>()) &&
                row[i].get<std::string>().size() <= 128 &&
                row[i].get<std::string>().find(' ') == std::string::npos)
                names.add("name", row[i].get<std::string>());
    }
}

// Objects {kind, name} anywhere, and every value of labels.
void add_names(evomap::Names& names, const Json& value, const std::string& kind) {
    if (value.is_array())
        for (const Json& one : value) add_names(names, one, kind);
    if (!value.is_object()) return;
    if (value.contains("kind") && value.contains("name") && !value.contains("labels"))
        names.add(base::text_at(value, "kind"), base::text_at(value, "name"));
    for (const auto& [key, of] : value.items()) {
        if (key == "labels" && of.is_object())
            for (const auto& [label, text] : of.items())
                if (text.is_string() && label != "severity" && label != "alertname")
                    names.add(label, text.get<std::string>());
        if ((key == "cluster" || key == "namespace" || key == "entity" || key == "author" ||
             key == "service") &&
            of.is_string())
            names.add(key, of.get<std::string>());
        if (key == "source" && of.is_string())
            if (const auto slash = of.get<std::string>().find('/'); slash != std::string::npos)
                names.add("instance", of.get<std::string>().substr(slash + 1));
        if (key == "connections" && of.is_object())
            for (const auto& [client, count] : of.items()) names.add("service", client);
        add_names(names, of, key);
    }
    add_rows(names, value);
}

std::vector<std::string> split(const std::string& name) {
    std::vector<std::string> words(1);
    for (std::size_t i = 0; i < name.size(); ++i) {
        const auto c = static_cast<unsigned char>(name[i]);
        const bool upper = std::isupper(c) != 0;
        const bool after_lower =
            i > 0 && std::islower(static_cast<unsigned char>(name[i - 1])) != 0;
        if (std::isalnum(c) == 0 || (upper && after_lower)) words.emplace_back();
        if (std::isalnum(c) != 0) words.back() += static_cast<char>(std::tolower(c));
    }
    std::erase(words, "");
    return words;
}

}  // namespace

evomap::Names names_in(const Json& report) {
    evomap::Names names;
    add_names(names, report, "name");
    return names;
}

std::vector<std::string> signals_of(const Json& report) {
    std::vector<std::string> out;
    const Json& causes = base::array_at(report, "causes");
    if (causes.empty()) return out;
    const Json& cause = causes.front();
    out.push_back(base::text_at(cause, "class"));
    for (const Json& clue : base::array_at(report, "clues"))
        if (base::object_at(clue, "entity") == base::object_at(cause, "entity"))
            out.push_back(base::text_at(clue, "kind"));
    for (const Json& id : base::array_at(cause, "evidence"))
        out.push_back(system_of(base::object_at(base::object_at(report, "evidence"),
                                                id.is_string() ? id.get<std::string>() : "")));
    std::vector<std::string> once;
    for (const std::string& one : out)
        if (!one.empty() && std::find(once.begin(), once.end(), one) == once.end())
            once.push_back(one);
    if (once.size() > 8) once.resize(8);
    return once;
}

std::vector<std::string> signals_of_alert(const Json& incident) {
    std::set<std::string> private_words;
    std::vector<std::string> alert;
    const auto read = [&](const Json& one) {
        for (const auto& [label, value] : base::object_at(one, "labels").items()) {
            if (!value.is_string() || label == "severity") continue;
            if (label == "alertname")
                alert = split(value.get<std::string>());
            else
                for (const std::string& word : split(value.get<std::string>()))
                    private_words.insert(word);
        }
    };
    read(base::object_at(incident, "alert"));
    std::string joined;
    std::vector<std::string> out;
    for (const std::string& word : alert) {
        if (private_words.contains(word)) continue;
        joined += (joined.empty() ? "" : "_") + word;
        if (word.size() >= 4) out.push_back(word);
    }
    if (joined.size() >= 3) out.insert(out.begin(), joined);
    return out;
}

Lesson lesson_of(const Json& report, const std::string& created_at) {
    const Json& cause = base::array_at(report, "causes").front();
    const std::string what = words_of(base::text_at(cause, "class"));
    const std::string kind = base::text_at(base::object_at(cause, "entity"), "kind");
    Plan plan = plan_of(report, base::array_at(cause, "evidence"));
    add_rivals(plan, cause);
    Lesson lesson;
    lesson.kind = "cause";
    lesson.trace = std::move(plan.trace);
    const double confidence = base::number_at(report, "confidence");
    lesson.gene = {fmt::format("Find and prove {} at a {}", what, kind),
                   fmt::format("Applies when a {} is suspected of {}.", kind, what),
                   signals_of(report),
                   "repair",
                   plan.strategy,
                   confidence,
                   {created_at, model_of(report)}};
    evomap::SeedCapsule& capsule = lesson.capsule;
    capsule.title =
        fmt::format("{} at a {}: root cause found and proven", sentence_start(what), kind);
    capsule.body = base::text_at(cause, "statement");
    capsule.signals = lesson.gene.signals;
    capsule.confidence = confidence;
    capsule.context.affected_services = affected(report);
    capsule.blast_radius = static_cast<double>(capsule.context.affected_services.size());
    capsule.solution = {"investigation",
                        {},
                        "The cause was found and proven against its evidence; nothing was changed "
                        "by this investigation. What would overturn it: " +
                            base::text_at(base::object_at(cause, "overturnedBy"), "statement")};
    capsule.context.root_cause = fmt::format("{} ({})", what, base::text_at(cause, "level"));
    capsule.context.monitoring_data = figures_of(report, base::array_at(cause, "evidence"));
    capsule.metadata = {created_at, model_of(report)};
    return lesson;
}

Lesson lesson_of(const Json& report, const Remedy& remedy, const std::string& created_at) {
    Lesson lesson = lesson_of(report, created_at);
    lesson.kind = "fix";
    lesson.capsule.title = fmt::format(
        "{}: fixed and verified",
        sentence_start(words_of(base::text_at(base::array_at(report, "causes").front(), "class"))));
    lesson.capsule.solution = {remedy.type, remedy.files, remedy.description};
    lesson.trace.push_back({"build", "Made the change", remedy.description});
    lesson.trace.push_back(
        {"validate", "Looked at the signal that had raised the alarm", remedy.verification});
    lesson.gene.strategy +=
        "Make the smallest change that removes the cause, with its undo "
        "prepared.\nVerify on the original signal that it is back in its usual "
        "range.\n";
    lesson.gene.title += ", and fix it";
    return lesson;
}

Lesson warning_of(const Json& report, const Json& finding, const std::string& created_at) {
    const std::string area = base::text_at(finding, "area");
    const std::string kind = base::text_at(base::object_at(finding, "entity"), "kind");
    const Json& exhaustion = base::object_at(finding, "exhaustion");
    const bool forecast = !exhaustion.empty();
    Plan plan = plan_of(report, base::array_at(finding, "evidence"));
    if (forecast)
        plan.strategy +=
            "Estimate the growth with its uncertainty, and warn when the earliest time "
            "at which the limit is met lies before somebody can act.\n";
    const double confidence = confidence_of(report, finding);
    Lesson lesson;
    lesson.kind = "warning";
    lesson.trace = std::move(plan.trace);
    const std::vector<std::string> signals{area + "_" + (forecast ? "exhaustion" : "finding"),
                                           base::text_at(finding, "severity"), kind};
    lesson.gene = {fmt::format("Foresee trouble with {} of a {}", area, kind),
                   fmt::format("Applies in regular health scans to {} of a {}.", area, kind),
                   signals,
                   "optimize",
                   plan.strategy,
                   confidence,
                   {created_at, kOurselves}};
    evomap::SeedCapsule& capsule = lesson.capsule;
    capsule.title = fmt::format("Warning before an incident: {} of a {}", area, kind);
    capsule.body = base::text_at(finding, "statement");
    capsule.signals = signals;
    capsule.confidence = confidence;
    capsule.blast_radius = 1;
    capsule.solution = {"investigation",
                        {},
                        "Found by a health scan before it became an incident. Advice: " +
                            base::text_at(base::object_at(finding, "advice"), "statement")};
    capsule.context.root_cause = fmt::format("{} ({})", area, forecast ? "it grows" : "its state");
    capsule.metadata = {created_at, kOurselves};
    return lesson;
}

}  // namespace insight::agent
