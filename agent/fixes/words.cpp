#include "agent/fixes/words.h"

#include <fmt/format.h>

#include "agent/version.h"
#include "core/base/text.h"
#include "core/base/unlinked.h"

namespace insight::fixes {
namespace {

using base::Json;

constexpr std::size_t kMostEvidence = 12;

// In a code span nothing has a meaning but the backtick.
std::string code(std::string_view text, std::size_t most = 200) {
    std::string out = base::shorten(base::one_line(base::clean_utf8(text)), most);
    for (char& c : out)
        if (c == '`') c = '\'';
    return out.empty() ? "" : "`" + out + "`";
}

const Json& first_cause(const Json& report) {
    static const Json kNone = Json::object();
    const Json& causes = base::array_at(report, "causes");
    return causes.empty() ? kNone : causes.front();
}

std::string evidence_list(const Fix& fix, const Story& story) {
    const Json& evidence = base::object_at(story.report, "evidence");
    std::string out;
    std::size_t count = 0;
    for (const std::string& id : fix.evidence) {
        if (!evidence.contains(id) || ++count > kMostEvidence) continue;
        const Json& one = evidence[id];
        const std::string title = harmless(base::text_at(one, "title"), 160);
        const std::string source = harmless(base::text_at(one, "source"), 80);
        const std::string link = story.external_url.empty()
                                     ? id
                                     : fmt::format("[{}]({}/incidents/{}#{})", id,
                                                   story.external_url, story.incident, id);
        out += fmt::format("- {}: {}{}\n", link, title, source.empty() ? "" : " (" + source + ")");
    }
    return out;
}

std::string test_advice(const Fix& fix, const Story& story) {
    const Json& observation = base::object_at(first_cause(story.report), "overturnedBy");
    std::string out;
    if (const std::string words = base::text_at(observation, "statement"); !words.empty())
        out += "- Look first whether this would overturn the cause: " + harmless(words) + "\n";
    if (const std::string command = base::text_at(observation, "command"); !command.empty())
        out += "  " + code(command, 400) + "\n";
    const Json& evidence = base::object_at(story.report, "evidence");
    for (const std::string& id : fix.evidence) {
        if (!evidence.contains(id)) continue;
        const Json& content = base::object_at(evidence[id], "content");
        const std::string query = base::text_at(evidence[id], "query");
        if (base::text_at(content, "kind") != "series" || query.empty()) continue;
        out += "- Once it is live, this has to return to normal: " + code(query, 300) + "\n";
        break;
    }
    out += "- Let the checks of the repository pass, and roll out to one instance first.\n";
    return out;
}

std::string rollback(const Fix& fix, const Plan& plan) {
    if (fix.kind == FixKind::Revert)
        return fmt::format("Revert this pull request: `{}` is then in effect again.",
                           fix.commit.substr(0, 10));
    if (plan.role == "monitoring") return "Revert this pull request: the rules are then as before.";
    return "Revert this pull request: the values of before are then in effect again.";
}

}  // namespace

std::string harmless(std::string_view text, std::size_t most) {
    const std::string plain = base::shorten(base::one_line(base::clean_utf8(text)), most);
    std::string out;
    for (std::size_t i = 0; i < plain.size(); ++i) {
        const char c = plain[i];
        if (std::string_view("\\`*_[]<>#|~").find(c) != std::string_view::npos)
            out += std::string("\\") + c;
        else if (c == '!' && i + 1 < plain.size() && plain[i + 1] == '[')
            out += "\\!";
        else
            out += c;
    }
    return base::unlinked(out);
}

std::vector<std::string> risks_of(const Fix& fix, const Draft& draft) {
    std::vector<std::string> risks = draft.risks;
    if (fix.by_model)
        risks.push_back("a language model wrote this patch: read every line before it is merged");
    if (fix.kind == FixKind::Revert && draft.files.size() > 1)
        risks.push_back(fmt::format(
            "everything the commit did in {} files is taken back, not only what did harm",
            draft.files.size()));
    for (const PlannedFile& file : draft.files) {
        if (!file.after) risks.push_back(github::shown_path(file.path) + " is deleted");
        if (file.path.find("migration") != std::string::npos || file.path.ends_with(".sql"))
            risks.push_back(github::shown_path(file.path) +
                            " looks like a database migration: the database itself is not changed "
                            "back by it");
        if (file.path.ends_with("go.mod") || file.path.ends_with("package.json") ||
            file.path.ends_with("pom.xml") || file.path.ends_with("requirements.txt"))
            risks.push_back(github::shown_path(file.path) +
                            " changes dependencies: build and scan anew");
        // nobody reads more, and the body of a pull request has a limit
        if (risks.size() > 20) break;
    }
    if (risks.empty()) risks.emplace_back("small: only the lines shown are changed");
    return risks;
}

namespace {

using Hide = std::function<std::string(std::string_view)>;

// Every text of it; keys are the report's own.
Json hidden(const Json& json, const Hide& hide) {
    if (json.is_string()) return hide(json.get_ref<const std::string&>());
    Json out = json;
    if (json.is_structured())
        for (auto& [key, value] : out.items()) value = hidden(value, hide);
    return out;
}

void tell_hidden(Plan& plan, const Fix& fix, const Draft& draft, const Story& story) {
    const auto hide = [&](const std::string& text) { return story.hide ? story.hide(text) : text; };
    const Json& cause = first_cause(story.report);
    const Json& incident = base::object_at(story.report, "incident");
    const std::string statement = base::text_at(cause, "statement");
    std::string title = base::text_at(incident, "title");
    if (title.empty()) title = base::text_at(story.report, "summary");
    plan.title = hide(base::shorten(
        base::one_line(base::clean_utf8(draft.what.empty() ? fix.reason : draft.what)), 120));

    std::string body = github::hidden_marker("fix:" + story.incident + ":" + story.role) + "\n";
    // First of all: whoever reads on should know who wrote it.
    if (fix.by_model)
        body += fmt::format(
            "> **A language model wrote this patch{}.** It applies and stays within the configured "
            "rules; nobody has checked that it is right. Read every line before it is merged.\n\n",
            fix.model.empty() ? "" : " (" + code(fix.model, 100) + ")");
    if (plan.role == "monitoring") {
        body += "## Why\n\n" + harmless(fix.reason, 1000) + "\n\n";
    } else {
        body += "## Cause\n\n";
        body += statement.empty() ? harmless(fix.reason) : harmless(statement, 1500);
        body += fmt::format(
            "\n\nProbability of this cause: {:.0f} %. Confidence of the report: "
            "{:.0f} %.\n\n",
            base::number_at(cause, "probability") * 100,
            base::number_at(story.report, "confidence") * 100);
        body += "## What this does\n\n" + harmless(fix.reason, 600) + "\n\n";
    }
    for (const PlannedFile& file : plan.files)
        body += fmt::format("- {} {}\n",
                            !file.after   ? "deletes"
                            : file.before ? "changes"
                                          : "adds",
                            code(github::shown_path(file.path), 300));
    const std::string evidence = evidence_list(fix, story);
    if (!evidence.empty()) body += "\n## Evidence\n\n" + evidence;
    body += "\n## Risk\n\n";
    for (const std::string& risk : plan.risks) body += "- " + harmless(risk) + "\n";
    body += "\n## How to test\n\n" + test_advice(fix, story);
    body += "\n## Rollback\n\n" + rollback(fix, plan) + "\n\n";
    const std::string link = story.external_url.empty()
                                 ? story.incident
                                 : fmt::format("[{}]({}/incidents/{})", story.incident,
                                               story.external_url, story.incident);
    body += fmt::format("---\nDevOps Insight {} for incident {}.\n", agent::kVersion, link);
    plan.body = hide(body);

    plan.message = hide(fmt::format(
        "{}\n\n{}\n\nDevOps-Insight-Incident: {}\n", plan.title,
        base::shorten(base::one_line(base::clean_utf8(fix.reason)), 600), story.incident));
    if (fix.by_model)
        plan.message += fmt::format("Patch-Written-By: {}\n",
                                    fix.model.empty() ? "a language model" : hide(fix.model));
}

}  // namespace

// First hidden, then shortened and escaped: half a key, or one with a backslash in it, is not
// recognised any more.
void tell(Plan& plan, const Fix& fix, const Draft& draft, const Story& story) {
    if (!story.hide) return tell_hidden(plan, fix, draft, story);
    Story safe_story = story;
    safe_story.report = hidden(story.report, story.hide);
    Fix safe_fix = fix;
    safe_fix.reason = story.hide(fix.reason);
    safe_fix.model = story.hide(fix.model);
    Draft safe_draft = draft;
    safe_draft.what = story.hide(draft.what);
    for (std::string& risk : plan.risks) risk = story.hide(risk);
    tell_hidden(plan, safe_fix, safe_draft, safe_story);
}

}  // namespace insight::fixes
