#include "agent/runbooks/update.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"

namespace insight::agent::runbooks {
namespace {

constexpr std::size_t kMostCommands = 8;
constexpr std::size_t kContext = 3;

std::string line(std::string_view text, std::size_t bytes = 400) {
    return base::shorten(base::one_line(base::clean_utf8(text)), bytes);
}

// A command cannot end the block it stands in.
std::string block(std::string_view command) {
    std::string text = base::shorten(base::clean_utf8(command), 2000);
    std::string fence = "```";
    while (text.find(fence) != std::string::npos) fence += '`';
    return fmt::format("{}sh\n{}\n{}\n", fence, text, fence);
}

// White space apart it must stand there as it is: a command said in other words is another command.
bool says(const Runbook& runbook, std::string_view what) {
    return base::one_line(runbook.text).find(base::one_line(what)) != std::string::npos;
}

// What the incident taught, as Markdown; `missing` gets a line for each part.
std::string lesson(const Subject& subject, const Runbook* runbook,
                   std::vector<std::string>& missing) {
    const FoundCause& cause = subject.causes.front();
    std::string commands;
    std::size_t count = 0;
    for (const Advice& advice : subject.advice) {
        if (advice.command.empty() || count == kMostCommands ||
            (runbook != nullptr && says(*runbook, advice.command)))
            continue;
        commands += fmt::format("\n{}\n\n{}", line(advice.statement), block(advice.command));
        missing.push_back("recommended: " + line(advice.command, 160));
        ++count;
    }
    std::string check;
    if (!cause.wrong_if.empty() && (runbook == nullptr || !says(*runbook, cause.wrong_if))) {
        check = fmt::format("\nIt is something else if: {}\n", line(cause.wrong_if));
        if (!cause.wrong_command.empty()) check += "\n" + block(cause.wrong_command);
        missing.push_back("what would overturn the finding: " + line(cause.wrong_if, 160));
    }
    if (commands.empty() && check.empty()) return {};
    return fmt::format("## Seen on {}: {} at {} {} ({})\n\n{}\n{}{}",
                       base::format_rfc3339(subject.opened_at).substr(0, 10),
                       line(cause.cause_class, 80), line(cause.kind, 40), line(cause.name, 120),
                       line(subject.incident, 64), line(cause.statement), commands, check);
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        out.emplace_back(text.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

std::string added(const std::vector<std::string>& lines) {
    std::string out;
    for (const std::string& one : lines) out += "+" + one + "\n";
    return out;
}

// The text with `more` at its end, as one hunk.
std::string append_diff(const Runbook& runbook, std::string_view more) {
    const std::vector<std::string> old = lines_of(runbook.text);
    const std::vector<std::string> fresh = lines_of(more);
    const bool unended = !runbook.text.empty() && !runbook.text.ends_with('\n');
    const std::size_t context = std::min(kContext, old.size());
    std::string out = fmt::format("--- a/{0}\n+++ b/{0}\n@@ -{1},{2} +{1},{3} @@\n", runbook.file,
                                  old.size() - context + 1, context, context + 1 + fresh.size());
    for (std::size_t i = old.size() - context; i < old.size(); ++i) {
        const bool last = i + 1 == old.size();
        if (last && unended)
            out += "-" + old[i] + "\n\\ No newline at end of file\n+" + old[i] + "\n";
        else
            out += " " + old[i] + "\n";
    }
    return out + "+\n" + added(fresh);
}

std::string file_name(const std::string& cause_class) {
    std::string out;
    for (const char c : cause_class) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        out += plain ? c : '-';
    }
    return (out.empty() ? "runbook" : out) + ".md";
}

}  // namespace

std::optional<ProposedUpdate> propose_update(const Runbook& runbook, const Subject& subject) {
    // A guess does not belong into a runbook.
    if (!subject.found || subject.causes.empty()) return std::nullopt;
    ProposedUpdate out{runbook.file, false, {}, {}};
    const std::string more = lesson(subject, &runbook, out.missing);
    if (more.empty()) return std::nullopt;
    out.diff = append_diff(runbook, more);
    return out;
}

std::optional<ProposedUpdate> propose_runbook(const Subject& subject) {
    if (!subject.found || subject.causes.empty()) return std::nullopt;
    const FoundCause& cause = subject.causes.front();
    ProposedUpdate out{file_name(cause.cause_class), true, {}, {}};
    const std::string learned = lesson(subject, nullptr, out.missing);
    if (learned.empty()) return std::nullopt;
    const std::string title = base::spaced(line(cause.cause_class, 80));
    const std::string text = fmt::format(
        "---\ntitle: {0}\nmatch:\n  causes: [{1}]\n  entities: [\"{2} *\"]\n---\n# {3}\n\n{4}",
        base::dump_json(title), base::dump_json(cause.cause_class), line(cause.kind, 40), title,
        learned);
    const std::vector<std::string> lines = lines_of(text);
    out.diff = fmt::format("--- /dev/null\n+++ b/{}\n@@ -0,0 +1,{} @@\n{}", out.file, lines.size(),
                           added(lines));
    return out;
}

}  // namespace insight::agent::runbooks
