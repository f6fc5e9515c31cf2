// Branches, and one commit of several files by the Git data API: blobs, a tree, a commit, a ref.
// Nothing is seen by anybody before the last step, so that a failure leaves nothing half done.
#include <fmt/format.h>

#include "core/base/base64.h"
#include "core/base/text.h"
#include "github/rest_repository.h"
#include "github/writable.h"

namespace insight::github {
namespace {

constexpr std::size_t kInline = 256U << 10;  // larger files go as blobs of their own

// JSON carries valid UTF-8 only; a NUL would survive, but then the file is no text.
bool fits_json(const std::string& content) {
    return content.size() <= kInline && content.find('\0') == std::string::npos &&
           base::Json(content).dump(-1, ' ', false, base::Json::error_handler_t::replace) ==
               base::Json(content).dump(-1, ' ', false, base::Json::error_handler_t::ignore);
}

// The request may have been carried out although no answer says so.
bool is_open(const base::Error& error) {
    return error.kind == base::ErrorKind::Timeout || error.kind == base::ErrorKind::Unavailable ||
           error.kind == base::ErrorKind::Corrupt;
}

}  // namespace

Result<Branch> RestRepository::branch(const std::string& name, Deadline deadline) {
    if (auto ok = check_branch(name); !ok) return base::fail(ok.error());
    auto reply =
        api_.ask(get("/branches/" + escape(name), fmt::format("branch '{}'", name)), deadline);
    if (!reply) return base::fail(reply.error());
    return Branch{base::text_at(reply->json, "name"),
                  base::text_at(base::object_at(reply->json, "commit"), "sha"),
                  base::flag_at(reply->json, "protected")};
}

Status RestRepository::delete_branch(const std::string& name, Deadline deadline) {
    if (auto ok = check_branch(name); !ok) return ok;
    const auto path = escape_path(name);
    if (!path) return base::fail(path.error());
    auto reply = api_.ask(
        write("DELETE", "/git/refs/heads/" + *path, nullptr, fmt::format("branch '{}'", name)),
        deadline);
    if (!reply) return base::fail(reply.error());
    return {};
}

Result<std::string> RestRepository::tree_of(const std::string& commit, Deadline deadline) {
    Call call = get("/git/commits/" + commit, "commit " + commit);
    call.final = true;
    auto reply = api_.ask(call, deadline);
    if (!reply) return base::fail(reply.error());
    std::string tree = base::text_at(base::object_at(reply->json, "tree"), "sha");
    if (!is_sha(tree))
        return base::fail(base::ErrorKind::Corrupt, call.what + " has no tree in the answer");
    return tree;
}

Result<std::string> RestRepository::write_blob(const FileEdit& edit, Deadline deadline) {
    auto reply = api_.ask(write("POST", "/git/blobs",
                                {{"content", base::base64(*edit.content)}, {"encoding", "base64"}},
                                fmt::format("the content of '{}'", shown_path(edit.path))),
                          deadline);
    if (!reply) return base::fail(reply.error());
    return base::text_at(reply->json, "sha");
}

Result<std::string> RestRepository::write_tree(const std::string& upon,
                                               const CommitRequest& request, Deadline deadline) {
    base::Json entries = base::Json::array();
    for (const FileEdit& edit : request.edits) {
        base::Json entry{{"path", edit.path}, {"mode", mode_of(edit.kind)}, {"type", "blob"}};
        if (!edit.content) {
            entry["sha"] = nullptr;  // deletes it
        } else if (fits_json(*edit.content)) {
            entry["content"] = *edit.content;
        } else {
            auto blob = write_blob(edit, deadline);
            if (!blob) return blob;
            entry["sha"] = *blob;
        }
        entries.push_back(std::move(entry));
    }
    auto reply = api_.ask(write("POST", "/git/trees", {{"base_tree", upon}, {"tree", entries}},
                                fmt::format("the files for branch '{}'", request.branch)),
                          deadline);
    if (!reply) return base::fail(reply.error());
    std::string tree = base::text_at(reply->json, "sha");
    if (!is_sha(tree))
        return base::fail(base::ErrorKind::Corrupt,
                          name_.text() + ": the new tree has no SHA in the answer");
    return tree;
}

Status RestRepository::set_branch(const CommitRequest& request, bool exists, const std::string& sha,
                                  Deadline deadline) {
    const std::string what = fmt::format("branch '{}'", request.branch);
    const auto path = escape_path(request.branch);
    if (!path) return base::fail(path.error());
    const Call call = exists ? write("PATCH", "/git/refs/heads/" + *path,
                                     // Without force GitHub moves a branch forward only: somebody
                                     // else's commit is never lost by accident.
                                     {{"sha", sha}, {"force", request.replace}}, what)
                             : write("POST", "/git/refs",
                                     {{"ref", "refs/heads/" + request.branch}, {"sha", sha}}, what);
    auto reply = api_.ask(call, deadline);
    if (reply) return {};
    // An answer that got lost, or a race with another of our processes that wrote the same.
    if (is_open(reply.error()) || reply.error().kind == base::ErrorKind::Conflict)
        if (const auto now = branch(request.branch, deadline); now && now->sha == sha) return {};
    return base::fail(reply.error());
}

Result<NewCommit> RestRepository::commit_files(const CommitRequest& request, Deadline deadline) {
    if (auto ok = check(request); !ok) return base::fail(ok.error());
    const auto there = branch(request.branch, deadline);
    const bool exists = there.has_value();
    if (!exists && there.error().kind != base::ErrorKind::NotFound)
        return base::fail(there.error());
    const std::string where = fmt::format("{}: branch '{}'", name_.text(), request.branch);
    if (exists && there->is_protected)
        return base::fail(base::ErrorKind::Denied,
                          where + " is protected; write to another one and open a pull request");

    const auto upon = tree_of(request.parent, deadline);
    if (!upon) return base::fail(upon.error());
    const auto tree = write_tree(*upon, request, deadline);
    if (!tree) return base::fail(tree.error());
    // Trees are content: the same files have the same SHA, so a repeated request makes no second
    // commit.
    const auto unchanged = [&](const std::string& sha) { return NewCommit{sha, {}, true}; };
    if (*tree == *upon && (!exists || there->sha == request.parent))
        return unchanged(request.parent);
    if (exists && there->sha != request.parent) {
        const auto held = tree_of(there->sha, deadline);
        if (!held) return base::fail(held.error());
        if (*held == *tree) return unchanged(there->sha);
        if (!request.replace)
            return base::fail(base::ErrorKind::Conflict,
                              fmt::format("{} exists with other content (at {}); look at it, or "
                                          "choose another name",
                                          where, there->sha.substr(0, 12)));
    }

    auto made = api_.ask(
        write("POST", "/git/commits",
              {{"message", request.message}, {"tree", *tree}, {"parents", {request.parent}}},
              fmt::format("the commit for branch '{}'", request.branch)),
        deadline);
    if (!made) return base::fail(made.error());
    NewCommit out{base::text_at(made->json, "sha"), base::text_at(made->json, "html_url"), false};
    if (!is_sha(out.sha))
        return base::fail(base::ErrorKind::Corrupt,
                          where + ": the new commit has no SHA in the answer");
    if (auto set = set_branch(request, exists, out.sha, deadline); !set)
        return base::fail(set.error());
    return out;
}

}  // namespace insight::github
