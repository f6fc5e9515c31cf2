// A commit taken back: what it did to each file is merged out of the file as it is now.
#include <fmt/format.h>

#include "agent/fixes/planner.h"
#include "core/base/text.h"
#include "github/edits/merge.h"

namespace insight::fixes {
namespace {

using base::ErrorKind;
using github::FileDiff;
using github::FileStatus;

tl::unexpected<base::Error> since(const std::string& path, std::string_view what,
                                  const std::string& sha) {
    return base::fail(ErrorKind::Conflict,
                      fmt::format("{} {} since commit {}; revert it by hand",
                                  github::shown_path(path), what, sha.substr(0, 10)));
}

struct Reverting {
    Bench bench;
    std::string sha;
    std::string parent;

    // Where a file that is gone went, as far as git can tell.
    base::Result<std::string> moved_to(const std::string& path) const {
        const auto between = bench.repository.compare(sha, bench.draft.base_sha, bench.deadline);
        if (!between) return base::fail(between.error());
        for (const FileDiff& file : between->files.items)
            if (file.status == FileStatus::Renamed && file.previous_path == path) return file.path;
        return since(path, "was deleted or moved", sha);
    }

    base::Status added(const FileDiff& file) const {
        const auto then = text_file(bench, file.path, sha);
        if (!then) return base::fail(then.error());
        const auto now = text_file(bench, file.path, bench.draft.base_sha);
        if (!now) return base::fail(now.error());
        if (!*now) return {};  // gone already
        // Others have built on it: deleting it would take their work along.
        if (*now != *then) return since(file.path, "was changed", sha);
        put(bench.draft, file.path, *now, std::nullopt);
        return {};
    }

    base::Status removed(const FileDiff& file) const {
        const auto before = text_file(bench, file.path, parent);
        if (!before) return base::fail(before.error());
        const auto now = text_file(bench, file.path, bench.draft.base_sha);
        if (!now) return base::fail(now.error());
        if (*now == *before) return {};
        if (*now) return since(file.path, "was written anew", sha);
        put(bench.draft, file.path, std::nullopt, *before);
        return {};
    }

    base::Status changed(const FileDiff& file) const {
        const bool renamed = file.status == FileStatus::Renamed;
        const std::string& old_path = renamed ? file.previous_path : file.path;
        const auto before = text_file(bench, old_path, parent);
        if (!before) return base::fail(before.error());
        const auto then = text_file(bench, file.path, sha);
        if (!then) return base::fail(then.error());
        if (!*before || !*then)
            return base::fail(ErrorKind::Corrupt,
                              fmt::format("commit {} lists {}, but the file cannot be read there",
                                          sha.substr(0, 10), github::shown_path(file.path)));
        std::string path = file.path;
        auto now = text_file(bench, path, bench.draft.base_sha);
        if (!now) return base::fail(now.error());
        if (!*now) {
            const auto moved = moved_to(file.path);
            if (!moved) return base::fail(moved.error());
            path = *moved;
            bench.draft.risks.push_back(fmt::format("{} is {} by now; it is changed there",
                                                    github::shown_path(file.path),
                                                    github::shown_path(path)));
            now = text_file(bench, path, bench.draft.base_sha);
            if (!now || !*now) return since(file.path, "was moved", sha);
        }
        // A three-way merge with the commit as base: from what it made to what was before, carried
        // over to what stands there now.
        const auto merged = github::edits::merge(**then, **now, **before);
        if (!merged)
            return base::fail(
                ErrorKind::Conflict,
                fmt::format("{}: {} commit {}; revert it by hand", github::shown_path(path),
                            merged.error().message, sha.substr(0, 10)));
        if (renamed && path == file.path) {
            put(bench.draft, path, **now, std::nullopt);
            put(bench.draft, old_path, std::nullopt, *merged);
        } else {
            put(bench.draft, path, **now, *merged);
        }
        return {};
    }
};

}  // namespace

base::Status draft_revert(const Fix& fix, Bench bench) {
    const auto detail = bench.repository.commit(fix.commit, bench.deadline);
    if (!detail) return base::fail(detail.error());
    const github::Commit& commit = detail->commit;
    if (commit.parents.empty())
        return base::fail(ErrorKind::Invalid,
                          "the first commit of a repository cannot be reverted");
    if (detail->files.truncated)
        return base::fail(ErrorKind::TooLarge,
                          fmt::format("commit {} is too large to be reverted by a pull request of "
                                      "ours ({})",
                                      commit.sha.substr(0, 10), detail->files.note));
    if (commit.parents.size() > 1)
        bench.draft.risks.push_back(
            "the commit is a merge: everything it brought in is taken back");
    const std::string title = base::one_line(commit.message.substr(0, commit.message.find('\n')));
    bench.draft.what =
        fmt::format("revert {}: {}", commit.sha.substr(0, 10), base::shorten(title, 120));
    // Of a merge the first parent is the branch that it went into.
    const Reverting reverting{bench, commit.sha, commit.parents.front()};
    for (const FileDiff& file : detail->files.items) {
        if (file.binary)
            return base::fail(ErrorKind::Invalid,
                              fmt::format("{} is binary: commit {} has to be reverted by hand",
                                          github::shown_path(file.path), commit.sha.substr(0, 10)));
        auto done = file.status == FileStatus::Added || file.status == FileStatus::Copied
                        ? reverting.added(file)
                    : file.status == FileStatus::Removed ? reverting.removed(file)
                                                         : reverting.changed(file);
        if (!done) return done;
    }
    return {};
}

}  // namespace insight::fixes
