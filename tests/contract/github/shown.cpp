#include "tests/contract/github/shown.h"

#include "core/base/base64.h"

namespace insight::github {

using base::Json;

Json shown(const base::Error& error) {
    return {{"kind", base::name(error.kind)}, {"message", error.message}, {"cause", error.cause}};
}

Json shown(const About& about) {
    return {{"defaultBranch", about.default_branch},
            {"url", about.url},
            {"archived", about.archived},
            {"private", about.is_private},
            {"mayPull", about.may_pull},
            {"mayPush", about.may_push}};
}

Json shown(const Commit& commit) {
    return {{"sha", commit.sha},
            {"parents", commit.parents},
            {"author", commit.author},
            {"authoredAt", commit.authored_at / base::kSecond},
            {"committedAt", commit.committed_at / base::kSecond},
            {"message", commit.message},
            {"tree", commit.tree}};
}

Json shown(const FileDiff& file) {
    return {{"path", file.path},
            {"shown", shown_path(file.path)},
            {"previous", file.previous_path},
            {"status", name(file.status)},
            {"additions", file.additions},
            {"deletions", file.deletions},
            {"patch", file.patch},
            {"binary", file.binary},
            {"truncated", file.truncated},
            {"blob", file.blob}};
}

Json shown(const CommitDetail& detail) {
    return {{"commit", shown(detail.commit)}, {"files", shown(detail.files)}};
}

Json shown(const Comparison& comparison) {
    return {{"status", comparison.status},          {"mergeBase", comparison.merge_base},
            {"ahead", comparison.ahead_by},         {"behind", comparison.behind_by},
            {"commits", shown(comparison.commits)}, {"files", shown(comparison.files)}};
}

Json shown(const Blame& blame) {
    return {{"commit", shown(blame.commit)},
            {"path", blame.path},
            {"line", blame.line},
            {"method", blame.method == BlameMethod::GraphQl ? "graphql" : "history"}};
}

Json shown(const File& file) {
    return {{"path", file.path},
            {"blob", file.blob},
            {"base64", base::base64(file.content)},
            {"binary", file.binary}};
}

Json shown(const TreeEntry& entry) {
    return {{"path", entry.path}, {"kind", static_cast<int>(entry.kind)}, {"size", entry.size}};
}

Json shown(const Branch& branch) {
    return {{"name", branch.name}, {"sha", branch.sha}, {"protected", branch.is_protected}};
}

Json shown(const NewCommit& commit) {
    return {{"sha", commit.sha}, {"unchanged", commit.unchanged}};
}

Json shown(const PullRequest& pull) {
    Json out{{"number", pull.number},
             {"title", pull.title},
             {"body", pull.body},
             {"state", name(pull.state)},
             {"draft", pull.draft},
             {"author", pull.author},
             {"head", pull.head},
             {"headSha", pull.head_sha},
             {"headOwner", pull.head_owner},
             {"base", pull.base},
             {"mergeCommit", pull.merge_commit},
             {"labels", pull.labels}};
    out["mergeable"] = pull.mergeable ? Json(*pull.mergeable) : Json();
    return out;
}

Json shown(const Comment& comment) {
    return {{"id", comment.id}, {"author", comment.author}, {"body", comment.body}};
}

Json shown(const Issue& issue) {
    return {{"number", issue.number},       {"title", issue.title},
            {"body", issue.body},           {"open", issue.open},
            {"labels", issue.labels},       {"author", issue.author},
            {"assignees", issue.assignees}, {"pullRequest", issue.pull_request}};
}

Json shown(const Check& check) {
    return {{"name", check.name}, {"state", name(check.state)}, {"summary", check.summary}};
}

Json shown(const Release& release) {
    return {{"tag", release.tag},
            {"target", release.target},
            {"author", release.author},
            {"publishedAt", release.published_at / base::kSecond}};
}

Json shown(const Deployment& deployment) {
    return {{"sha", deployment.sha},
            {"environment", deployment.environment},
            {"author", deployment.author},
            {"state", deployment.state},
            {"createdAt", deployment.created_at / base::kSecond},
            {"liveAt", deployment.live_at / base::kSecond}};
}

}  // namespace insight::github
