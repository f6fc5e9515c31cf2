#include "agent/fixes/planner.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/fixes/words.h"
#include "core/base/crypto.h"
#include "core/base/text.h"
#include "github/edits/unified_diff.h"

namespace insight::fixes {

using base::ErrorKind;

namespace {

// Plans are JSON, which cannot carry other bytes: they would come back changed.
bool is_utf8(const std::string& text) {
    // The bounded writer replaces what is no UTF-8.
    const auto read = base::parse_json(base::dump_json(text), "a file");
    return read && read->is_string() && read->get_ref<const std::string&>() == text;
}

std::size_t changed_lines(const std::string& diff) {
    const auto patches = github::edits::read_diff(diff);
    return patches && !patches->empty() ? patches->front().changed_lines() : 0;
}

base::Status within_rules(const Draft& draft, const github::edits::PatchRules& rules) {
    if (draft.files.empty())
        return base::fail(ErrorKind::Invalid,
                          "there is nothing to do: the branch is already as the fix would make it");
    if (draft.files.size() > rules.most_files)
        return base::fail(ErrorKind::TooLarge,
                          fmt::format("the fix changes {} files, more than fixes.maxFiles ({})",
                                      draft.files.size(), rules.most_files));
    std::size_t lines = 0;
    for (const PlannedFile& file : draft.files) {
        if (auto fine = github::edits::may_touch(file.path, rules); !fine) return fine;
        if (file.after && file.after->size() > rules.most_bytes)
            return base::fail(ErrorKind::TooLarge,
                              fmt::format("{} would be larger than {} KiB",
                                          github::shown_path(file.path), rules.most_bytes >> 10));
    }
    for (const auto& [path, diff] : draft.diffs) lines += changed_lines(diff);
    if (lines > rules.most_lines)
        return base::fail(ErrorKind::TooLarge,
                          fmt::format("the fix changes {} lines, more than fixes.maxLines ({})",
                                      lines, rules.most_lines));
    return {};
}

base::Status draft_fix(const Fix& fix, Bench bench) {
    switch (fix.kind) {
        case FixKind::Revert:
            return draft_revert(fix, bench);
        case FixKind::Value:
            return draft_values(fix, bench);
        case FixKind::Patch:
            return draft_patch(fix, bench);
        case FixKind::Files:
            if (auto done = draft_files(fix, bench); !done || fix.values.empty()) return done;
            return draft_values(fix, bench);
    }
    return base::fail(ErrorKind::Internal, "a kind of fix without a draft");
}

}  // namespace

base::Result<std::optional<std::string>> text_file(Bench bench, const std::string& path,
                                                   const std::string& ref) {
    const auto file = bench.repository.contents(path, ref, bench.deadline);
    if (!file && file.error().kind == ErrorKind::NotFound) return std::optional<std::string>();
    if (!file) return base::fail(file.error());
    if (file->binary || !is_utf8(file->content))
        return base::fail(ErrorKind::Invalid,
                          fmt::format("{} is binary: it cannot be changed by a fix, do it by hand",
                                      github::shown_path(path)));
    return std::optional(file->content);
}

void put(Draft& draft, const std::string& path, const std::optional<std::string>& before,
         const std::optional<std::string>& after) {
    // What is as it should be is no part of the change; a fix of which nothing is left is "nothing
    // to do".
    if (before == after) return;
    PlannedFile file{path, std::nullopt, after, false};
    // Only its digest: the sender needs to know whether the file is still the same, not what it
    // held.
    if (before) file.before = base::sha256_hex(*before);
    draft.files.push_back(std::move(file));
    draft.diffs.emplace_back(path, github::edits::write_diff(path, before, after));
}

base::Result<Plan> Planner::plan(const Fix& fix, const Story& story,
                                 base::Deadline deadline) const {
    const auto repository = repositories_(fix.repository);
    if (!repository) return base::fail(repository.error());
    const auto about = (*repository)->about(deadline);
    if (!about) return base::fail(about.error());
    if (about->archived)
        return base::fail(
            ErrorKind::Denied,
            fmt::format("{} is archived: nothing can be changed in it", fix.repository.text()));
    Draft draft;
    draft.base = fix.base.empty() ? about->default_branch : fix.base;
    const auto base_branch = (*repository)->branch(draft.base, deadline);
    if (!base_branch) return base::fail(base_branch.error());
    draft.base_sha = base_branch->sha;
    if (auto done = draft_fix(fix, {**repository, deadline, draft}); !done)
        return base::fail(done.error());
    if (auto fine = within_rules(draft, settings_.rules); !fine) return base::fail(fine.error());
    // Modes are kept: a script stays one.
    // A tree that cannot be read costs only the modes: a deadline here must not cost the plan.
    if (const auto tree = (*repository)->tree(draft.base_sha, deadline))
        for (PlannedFile& file : draft.files)
            file.executable = std::any_of(
                tree->items.begin(), tree->items.end(), [&](const github::TreeEntry& entry) {
                    return entry.path == file.path && entry.kind == github::EntryKind::Executable;
                });
    std::sort(draft.files.begin(), draft.files.end(),
              [](const PlannedFile& a, const PlannedFile& b) { return a.path < b.path; });

    Plan plan;
    plan.incident = story.incident;
    plan.role = story.role;
    plan.repository = fix.repository;
    plan.base = draft.base;
    plan.branch = branch_for(story.incident, story.role);
    plan.draft = settings_.draft;
    plan.labels = settings_.labels;
    plan.files = draft.files;
    plan.risks = risks_of(fix, draft);
    for (const auto& [path, diff] : draft.diffs) plan.diff += diff;
    plan.fix = to_json(fix);
    tell(plan, fix, draft, story);
    return plan;
}

}  // namespace insight::fixes
