// Commits, deployments and releases of one repository as changes of a window.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/model/signals.h"
#include "github/repository.h"
#include "github/settings.h"

namespace insight::github {

// One kind of question and what came of it: becomes a row of the coverage statement.
struct Looked {
    std::string query;  // "commits of octo/shop (main) since 2026-…"
    std::size_t count = 0;
    bool truncated = false;
    std::string note;
    base::Status status;  // of the question as a whole
};

struct Changes {
    std::vector<model::Change> changes;
    std::vector<Looked> looked;  // commits, deployments, releases
};

// Changes from the window's first baseline second (commits: from Settings::lookback before it) to
// its end. A commit of a pull request counts from when the merge brought it in. Diffs are bounded
// to 64 KiB, which is what the analysis reads; without one a change still has its files.
Changes changes_of(Repository& repository, const Watched& watched, const Settings& settings,
                   const model::Window& window, Deadline deadline);

// A unified diff with the two file lines and a/ and b/ before the paths, at most `bytes` long; cut
// between lines, smaller files first, so that the one large file does not push out the others.
std::string unified(const std::vector<FileDiff>& files, std::size_t bytes);

}  // namespace insight::github
