// A unified diff, and whole files.
#include <fmt/format.h>

#include "agent/fixes/planner.h"
#include "github/edits/patch_rules.h"
#include "github/edits/unified_diff.h"

namespace insight::fixes {

using base::ErrorKind;

base::Status draft_patch(const Fix& fix, Bench bench) {
    const auto patches = github::edits::read_diff(fix.diff, true);
    if (!patches) return base::fail(patches.error());
    for (const github::edits::FilePatch& patch : *patches) {
        for (const std::string& path : {patch.old_path, patch.new_path})
            if (!path.empty())
                if (auto fine = github::edits::check_path(path); !fine) return fine;
        std::optional<std::string> before;
        if (!patch.old_path.empty()) {
            auto text = text_file(bench, patch.old_path, bench.draft.base_sha);
            if (!text) return base::fail(text.error());
            if (!*text)
                return base::fail(ErrorKind::Conflict,
                                  fmt::format("the patch changes {}, which does not exist",
                                              github::shown_path(patch.old_path)));
            before = std::move(*text);
        }
        const bool moves = !patch.new_path.empty() && patch.new_path != patch.old_path;
        if (moves) {
            const auto there = text_file(bench, patch.new_path, bench.draft.base_sha);
            if (!there) return base::fail(there.error());
            if (*there)
                return base::fail(ErrorKind::Conflict,
                                  fmt::format("the patch makes {}, which exists already",
                                              github::shown_path(patch.new_path)));
        }
        const auto after = github::edits::apply_patch(patch, before.value_or(""));
        if (!after)
            return base::fail(after.error().kind,
                              github::shown_path(patch.path()) + ": " + after.error().message);
        if (patch.new_path.empty() && !after->empty())
            return base::fail(ErrorKind::Conflict,
                              fmt::format("the patch deletes {}, but lines would remain",
                                          github::shown_path(patch.old_path)));
        // A move is a deletion and a new file: that is how Git keeps it.
        if (moves && before) put(bench.draft, patch.old_path, before, std::nullopt);
        if (patch.new_path.empty())
            put(bench.draft, patch.old_path, before, std::nullopt);
        else
            put(bench.draft, patch.new_path, moves ? std::nullopt : before, *after);
    }
    bench.draft.what = patches->size() == 1
                           ? fmt::format("patch {}", github::shown_path(patches->front().path()))
                           : fmt::format("patch {} files", patches->size());
    return {};
}

base::Status draft_files(const Fix& fix, Bench bench) {
    for (const NewFile& file : fix.files) {
        if (auto fine = github::edits::check_path(file.path); !fine) return fine;
        const auto before = text_file(bench, file.path, bench.draft.base_sha);
        if (!before) return base::fail(before.error());
        put(bench.draft, file.path, *before, file.content);
    }
    bench.draft.what = fix.files.size() == 1
                           ? fmt::format("write {}", github::shown_path(fix.files.front().path))
                           : fmt::format("write {} files", fix.files.size());
    return {};
}

}  // namespace insight::fixes
