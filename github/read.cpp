#include "github/read.h"

#include <array>

#include "core/base/text.h"
#include "github/repository.h"

namespace insight::github {
namespace {

constexpr std::size_t kTitle = 1024;
constexpr std::size_t kBody = 70'000;       // GitHub's own limit is 65,536 characters
constexpr std::size_t kPatch = 256U << 10;  // of one file
constexpr std::size_t kPath = 4096;
// the SHA-1 of a blob without content: an empty file has no patch either, and is not binary
constexpr std::string_view kEmptyBlob = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";

std::string text(const base::Json& object, std::string_view key, std::size_t most = kTitle) {
    return base::shorten(base::clean_utf8(base::text_at(object, key)), most);
}

// Out of bounds is nonsense of a server; clamped it stays nonsense, but no overflow.
int integer(const base::Json& object, std::string_view key) {
    return static_cast<int>(std::clamp<std::int64_t>(base::integer_at(object, key), -1, 1 << 30));
}

std::string login(const base::Json& object, std::string_view key) {
    return text(base::object_at(object, key), "login", 200);
}

std::vector<std::string> names(const base::Json& list, std::string_view key) {
    std::vector<std::string> out;
    for (const base::Json& one : list)
        out.push_back(one.is_string() ? base::shorten(base::clean_utf8(one.get<std::string>()), 200)
                                      : text(one, key, 200));
    return out;
}

FileStatus status_of(std::string_view word) {
    for (std::size_t i = 0; i < 7; ++i)
        if (name(static_cast<FileStatus>(i)) == word) return static_cast<FileStatus>(i);
    return FileStatus::Changed;
}

// Whole lines only: half a line would read as another one.
std::string cut_lines(const std::string& patch, std::size_t most) {
    const std::size_t end = patch.rfind('\n', most);
    return end == std::string::npos ? std::string() : patch.substr(0, end);
}

}  // namespace

Nanos time_at(const base::Json& object, std::string_view key) {
    return base::parse_rfc3339(base::text_at(object, key)).value_or(0);
}

Commit commit_from(const base::Json& json) {
    const base::Json& inner = base::object_at(json, "commit");
    const base::Json& author = base::object_at(inner, "author");
    Commit out;
    out.sha = text(json, "sha", 64);
    for (const base::Json& parent : base::array_at(json, "parents"))
        out.parents.push_back(text(parent, "sha", 64));
    out.author = login(json, "author");
    if (out.author.empty()) out.author = text(author, "name", 200);
    out.authored_at = time_at(author, "date");
    out.committed_at = time_at(base::object_at(inner, "committer"), "date");
    out.message = text(inner, "message", kBody);
    out.url = text(json, "html_url");
    out.tree = text(base::object_at(inner, "tree"), "sha", 64);
    return out;
}

FileDiff file_from(const base::Json& json, std::size_t& patch_bytes) {
    FileDiff out;
    out.path = base::text_at(json, "filename").substr(0, kPath);
    out.previous_path = base::text_at(json, "previous_filename").substr(0, kPath);
    out.status = status_of(base::text_at(json, "status"));
    out.additions = integer(json, "additions");
    out.deletions = integer(json, "deletions");
    out.blob = out.status == FileStatus::Removed ? std::string() : text(json, "sha", 64);
    const auto patch = json.find("patch");
    if (patch != json.end() && patch->is_string()) {
        out.patch = patch->get<std::string>();
        const std::size_t most = std::min(kPatch, patch_bytes);
        if (out.patch.size() > most) {
            out.patch = cut_lines(out.patch, most);
            out.truncated = true;
        }
        patch_bytes -= out.patch.size();
        return out;
    }
    // No patch: nothing but the name or the mode changed, git calls it binary (no lines counted),
    // or it is too large for GitHub (lines counted).
    const bool counted = out.additions + out.deletions > 0;
    const bool only_moved = out.status == FileStatus::Renamed || out.status == FileStatus::Copied ||
                            out.status == FileStatus::Unchanged;
    out.truncated = counted;
    out.binary = !counted && !only_moved && base::text_at(json, "sha") != kEmptyBlob;
    return out;
}

PullRequest pull_request_from(const base::Json& json) {
    const base::Json& head = base::object_at(json, "head");
    const base::Json& base_end = base::object_at(json, "base");
    PullRequest out;
    out.number = integer(json, "number");
    out.title = text(json, "title");
    out.body = text(json, "body", kBody);
    out.merged_at = time_at(json, "merged_at");
    const bool merged = out.merged_at != 0 || base::flag_at(json, "merged");
    out.state = merged                                     ? PullState::Merged
                : base::text_at(json, "state") == "closed" ? PullState::Closed
                                                           : PullState::Open;
    out.draft = base::flag_at(json, "draft");
    out.author = login(json, "user");
    out.head = text(head, "ref");
    out.head_sha = text(head, "sha", 64);
    out.head_owner = login(base::object_at(head, "repo"), "owner");
    out.base = text(base_end, "ref");
    out.base_sha = text(base_end, "sha", 64);
    if (merged) out.merge_commit = text(json, "merge_commit_sha", 64);
    // null: GitHub has not worked it out yet.
    const auto mergeable = json.find("mergeable");
    if (mergeable != json.end() && mergeable->is_boolean()) out.mergeable = mergeable->get<bool>();
    out.labels = names(base::array_at(json, "labels"), "name");
    out.created_at = time_at(json, "created_at");
    out.updated_at = time_at(json, "updated_at");
    out.closed_at = time_at(json, "closed_at");
    out.url = text(json, "html_url");
    return out;
}

Comment comment_from(const base::Json& json) {
    return {base::integer_at(json, "id"), login(json, "user"),         text(json, "body", kBody),
            time_at(json, "created_at"),  time_at(json, "updated_at"), text(json, "html_url")};
}

Issue issue_from(const base::Json& json) {
    Issue out;
    out.number = integer(json, "number");
    out.title = text(json, "title");
    out.body = text(json, "body", kBody);
    out.open = base::text_at(json, "state") != "closed";
    out.author = login(json, "user");
    out.assignees = names(base::array_at(json, "assignees"), "login");
    out.labels = names(base::array_at(json, "labels"), "name");
    out.created_at = time_at(json, "created_at");
    out.updated_at = time_at(json, "updated_at");
    out.closed_at = time_at(json, "closed_at");
    out.pull_request = json.is_object() && json.contains("pull_request");
    out.url = text(json, "html_url");
    return out;
}

Check check_run_from(const base::Json& json) {
    static constexpr std::array<std::string_view, 3> kNeutral{"neutral", "skipped", "cancelled"};
    Check out;
    out.name = text(json, "name", 300);
    const std::string conclusion = base::text_at(json, "conclusion");
    if (base::text_at(json, "status") != "completed")
        out.state = CheckState::Pending;
    else if (conclusion == "success")
        out.state = CheckState::Passed;
    else if (std::find(kNeutral.begin(), kNeutral.end(), conclusion) != kNeutral.end())
        out.state = CheckState::Neutral;
    else
        out.state = CheckState::Failed;
    out.summary = text(base::object_at(json, "output"), "summary", 4096);
    out.started_at = time_at(json, "started_at");
    out.completed_at = time_at(json, "completed_at");
    out.url = text(json, "html_url");
    return out;
}

Check status_from(const base::Json& json) {
    Check out;
    out.name = text(json, "context", 300);
    const std::string state = base::text_at(json, "state");
    out.state = state == "pending"   ? CheckState::Pending
                : state == "success" ? CheckState::Passed
                                     : CheckState::Failed;
    out.summary = text(json, "description", 4096);
    out.started_at = time_at(json, "created_at");
    out.completed_at = time_at(json, "updated_at");
    out.url = text(json, "target_url");
    return out;
}

Release release_from(const base::Json& json) {
    return {text(json, "tag_name"),        text(json, "name"),
            text(json, "body", kBody),     text(json, "target_commitish"),
            login(json, "author"),         base::flag_at(json, "prerelease"),
            time_at(json, "published_at"), text(json, "html_url")};
}

Deployment deployment_from(const base::Json& json) {
    Deployment out;
    out.id = base::integer_at(json, "id");
    out.sha = text(json, "sha", 64);
    out.ref = text(json, "ref");
    out.task = text(json, "task", 200);
    out.environment = text(json, "environment", 300);
    out.description = text(json, "description");
    out.author = login(json, "creator");
    out.created_at = time_at(json, "created_at");
    out.url = text(json, "url");
    return out;
}

}  // namespace insight::github
