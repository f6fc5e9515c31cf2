// Commits, diffs and comparisons.
#include <fmt/format.h>

#include "github/read.h"
#include "github/rest_repository.h"

namespace insight::github {
namespace {

// what GitHub gives of a commit or a comparison on one page
constexpr std::size_t kMaxDiffFiles = 300;     // of one diff
constexpr std::size_t kPatchBytes = 1U << 20;  // of all files of one diff
constexpr std::size_t kPageSize = 100;
constexpr int kMaxComparePages = 10;

void read_commits(const base::Json& page, std::vector<Commit>& into) {
    for (const base::Json& one : page.is_array() ? page : base::array_at(page, "commits"))
        into.push_back(commit_from(one));
}

// GitHub's time stamps have whole seconds; the fraction would make it refuse the request.
std::string stamp(Nanos time) {
    return base::format_rfc3339(time / base::kSecond * base::kSecond);
}

void note_cut_patches(Listing<FileDiff>& files) {
    const auto cut = std::count_if(files.items.begin(), files.items.end(),
                                   [](const FileDiff& file) { return file.truncated; });
    if (cut == 0) return;
    files.truncated = true;
    if (!files.note.empty()) files.note += "; ";
    files.note +=
        fmt::format("the patches of {} files are too large and were left out or cut", cut);
}

}  // namespace

bool is_sha(std::string_view text) {
    return (text.size() == 40 || text.size() == 64) &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

RestRepository::RestRepository(RepositoryName name, Api& api, Identity identity)
    : name_(std::move(name)), api_(api), identity_(std::move(identity)) {}

Call RestRepository::get(const std::string& rest, const std::string& what) const {
    Call call;
    call.path = "/repos/" + name_.text() + rest;
    call.what = name_.text() + ": " + what;
    call.repository = name_.text();
    return call;
}

Call RestRepository::write(const std::string& method, const std::string& rest, base::Json body,
                           const std::string& what) const {
    Call call = get(rest, what);
    call.method = method;
    call.body = std::move(body);
    return call;
}

Result<About> RestRepository::about(Deadline deadline) {
    auto reply = api_.ask(get("", "the repository"), deadline);
    if (!reply) return base::fail(reply.error());
    const base::Json& permissions = base::object_at(reply->json, "permissions");
    return About{
        base::text_at(reply->json, "default_branch"), base::text_at(reply->json, "html_url"),
        base::flag_at(reply->json, "archived"),       base::flag_at(reply->json, "private"),
        base::flag_at(permissions, "pull", true),     base::flag_at(permissions, "push")};
}

Result<Listing<Commit>> RestRepository::commits(const CommitQuery& query, Deadline deadline) {
    std::string rest =
        fmt::format("/commits?per_page={}",
                    std::clamp<std::size_t>(static_cast<std::size_t>(query.limit), 1, kPageSize));
    if (!query.branch.empty()) rest += "&sha=" + escape(query.branch);
    if (!query.path.empty()) rest += "&path=" + escape(query.path);
    if (query.since != 0) rest += "&since=" + escape(stamp(query.since));
    if (query.until != 0) rest += "&until=" + escape(stamp(query.until));
    const std::string of = query.branch.empty()
                               ? "the commits"
                               : fmt::format("the commits of '{}'", shown_path(query.branch));
    return api_.list<Commit>(get(rest, of), static_cast<std::size_t>(std::max(query.limit, 1)),
                             read_commits, deadline);
}

// A list of files is a page's whole body (pull requests), or below "files" of it (commits).
Result<Listing<FileDiff>> RestRepository::files_of(const Call& call, bool whole_body,
                                                   Deadline deadline) {
    std::size_t left = kPatchBytes;
    const std::function<void(const base::Json&, std::vector<FileDiff>&)> read =
        [&](const base::Json& page, std::vector<FileDiff>& into) {
            for (const base::Json& one : whole_body ? page : base::array_at(page, "files"))
                if (into.size() <= kMaxDiffFiles) into.push_back(file_from(one, left));
        };
    auto files = api_.list<FileDiff>(call, kMaxDiffFiles, read, deadline);
    if (files) note_cut_patches(*files);
    return files;
}

Result<CommitDetail> RestRepository::commit(const std::string& ref, Deadline deadline) {
    const auto path = escape_path(ref);
    if (!path) return base::fail(path.error());
    Call call = get("/commits/" + *path, fmt::format("commit {}", shown_path(ref)));
    call.final = is_sha(ref);
    auto first = api_.ask(call, deadline);
    if (!first) return base::fail(first.error());
    CommitDetail out{commit_from(first->json), {}};
    if (!is_sha(out.commit.sha))
        return base::fail(base::ErrorKind::Corrupt, call.what + " has no SHA in the answer");
    std::size_t left = kPatchBytes;
    const auto take = [&](const base::Json& json) {
        for (const base::Json& one : base::array_at(json, "files")) {
            if (out.files.items.size() == kMaxDiffFiles) return false;
            out.files.items.push_back(file_from(one, left));
        }
        return true;
    };
    if (!take(first->json) || !first->next.empty()) {
        out.files.truncated = true;
        out.files.note = fmt::format("only the first {} files were read", out.files.items.size());
    }
    note_cut_patches(out.files);
    return out;
}

Result<Comparison> RestRepository::compare(const std::string& base, const std::string& head,
                                           Deadline deadline) {
    // Page after page of commits; the files are all on the first one.
    const std::string between = escape(base) + "..." + escape(head);
    Call call =
        get(fmt::format("/compare/{}?per_page={}", between, kPageSize),
            fmt::format("the comparison of {} with {}", shown_path(base), shown_path(head)));
    call.final = is_sha(base) && is_sha(head);
    auto first = api_.ask(call, deadline);
    if (!first) return base::fail(first.error());
    Comparison out;
    out.status = base::text_at(first->json, "status");
    out.merge_base = base::text_at(base::object_at(first->json, "merge_base_commit"), "sha");
    out.ahead_by = static_cast<int>(base::integer_at(first->json, "ahead_by"));
    out.behind_by = static_cast<int>(base::integer_at(first->json, "behind_by"));
    std::size_t left = kPatchBytes;
    for (const base::Json& one : base::array_at(first->json, "files"))
        if (out.files.items.size() < kMaxDiffFiles) out.files.items.push_back(file_from(one, left));
    if (out.files.items.size() >= kMaxDiffFiles) {
        out.files.truncated = true;
        out.files.note = fmt::format("GitHub compares {} files at most", kMaxDiffFiles);
    }
    note_cut_patches(out.files);
    auto commits = api_.list<Commit>(call, kPageSize * kMaxComparePages, read_commits, deadline);
    if (!commits) return base::fail(commits.error());
    out.commits = std::move(*commits);
    return out;
}

Result<Listing<FileDiff>> RestRepository::pull_request_files(int number, Deadline deadline) {
    return files_of(get(fmt::format("/pulls/{}/files?per_page={}", number, kPageSize),
                        fmt::format("the files of pull request #{}", number)),
                    true, deadline);
}

Result<Listing<Commit>> RestRepository::pull_request_commits(int number, Deadline deadline) {
    return api_.list<Commit>(get(fmt::format("/pulls/{}/commits?per_page={}", number, kPageSize),
                                 fmt::format("the commits of pull request #{}", number)),
                             250, read_commits, deadline);  // GitHub lists no more of them
}

}  // namespace insight::github
