// A repository on GitHub: history, contents, branches, pull requests, issues, checks.
//
// Every call takes a deadline, returns values and throws nothing. Errors name who must act:
//   Denied       the token or App lacks a permission (the message names it), or was revoked
//   NotFound     no such repository, commit, file, branch or number; GitHub also says so of private
//                ones that the credential may not see
//   Conflict     the branch moved on or exists elsewhere, or the pull request exists already
//   Invalid      GitHub refuses what we asked for, or an argument here is wrong
//   TooLarge     more than GitHub or our limits give
//   Unavailable  not reachable, a server error, or a rate limit: see blocked_until()
//   Timeout      the deadline passed
//   Corrupt      the answer is not what GitHub sends (a proxy's HTML page, broken JSON)
// Threads: any. Requests that write go out one at a time, as GitHub asks for.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "github/data.h"

namespace insight::github {

using base::Deadline;
using base::Result;
using base::Status;

class Repository {
  public:
    virtual ~Repository() = default;

    [[nodiscard]] virtual const RepositoryName& name() const = 0;
    // Before this time (UTC) GitHub wants no request because of a rate limit; 0: now is fine.
    [[nodiscard]] virtual Nanos blocked_until() const = 0;

    // --- history ---------------------------------------------------------------------------------
    virtual Result<About> about(Deadline deadline) = 0;
    virtual Result<Listing<Commit>> commits(const CommitQuery& query, Deadline deadline) = 0;
    // `ref`: SHA, branch or tag. Files and patches are bounded (300 files, 1 MiB of patch).
    virtual Result<CommitDetail> commit(const std::string& ref, Deadline deadline) = 0;
    virtual Result<Comparison> compare(const std::string& base, const std::string& head,
                                       Deadline deadline) = 0;
    // `line` counts from 1. By GraphQL where it answers, else by walking the file's history back.
    virtual Result<Blame> blame(const std::string& path, int line, const std::string& ref,
                                Deadline deadline) = 0;

    // --- contents --------------------------------------------------------------------------------
    // An empty ref means the default branch. Files up to 16 MiB.
    virtual Result<File> contents(const std::string& path, const std::string& ref,
                                  Deadline deadline) = 0;
    // Everything below the root; folders are left out. GitHub cuts at 100,000 entries.
    virtual Result<Listing<TreeEntry>> tree(const std::string& ref, Deadline deadline) = 0;

    // --- branches and commits of ours ------------------------------------------------------------
    virtual Result<Branch> branch(const std::string& name, Deadline deadline) = 0;
    // All edits in one commit. Paths that leave the repository, `.git` in them or control
    // characters are Invalid, a protected branch is Denied, a branch that moved is a Conflict.
    virtual Result<NewCommit> commit_files(const CommitRequest& request, Deadline deadline) = 0;
    virtual Status delete_branch(const std::string& name, Deadline deadline) = 0;

    // --- pull requests ---------------------------------------------------------------------------
    virtual Result<PullRequest> pull_request(int number, Deadline deadline) = 0;
    virtual Result<Listing<FileDiff>> pull_request_files(int number, Deadline deadline) = 0;
    virtual Result<Listing<Commit>> pull_request_commits(int number, Deadline deadline) = 0;
    // Those of that branch of this repository, in any state, newest first.
    virtual Result<std::vector<PullRequest>> pull_requests_of(const std::string& head_branch,
                                                              Deadline deadline) = 0;
    // The pull requests that brought a commit in.
    virtual Result<std::vector<PullRequest>> pull_requests_with(const std::string& sha,
                                                                Deadline deadline) = 0;
    // Errors: also Conflict when one is open for that branch.
    virtual Result<PullRequest> create_pull_request(const PullRequestDraft& draft,
                                                    Deadline deadline) = 0;
    virtual Result<PullRequest> update_pull_request(int number, const PullRequestEdit& edit,
                                                    Deadline deadline) = 0;
    // One review with all remarks, as a comment (neither approval nor refusal).
    virtual Status add_review(int number, const std::string& sha, const std::string& body,
                              const std::vector<ReviewRemark>& remarks, Deadline deadline) = 0;

    // --- comments and labels of pull requests and issues -----------------------------------------
    virtual Result<Listing<Comment>> comments(int number, Deadline deadline) = 0;
    virtual Result<Comment> add_comment(int number, const std::string& body, Deadline deadline) = 0;
    // One comment that updates in place: the one of ours that carries the hidden marker
    // `<!-- devops-insight:MARKER -->`, else a new one. MARKER: [a-z0-9_.:/-]{1,100}. Nothing is
    // sent where the text is the same.
    virtual Result<Comment> put_comment(int number, const std::string& marker,
                                        const std::string& body, Deadline deadline) = 0;
    virtual Status add_labels(int number, const std::vector<std::string>& labels,
                              Deadline deadline) = 0;
    virtual Status remove_label(int number, const std::string& label, Deadline deadline) = 0;
    // Makes the label where it does not exist.
    virtual Status ensure_label(const Label& label, Deadline deadline) = 0;

    // --- issues ----------------------------------------------------------------------------------
    virtual Result<Issue> issue(int number, Deadline deadline) = 0;
    // Without pull requests, last updated first.
    virtual Result<Listing<Issue>> issues(const IssueQuery& query, Deadline deadline) = 0;
    virtual Result<Issue> create_issue(const IssueDraft& draft, Deadline deadline) = 0;
    virtual Result<Issue> update_issue(int number, const IssueEdit& edit, Deadline deadline) = 0;

    // --- checks, releases, deployments -----------------------------------------------------------
    virtual Result<Listing<Check>> checks(const std::string& ref, Deadline deadline) = 0;
    // Only a GitHub App may; a token's is told so as Denied.
    virtual Status add_check(const std::string& sha, const Check& check, Deadline deadline) = 0;
    // Published at or after `since`, newest first.
    virtual Result<Listing<Release>> releases(Nanos since, Deadline deadline) = 0;
    // Created at or after `since`, newest first, each with its newest state.
    virtual Result<Listing<Deployment>> deployments(Nanos since, Deadline deadline) = 0;
};

// "owner/repo", as GitHub allows them. Errors: Invalid.
Result<RepositoryName> parse_name(std::string_view text);

// A path from git for people: control, bidirectional and quoting characters become escapes.
std::string shown_path(std::string_view path);

// "<!-- devops-insight:MARKER -->", for bodies that are to be found again.
std::string hidden_marker(std::string_view marker);

std::string_view name(FileStatus status);
std::string_view name(PullState state);
std::string_view name(CheckState state);

}  // namespace insight::github
