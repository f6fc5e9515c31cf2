// Repository over the REST API; blame also over GraphQL.
#pragma once

#include "github/api.h"
#include "github/repository.h"

namespace insight::github {

// Whose comments are ours: Client::identity().
using Identity = std::function<Result<std::string>(Deadline)>;

class RestRepository final : public Repository {
  public:
    RestRepository(RepositoryName name, Api& api, Identity identity);

    [[nodiscard]] const RepositoryName& name() const override { return name_; }
    [[nodiscard]] Nanos blocked_until() const override { return api_.blocked_until(); }

    Result<About> about(Deadline deadline) override;
    Result<Listing<Commit>> commits(const CommitQuery& query, Deadline deadline) override;
    Result<CommitDetail> commit(const std::string& ref, Deadline deadline) override;
    Result<Comparison> compare(const std::string& base, const std::string& head,
                               Deadline deadline) override;
    Result<Blame> blame(const std::string& path, int line, const std::string& ref,
                        Deadline deadline) override;

    Result<File> contents(const std::string& path, const std::string& ref,
                          Deadline deadline) override;
    Result<Listing<TreeEntry>> tree(const std::string& ref, Deadline deadline) override;

    Result<Branch> branch(const std::string& name, Deadline deadline) override;
    Result<NewCommit> commit_files(const CommitRequest& request, Deadline deadline) override;
    Status delete_branch(const std::string& name, Deadline deadline) override;

    Result<PullRequest> pull_request(int number, Deadline deadline) override;
    Result<Listing<FileDiff>> pull_request_files(int number, Deadline deadline) override;
    Result<Listing<Commit>> pull_request_commits(int number, Deadline deadline) override;
    Result<std::vector<PullRequest>> pull_requests_of(const std::string& head_branch,
                                                      Deadline deadline) override;
    Result<std::vector<PullRequest>> pull_requests_with(const std::string& sha,
                                                        Deadline deadline) override;
    Result<PullRequest> create_pull_request(const PullRequestDraft& draft,
                                            Deadline deadline) override;
    Result<PullRequest> update_pull_request(int number, const PullRequestEdit& edit,
                                            Deadline deadline) override;
    Status add_review(int number, const std::string& sha, const std::string& body,
                      const std::vector<ReviewRemark>& remarks, Deadline deadline) override;

    Result<Listing<Comment>> comments(int number, Deadline deadline) override;
    Result<Comment> add_comment(int number, const std::string& body, Deadline deadline) override;
    Result<Comment> put_comment(int number, const std::string& marker, const std::string& body,
                                Deadline deadline) override;
    Status add_labels(int number, const std::vector<std::string>& labels,
                      Deadline deadline) override;
    Status remove_label(int number, const std::string& label, Deadline deadline) override;
    Status ensure_label(const Label& label, Deadline deadline) override;

    Result<Issue> issue(int number, Deadline deadline) override;
    Result<Listing<Issue>> issues(const IssueQuery& query, Deadline deadline) override;
    Result<Issue> create_issue(const IssueDraft& draft, Deadline deadline) override;
    Result<Issue> update_issue(int number, const IssueEdit& edit, Deadline deadline) override;

    Result<Listing<Check>> checks(const std::string& ref, Deadline deadline) override;
    Status add_check(const std::string& sha, const Check& check, Deadline deadline) override;
    Result<Listing<Release>> releases(Nanos since, Deadline deadline) override;
    Result<Listing<Deployment>> deployments(Nanos since, Deadline deadline) override;

  private:
    // `rest` follows "/repos/octo/shop"; `what` follows "octo/shop: " in errors.
    [[nodiscard]] Call get(const std::string& rest, const std::string& what) const;
    [[nodiscard]] Call write(const std::string& method, const std::string& rest, base::Json body,
                             const std::string& what) const;
    Result<Listing<FileDiff>> files_of(const Call& call, bool whole_body, Deadline deadline);

    Result<Blame> blame_by_graphql(const std::string& path, int line, const std::string& ref,
                                   Deadline deadline);
    Result<Blame> blame_by_history(const std::string& path, int line, const std::string& ref,
                                   Deadline deadline);

    // Parts of commit_files.
    Result<std::string> tree_of(const std::string& commit, Deadline deadline);
    Result<std::string> write_blob(const FileEdit& edit, Deadline deadline);
    Result<std::string> write_tree(const std::string& upon, const CommitRequest& request,
                                   Deadline deadline);
    Status set_branch(const CommitRequest& request, bool exists, const std::string& sha,
                      Deadline deadline);

    RepositoryName name_;
    Api& api_;
    Identity identity_;
};

// True where `text` is a whole SHA-1 or SHA-256.
bool is_sha(std::string_view text);

}  // namespace insight::github
