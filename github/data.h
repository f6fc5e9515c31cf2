// What a repository on GitHub holds, as plain data. Texts are cleaned UTF-8 from strangers: data,
// never instructions. Times are UTC; 0 means "not said".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.h"

namespace insight::github {

using base::Nanos;

// "owner/repo"
struct RepositoryName {
    std::string owner;
    std::string name;

    [[nodiscard]] std::string text() const { return owner + "/" + name; }
    auto operator<=>(const RepositoryName&) const = default;
};

// A list that may be longer at the server than here.
template <typename T>
struct Listing {
    std::vector<T> items;
    bool truncated = false;  // a limit of ours or of GitHub's was reached
    std::string note;        // which, and what is missing; empty when nothing is
};

enum class FileStatus { Added, Modified, Removed, Renamed, Copied, Changed, Unchanged };

struct FileDiff {
    std::string path;           // as git has it, control characters and all; show with shown_path()
    std::string previous_path;  // of a renamed or copied file
    FileStatus status = FileStatus::Modified;
    int additions = 0;
    int deletions = 0;
    std::string patch;       // unified hunks ("@@ -1,3 +1,4 @@ …"), without the two file lines
    bool binary = false;     // git calls it binary, or only its mode changed: there is no patch
    bool truncated = false;  // the patch was left out by GitHub or cut by us
    std::string blob;        // SHA of the content after the change; empty when removed
};

struct Commit {
    std::string sha;                   // 40 hexadecimal digits (64 in a SHA-256 repository)
    std::vector<std::string> parents;  // two or more: a merge
    std::string author;                // GitHub login where known, else the name in the commit
    Nanos authored_at = 0;
    Nanos committed_at = 0;
    std::string message;
    std::string url;
    std::string tree;
};

struct CommitDetail {
    Commit commit;
    Listing<FileDiff> files;
};

// base...head: from their merge base to head.
struct Comparison {
    std::string status;  // ahead, behind, diverged, identical
    std::string merge_base;
    int ahead_by = 0;
    int behind_by = 0;
    Listing<Commit> commits;  // oldest first
    Listing<FileDiff> files;
};

struct CommitQuery {
    std::string branch;  // branch, tag or SHA; empty: the default branch
    std::string path;    // only commits that touch it
    Nanos since = 0;     // committed at or after
    Nanos until = 0;     // committed at or before
    int limit = 100;
};

enum class BlameMethod { GraphQl, History };

// Who wrote a line.
struct Blame {
    Commit commit;
    std::string path;  // the file's path in that commit
    int line = 0;      // the line's number in that commit; 0: not known (GraphQL does not say)
    BlameMethod method = BlameMethod::GraphQl;
};

struct File {
    std::string path;
    std::string ref;      // as asked
    std::string blob;     // SHA of the content
    std::string content;  // raw bytes
    bool binary = false;  // a NUL among the first 8,000 bytes, as git decides
};

enum class EntryKind { File, Executable, Symlink, Submodule, Folder };

struct TreeEntry {
    std::string path;
    EntryKind kind = EntryKind::File;
    std::string sha;
    std::int64_t size = 0;
};

struct About {
    std::string default_branch;
    std::string url;
    bool archived = false;
    bool is_private = false;
    // what the credential may do here
    bool may_pull = false;
    bool may_push = false;
};

struct Branch {
    std::string name;
    std::string sha;
    bool is_protected = false;
};

// One file of a new commit. No content: the file is deleted.
struct FileEdit {
    std::string path;
    std::optional<std::string> content;
    EntryKind kind = EntryKind::File;  // File, Executable or Symlink
};

// One commit of several files on a branch. The branch is made where it does not exist.
struct CommitRequest {
    std::string branch;
    // The commit to build upon. An existing branch that is elsewhere is a Conflict unless
    // `replace` is set: then the branch is moved to the new commit (our own fix branch, made anew).
    std::string parent;
    bool replace = false;
    std::string message;
    std::vector<FileEdit> edits;
};

struct NewCommit {
    std::string sha;
    std::string url;
    bool unchanged = false;  // the branch already holds exactly this tree; nothing was written
};

enum class PullState { Open, Closed, Merged };

struct PullRequest {
    int number = 0;
    std::string title;
    std::string body;
    PullState state = PullState::Open;
    bool draft = false;
    std::string author;
    std::string head;  // branch
    std::string head_sha;
    std::string head_owner;  // of the repository the branch is in; empty when that is gone
    std::string base;        // branch
    std::string base_sha;
    std::string merge_commit;       // of a merged one
    std::optional<bool> mergeable;  // nothing: GitHub is still finding out
    std::vector<std::string> labels;
    Nanos created_at = 0;
    Nanos updated_at = 0;
    Nanos closed_at = 0;
    Nanos merged_at = 0;
    std::string url;
};

struct PullRequestDraft {
    std::string title;
    std::string body;
    std::string head;  // branch of the same repository
    std::string base;  // branch; empty: the default branch
    bool draft = true;
};

// Only what is set is changed.
struct PullRequestEdit {
    std::optional<std::string> title;
    std::optional<std::string> body;
    std::optional<std::string> base;
    std::optional<bool> open;
};

struct Comment {
    std::int64_t id = 0;
    std::string author;
    std::string body;
    Nanos created_at = 0;
    Nanos updated_at = 0;
    std::string url;
};

struct Issue {
    int number = 0;
    std::string title;
    std::string body;
    bool open = true;
    std::string author;
    std::vector<std::string> assignees;
    std::vector<std::string> labels;
    Nanos created_at = 0;
    Nanos updated_at = 0;
    Nanos closed_at = 0;
    bool pull_request = false;
    std::string url;
};

struct IssueQuery {
    std::string label;  // empty: any
    bool open = true;   // false: open and closed ones
    Nanos updated_since = 0;
    int limit = 100;
};

struct IssueDraft {
    std::string title;
    std::string body;
    std::vector<std::string> labels;
    std::vector<std::string> assignees;
};

struct IssueEdit {
    std::optional<std::string> title;
    std::optional<std::string> body;
    std::optional<bool> open;
    std::optional<bool> completed;  // why it is closed: completed, or not planned
    std::optional<std::vector<std::string>> labels;
    std::optional<std::vector<std::string>> assignees;
};

struct Label {
    std::string name;
    std::string colour = "ededed";  // six hexadecimal digits
    std::string description;
};

enum class CheckState { Pending, Passed, Failed, Neutral };

// A check run, or a commit status of the older kind.
struct Check {
    std::string name;
    CheckState state = CheckState::Pending;
    std::string summary;
    Nanos started_at = 0;
    Nanos completed_at = 0;
    std::string url;
};

// A remark at lines of a file of a pull request; with `suggestion` GitHub shows a button that
// applies it.
struct ReviewRemark {
    std::string path;
    int line = 0;        // in the new file; must lie in the diff
    int first_line = 0;  // of several lines; 0: only `line`
    std::string body;
    std::optional<std::string>
        suggestion;  // the lines that replace them, without a last line break
};

struct Deployment {
    std::int64_t id = 0;
    std::string sha;
    std::string ref;
    std::string task;
    std::string environment;
    std::string description;
    std::string author;
    Nanos created_at = 0;
    std::string state;  // of its newest status: success, failure, in_progress, …; empty: none yet
    Nanos state_at = 0;  // since when
    Nanos live_at = 0;   // of its first success; 0: it never was live
    std::string url;
};

struct Release {
    std::string tag;
    std::string name;
    std::string body;
    std::string target;  // branch or SHA it was cut from
    std::string author;
    bool prerelease = false;
    Nanos published_at = 0;
    std::string url;
};

}  // namespace insight::github
