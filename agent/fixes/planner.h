// From a typed fix to a plan: reads the repository, makes the new contents, checks every rule.
// Writes nothing anywhere.
#pragma once

#include <functional>
#include <memory>

#include "agent/fixes/fix.h"
#include "agent/fixes/plan.h"
#include "agent/fixes/settings.h"
#include "github/repository.h"

namespace insight::fixes {

// Opens a repository by its name; the same object may be given again. Errors: of the credentials.
using Repositories =
    std::function<base::Result<std::shared_ptr<github::Repository>>(const github::RepositoryName&)>;

// What the pull request says beside the change itself. All outside text in it was redacted.
struct Story {
    std::string incident;
    std::string role = "fix";
    base::Json report;                                  // the public JSON
    std::string external_url;                           // of the pages; empty: no links
    std::function<std::string(std::string_view)> hide;  // the border; empty: none
};

struct Draft {
    std::vector<PlannedFile> files;
    std::vector<std::pair<std::string, std::string>> diffs;  // path and diff
    std::vector<std::string> risks;
    std::string base;
    std::string base_sha;
    std::string what;  // "revert 4f3d632a10: cache: shorter timeouts"
};

class Planner {
  public:
    Planner(Repositories repositories, Settings settings)
        : repositories_(std::move(repositories)), settings_(std::move(settings)) {}

    // Errors: Invalid (the fix, a binary file, nothing to do), NotFound (repository, commit, file,
    // value), Denied (rules, archived, no right), Conflict (changed since, protected), TooLarge,
    // Unavailable, Timeout.
    [[nodiscard]] base::Result<Plan> plan(const Fix& fix, const Story& story,
                                          base::Deadline deadline) const;

  private:
    Repositories repositories_;
    Settings settings_;
};

// The four kinds. `draft.base` and `draft.base_sha` are set.
struct Bench {
    github::Repository& repository;
    base::Deadline deadline;
    Draft& draft;
};
base::Status draft_revert(const Fix& fix, Bench bench);
base::Status draft_values(const Fix& fix, Bench bench);
base::Status draft_patch(const Fix& fix, Bench bench);
base::Status draft_files(const Fix& fix, Bench bench);

// A file at a ref, as text. Nothing: there is none. Errors: Invalid (binary, not UTF-8), TooLarge.
base::Result<std::optional<std::string>> text_file(Bench bench, const std::string& path,
                                                   const std::string& ref);
// Adds what turns `before` into `after`; nothing when they are the same.
void put(Draft& draft, const std::string& path, const std::optional<std::string>& before,
         const std::optional<std::string>& after);

}  // namespace insight::fixes
