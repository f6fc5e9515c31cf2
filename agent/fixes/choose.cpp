#include "agent/fixes/choose.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/redaction/token_places.h"
#include "core/base/text.h"

namespace insight::fixes {
namespace {

using base::Json;
using github::edits::ObjectName;

// The SHA in "<sha>", "github/acme/shop@<sha>" or "commit <sha>".
std::string sha_in(std::string_view ref) {
    const std::size_t cut = ref.find_last_of("@ /:");
    const std::string_view last = cut == std::string_view::npos ? ref : ref.substr(cut + 1);
    return is_sha(last) ? std::string(last) : std::string();
}

// "acme/shop" in "github/acme/shop@<sha>" or "acme/shop@<sha>"; empty otherwise.
std::string repository_in(std::string_view ref) {
    const std::size_t end = ref.find('@');
    if (end == std::string_view::npos) return {};
    ref = ref.substr(0, end);
    ref =
        ref.substr(ref.find_last_of(' ') == std::string_view::npos ? 0 : ref.find_last_of(' ') + 1);
    const std::size_t last = ref.rfind('/');
    if (last == std::string_view::npos || last == 0) return {};
    const std::size_t first = ref.rfind('/', last - 1);
    return std::string(first == std::string_view::npos ? ref : ref.substr(first + 1));
}

// "kubernetes/main deployment shop/web" as the Kubernetes collector names the object it changed.
std::optional<ObjectName> object_in(std::string_view ref) {
    const std::size_t kind = ref.find(' ');
    const std::size_t path = kind == std::string_view::npos ? kind : ref.find(' ', kind + 1);
    if (path == std::string_view::npos || !ref.starts_with("kubernetes")) return std::nullopt;
    const std::string word(ref.substr(kind + 1, path - kind - 1));
    const std::string_view rest = ref.substr(path + 1);
    const std::size_t slash = rest.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    for (const char* known : {"Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job",
                              "ConfigMap", "Service", "HorizontalPodAutoscaler", "Rollout"}) {
        std::string low(known);
        std::transform(low.begin(), low.end(), low.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        if (low == word)
            return ObjectName{known, std::string(rest.substr(0, slash)),
                              std::string(rest.substr(slash + 1))};
    }
    return std::nullopt;
}

// A value that was hidden, redacted or cut on its way into the window cannot be written back.
bool is_known(const std::string& value) {
    return !value.empty() && value != "(none)" && value.find("[redacted") == std::string::npos &&
           base::redaction::tokens_in(value).empty() &&
           value.find("\xE2\x80\xA6") == std::string::npos;  // shortened
}

std::vector<std::string> split(const std::string& text, std::string_view separator) {
    std::vector<std::string> parts;
    std::size_t at = 0;
    while (at <= text.size()) {
        const std::size_t end = std::min(text.find(separator, at), text.size());
        if (end > at) parts.push_back(text.substr(at, end - at));
        at = end + separator.size();
    }
    return parts;
}

FileValue value_at(const ObjectName& object, std::string path, const std::string& before,
                   const std::string& after) {
    FileValue value;
    value.change.object = object;
    value.change.path = std::move(path);
    value.change.expected = after;  // what stands there now
    value.change.value = before;
    return value;
}

std::string container_path(const std::string& container) {
    return fmt::format("spec.template.spec.containers[name={}]", container);
}

// "web=shop/web:1.4, proxy=…" before and after: each image goes back.
void undo_images(const model::Change& change, const ObjectName& object,
                 std::vector<FileValue>& into) {
    const auto before = split(change.before, ", ");
    const auto after = split(change.after, ", ");
    for (std::size_t i = 0; i < std::min(before.size(), after.size()); ++i) {
        const std::size_t cut = before[i].find('=');
        if (cut == std::string::npos || !after[i].starts_with(before[i].substr(0, cut + 1)))
            continue;
        const std::string old_image = before[i].substr(cut + 1);
        if (is_known(old_image))
            into.push_back(value_at(object, container_path(before[i].substr(0, cut)) + ".image",
                                    old_image, after[i].substr(cut + 1)));
    }
}

// The leaves in which two values differ.
void undo_leaves(const ObjectName& object, const std::string& path, const Json& before,
                 const Json& after, std::vector<FileValue>& into) {
    if (before.is_object() && after.is_object()) {
        for (const auto& [key, value] : before.items())
            if (after.contains(key) && after[key] != value)
                undo_leaves(object, path + "." + key, value, after[key], into);
        return;
    }
    if (before.is_structured() || after.is_structured()) return;
    into.push_back(value_at(object, path, github::edits::plain_text(before),
                            github::edits::plain_text(after)));
    // As JSON, with its type: 10 stays a number.
    into.back().change.value = before;
}

// "web env DB_POOL: 10 → 50", "web resources: {…} → {…}": the lines of a template's difference.
void undo_lines(const model::Change& change, const ObjectName& object,
                std::vector<FileValue>& into) {
    for (const std::string& line : split(change.diff, "\n")) {
        const std::size_t colon = line.find(": ");
        const std::size_t arrow = line.find(" \xE2\x86\x92 ");
        if (colon == std::string::npos || arrow == std::string::npos || arrow < colon) continue;
        const std::string before = line.substr(colon + 2, arrow - colon - 2);
        const std::string after = line.substr(arrow + 5);
        const auto words = split(line.substr(0, colon), " ");
        if (!is_known(before) || !is_known(after) || words.size() < 2) continue;
        // The forms in which the Kubernetes collector tells the difference of two pod templates.
        if (words.size() == 3 && words[1] == "env") {
            into.push_back(value_at(
                object, fmt::format("{}.env[name={}].value", container_path(words[0]), words[2]),
                before, after));
        } else if (words.size() == 2 && words[0] != "label" && words[0] != "annotation") {
            const auto old_json = base::parse_json(before, "a value", {.bytes = 1 << 16});
            const auto new_json = base::parse_json(after, "a value", {.bytes = 1 << 16});
            if (old_json && new_json)
                undo_leaves(object, container_path(words[0]) + "." + words[1], *old_json, *new_json,
                            into);
        }
    }
}

Choice undo_in_cluster(const Blamed& blamed, const ObjectName& object,
                       const model::Signals& signals, const std::vector<github::Watched>& watched) {
    const model::Change& change = *blamed.change;
    Fix fix;
    fix.kind = FixKind::Value;
    undo_images(change, object, fix.values);
    undo_lines(change, object, fix.values);
    if (fix.values.empty())
        return {{},
                fmt::format("what {} was before is not known", base::shorten(change.summary, 120))};
    fix.reason = fmt::format("puts {} {}/{} back to what it was before {}", object.kind,
                             object.space, object.name, base::format_rfc3339(change.time));
    fix.evidence = blamed.evidence;
    const auto owner = owner_of(object, signals.resources);
    if (owner) {
        Choice choice;
        for (const Place& place : places_of(*owner, signals.resources)) {
            choice.fixes.push_back(fix);
            Fix& one = choice.fixes.back();
            one.repository = place.repository;
            one.base = place.branch;
            one.folder = place.folder;
            one.value_files = place.value_files;
            one.holders = place.holders;
            one.only_holders = place.only_holders;
            one.reason += place.only_holders ? " in the manifest of " + place.what
                                             : " in the repository that " + place.what + " applies";
        }
        if (choice.fixes.empty())
            choice.why_not =
                fmt::format("{} owns it, but {} is no repository on GitHub", owner->what,
                            owner->url.empty() ? "its chart" : base::redact(owner->url));
        return choice;
    }
    Choice choice;
    for (const github::Watched& one : watched)
        if (one.service == change.entity) {
            fix.repository = one.name;
            fix.base = one.branch;
            choice.fixes.push_back(fix);
        }
    if (choice.fixes.empty())
        choice.why_not = fmt::format(
            "no Argo CD Application, Flux Kustomization or watched repository owns {} {}/{}",
            object.kind, object.space, object.name);
    return choice;
}

Choice undo_commit(const Blamed& blamed, const std::string& sha,
                   const std::vector<github::Watched>& watched) {
    const model::Change& change = *blamed.change;
    Fix fix;
    fix.kind = FixKind::Revert;
    fix.commit = sha;
    fix.reason = fmt::format("reverts {}, which is blamed with {:.0f} %", sha.substr(0, 10),
                             blamed.probability * 100);
    fix.evidence = blamed.evidence;
    Choice choice;
    const std::string named = repository_in(change.ref);
    // Those whose service it is come first: most commits are found at the first try.
    // A commit of unknown repository is sought in all that are watched: a wrong one answers "not
    // found" and costs a request.
    for (const bool likely : {true, false})
        for (const github::Watched& one : watched) {
            const bool fits =
                one.name.text() == named || one.service == change.entity ||
                std::any_of(change.files.begin(), change.files.end(), [&](const std::string& file) {
                    return github::service_of(one, file) == change.entity;
                });
            if (fits != likely || (!named.empty() && one.name.text() != named)) continue;
            fix.repository = one.name;
            fix.base = one.branch;
            choice.fixes.push_back(fix);
        }
    if (choice.fixes.empty())
        choice.why_not = fmt::format("the repository of commit {} is not among github.repositories",
                                     sha.substr(0, 10));
    return choice;
}

}  // namespace

std::vector<Blamed> blamed_changes(const Json& report, const model::Signals& signals) {
    std::vector<Blamed> out;
    const Json& evidence = base::object_at(report, "evidence");
    for (const Json& cause : base::array_at(report, "causes"))
        for (const Json& id : base::array_at(cause, "evidence")) {
            if (!id.is_string() || !evidence.contains(id.get<std::string>())) continue;
            const Json& content = base::object_at(evidence[id.get<std::string>()], "content");
            if (base::text_at(content, "kind") != "change") continue;
            const auto change = std::find_if(
                signals.changes.begin(), signals.changes.end(), [&](const model::Change& one) {
                    return one.ref == base::text_at(content, "ref") &&
                           base::format_rfc3339(one.time) == base::text_at(content, "time") &&
                           one.summary == base::text_at(content, "summary");
                });
            if (change == signals.changes.end()) continue;
            // Several causes may cite one change; the most probable comes first and keeps it.
            const bool seen = std::any_of(
                out.begin(), out.end(), [&](const Blamed& one) { return one.change == &*change; });
            if (seen) continue;
            Blamed blamed{&*change,
                          base::number_at(cause, "probability"),
                          base::text_at(cause, "statement"),
                          {}};
            for (const Json& cited : base::array_at(cause, "evidence"))
                if (cited.is_string()) blamed.evidence.push_back(cited.get<std::string>());
            // A cause cites the commit first and then the deploy that carried it.
            out.push_back(std::move(blamed));
        }
    return out;
}

Choice fix_for(const Blamed& blamed, const model::Signals& signals,
               const std::vector<github::Watched>& watched) {
    const model::Change& change = *blamed.change;
    if (const auto object = object_in(change.ref))
        return undo_in_cluster(blamed, *object, signals, watched);
    if (const std::string sha = sha_in(change.ref); !sha.empty())
        return undo_commit(blamed, sha, watched);
    return {{},
            fmt::format("a {} change ({}) is nothing that lies in a repository", change.kind,
                        base::shorten(base::one_line(change.ref), 80))};
}

}  // namespace insight::fixes
